"""Attempts as their pages want them: the sheets of a running one, the result of one that is over."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from markupsafe import Markup

from lms.core.i18n import _, ngettext
from lms.courses.queries import load_body
from lms.courses.rules.outline import Activity, Outline
from lms.quizzes.queries import AttemptView
from lms.quizzes.rules import grading
from lms.quizzes.rules.forms import is_blank
from lms.quizzes.rules.marking import Mark, Total
from lms.quizzes.rules.papers import question_slots
from lms.quizzes.rules.parts import drawn_parts
from lms.quizzes.schemas import dump_result, dump_slots

Document = dict[str, Any]
END = "end"  # the sheet on which one looks over everything and hands in
PLACE = re.compile(r"<span data-(?:gap|part)=[^>]*>")
LONGEST_LINE = 90  # characters
SMALL_GROUP = 2  # an outcome with fewer questions would say whether the one answer was right


@dataclass(frozen=True)
class Place:
    """Where a quiz stands in the course of its learner; `activity` is None where the course no longer has it."""

    title: str
    language: str
    activity: Activity | None
    outline: Outline


def sheets(view: AttemptView) -> Document:
    """{sheets [{number, line, before [texts and media], slot, answer, step, answered, flagged}], after [the same]}."""
    made, before = [], []
    for slot in dump_slots(view):
        if "slot" not in slot:
            before.append(slot)
            continue
        line = {"number": slot["slot"], "line": _in_one_line(slot["html"])}
        made.append({**line, "before": before, "slot": slot, **_held(slot, view)})
        before = []
    return {"sheets": made, "after": before}


def _in_one_line(html: str) -> str:
    """The beginning of a question's words, with dots where a gap or a part stands."""
    words = Markup(PLACE.sub("…", html)).striptags()  # noqa: S704 - only to take the tags out
    return words if len(words) <= LONGEST_LINE else words[:LONGEST_LINE].rsplit(" ", 1)[0] + " …"


def _held(slot: Document, view: AttemptView) -> Document:
    answered = not is_blank(slot.get("answer"))
    facts = {"answer": slot.get("answer"), "step": slot.get("step", 0), "answered": answered}
    return facts | {"flagged": slot["slot"] in view.attempt.flags}


def current_sheet(asked: str | None, numbers: list[int], answered: list[bool]) -> int | str:
    """The sheet that was asked for, else the first question without an answer, else the first."""
    if asked == END or not numbers:
        return END
    if asked and asked.isdecimal() and int(asked) in numbers:
        return int(asked)
    return next((number for number, done in zip(numbers, answered, strict=True) if not done), numbers[0])


def state_words(count: int) -> Document:
    """The words with which the page's script says how saving stands; {time} is filled there."""
    return {
        "saved": _("Saved %(time)s", time="{time}"),
        "saving": _("Saving …"),
        "empty": _("Each answer is saved as you give it"),
        "waiting": [
            ngettext("%(num)d answer waiting for the network", "%(num)d answers waiting for the network", number)
            for number in range(count + 1)
        ],
        "unanswered": [_unanswered(number, count) for number in range(count + 1)],
        "device": _("They are kept on this device and sent as soon as there is a network."),
        "signed_out": _("You are signed out. Your answers are kept on this device: sign in again to send them."),
        "sign_in": _("Sign in"),
        "over": _("This try is over"),
        "over_next": _("It was handed in, or its time ran out. What was saved before counts."),
        "result": _("See the result"),
        "refused": _("This answer could not be saved. Please give it again."),
        "stay": _("Wait until everything is saved, then hand in."),
        "no_network": _("There is no network. Your answers are saved: hand in as soon as it is back."),
        "handing_in": _("Time is up. Handing in what you saved …"),
        "minutes_left": [ngettext("%(num)d minute left", "%(num)d minutes left", number) for number in range(6)],
        "answered": _("answered"),
        "open": _("open"),
        "flagged": _("to look at again"),
        "question": _("Question %(number)s of %(count)s", number="{number}", count=count),
        "end": _("Look over your answers"),
        "next": _("Next"),
        "look_over": _("Look over and hand in"),
    }


