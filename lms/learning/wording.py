"""What is left to do in an activity, and what happened in an enrolment, as sentences."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction
from typing import Any

from lms.core.i18n import N_, _, ngettext
from lms.courses.rules.outline import Activity
from lms.learning.models import LearningEvent
from lms.learning.rules.progress import (
    DONE,
    GRANTED,
    MOVED,
    OUTCOME,
    POSITION,
    PRACTISED,
    REOPENED,
    RESUMED,
    TRIES_GIVEN,
    VIEWED,
    WITHDRAWN,
)
from lms.learning.rules.states import COMPLETED, LOCKED, ActivityState


def may_mark_done(state: ActivityState) -> bool:
    """There is something to mark as done by hand, and it is not marked yet."""
    asked = state.activity.requirement["kind"] == "done" or (
        state.activity.requirement["kind"] == "submit" and state.activity.kind != "quiz"
    )
    return asked and state.state not in (COMPLETED, LOCKED)


def finish_sentence(state: ActivityState) -> str:
    """How to finish the activity; says so where it is finished."""
    if state.state == COMPLETED:
        return _("You have finished this step.")
    requirement = state.activity.requirement
    match requirement["kind"]:
        case "view":
            return _("To finish: read to the end.")
        case "done" if state.activity.kind == "video":
            return _("To finish: watch at least 90 % of it, or mark it as done.")
        case "done" if state.activity.kind == "link":
            return _("To finish: open the link, or mark it as done.")
        case "done":
            return _("To finish: read to the end and mark it as done.")
        case "pass":
            return _("To finish: pass the quiz.")
        case "score":
            return _("To finish: reach at least %(percent)s %%.", percent=requirement["percent"])
        case "submit":
            return _("To finish: hand it in.")
    return _("This step is optional.")


def event_sentence(event: LearningEvent, activity: Activity | None) -> str:
    """What happened, for those who teach the course; `activity` is the one it concerns, where it is still known."""
    name = f"{activity.number} “{activity.title}”" if activity else event.activity_key or ""
    if event.kind == OUTCOME:
        return _outcome(name, event.data)
    if event.kind == TRIES_GIVEN:
        return _tries_given(name, event.data["more"])
    if event.kind == WITHDRAWN and event.data.get("reason") in _WITHDRAWN:
        return _(_WITHDRAWN[event.data["reason"]])
    return _(_HAPPENED[event.kind], activity=name)


def _outcome(name: str, data: dict[str, Any]) -> str:
    percent = int(Fraction(data["fraction"]) * 100)
    if data["passed"]:
        return _("Attempt at %(activity)s ended: %(percent)s %% so far, passed.", activity=name, percent=percent)
    return _("Attempt at %(activity)s ended: %(percent)s %% so far, not passed.", activity=name, percent=percent)


def _tries_given(name: str, more: int) -> str:
    sentence = ngettext(
        "%(num)s more try at %(activity)s was given.",
        "%(num)s more tries at %(activity)s were given.",
        more,
        activity=name,
    )
    return str(sentence)


_WITHDRAWN = {
    "asked": N_("Left the course: the learner asked for it."),
    "mistake": N_("Left the course: the enrolment was a mistake."),
    "gone": N_("Left the course: the learner is not coming back."),
    "left_organisation": N_("Left the course together with the organisation."),
}
_HAPPENED = {
    VIEWED: N_("Opened %(activity)s."),
    DONE: N_("Marked %(activity)s as done."),
    POSITION: N_("Played %(activity)s further."),
    PRACTISED: N_("Answered a practice question in %(activity)s."),
    MOVED: N_("Moved on to a newer revision."),
    GRANTED: N_("%(activity)s was marked as completed."),
    REOPENED: N_("%(activity)s was opened again."),
    WITHDRAWN: N_("Left the course."),
    RESUMED: N_("Came back to the course."),
}


def instant(text: str) -> datetime:
    """An instant of a progress document, to be written in the reader's language and zone."""
    return datetime.fromisoformat(text)
