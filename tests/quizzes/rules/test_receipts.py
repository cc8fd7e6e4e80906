"""Receipts can be checked by anyone, and steps are weighed against what is held."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.quizzes.rules.receipts import Verdict, answer_digest, weigh

ATTEMPT = "01932b6e-0000-7000-8000-000000000000"


def test_the_digest_is_sha256_over_canonical_json():
    found = answer_digest(ATTEMPT, 2, 3, {"text": "Žana \u0000", "a": 1})
    spelled = f'{{"answer":{{"a":1,"text":"Žana \\u0000"}},"attempt":"{ATTEMPT}","slot":2,"step":3}}'
    assert found == hashlib.sha256(spelled.encode()).hexdigest()


@given(st.dictionaries(st.text(max_size=5), st.text(max_size=5)))
def test_the_order_of_fields_does_not_matter(answer: dict[str, str]):
    turned = dict(reversed(answer.items()))
    assert answer_digest(ATTEMPT, 1, 1, answer) == answer_digest(ATTEMPT, 1, 1, turned)


@pytest.mark.parametrize(
    ("held", "held_digest", "step", "digest", "verdict"),
    [
        (0, "", 1, "a", Verdict.NEW),
        (0, "", 7, "a", Verdict.NEW),
        (3, "a", 4, "a", Verdict.NEW),
        (3, "a", 3, "a", Verdict.AGAIN),
        (3, "a", 3, "b", Verdict.OTHER_ANSWER),
        (3, "a", 2, "a", Verdict.OLD_STEP),
        (3, "a", 1, "b", Verdict.OLD_STEP),
    ],
)
def test_a_step_is_new_or_again_or_in_conflict(held: int, held_digest: str, step: int, digest: str, verdict: Verdict):
    assert weigh(held, held_digest, step, digest) is verdict
