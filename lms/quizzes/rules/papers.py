"""The paper of an attempt: which questions, in what order, their options in what order, under which ids.

Made once at the start from a quiz body and a source of chance that is passed in, and stored. It is

    {"slots": [{"text": Markdown, "files": …} | {"video": block, "files": …}
               | {"slot": 1, "question": address, "draw": Draw}]}

and refers to questions by the address of their version. It holds keys of the file: it stays on the server,
and what a learner sees is made from it by `present_slots`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from random import Random
from typing import Any, Protocol

from lms.quizzes.rules import parts
from lms.quizzes.rules.numbers import plain_number
from lms.quizzes.rules.types.base import Draw, Question, Render
from lms.quizzes.rules.types.simple import SIMPLE
from lms.quizzes.rules.versions import Version, question_version, used_files

Paper = Mapping[str, Any]
Versions = Mapping[str, Version]
Slot = Mapping[str, Any]


class Renderer(Protocol):
    """How the content of courses becomes HTML. `files` are those of the document that the text stands in."""

    def markdown(self, text: str, files: Mapping[str, Any], *, inline: bool = False) -> str: ...

    def video(self, block: Mapping[str, Any], files: Mapping[str, Any]) -> dict[str, Any]: ...


def make_paper(body: Mapping[str, Any], source: Random) -> dict[str, Any]:
    """Draws a paper from a quiz body. The same source gives the same paper.

    A pool gives no question twice. `shuffle.questions` mixes them between two texts or media, never across.
    """
    slots, number = [], 0
    for thing in _mixed(_drawn(body, source), source, shuffle=body["shuffle"]["questions"]):
        if "question" not in thing:
            slots.append({**thing, "files": used_files(thing, body["files"])})
            continue
        number += 1
        question = thing["question"]
        address, _ = question_version(question, body["files"])
        draw = draw_question(question, source, shuffle=body["shuffle"]["options"])
        slots.append({"slot": number, "question": address, "draw": draw})
    return {"slots": slots}


def draw_question(question: Question, source: Random, *, shuffle: bool) -> Draw:
    """What is fixed about one question, and the ids that the learner will see."""
    if question["type"] == "parts":
        return parts.draw(question, source, shuffle=shuffle)
    return SIMPLE[question["type"]].draw(question, source, shuffle=shuffle)


def question_slots(paper: Paper) -> list[Slot]:
    """The slots of a paper that ask something, in order."""
    return [slot for slot in paper["slots"] if "slot" in slot]


def find_slot(paper: Paper, number: int) -> Slot | None:
    return next((slot for slot in question_slots(paper) if slot["slot"] == number), None)


def max_points(paper: Paper, versions: Versions) -> Fraction:
    asked = (versions[slot["question"]]["question"] for slot in question_slots(paper))
    return sum((parts.points_of(question) for question in asked), Fraction(0))


def present_slots(paper: Paper, versions: Versions, renderer: Renderer) -> list[dict[str, Any]]:
    """Everything on the paper as contract.md shows it to the learner; nothing of the key.

    Texts and media have a `type` and no `slot`; a question has `slot`, `type`, `html`, `points` and its own.
    """
    return [_presented(slot, versions, renderer) for slot in paper["slots"]]


def present_question(question: Question, draw: Draw, render: Render) -> dict[str, Any]:
    """One question without a number: `type`, `points`, `html` and what the type needs."""
    kind = parts if question["type"] == "parts" else SIMPLE[question["type"]]
    return {
        "type": question["type"],
        "points": plain_number(parts.points_of(question)),
        **kind.present(question, draw, render),
    }


def render_with(renderer: Renderer, files: Mapping[str, Any]) -> Render:
    """The renderer as a question's types use it: its files are settled."""

    def render(markdown: str, *, inline: bool = False) -> str:
        return renderer.markdown(markdown, files, inline=inline)

    return render


def _presented(slot: Slot, versions: Versions, renderer: Renderer) -> dict[str, Any]:
    if "text" in slot:
        return {"type": "text", "html": renderer.markdown(slot["text"], slot["files"])}
    if "video" in slot:
        return {"type": "video", **renderer.video(slot["video"], slot["files"])}
    version = versions[slot["question"]]
    render = render_with(renderer, version["files"])
    return {"slot": slot["slot"], **present_question(version["question"], slot["draw"], render)}


def _drawn(body: Mapping[str, Any], source: Random) -> Iterator[Mapping[str, Any]]:
    """The slots of the body with each draw replaced by the questions that came out."""
    left = {name: source.sample(pool, len(pool)) for name, pool in body["pools"].items()}
    for slot in body["slots"]:
        if "draw" not in slot:
            yield slot
            continue
        for _ in range(min(slot["draw"]["count"], len(left[slot["draw"]["from"]]))):
            yield {"question": left[slot["draw"]["from"]].pop()}


def _mixed(things: Iterator[Mapping[str, Any]], source: Random, *, shuffle: bool) -> Iterator[Mapping[str, Any]]:
    run: list[Mapping[str, Any]] = []
    for thing in things:
        if "question" in thing:
            run.append(thing)
            continue
        yield from _run(run, source, shuffle=shuffle)
        run = []
        yield thing
    yield from _run(run, source, shuffle=shuffle)


def _run(run: Sequence[Mapping[str, Any]], source: Random, *, shuffle: bool) -> Sequence[Mapping[str, Any]]:
    return source.sample(run, len(run)) if shuffle else run
