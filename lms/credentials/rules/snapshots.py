"""What an award keeps for ever: the course as it was, and digests of what it rests on. No word about the person."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from lms.core.canonical import digest
from lms.courses.rules.outline import Activity, Outline
from lms.quizzes.rules.questions import count_asked

Facts = dict[str, Any]
DESIGN = "classic"


def snapshot(outline: Outline, *, number: int, issuer: str, country: str, load_body: Callable[[str], Facts]) -> Facts:
    """The course's side of a certificate, as plain JSON. `number` is the revision's; "" and None are not printed.

    A certificate of participation tells no assessment: it confirms none.
    """
    facts = outline.facts
    certificate = facts["certificate"]
    tested = [] if certificate["kind"] == "participation" else assessments(outline, load_body)
    return {
        "title": facts["title"],
        "language": facts["language"],
        "kind": certificate["kind"],
        "issuer": certificate.get("awarding_body") or issuer,
        "issuer_country": certificate.get("country") or country,
        "provider": facts["provider"] or "",
        "level_eqf": facts["level"]["eqf"],
        "level_reach": facts["level"]["reach"] or "",
        "workload_hours": facts["workload_hours"] or "",
        "outcomes": [outcome["text"] for outcome in facts["outcomes"]],
        "skills": [{"label": s["label"], "level": s["level"] or "", "uri": s["uri"]} for s in facts["skills"]],
        "assessments": tested,
        "participation_form": certificate.get("participation") or "",
        "quality_assurance": certificate.get("quality_assurance") or "",
        "course_revision": number,
        "design": DESIGN,
    }


def assessments(outline: Outline, load_body: Callable[[str], Facts]) -> list[Facts]:
    """Every quiz that had to be passed, with its size and pass mark."""
    return [_assessment(a, load_body(a.body)) for a in outline.required if a.kind == "quiz" and _is_judged(a)]


def _is_judged(activity: Activity) -> bool:
    return activity.requirement["kind"] in ("pass", "score")


def _assessment(activity: Activity, body: Facts) -> Facts:
    least = activity.requirement["percent"] if activity.requirement["kind"] == "score" else body["pass_percent"]
    return {"title": activity.title, "questions": count_asked(body), "pass_percent": least, "passed": True}


def name_digest(salt: str, name: str) -> str:
    """What stays of the name when the holder's row and the salt are gone: of use only to who has the document."""
    return digest({"name": name, "salt": salt})


def evidence_digest(events: Sequence[Mapping[str, Any]]) -> str:
    """Over the learning events that completed the enrolment, in order."""
    return digest(list(events))


def award_digest(
    *,
    public_id: str,
    achievement: str,
    cycle: int,
    facts: Facts,
    name: str,
    evidence: str,
    issued_at: datetime,
    expires_on: date | None,
) -> str:
    """The award's own digest, drawn as its 64 bars: over everything in the row that tells what was awarded."""
    return digest(
        {
            "id": public_id,
            "achievement": achievement,
            "cycle": cycle,
            "facts": facts,
            "name": name,
            "evidence": evidence,
            "issued_at": issued_at.astimezone(UTC).isoformat(),
            "expires_on": expires_on.isoformat() if expires_on else None,
        }
    )