def _unanswered(number: int, count: int) -> str:
    if number == 0:
        return _("All %(count)s questions have an answer.", count=count)
    return str(ngettext("%(num)d question has no answer yet.", "%(num)d questions have no answer yet.", number))


def result(view: AttemptView, place: Place) -> Document:
    """What the page of a result shows, as far as the review options allow."""
    slots = [slot for slot in dump_slots(view) if "slot" in slot]
    return {
        **dump_result(view.attempt, view.body),
        "slots": slots,
        "answered": len(view.held),
        "outcomes": outcome_lines(view, place.outline),
        **_points(view),
    }


def to_repeat(view: AttemptView, place: Place) -> Activity | None:
    """What to read again before another try: a page that practises the weakest outcome that may be shown, else the
    first activity of the quiz's module."""
    lines = [line for line in outcome_lines(view, place.outline) if line["share"] not in (None, 1)]
    if lines:
        weakest = min(lines, key=lambda line: float(line["share"]))["key"]
        found = next((one for one in place.outline.activities if weakest in _practised(one)), None)
        if found:
            return found
    module = next((one for one in place.outline.all_modules if place.activity in one.activities), None)
    return next((one for one in module.activities if one.kind != "quiz"), None) if module else None


def _practised(activity: Activity) -> set[str | None]:
    """The outcomes of a page's practice questions."""
    if activity.kind != "page":
        return set()
    blocks = load_body(activity.body)["blocks"]
    return {block["question"]["outcome"] for block in blocks if block["type"] == "question"}


def marks_of(slot: Document) -> Document:
    """Shown id → "right" or "wrong", where the slot may say so; of parts by the id of the part."""
    if slot["type"] == "parts":
        return {part["id"]: marks_of(part) for part in slot["parts"]}
    return {shown: "right" if right else "wrong" for shown, right in slot.get("pieces", {}).items()}


def _points(view: AttemptView) -> Document:
    """{max_points, needed, missing}: points to show; `needed` passes exactly, `missing` is what was short of it."""
    stored = view.attempt.result or {}
    most = Fraction(stored.get("max_points", 0))
    needed = most * Fraction(view.body["pass_percent"]) / 100
    earned = Fraction(stored.get("points") or 0)
    return {"max_points": _shown(most), "needed": _shown(needed), "missing": _shown(max(Fraction(0), needed - earned))}


def _shown(number: Fraction) -> int | float:
    return grading.json_number(grading.round_half_even(number))


def outcome_lines(view: AttemptView, outline: Outline) -> list[Document]:
    """Points by learning outcome, where they may be shown: an aggregate of several, or where marks are open."""
    names = {outcome["key"]: outcome["text"] for outcome in outline.facts["outcomes"]}
    marked = [pair for slot in question_slots(view.attempt.paper) for pair in _marks_by_outcome(slot, view)]
    counts = Counter(outcome for outcome, _mark in marked)
    least = 1 if "marks" in view.shows or "correctness" in view.shows else SMALL_GROUP
    totals = grading.by_outcome(marked)
    lines = {key: total for key, total in totals.items() if counts[key] >= least}
    return [{"key": key, **_outcome_line(names.get(key, key), total)} for key, total in lines.items()]


def _marks_by_outcome(slot: Mapping[str, Any], view: AttemptView) -> Iterator[tuple[str | None, Mark]]:
    """(outcome, mark) of a question, or of each of its parts: a part without an outcome has the question's."""
    question, whole = view.versions[slot["question"]]["question"], view.marks.get(slot["slot"])
    if whole is None:
        return
    if question["type"] != "parts":
        yield question["outcome"], whole
        return
    for shown, part, _draw in drawn_parts(question, slot["draw"]):
        yield part["outcome"] or question["outcome"], whole.parts[shown]


def _outcome_line(text: str, total: Total) -> Document:
    share = total.fraction
    points = None if total.points is None else _shown(total.points)
    return {"text": text, "points": points, "max_points": _shown(total.max_points), "share": share and float(share)}
