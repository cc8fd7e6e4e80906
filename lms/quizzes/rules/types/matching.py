"""Each stem gets one option; an option may serve several stems. Marked per stem.

Options are the different right-hand sides and the extra ones, mixed in any case: their order is the key.
Two right-hand sides with the same text are one option.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from random import Random
from typing import Any

from lms.quizzes.rules.types.base import (
    Draw,
    Flaw,
    Misfit,
    Outcome,
    Question,
    Render,
    check_id,
    draw_pairs,
    field_of,
    meaning,
    share,
)


def flaws(question: Question) -> Iterator[Flaw]:
    if not question["pairs"]:
        yield Flaw("nothing_to_match", "")


def right_hand(question: Question) -> list[str]:
    """The different texts to choose from; a draw refers to them by position."""
    return list(dict.fromkeys([*(right for _, right in question["pairs"]), *question["extra"]]))


def draw(question: Question, source: Random, *, shuffle: bool) -> Draw:
    return {
        "stems": draw_pairs(source, range(len(question["pairs"])), shuffle=shuffle),
        "options": draw_pairs(source, range(len(right_hand(question))), shuffle=True),
    }


def present(question: Question, draw: Draw, render: Render) -> dict[str, Any]:
    texts = right_hand(question)
    return {
        "html": render(question["text"]),
        "stems": [
            {"id": shown, "html": render(question["pairs"][place][0], inline=True)} for shown, place in draw["stems"]
        ],
        "options": [{"id": shown, "html": render(texts[place], inline=True)} for shown, place in draw["options"]],
    }


def check(question: Question, draw: Draw, answer: Mapping[str, Any]) -> None:
    stems, options = meaning(draw["stems"]), meaning(draw["options"])
    for stem, option in field_of(answer, "pairs", dict).items():
        if stem not in stems:
            raise Misfit(f"/pairs/{stem}", "unknown_id")
        check_id(option, options, f"/pairs/{stem}")


def mark(question: Question, draw: Draw, answer: Mapping[str, Any]) -> Outcome:
    right = solution(question, draw)["pairs"]
    pieces = {stem: answer["pairs"].get(stem) == option for stem, option in right.items()}
    return Outcome(share(sum(pieces.values()), len(pieces)), pieces)


def solution(question: Question, draw: Draw) -> dict[str, Any]:
    texts = right_hand(question)
    shown_as = {texts[place]: shown for shown, place in draw["options"]}
    return {"pairs": {shown: shown_as[question["pairs"][place][1]] for shown, place in draw["stems"]}}


def feedback(question: Question, draw: Draw, answer: Mapping[str, Any]) -> list[tuple[str, str]]:
    return []
