"""The outline's shape: facts, modules, requirements, release conditions; and the shapes of bodies."""

from __future__ import annotations

from typing import Any

import pytest

from lms.courses.rules import bodies, documents
from lms.courses.rules.fields import Fields, Flaw, Wrong

FACTS = {"key": "a-course", "title": "A course", "language": "en"}
DIGEST = "a" * 64
PAGE = {"key": "page", "title": "Page", "kind": "page", "body": DIGEST}


def outline(modules: list[Any] | None = None, **facts: Any) -> dict[str, Any]:
    return documents.outline({"facts": FACTS | facts, "modules": modules or []})


def flaw_of(call: Any) -> tuple[Flaw, tuple[str | int, ...]]:
    with pytest.raises(Wrong) as wrong:
        call()
    return wrong.value.flaw, wrong.value.where


def module(key: str = "m", **fields: Any) -> dict[str, Any]:
    return {"key": key, "title": "Module", **fields}


def test_a_course_that_says_little_has_every_fact() -> None:
    assert outline()["facts"] == FACTS | {
        "summary": "",
        "provider": None,
        "audience": None,
        "level": {"eqf": None, "reach": None},
        "workload_hours": None,
        "outcomes": [],
        "skills": [],
        "certificate": None,
        "enrolment": "open",
    }


@pytest.mark.parametrize(
    ("facts", "flaw", "where"),
    [
        ({"title": None}, Flaw.MISSING, ("facts", "title")),
        ({"title": "x" * 501}, Flaw.OUT_OF_RANGE, ("facts", "title")),
        ({"key": "A Course"}, Flaw.NOT_A_KEY, ("facts", "key")),
        ({"language": "english"}, Flaw.NOT_A_LANGUAGE, ("facts", "language")),
        ({"level": {"eqf": "9"}}, Flaw.OUT_OF_RANGE, ("facts", "level", "eqf")),
        ({"level": {"eqf": "4.5"}}, Flaw.NOT_A_NUMBER, ("facts", "level", "eqf")),
        ({"workload_hours": "-1"}, Flaw.OUT_OF_RANGE, ("facts", "workload_hours")),
        ({"colour": "red"}, Flaw.UNKNOWN_FIELD, ("facts", "colour")),
        ({"enrolment": "closed"}, Flaw.NOT_ALLOWED, ("facts", "enrolment")),
        (
            {"certificate": {"kind": "participation", "country": "BE"}},
            Flaw.UNKNOWN_FIELD,
            ("facts", "certificate", "country"),
        ),
        (
            {"certificate": {"kind": "micro_credential", "country": "be"}},
            Flaw.NOT_ALLOWED,
            ("facts", "certificate", "country"),
        ),
        (
            {"skills": [{"uri": "u", "label": "l", "outcomes": ["o9"]}]},
            Flaw.UNKNOWN_NAME,
            ("facts", "skills", 0, "outcomes", 0),
        ),
        (
            {"outcomes": [{"key": "o1", "text": "a"}, {"key": "o1", "text": "b"}]},
            Flaw.TWICE,
            ("facts", "outcomes", 1, "key"),
        ),
    ],
)
def test_a_wrong_fact_is_named(facts: dict[str, Any], flaw: Flaw, where: tuple[Any, ...]) -> None:
    assert flaw_of(lambda: outline(**facts)) == (flaw, where)


def test_modules_are_three_deep_at_most() -> None:
    three = module("a", modules=[module("b", modules=[module("c")])])
    assert outline([three])["modules"][0]["modules"][0]["modules"][0]["key"] == "c"
    four = module("a", modules=[module("b", modules=[module("c", modules=[module("d")])])])
    assert flaw_of(lambda: outline([four]))[0] is Flaw.TOO_DEEP


def test_keys_are_the_courses_own() -> None:
    assert flaw_of(lambda: outline([module("a"), module("a")]))[0] is Flaw.TWICE
    assert flaw_of(lambda: outline([module("a", activities=[PAGE]), module("b", activities=[PAGE])]))[0] is Flaw.TWICE


@pytest.mark.parametrize(
    ("kind", "written", "kept"),
    [
        ("page", None, {"kind": "view"}),
        ("file", None, {"kind": "view"}),
        ("video", None, {"kind": "done"}),
        ("link", None, {"kind": "done"}),
        ("quiz", None, {"kind": "pass"}),
        ("page", "done", {"kind": "done"}),
        ("page", "none", {"kind": "none"}),
        ("quiz", "submit", {"kind": "submit"}),
        ("quiz", {"score": "66.5"}, {"kind": "score", "percent": "66.5"}),
        ("quiz", {"kind": "score", "percent": "60"}, {"kind": "score", "percent": "60"}),
    ],
)
def test_what_an_activity_requires(kind: str, written: Any, kept: dict[str, str]) -> None:
    assert documents.requirement(written, (), kind) == kept


@pytest.mark.parametrize(
    ("kind", "written"),
    [
        ("page", "pass"),
        ("quiz", "done"),
        ("quiz", "score"),
        ("page", {"score": "60"}),
        ("quiz", {"score": "101"}),
        ("quiz", 5),
    ],
)
def test_what_an_activity_of_its_kind_can_not_require(kind: str, written: Any) -> None:
    with pytest.raises(Wrong):
        documents.requirement(written, (), kind)


