"""The shape of a course's outline: facts, modules, activities, what they require and what opens them.

The same functions read what a file says and check what is stored. Meaning and defaults: course-format.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any

from lms.courses.rules.bodies import DIGEST, KINDS, body
from lms.courses.rules.fields import (
    Document,
    Fields,
    Flaw,
    Where,
    Wrong,
    elements,
    key,
    language,
    line,
    one_of,
    refuse_repeated,
    slug,
    text,
    text_or_nothing,
    whole,
    within,
)
from lms.courses.rules.questions import question

__all__ = ["activity_head", "body", "facts", "modules", "outline", "question", "release", "requirement"]

REACH = ("awareness", "practitioner", "expert")
CERTIFICATES = ("participation", "achievement", "micro_credential")
PARTICIPATION = ("online", "blended", "on_site")
DEEPEST_MODULE = 3
DEEPEST_RELEASE = 10
ALLOWED_REQUIREMENTS = {
    "page": ("view", "done", "none"),
    "file": ("view", "done", "none"),
    "video": ("done", "view", "none"),
    "link": ("done", "view", "none"),
    "quiz": ("pass", "view", "submit", "score", "none"),
}
"""By kind of activity; the first is the default."""

ReadActivity = Callable[[Any, Where], Document]


def outline(raw: object, where: Where = ()) -> Document:
    """A stored outline document, checked and normalised. Raises Wrong."""
    with Fields(raw, where) as fields:
        return {
            "facts": fields.read("facts", _stored_facts),
            "modules": modules(fields, _stored_activity),
        }


def _stored_facts(raw: object, where: Where) -> Document:
    with Fields(raw, where) as fields:
        return facts(fields)


def facts(fields: Fields) -> Document:
    """What stands about the course as a whole."""
    found: Document = {
        "key": fields.read("key", slug),
        "title": fields.read("title", line),
        "language": fields.read("language", language),
        "summary": fields.maybe("summary", text_or_nothing) or "",
        "provider": fields.maybe("provider", line),
        "audience": fields.maybe("audience", text),
        "level": fields.read("level", _level, {"eqf": None, "reach": None}),
        "workload_hours": fields.maybe("workload_hours", within(0, 10_000)),
        "outcomes": fields.each("outcomes", _outcome),
        "skills": fields.each("skills", _skill),
        "certificate": fields.maybe("certificate", _certificate),
        "enrolment": fields.read("enrolment", one_of("open", "invited"), "open"),
    }
    if groups := fields.each("groups", _group):
        found["groups"] = groups  # left out where there are none, so that what was published before keeps its digest
    refuse_repeated([group["key"] for group in groups], fields.at("groups"), "key")
    outcomes = [outcome["key"] for outcome in found["outcomes"]]
    refuse_repeated(outcomes, fields.at("outcomes"), "key")
    for position, skill in enumerate(found["skills"]):
        _refuse_unknown(skill["outcomes"], outcomes, (*fields.at("skills"), position, "outcomes"))
    return found


def _level(raw: object, where: Where) -> Document:
    with Fields(raw, where) as fields:
        return {"eqf": fields.maybe("eqf", whole(1, 8)), "reach": fields.maybe("reach", one_of(*REACH))}


def _outcome(raw: object, where: Where) -> Document:
    with Fields(raw, where) as fields:
        return {"key": fields.read("key", key), "text": fields.read("text", text)}


def _group(raw: object, where: Where) -> Document:
    with Fields(raw, where) as fields:
        return {"key": fields.read("key", key), "title": fields.read("title", line)}


def _skill(raw: object, where: Where) -> Document:
    with Fields(raw, where) as fields:
        return {
            "uri": fields.read("uri", line),
            "label": fields.read("label", line),
            "level": fields.maybe("level", one_of(*REACH)),
            "outcomes": fields.each("outcomes", key),
        }


def _refuse_unknown(names: list[str], known: list[str], where: Where) -> None:
    for position, name in enumerate(names):
        if name not in known:
            raise Wrong(Flaw.UNKNOWN_NAME, (*where, position), value=name)


def _certificate(raw: object, where: Where) -> Document:
    """A micro-credential also says what 2022/C 243/02 asks for and no other place in the course holds."""
    with Fields(raw, where) as fields:
        kind = fields.read("kind", one_of(*CERTIFICATES))
        found: Document = {"kind": kind, "valid_months": fields.maybe("valid_months", whole(1, 1200))}
        if kind != "micro_credential":
            return found
        return found | {
            "country": fields.maybe("country", _country),
            "awarding_body": fields.maybe("awarding_body", line),
            "assessment": fields.maybe("assessment", line),
            "participation": fields.maybe("participation", one_of(*PARTICIPATION)),
            "quality_assurance": fields.maybe("quality_assurance", text),
        }


def _country(raw: object, where: Where) -> str:
    """Two letters of ISO 3166-1."""
    value = line(raw, where)
    if len(value) != 2 or not value.isascii() or not value.isalpha() or not value.isupper():
        raise Wrong(Flaw.NOT_ALLOWED, where, value=value, allowed="AT, BE, BG, …")
    return value


def modules(fields: Fields, read_activity: ReadActivity) -> list[Document]:
    """The modules under "modules". `read_activity` makes an activity of what stands in a module's list."""
    found = fields.each("modules", lambda raw, where: _module(raw, where, read_activity, 1))
    refuse_repeated([module["key"] for module in _walk(found)], fields.at("modules"))
    refuse_repeated([a["key"] for module in _walk(found) for a in module["activities"]], fields.at("modules"))
    return found


