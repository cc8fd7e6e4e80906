"""Requirements, release conditions and differences as whole sentences."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from babel.dates import get_datetime_format
from flask_babel import format_date, format_time, get_locale

from lms.core.i18n import N_, _, ngettext
from lms.courses.rules.changes import Change
from lms.courses.rules.outline import Outline

Document = dict[str, Any]


def requirement_sentence(requirement: Document) -> str:
    """What completes an activity."""
    match requirement["kind"]:
        case "view":
            return _("Must be read.")
        case "done":
            return _("Must be marked as done.")
        case "submit":
            return _("Must be handed in.")
        case "pass":
            return _("Must be passed.")
        case "score":
            return _("Must reach at least %(percent)s %%.", percent=requirement["percent"])
    return _("Optional.")


def release_sentence(release: Document | None, outline: Outline) -> str:
    """When an activity opens; `outline` names the activities that the condition asks about."""
    if release is None:
        return _("Open from the start.")
    return _("Opens when %(condition)s.", condition=condition_clause(release, outline))


def condition_clause(tree: Document, outline: Outline) -> str:
    """A condition as a clause that goes after “when”."""
    ((kind, value),) = tree.items()
    if kind in ("all", "any"):
        return _several(kind, [condition_clause(part, outline) for part in value])
    if kind == "not":
        return _("this is not so: %(condition)s", condition=condition_clause(value, outline))
    _choice, clause = _LEAVES[kind]
    return clause(value, outline)


def _several(kind: str, clauses: list[str]) -> str:
    if not clauses:
        return _("nothing is asked for") if kind == "all" else _("something is true that can never be")
    if len(clauses) == 1:
        return clauses[0]
    listed = "; ".join(clauses)
    if kind == "all":
        return _("all of these are true: (%(conditions)s)", conditions=listed)
    return _("one of these is true: (%(conditions)s)", conditions=listed)


def _completed(key: str, outline: Outline) -> str:
    other = outline.by_key.get(key)
    if other is None:
        return _("the activity “%(key)s” is completed, which is not in the course", key=key)
    return _("%(number)s “%(title)s” is completed", number=other.number, title=other.title)


def _score(asked: Document, outline: Outline) -> str:
    other, percent = outline.by_key.get(asked["activity"]), asked["at_least"]
    if other is None:
        return _("the activity “%(key)s” is scored, which is not in the course", key=asked["activity"])
    return _("%(number)s “%(title)s” reaches %(percent)s %%", number=other.number, title=other.title, percent=percent)


def _from(text: str, _outline: Outline) -> str:
    return _("%(date)s has come", date=_moment(text))


def _until(text: str, _outline: Outline) -> str:
    return _("%(date)s has not come yet", date=_moment(text))


def _credential(slug: str, _outline: Outline) -> str:
    return _("the learner holds a valid certificate of the course “%(course)s”", course=slug)


def _group(key: str, outline: Outline) -> str:
    if key not in outline.groups:
        return _("the learner is in the group “%(key)s”, which is not in the course", key=key)
    return _("the learner is in the group “%(group)s”", group=outline.groups[key])


_LEAVES: dict[str, tuple[str, Callable[[Any, Outline], str]]] = {
    "completed": (N_("an activity is completed"), _completed),
    "score": (N_("an activity reaches a part of its points"), _score),
    "from": (N_("a day has come"), _from),
    "until": (N_("a day has not come yet"), _until),
    "credential": (N_("a certificate of another course is held"), _credential),
    "group": (N_("the learner is in a group"), _group),
}
"""Each kind as an author chooses it, and as a clause with what was chosen. What a learner outside reads of the same
conditions are reasons (lms/learning/reasons.py)."""
_TREES = {
    "all": N_("all of these are true"),
    "any": N_("one of these is true"),
    "not": N_("this is not so"),
}


def kinds_of_conditions() -> list[tuple[str, str]]:
    """What an author chooses from, in words; those made of others last."""
    leaves = {kind: choice for kind, (choice, _clause) in _LEAVES.items()}
    return [(kind, _(choice)) for kind, choice in (leaves | _TREES).items()]


def _moment(text: str) -> str:
    """As the author wrote it: a day, or hours and minutes of the wall clock, whatever the reader's zone."""
    if len(text) == 10:
        return str(format_date(date.fromisoformat(text), "medium"))
    instant = datetime.fromisoformat(text).replace(tzinfo=None)
    day, clock = format_date(instant, "medium", rebase=False), format_time(instant, "short", rebase=False)
    return str(get_datetime_format("medium", locale=get_locale())).format(clock, day)


