"""From points to a percent, from a percent to passed, from several attempts to one grade; and who sees what when.

Everything is exact until it is shown. One rounding, half-even, to two decimals, at the very end.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from math import floor

from lms.quizzes.rules.marking import Mark, Total, add_up

CENT = Decimal("0.01")
REVIEW_OPTIONS = ("answers", "correctness", "marks", "feedback", "right_answers")


class Phase(Enum):
    """When somebody looks. CLOSED: the last attempt is used, or the quiz takes no more."""

    DURING = "during"
    AFTER = "after"
    CLOSED = "closed"


def is_passed(fraction: Fraction, pass_percent: Fraction) -> bool:
    """On the exact fraction: 69.999 % is not 70 %."""
    return fraction * 100 >= pass_percent


def shown_percent(fraction: Fraction, pass_percent: Fraction | None = None) -> Decimal:
    """Percent to show, two decimals, half-even; never rounded up over the pass mark: then it is cut off."""
    exact = fraction * 100
    rounded = round_half_even(exact)
    if pass_percent is not None and exact < pass_percent <= Fraction(rounded):
        return Decimal(floor(exact * 100)) * CENT
    return rounded


def round_half_even(number: Fraction) -> Decimal:
    """To two decimals; a number half-way goes to the even neighbour. `round` of a Fraction is exact."""
    return Decimal(round(number * 100)) * CENT


def json_number(number: Decimal) -> int | float:
    """80 and 66.67: what a rounded number is in JSON."""
    return int(number) if number == number.to_integral_value() else float(number)


def grade(method: str, fractions: Sequence[Fraction]) -> Fraction | None:
    """The one that counts of the finished attempts, given in their order; None where there is none."""
    if not fractions:
        return None
    match method:
        case "highest":
            return max(fractions)
        case "average":
            return sum(fractions, Fraction(0)) / len(fractions)
        case "first":
            return fractions[0]
        case "last":
            return fractions[-1]
    raise ValueError(f"no grading method {method!r}")


def phase_of(*, finished: bool, attempts_left: int | None, open_attempt: bool = False) -> Phase:
    """`attempts_left` is None where attempts are unlimited: such a quiz never closes by itself.

    While another attempt of the same quiz runs, nothing that would help in it is shown: it is not closed.
    """
    if not finished:
        return Phase.DURING
    return Phase.CLOSED if attempts_left == 0 and not open_attempt else Phase.AFTER


def visible(review: Mapping[str, Sequence[str]], phase: Phase) -> frozenset[str]:
    """What may be seen in this phase, of REVIEW_OPTIONS."""
    return frozenset(review[phase.value]) & frozenset(REVIEW_OPTIONS)


def by_outcome(marks: Iterable[tuple[str | None, Mark]]) -> dict[str, Total]:
    """Totals by learning outcome, in the order in which the outcomes first occur; questions without one left out."""
    groups: dict[str, list[Mark]] = {}
    for outcome, one in marks:
        if outcome is not None:
            groups.setdefault(outcome, []).append(one)
    return {outcome: add_up(group) for outcome, group in groups.items()}