def _module(raw: object, where: Where, read_activity: ReadActivity, depth: int) -> Document:
    if depth > DEEPEST_MODULE:
        raise Wrong(Flaw.TOO_DEEP, where, limit=DEEPEST_MODULE)
    with Fields(raw, where) as fields:
        return {
            "key": fields.read("key", key),
            "title": fields.read("title", line),
            "activities": fields.each("activities", read_activity),
            "modules": fields.each("modules", lambda raw, where: _module(raw, where, read_activity, depth + 1)),
        }


def _walk(found: list[Document]) -> Iterator[Document]:
    for module in found:
        yield module
        yield from _walk(module["modules"])


def _stored_activity(raw: object, where: Where) -> Document:
    with Fields(raw, where) as fields:
        kind = fields.read("kind", one_of(*KINDS))
        address = fields.read("body", text)
        if not DIGEST.fullmatch(address):
            raise Wrong(Flaw.NOT_ALLOWED, fields.at("body"), value=address, allowed="SHA-256")
        return activity_head(fields, kind) | {"body": address}


def activity_head(fields: Fields, kind: str) -> Document:
    """All of an activity but its body."""
    return {
        "key": fields.read("key", key),
        "title": fields.read("title", line),
        "kind": kind,
        "minutes": fields.maybe("minutes", whole(0, 100_000)),
        "requirement": requirement(fields.get("requirement"), fields.at("requirement"), kind),
        "release": fields.maybe("release", release),
    }


def requirement(raw: object, where: Where, kind: str) -> Document:
    """ "pass", {score: 60}, or as stored {"kind", "percent"}; None = the kind's default."""
    allowed = ALLOWED_REQUIREMENTS[kind]
    if raw is None:
        return {"kind": allowed[0]}
    if isinstance(raw, dict):
        return _requirement_with_fields(raw, where, allowed)
    word = one_of(*(name for name in allowed if name != "score"))(raw, where)
    return {"kind": word}


def _requirement_with_fields(raw: Document, where: Where, allowed: tuple[str, ...]) -> Document:
    with Fields(raw, where) as fields:
        percent = fields.maybe("score", within(0, 100))
        if percent is not None and "score" in allowed:
            return {"kind": "score", "percent": percent}
        word = fields.read("kind", one_of(*allowed))
        return {"kind": word} | ({"percent": fields.read("percent", within(0, 100))} if word == "score" else {})


def release(raw: object, where: Where, depth: int = 1) -> Document:
    """A tree of conditions; each node has one field. What it refers to need not exist: then it is false."""
    if depth > DEEPEST_RELEASE:
        raise Wrong(Flaw.TOO_DEEP, where, limit=DEEPEST_RELEASE)

    def inner(raw: object, where: Where) -> Document:
        return release(raw, where, depth + 1)

    def several(raw: object, where: Where) -> list[Document]:
        return [inner(value, place) for value, place in elements(raw, where)]

    kinds: dict[str, Callable[[Any, Where], Any]] = {
        "all": several,
        "any": several,
        "not": inner,
        "completed": key,
        "score": _score,
        "from": _instant,
        "until": _instant,
        "credential": slug,
        "group": key,
    }
    with Fields(raw, where) as fields:
        found = {name: fields.maybe(name, read) for name, read in kinds.items()}
    given = {name: value for name, value in found.items() if value is not None}
    if len(given) != 1:
        raise Wrong(Flaw.NOT_ALLOWED, where, value=", ".join(given), allowed=", ".join(kinds))
    return given


def _score(raw: object, where: Where) -> Document:
    with Fields(raw, where) as fields:
        return {"activity": fields.read("activity", key), "at_least": fields.read("at_least", within(0, 100))}


def _instant(raw: object, where: Where) -> str:
    """A date or an instant as written; without a zone it is meant in the organisation's."""
    value = line(raw, where)
    try:
        date.fromisoformat(value) if len(value) == 10 else datetime.fromisoformat(value)
    except ValueError as error:
        raise Wrong(Flaw.NOT_A_TIME, where, value=value) from error
    return value
