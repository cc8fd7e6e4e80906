"""A refusal says why in words, carries its values, and is found again by its code."""

from __future__ import annotations

import pytest

from lms.core.reasons import CoreReason, Refused, explain, find_reason


def test_a_sentence_is_filled_with_the_values(app):
    with app.test_request_context():
        refused = Refused(CoreReason.TOO_MANY, seconds=30)
        assert refused.sentence() == "Too many requests."
        assert refused.next_step() == "Wait 30 seconds and try again."
    assert (refused.status, refused.as_dict()) == (429, {"code": "core.too_many_requests", "values": {"seconds": 30}})


def test_there_need_not_be_a_next_step(app):
    with app.test_request_context():
        assert Refused(CoreReason.METHOD).next_step() == ""


def test_a_stored_code_is_explained_when_it_is_read(app):
    with app.test_request_context():
        assert explain("core.busy") == "The system is busy."
        assert explain("storage.missing", {}) == "This file is not there any more."
        assert explain("some.code_of_tomorrow") == "some.code_of_tomorrow"


def test_an_instant_is_said_in_the_readers_zone_and_way(app):
    from lms.learning.reasons import LearningReason

    with_date = [reason for reason in LearningReason if "%(date)s" in reason.text]
    assert with_date
    with app.test_request_context():
        text = explain(with_date[0].code, {"date": "2026-11-24T09:30:00+00:00", "title": "x"})
    assert "24 Nov 2026" in text
    assert "10:30" in text


@pytest.mark.parametrize("member", CoreReason, ids=lambda member: member.code)
def test_every_reason_of_core_is_found_by_its_code(member):
    assert find_reason(member.code) is member


def test_no_reason_is_no_reason():
    assert find_reason("nothing.of_ours") is None
