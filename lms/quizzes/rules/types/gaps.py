"""A text with gaps, each to be filled by writing or by choosing. Marked per gap."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from random import Random
from typing import Any

from lms.quizzes.rules.texts import is_accepted, normal_form
from lms.quizzes.rules.types.base import (
    Draw,
    Flaw,
    Misfit,
    Outcome,
    Question,
    Render,
    check_id,
    check_text,
    draw_ids,
    draw_pairs,
    field_of,
    meaning,
    places_in,
    put_places,
    share,
)


def flaws(question: Question) -> Iterator[Flaw]:
    if not question["gaps"]:
        yield Flaw("no_gap", "")
    in_text = places_in(question["text"])
    for name in dict.fromkeys([*in_text, *question["gaps"]]):
        if in_text.count(name) != 1 or name not in question["gaps"]:
            yield Flaw("gap_does_not_match_text", "", {"gap": name})
    for name, gap in question["gaps"].items():
        if not _can_be_right(gap):
            yield Flaw("gap_accepts_nothing", "", {"gap": name})


def draw(question: Question, source: Random, *, shuffle: bool) -> Draw:
    """{"gaps": [[id, name], …] in the order of the text, "options": {id of the gap: [[id, position], …]}}."""
    names = [name for name in dict.fromkeys(places_in(question["text"])) if name in question["gaps"]]
    gaps = [[drawn, name] for drawn, name in zip(draw_ids(source, len(names)), names, strict=True)]
    options = {
        drawn: draw_pairs(source, range(len(question["gaps"][name]["options"])), shuffle=shuffle)
        for drawn, name in gaps
        if question["gaps"][name]["options"]
    }
    return {"gaps": gaps, "options": options}


def present(question: Question, draw: Draw, render: Render) -> dict[str, Any]:
    ids = {name: shown for shown, name in draw["gaps"]}
    return {
        "html": put_places(render(question["text"]), ids, "gap"),
        "gaps": [_presented(question["gaps"][name], shown, draw, render) for shown, name in draw["gaps"]],
    }


def check(question: Question, draw: Draw, answer: Mapping[str, Any]) -> None:
    gaps = meaning(draw["gaps"])
    for shown, given in field_of(answer, "gaps", dict).items():
        if shown not in gaps:
            raise Misfit(f"/gaps/{shown}", "unknown_id")
        if shown in draw["options"]:
            check_id(given, meaning(draw["options"][shown]), f"/gaps/{shown}")
        else:
            check_text(given, f"/gaps/{shown}")


def mark(question: Question, draw: Draw, answer: Mapping[str, Any]) -> Outcome:
    pieces = {}
    for shown, name in draw["gaps"]:
        gap = question["gaps"][name]
        text = _text(gap, shown, draw, answer["gaps"].get(shown, ""))
        pieces[shown] = is_accepted(text, gap["accept"], case=gap["case"])
    return Outcome(share(sum(pieces.values()), len(pieces)), pieces)


def solution(question: Question, draw: Draw) -> dict[str, Any]:
    return {
        "gaps": {shown: _right(question["gaps"][name], shown, draw) for shown, name in draw["gaps"]},
    }


def feedback(question: Question, draw: Draw, answer: Mapping[str, Any]) -> list[tuple[str, str]]:
    return []


def _presented(gap: Mapping[str, Any], shown: str, draw: Draw, render: Render) -> dict[str, Any]:
    if shown not in draw["options"]:
        return {"id": shown}
    options = [
        {"id": option, "html": render(gap["options"][place], inline=True)} for option, place in draw["options"][shown]
    ]
    return {"id": shown, "options": options}


def _text(gap: Mapping[str, Any], shown: str, draw: Draw, given: str) -> str:
    """What was written, or the text of what was chosen."""
    if shown not in draw["options"] or not given:
        return given
    return str(gap["options"][meaning(draw["options"][shown])[given]])


def _right(gap: Mapping[str, Any], shown: str, draw: Draw) -> str:
    """The first accepted text, or the id of the first option that is accepted."""
    if shown not in draw["options"]:
        return str(gap["accept"][0])
    accepted = (
        option
        for option, place in draw["options"][shown]
        if is_accepted(gap["options"][place], gap["accept"], case=gap["case"])
    )
    return str(next(accepted))


def _can_be_right(gap: Mapping[str, Any]) -> bool:
    if not gap["options"]:
        return any(normal_form(text, case="exact") for text in gap["accept"])
    return any(is_accepted(text, gap["accept"], case=gap["case"]) for text in gap["options"])
