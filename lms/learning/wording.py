"""What is left to do in an activity, as a sentence."""

from __future__ import annotations

from lms.core.i18n import _
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