def test_a_release_is_a_tree() -> None:
    tree = {
        "all": [
            {"any": [{"completed": "a"}]},
            {"not": {"score": {"activity": "b", "at_least": "60"}}},
            {"from": "2026-05-01"},
        ]
    }
    assert documents.release(tree, ()) == tree


@pytest.mark.parametrize(
    ("tree", "flaw"),
    [
        ({}, Flaw.NOT_ALLOWED),
        ({"completed": "a", "from": "2026-05-01"}, Flaw.NOT_ALLOWED),
        ({"finished": "a"}, Flaw.UNKNOWN_FIELD),
        ({"from": "tomorrow"}, Flaw.NOT_A_TIME),
        ({"until": "2026-13-01"}, Flaw.NOT_A_TIME),
        ({"score": {"activity": "a"}}, Flaw.MISSING),
        ({"all": {"completed": "a"}}, Flaw.NOT_A_LIST),
    ],
)
def test_a_release_that_means_nothing_is_refused(tree: dict[str, Any], flaw: Flaw) -> None:
    assert flaw_of(lambda: documents.release(tree, ()))[0] is flaw


def test_a_release_has_an_end() -> None:
    deep: dict[str, Any] = {"completed": "a"}
    for _ in range(11):
        deep = {"not": deep}
    assert flaw_of(lambda: documents.release(deep, ()))[0] is Flaw.TOO_DEEP


def quiz(**fields: Any) -> dict[str, Any]:
    with Fields(fields) as found:
        return bodies.quiz(found)


def test_a_quiz_that_says_nothing_has_every_setting() -> None:
    assert quiz() == {
        "kind": "quiz",
        "time_limit_minutes": None,
        "attempts": None,
        "pass_percent": "50",
        "grading": "highest",
        "shuffle": {"options": False, "questions": False},
        "review": {
            "during": [],
            "after": ["answers"],
            "closed": ["answers", "correctness", "marks", "feedback", "right_answers"],
        },
        "slots": [],
        "pools": {},
    }


@pytest.mark.parametrize(
    ("written", "options", "questions"),
    [(True, True, True), ("options", True, False), ("questions", False, True), ({"options": True}, True, False)],
)
def test_shuffle_means_both_or_one(written: Any, options: bool, questions: bool) -> None:
    assert quiz(shuffle=written)["shuffle"] == {"options": options, "questions": questions}


def test_the_words_of_a_review_have_one_order() -> None:
    review = quiz(review={"during": ["marks", "answers", "marks"], "after": []})["review"]
    assert (review["during"], review["after"], len(review["closed"])) == (["answers", "marks"], [], 5)
    assert flaw_of(lambda: quiz(review={"after": ["points"]})) == (Flaw.NOT_ALLOWED, ("review", "after", 0))


QUESTION = {"key": "q", "type": "true_false", "text": "?", "answer": True}


@pytest.mark.parametrize(
    ("fields", "flaw"),
    [
        ({"slots": [{}]}, Flaw.NOT_ALLOWED),
        ({"slots": [{"text": "a", "question": QUESTION}]}, Flaw.NOT_ALLOWED),
        ({"slots": [{"draw": {"from": "pool", "count": "1"}}]}, Flaw.UNKNOWN_NAME),
        ({"slots": [{"draw": {"from": "p", "count": "2"}}], "pools": {"p": [QUESTION]}}, Flaw.OUT_OF_RANGE),
        ({"slots": [{"question": QUESTION}], "pools": {"p": [QUESTION]}}, Flaw.TWICE),
        ({"pools": {"p": []}}, Flaw.EMPTY),
        ({"attempts": "0"}, Flaw.OUT_OF_RANGE),
        ({"pass_percent": "101"}, Flaw.OUT_OF_RANGE),
        ({"grading": "best"}, Flaw.NOT_ALLOWED),
    ],
)
def test_a_quiz_that_could_not_be_taken_is_refused(fields: dict[str, Any], flaw: Flaw) -> None:
    assert flaw_of(lambda: quiz(**fields))[0] is flaw


def test_practice_questions_of_a_page_have_keys_of_their_own() -> None:
    blocks = [{"type": "question", "question": QUESTION}] * 2
    assert flaw_of(lambda: documents.body({"kind": "page", "blocks": blocks}))[0] is Flaw.TWICE


@pytest.mark.parametrize("path", ["../a", "/a", "a//b", "a\\b", "./a", "a/..", "a\nb"])
def test_a_path_stays_inside_the_course(path: str) -> None:
    with pytest.raises(Wrong):
        documents.body({"kind": "file", "file": path})


@pytest.mark.parametrize("url", ["javascript:alert(1)", "ftp://a", "https://", "//a", "https://a b", 'https://a"', "a"])
def test_a_link_leads_to_the_web(url: str) -> None:
    assert flaw_of(lambda: documents.body({"kind": "link", "url": url})) == (Flaw.NOT_AN_ADDRESS, ("url",))


@pytest.mark.parametrize("raw", [None, [], "page", {}, {"kind": "essay"}])
def test_a_body_that_is_no_body_is_refused(raw: object) -> None:
    with pytest.raises(Wrong):
        documents.body(raw)
