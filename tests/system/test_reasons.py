"""Every reason for a "no": a code of its own, a sentence whose values agree, in each language that is shipped."""

from __future__ import annotations

import re

import pytest
from babel.messages import Message
from babel.messages.pofile import read_po

from lms.core.i18n import TRANSLATIONS
from lms.core.reasons import Reason
from tools.reasons import all_reasons

STATUSES = {400, 401, 403, 404, 405, 409, 412, 413, 415, 416, 422, 428, 429, 500, 503}
CATALOGUES = sorted(TRANSLATIONS.glob("*/LC_MESSAGES/messages.po"))


def members() -> list[Reason]:
    return [member for family in all_reasons() for member in family]


def test_no_two_reasons_share_a_code():
    codes = [member.code for member in members()]
    assert sorted(codes) == sorted(set(codes))


@pytest.mark.parametrize("reason", members(), ids=lambda reason: reason.code)
def test_a_reason_has_a_code_a_status_and_a_sentence(reason):
    assert re.fullmatch(r"[a-z_]+(\.[a-z0-9_]+)+", reason.code)
    assert reason.status in STATUSES
    assert reason.text.endswith((".", ")s"))


def test_every_reason_is_translated_with_the_same_values_in_each_shipped_language():
    texts = [text for member in members() for text in (member.text, member.next_text) if text]
    for path in CATALOGUES:
        with path.open("rb") as file:
            catalogue = read_po(file)
        assert [text for text in texts if not is_translation(catalogue.get(text), text)] == [], path


def is_translation(message: Message | None, text: str) -> bool:
    values = re.compile(r"%\(\w+\)[sd]")
    return bool(
        message
        and message.string
        and not message.fuzzy
        and set(values.findall(str(message.string))) == set(values.findall(text))
    )
