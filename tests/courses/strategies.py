"""Courses of every shape, for properties: stored documents, normalised, with the bytes of their files."""

from __future__ import annotations

from typing import Any

from hypothesis import assume
from hypothesis import strategies as st

from lms.core.canonical import digest, digest_bytes
from lms.courses.rules import documents
from lms.courses.rules.bodies import CALLOUTS, GRADING, REVIEW
from lms.courses.rules.documents import ALLOWED_REQUIREMENTS
from lms.courses.rules.markdown import files_of
from lms.courses.rules.questions import POLICIES

Document = dict[str, Any]

LETTERS = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
TRICKY = st.sampled_from(
    [
        "true",
        "No",
        "null",
        "~",
        "12.50",
        "2026-05-01",
        ":::",
        ":::note",
        "\\:::",
        "---",
        "- x",
        "a: b",
        "# x",
        "|",
        "'",
        '"',
    ]
)
ANY = st.text(LETTERS, min_size=1, max_size=40) | TRICKY
TEXTS = st.lists(ANY, min_size=1, max_size=4).map("\n".join).filter(lambda text: text.strip())
LINES = ANY.filter(lambda text: text.strip())
KEYS = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,8}", fullmatch=True)
DECIMALS = st.from_regex(r"-?[0-9]{1,4}(\.[0-9]{1,3})?", fullmatch=True)
PERCENTS = st.integers(0, 99).map(str) | st.sampled_from(["66.5", "100", "0.10"])
FILES = {
    "figures/a.svg": b'<svg xmlns="http://www.w3.org/2000/svg"/>',
    "media/ä b.mp4": b"\0\0\0\x18ftypisom",
    "media/x.en.vtt": b"WEBVTT\n",
    'files/a"b, c.txt': b"text",
}
MEDIA_TYPES = ("image/svg+xml", "video/mp4", "text/vtt", "text/plain")
FACTS = {
    path: {"digest": digest_bytes(data), "media_type": media_type, "size": len(data)}
    for (path, data), media_type in zip(FILES.items(), MEDIA_TYPES, strict=True)
}
VIDEO, CAPTIONS, SHEET = "media/ä b.mp4", "media/x.en.vtt", 'files/a"b, c.txt'


def maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | strategy


def questions(*, inner: bool = False) -> st.SearchStrategy[Document]:
    """Raw questions of every type, as a file could hold them."""
    kinds = [
        choice("single_choice"),
        choice("multiple_choice"),
        weighted(),
        _with(type=st.just("true_false"), answer=st.booleans(), feedback=maybe(TEXTS)),
        _with(
            type=st.just("numeric"), answer=DECIMALS, tolerance=st.sampled_from(["0", "0.5", "2 %"]), unit=maybe(LINES)
        ),
        numeric(),
        _with(
            type=st.just("short_text"),
            accept=st.lists(LINES, min_size=1, max_size=3),
            case=st.sampled_from(["ignore", "exact"]),
        ),
        _with(
            type=st.just("matching"),
            pairs=st.lists(st.lists(TEXTS, min_size=2, max_size=2), min_size=1, max_size=3),
            extra=st.lists(TEXTS, max_size=2),
        ),
        _with(type=st.just("ordering"), order=st.lists(TEXTS, min_size=2, max_size=4)),
        gaps(),
    ]
    return st.one_of(kinds if inner else [*kinds, parts()])


def _with(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Document]:
    common: dict[str, st.SearchStrategy[Any]] = {
        "key": KEYS,
        "outcome": maybe(st.just("o1")),
        "points": st.sampled_from(["1", "0.5", "2"]),
        "text": TEXTS.filter(lambda text: "[[" not in text),
        "explanation": maybe(TEXTS),
    }
    return st.fixed_dictionaries(common | fields)


def options(**more: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Document]]:
    option = {"text": TEXTS, "right": st.booleans(), "feedback": maybe(TEXTS)}
    return st.lists(st.fixed_dictionaries(option | more), min_size=1, max_size=4)


def choice(kind: str) -> st.SearchStrategy[Document]:
    return _with(type=st.just(kind), options=options().map(lambda found: [found[0] | {"right": True}, *found[1:]]))