def change_sentence(change: Change, before: Outline | None, after: Outline) -> str:
    """What differs, as a sentence; the words that differ stand in the change's `parts`."""
    if change.what in ("requirement", "release", "minutes"):
        return _of_head(change, before or after, after)
    if change.what in _WITH_NUMBERS:
        return _WITH_NUMBERS[change.what](change.values)
    return _(_PLAIN[change.what], **change.values)


def _of_head(change: Change, before: Outline, after: Outline) -> str:
    old, new = change.values["before"], change.values["after"]
    if change.what == "requirement":
        return _("Before: %(before)s Now: %(after)s", before=requirement_sentence(old), after=requirement_sentence(new))
    if change.what == "release":
        was, is_now = release_sentence(old, before), release_sentence(new, after)
        return _("Before: %(before)s Now: %(after)s", before=was, after=is_now)
    if new is None:
        return _("No time is named any more.")
    return str(ngettext("It takes %(num)s minute now.", "It takes %(num)s minutes now.", new))


def _attempts(values: Document) -> str:
    if values["after"] is None:
        return _("Attempts are not limited any more.")
    return str(ngettext("%(num)s attempt is allowed now.", "%(num)s attempts are allowed now.", values["after"]))


def _time_limit(values: Document) -> str:
    if values["after"] is None:
        return _("There is no time limit any more.")
    return str(
        ngettext("The time limit is %(num)s minute now.", "The time limit is %(num)s minutes now.", values["after"])
    )


def _drawn(values: Document) -> str:
    sentence = ngettext(
        "%(num)s question is drawn from the pool “%(pool)s” now, %(before)s before.",
        "%(num)s questions are drawn from the pool “%(pool)s” now, %(before)s before.",
        values["after"],
        pool=values["pool"],
        before=values["before"],
    )
    return str(sentence)


def _certificate(values: Document) -> str:
    old, new = values["before"], values["after"]
    if not new:
        return _("The course gives no certificate any more. Those that were issued stay as they are.")
    kind = certificate_word(new["kind"])
    if not old:
        return _("The course gives a certificate now: %(kind)s.", kind=kind)
    if old["kind"] != new["kind"]:
        return _("The certificate is another kind now: %(kind)s. Those that were issued stay as they are.", kind=kind)
    return _("The certificate says something else now. Those that were issued stay as they are.")


def certificate_word(kind: str) -> str:
    return {
        "participation": _("certificate of participation"),
        "achievement": _("certificate of achievement"),
        "micro_credential": _("micro-credential"),
    }[kind]


def _enrolment(values: Document) -> str:
    if values["after"] == "invited":
        return _("Only people who were invited can enrol now.")
    return _("Everybody can enrol now.")


_WITH_NUMBERS: dict[str, Callable[[Document], str]] = {
    "attempts": _attempts,
    "time_limit_minutes": _time_limit,
    "draw": _drawn,
    "certificate": _certificate,
    "enrolment": _enrolment,
}


_PLAIN: dict[str, str] = {
    "title": N_("The title has changed."),
    "kind": N_("It is of another kind now: %(after)s, before %(before)s."),
    "text_added": N_("A text is new."),
    "text_removed": N_("A text is gone."),
    "text_changed": N_("A text has changed."),
    "question_added": N_("Question %(question)s is new."),
    "question_removed": N_("Question %(question)s is gone."),
    "question_reworded": N_("Question %(question)s is worded otherwise."),
    "question_points": N_("Question %(question)s earns %(after)s points now, %(before)s before."),
    "question_marking": N_("Question %(question)s is marked otherwise, or shows other things to choose from."),
    "questions_moved": N_("The questions stand in another order."),
    "pass_percent": N_("The pass mark is %(after)s %% now, %(before)s %% before."),
    "grading": N_("Of several attempts, another one counts now."),
    "shuffle": N_("Questions or options are shuffled otherwise."),
    "review": N_("What learners see of their answers, and when, has changed."),
    "captions": N_("The captions of %(file)s are in other languages now: %(after)s."),
    "transcript": N_("The transcript of %(file)s has changed."),
    "url": N_("The link leads to %(after)s now, before to %(before)s."),
    "file_added": N_("The file %(file)s is new."),
    "file_replaced": N_("The file %(file)s was replaced."),
    "file_removed": N_("The file %(file)s is gone."),
    "course_title": N_("The title of the course has changed."),
    "summary": N_("The summary has changed."),
    "audience": N_("Whom the course is for has changed."),
    "provider": N_("The provider has changed."),
    "outcomes": N_("What one can do after the course has changed."),
    "groups": N_("The groups of learners have changed."),
    "skills": N_("The skills that the course names have changed."),
    "language": N_("The language of the course is another now."),
    "level": N_("The level of the course is another now."),
    "workload_hours": N_("The hours that the course takes have changed."),
    "key": N_("The address of the course has changed."),
}
