"""Two authors at the same moment, for real, in threads on both databases: nothing is lost, nothing is double."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import pairwise

import pytest
from flask import Flask

from lms.core.actor import Actor
from lms.core.db import db
from lms.core.reasons import Refused
from lms.courses.models import DraftEdit
from lms.courses.queries import find_course, load_body, load_draft
from lms.courses.reasons import CourseReason
from lms.courses.services import change_draft, save_body
from tests.courses.documents import activity, module, page, text
from tests.learning.building import AT, a_person, actor, draft, scope_on

EACH = 12


@pytest.fixture
def authors(app: Flask) -> list[Actor]:
    """Two authors of a course whose first page has a block for each of them, and one between."""
    with app.app_context():
        blocks = page(text("Ana 0"), text("Between"), text("Ben 0"))
        course = draft(module("m1", activity("one", blocks), activity("two")), module("m2"))
        found = [actor(a_person(), scope_on(course, role)) for role in ("author", "teacher")]
        db.session.commit()
        return found


def at_once(app: Flask, authors: list[Actor], work: Callable[[int, Actor, int], None]) -> None:
    """`work(number of the author, author, round)` of both authors side by side, each in a transaction of its own."""

    def run(number: int) -> None:
        for turn in range(EACH):
            with app.app_context():
                work(number, authors[number], turn)
                db.session.commit()

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(run, number) for number in range(2)]:
            done.result(60)


def test_what_both_add_is_all_there_each_with_a_key_of_its_own(app: Flask, authors: list[Actor]):
    def add(number: int, by: Actor, _turn: int) -> None:
        wish = {"op": "add_activity", "kind": "page", "title": "The same title", "module": f"m{number + 1}"}
        change_draft("safety", wish, by=by, at=AT)

    at_once(app, authors, add)
    with app.app_context():
        course = find_course("safety")
        row = load_draft(course.id)
        keys = [one["key"] for found in row.outline["modules"] for one in found["activities"]]
        assert len(keys) == len(set(keys)) == 2 + 2 * EACH
        numbers = db.session.scalars(db.select(DraftEdit.number).where(DraftEdit.course_id == course.id)).all()
        assert sorted(numbers) == list(range(1, row.version + 1)), "every change stands in the history, once"


def test_in_different_blocks_of_one_page_both_texts_stay(app: Flask, authors: list[Actor]):
    with app.app_context():
        begun = load_draft(find_course("safety").id).outline["modules"][0]["activities"][0]["body"]
    held = [begun, begun]

    def save(number: int, by: Actor, turn: int) -> None:
        blocks = [dict(block) for block in load_body(held[number])["blocks"]]
        blocks[number * 2]["markdown"] = f"{('Ana', 'Ben')[number]} {turn + 1}"
        held[number] = save_body("safety", "one", page(*blocks), based_on=held[number], by=by, at=AT)

    at_once(app, authors, save)
    with app.app_context():
        address = load_draft(find_course("safety").id).outline["modules"][0]["activities"][0]["body"]
        assert [block["markdown"] for block in load_body(address)["blocks"]] == [
            f"Ana {EACH}",
            "Between",
            f"Ben {EACH}",
        ]


def test_in_the_same_block_who_is_refused_is_told_and_the_text_is_kept(app: Flask, authors: list[Actor]):
    with app.app_context():
        begun = load_draft(find_course("safety").id).outline["modules"][0]["activities"][1]["body"]
    held, told = [begun, begun], []

    def save(number: int, by: Actor, turn: int) -> None:
        mine = page(text(f"Author {number}, round {turn}"))
        try:
            held[number] = save_body("safety", "two", mine, based_on=held[number], by=by, at=AT)
        except Refused as refused:
            db.session.rollback()
            told.append((mine, refused.reason, refused.values["yours"]))
            held[number] = refused.values["now"]

    at_once(app, authors, save)
    with app.app_context():
        for mine, why, kept in told:
            assert (why, load_body(kept)) == (CourseReason.EDITED_MEANWHILE, mine)
        address = load_draft(find_course("safety").id).outline["modules"][0]["activities"][1]["body"]
        assert address in held


def test_of_two_titles_one_stands_and_the_other_author_knows(app: Flask, authors: list[Actor]):
    seen, stood = ["About two", "About two"], [0, 0]

    def rename(number: int, by: Actor, turn: int) -> None:
        wish = {"op": "set", "on": "activity", "key": "two", "field": "title", "was": seen[number]}
        mine = f"Title {number}.{turn}"
        with suppress(Refused):
            change_draft("safety", wish | {"value": mine}, by=by, at=AT)
            stood[number] += 1
        db.session.commit()
        seen[number] = load_draft(find_course("safety").id).outline["modules"][0]["activities"][1]["title"]
        db.session.rollback()

    at_once(app, authors, rename)
    with app.app_context():
        course = find_course("safety")
        in_order = db.select(DraftEdit.operation).where(DraftEdit.course_id == course.id).order_by(DraftEdit.number)
        edits = db.session.scalars(in_order).all()
        renamed = [edit for edit in edits if edit["op"] == "set"]
        assert len(renamed) == sum(stood)
        for before, after in pairwise(renamed):
            assert after["was"] == before["value"], "nobody changed what the author had not seen"