def weighted() -> st.SearchStrategy[Document]:
    raw = _with(type=st.just("multiple_choice"), options=options(weight=DECIMALS))
    return raw.map(lambda found: found | {"policy": "weights"}) | _with(
        type=st.just("multiple_choice"), policy=st.sampled_from(POLICIES[:3]), options=options()
    )


def numeric() -> st.SearchStrategy[Document]:
    exact = st.fixed_dictionaries({"answer": DECIMALS}, optional={"tolerance": st.just("5"), "unit": st.just("mV")})
    between = st.fixed_dictionaries(
        {"from": DECIMALS, "to": DECIMALS, "open": st.sampled_from([[], ["from"], ["to", "from"]])}
    )
    return _with(
        type=st.just("numeric"), accept=st.lists(exact | between, min_size=1, max_size=3), units=st.just(["V", "mV"])
    )


def gaps() -> st.SearchStrategy[Document]:
    gap = {
        "accept": st.just(["off"]),
        "case": st.sampled_from(["ignore", "exact"]),
        "options": maybe(st.just(["on", "off"])),
    }
    held = st.fixed_dictionaries({"1": st.fixed_dictionaries(gap), "b": st.fixed_dictionaries(gap)})
    return _with(type=st.just("gaps"), text=st.just("x [[b]] y [[1]]"), gaps=held)


def parts() -> st.SearchStrategy[Document]:
    inside = st.tuples(questions(inner=True), questions(inner=True)).map(
        lambda pair: [pair[0] | {"key": "one"}, pair[1] | {"key": "two"}]
    )
    raw = _with(type=st.just("parts"), text=st.just("x [[two]]\n[[one]]"), parts=inside)
    return raw.map(lambda found: {name: value for name, value in found.items() if name != "points"})


VIDEOS = st.fixed_dictionaries(
    {
        "title": maybe(LINES),
        "file": st.just(VIDEO),
        "captions": st.sampled_from([{}, {"en": CAPTIONS}, {"de": CAPTIONS, "pt-BR": CAPTIONS}]),
        "transcript": maybe(TEXTS),
    }
)
BLOCKS = st.one_of(
    st.fixed_dictionaries({"type": st.just("text"), "markdown": TEXTS | st.just("![a](figures/a.svg)")}),
    st.fixed_dictionaries({"type": st.just("callout"), "style": st.sampled_from(CALLOUTS), "markdown": TEXTS}),
    questions().map(lambda raw: {"type": "question", "question": raw}),
    VIDEOS.map(lambda raw: raw | {"type": "video"}),
    LINES.map(lambda title: {"type": "file", "title": title, "file": SHEET}),
)


def numbered(questions: list[Document], prefix: str) -> list[Document]:
    return [question | {"key": f"{prefix}{number}"} for number, question in enumerate(questions)]


@st.composite
def pages(draw: st.DrawFn) -> Document:
    blocks = draw(st.lists(BLOCKS, max_size=4))
    for number, block in enumerate(blocks):
        if block["type"] == "question":
            block["question"] |= {"key": f"p{number}"}
    return {"kind": "page", "blocks": blocks}


@st.composite
def quizzes(draw: st.DrawFn) -> Document:
    pool = numbered(draw(st.lists(questions(), min_size=1, max_size=3)), "d")
    asked = numbered(draw(st.lists(questions(), max_size=3)), "q")
    slots: list[Document] = [{"question": question} for question in asked]
    slots += [
        {"text": draw(TEXTS)},
        {"video": draw(VIDEOS)},
        {"draw": {"from": "pool", "count": draw(st.integers(1, len(pool)))}},
    ]
    words = st.lists(st.sampled_from(REVIEW), max_size=3)
    return {
        "kind": "quiz",
        "time_limit_minutes": draw(maybe(st.integers(1, 90))),
        "attempts": draw(maybe(st.integers(1, 5))),
        "pass_percent": draw(PERCENTS),
        "grading": draw(st.sampled_from(GRADING)),
        "shuffle": draw(st.fixed_dictionaries({"options": st.booleans(), "questions": st.booleans()})),
        "review": draw(maybe(st.fixed_dictionaries({"during": words, "after": words, "closed": words}))),
        "slots": draw(st.permutations(slots)),
        "pools": {"pool": pool},
    }


