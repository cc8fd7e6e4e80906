"""Reading numbers: what people write, exactly."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.quizzes.rules.numbers import exact, plain_number, read_number


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("12.50", "12.5"),
        ("12,50", "12.5"),
        ("0,175", "0.175"),
        (" 400 ", "400"),
        ("+3", "3"),
        ("-1", "-1"),
        ("−1,5", "-1.5"),  # U+2212
        (".5", "0.5"),
        ("5.", "5"),
        ("0,00", "0"),
        ("-0", "0"),
        ("2,000", "2"),  # a lone comma is a decimal mark, as in Moodle
        ("2.000", "2"),
        ("1 000", "1000"),
        ("1\u202f000,5", "1000.5"),
        ("1'000.00", "1000"),
        ("1,000.50", "1000.5"),
        ("1.000,50", "1000.5"),
        ("1,000,000.00", "1000000"),
        ("1.000.000,00", "1000000"),
        ("1,234,567", "1234567"),
        ("2e3", "2000"),
        ("2E-3", "0.002"),
        ("2×10^3", "2000"),
        ("2,5 · 10³", "2500"),
        ("2*10**-3", "0.002"),
        ("2 × 10⁻³", "0.002"),
        ("٤٠٠", "400"),  # Arabic-Indic digits
        ("٣٫٥", "3.5"),
        ("१२", "12"),  # Devanagari
        ("４００", "400"),  # full width
    ],
)
def test_what_people_write_is_read_exactly(written: str, number: str):
    assert read_number(written) == Fraction(number)


@pytest.mark.parametrize(
    "written",
    [
        *("", ".", ",", "-", "-.", "--1", "0..0", "0.0.0", "0,,0", "0,0,0", "1/2", "½", "0x10", "NaN"),
        *("Infinity", "1#INF", "$1.00", "2×103", "12 34 x", "1,23,456.0", "1.23.456,0", "1,2.3,4", "1.2,3.4"),
        *("1,234.567,8", "1e9999", "9" * 201, "1e", "e5", "true", "four", "\u0000"),
    ],
)
def test_what_is_no_number_is_none(written: str):
    assert read_number(written) is None


@given(st.text())
def test_any_text_is_read_without_an_error(written: str):
    assert read_number(written) is None or isinstance(read_number(written), Fraction)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**9), max_value=10**9))
def test_point_and_comma_give_the_same_number(number):
    written = f"{number:.4f}"
    assert read_number(written) == read_number(written.replace(".", ",")) == Fraction(number)


@pytest.mark.parametrize("written", ["", "4,5", "1 000", "NaN", "1/2", "0x1"])
def test_a_document_writes_decimals_with_a_point_only(written: str):
    with pytest.raises(ValueError, match="not a decimal number"):
        exact(written)


def test_a_third_of_a_decimal_is_not_lost():
    assert exact("0.1") + exact("0.2") == exact("0.3")


def test_whole_numbers_stay_whole_in_json():
    assert (plain_number(Fraction(2)), plain_number(Fraction("0.1"))) == (2, 0.1)
    assert isinstance(plain_number(Fraction(2)), int)
