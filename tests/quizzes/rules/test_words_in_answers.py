"""What of an answer goes when its learner is erased: words and files, never choices and numbers."""

from __future__ import annotations

import pytest

from lms.quizzes.rules.answers import without_words

TABLE = [
    ({"text": "I am Mia"}, {"text": ""}),
    ({"choice": "a1"}, {"choice": "a1"}),
    ({"choices": ["a1", "b2"]}, {"choices": ["a1", "b2"]}),
    ({"number": "12,50", "unit": "mm by Mia"}, {"number": "12,50", "unit": ""}),
    ({"number": "twelve, says Mia"}, {"number": ""}),
    ({"gaps": {"1": "Mia", "2": "x7"}}, {"gaps": {"1": "", "2": ""}}),
    ({"pairs": {"s1": "o2"}}, {"pairs": {"s1": "o2"}}),
    ({"order": ["i2", "i1"]}, {"order": ["i2", "i1"]}),
    ({"file": "f1"}, {}),
    ({"parts": {"p1": {"text": "Mia"}, "p2": {"choice": "a"}}}, {"parts": {"p1": {"text": ""}, "p2": {"choice": "a"}}}),
    ({}, {}),
]


@pytest.mark.parametrize(("answer", "left"), TABLE)
def test_words_and_files_go_and_choices_stay(answer, left):
    assert without_words(answer) == left
    assert without_words(left) == left
