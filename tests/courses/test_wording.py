"""Conditions as sentences."""

from __future__ import annotations

import pytest

from lms.core.i18n import speaking
from lms.courses.wording import condition_clause
from tests.courses.documents import outline


@pytest.mark.parametrize(
    ("language", "at", "words"),
    [
        ("en", "2027-01-31", "31 Jan 2027 has come"),
        ("en", "2027-01-31T09:05:00+01:00", "31 Jan 2027, 09:05 has come"),
        ("de", "2027-01-31T09:05:00+01:00", "31.01.2027, 09:05"),
        ("fr", "2027-01-31T09:05:00Z", "31 janv. 2027, 09:05"),
    ],
)
def test_an_instant_is_said_to_the_minute_as_the_author_wrote_it(app, language, at, words):
    with app.app_context(), speaking(language, "America/New_York"):
        assert words in condition_clause({"from": at}, outline())