BODIES = {
    "page": pages(),
    "quiz": quizzes(),
    "video": VIDEOS.map(
        lambda raw: {name: raw[name] for name in ("file", "captions", "transcript")} | {"kind": "video"}
    ),
    "file": maybe(TEXTS).map(lambda words: {"kind": "file", "file": SHEET, "description": words}),
    "link": maybe(TEXTS).map(lambda words: {"kind": "link", "url": "https://example.org/?a=b#c", "description": words}),
}
RELEASES = st.recursive(
    st.one_of(
        KEYS.map(lambda key: {"completed": key}),
        st.tuples(KEYS, PERCENTS).map(lambda pair: {"score": {"activity": pair[0], "at_least": pair[1]}}),
        st.sampled_from([{"from": "2026-05-01"}, {"until": "2026-05-01T08:00:00+02:00"}, {"credential": "a-course"}]),
        KEYS.map(lambda key: {"group": key}),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=2).map(lambda several: {"all": several}),
        st.lists(inner, max_size=2).map(lambda several: {"any": several}),
        inner.map(lambda one: {"not": one}),
    ),
    max_leaves=4,
)


@st.composite
def courses(draw: st.DrawFn) -> tuple[Document, dict[str, Document]]:
    """(outline document, bodies by digest), normalised; the bytes of all their files are FILES."""
    bodies: dict[str, Document] = {}
    number = 0

    def activity() -> Document:
        nonlocal number
        number += 1
        kind = draw(st.sampled_from(sorted(BODIES)))
        body = documents.body(with_files(draw(BODIES[kind])))
        bodies[digest(body)] = body
        word = draw(st.sampled_from(ALLOWED_REQUIREMENTS[kind]))
        return {
            "key": f"a{number}",
            "title": draw(LINES),
            "kind": kind,
            "minutes": draw(maybe(st.integers(0, 90))),
            "requirement": {"kind": word} | ({"percent": draw(PERCENTS)} if word == "score" else {}),
            "release": draw(maybe(RELEASES)),
            "body": digest(body),
        }

    def module(depth: int) -> Document:
        nonlocal number
        number += 1
        inner = draw(st.integers(0, 1)) if depth < 3 else 0
        return {
            "key": f"m{number}",
            "title": draw(LINES),
            "activities": [activity() for _ in range(draw(st.integers(0, 2)))],
            "modules": [module(depth + 1) for _ in range(inner)],
        }

    modules = [module(1) for _ in range(draw(st.integers(0, 2)))]
    return documents.outline({"facts": draw(facts()), "modules": modules}), bodies


def facts() -> st.SearchStrategy[Document]:
    certificate = st.fixed_dictionaries(
        {"kind": st.just("micro_credential")},
        optional={"valid_months": st.integers(1, 60), "country": st.just("BE"), "quality_assurance": TEXTS},
    ) | st.fixed_dictionaries({"kind": st.sampled_from(["participation", "achievement"])})
    return st.fixed_dictionaries(
        {
            "key": st.just("a-course"),
            "title": LINES,
            "language": st.sampled_from(["en", "de", "pt-BR"]),
            "summary": maybe(TEXTS),
            "provider": maybe(LINES),
            "audience": maybe(TEXTS),
            "level": st.sampled_from([None, {"eqf": 4}, {"reach": "expert"}]),
            "workload_hours": maybe(st.sampled_from(["2", "2.50"])),
            "outcomes": TEXTS.map(lambda words: [{"key": "o1", "text": words}]),
            "skills": LINES.map(lambda label: [{"uri": "urn:x", "label": label, "level": None, "outcomes": ["o1"]}]),
            "certificate": maybe(certificate),
            "enrolment": st.sampled_from(["open", "invited"]),
            "groups": st.lists(st.fixed_dictionaries({"key": KEYS, "title": LINES}), max_size=2, unique_by=_key),
        }
    )


def _key(line: Document) -> str:
    return str(line["key"])


def with_files(body: Document) -> Document:
    """The body with the facts of exactly those files that it names."""
    if body["kind"] == "link":
        return body
    named = files_of(documents.body(body))
    assume(all(path in FACTS for path in named))
    return body | {"files": {path: FACTS[path] for path in named}}
