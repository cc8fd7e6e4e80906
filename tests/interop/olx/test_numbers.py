"""Numbers of problems: decimals, arithmetic, ranges, tolerances; nothing is run."""

import pytest

from lms.interop.olx.numbers import NotANumber, range_of, tolerance_of, value_of


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("4", "4"),
        ("-0.50", "-0.5"),
        (".5", "0.5"),
        ("1e3", "1000"),
        ("1.5E-3", "0.0015"),
        ("9.3*10^7", "93000000"),
        ("502*9", "4518"),
        ("3/2", "1.5"),
        ("1/3", "0.333333333333333"),
        ("-(2+3)^2", "-25"),
        ("2^-1", "0.5"),
        ("5k", "5000"),
        ("50%", "0.5"),
        ("2*pi", "6.28318530717959"),
        ("sqrt(2)", "1.4142135623731"),
        ("fact(5)", "120"),
    ],
)
def test_constant_arithmetic_has_a_value(written, value):
    assert value_of(written) == value


@pytest.mark.parametrize(
    "written",
    [
        "", "abc", "$x", "10*i", "x^2", "1/0", "__import__('os')", "9^9^9", "10^400", "(1).real", "[1]",
        "1 if 1 else 2",
        "lambda: 1", "fact(1000)", "sqrt(-1)", "1,5", "'5'", "True", "9" * 300, "(" * 150 + "1" + ")" * 150,
    ],
)  # fmt: skip
def test_what_needs_a_program_or_is_no_decimal_has_none(written):
    with pytest.raises(NotANumber):
        value_of(written)


@pytest.mark.parametrize(
    ("written", "between"),
    [
        ("[0, 999)", {"from": "0", "to": "999", "open": ["to"]}),
        ("(5,8]", {"from": "5", "to": "8", "open": ["from"]}),
        ("[28.6,29]", {"from": "28.6", "to": "29", "open": []}),
        ("(-1.3;3/2)", {"from": "-1.3", "to": "1.5", "open": ["from", "to"]}),
        ("5", None),
        ("(5", None),
    ],
)
def test_ranges_keep_their_open_edges(written, between):
    assert range_of(written) == between


@pytest.mark.parametrize(
    ("written", "tolerance"),
    [("0.01", "0.01"), (".02", "0.02"), ("15%", "15 %"), ("0.1 %", "0.1 %"), ("1e-3", "0.001")],
)
def test_tolerances_are_absolute_or_percent(written, tolerance):
    assert tolerance_of(written) == tolerance
