"""/teach/{slug}/facts: what stands about a course as a whole, its outcomes, skills, certificate and enrolment."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from lms.core.clock import now
from lms.core.reasons import Refused, explain
from lms.core.web.actors import require_actor
from lms.courses import services
from lms.courses.pages.editor import save_changes, saved, troubled
from lms.courses.reasons import CourseReason
from lms.courses.rules.mistakes import mistakes_of
from lms.courses.rules.outline import Outline
from lms.courses.studio import choices
from lms.courses.studio.facts import FACTS, group_lines, outcome_lines, skill_lines
from lms.courses.studio.forms import Trouble, changed_fields
from lms.courses.studio.outline import load_editor

bp = Blueprint("facts", __name__)


@bp.get("/teach/<slug>/facts")
def form(slug: str) -> str:
    return _form(slug)


def _form(slug: str, trouble: Trouble | None = None) -> str:
    editor = load_editor(slug, require_actor(), now())
    facts = editor.outline.facts
    shown = facts | ({name: read(request.form) for name, read in FACTS.items()} if trouble else {})
    return render_template(
        "courses/editor/facts.html",
        head=editor.head,
        facts=facts,
        shown=shown,
        outcomes=outcome_lines(shown, editor.head.version),
        skills=skill_lines(shown),
        groups=group_lines(shown, editor.head.version),
        languages_of_courses=choices.course_languages([facts["language"]]),
        reaches=choices.reaches(),
        certificates=choices.certificates(),
        participations=choices.participations(),
        missing=_missing(editor.outline),
        trouble=trouble or Trouble(),
    )


def _missing(outline: Outline) -> list[str]:
    """What the course still lacks to be a micro-credential, in sentences."""
    wanted = (CourseReason.ELEMENT_MISSING.code, CourseReason.NO_ASSESSMENT.code)
    return [explain(one.code, dict(one.values)) for one in mistakes_of(outline) if one.code in wanted]


@bp.post("/teach/<slug>/facts")
def save(slug: str) -> BaseResponse:
    """What was changed of the form; one step of undo. `move`: "KEY up", "KEY down" or "KEY after OTHER" (outcomes)."""
    moved = request.form.get("move", "").split(" ")
    try:
        was = save_changes(slug, changed_fields(request.form, FACTS), "course")
        if len(moved) > 1:
            _move_outcome(slug, *moved)
    except Refused as refused:
        return troubled(refused, lambda trouble: _form(slug, trouble))
    anchor = f"outcome-{moved[0]}" if len(moved) > 1 else request.form.get("more")
    return saved(slug, url_for("facts.form", slug=slug, _anchor=anchor), was)


def _move_outcome(slug: str, key: str, way: str, other: str = "", *_rest: str) -> None:
    place = {"after": other} if way == "after" else {"way": way}
    services.change_draft(slug, {"op": "move", "on": "outcome", "key": key, **place}, by=require_actor(), at=now())
