"""What a certificate says: plain values, checked for completeness, with no way back to a database or a clock."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """How much a certificate claims; rules.md section 5."""

    PARTICIPATION = "participation"
    ACHIEVEMENT = "achievement"
    MICRO_CREDENTIAL = "micro_credential"


@dataclass(frozen=True, slots=True)
class Skill:
    """A skill of the course: its label, the level reached (awareness, practitioner, expert or "") and its URI."""

    label: str
    level: str = ""
    uri: str = ""


@dataclass(frozen=True, slots=True)
class Assessment:
    """One assessed part.

    `pass_percent` and `result_percent` are decimal texts ("70"), or "" where there is none or it is not shown.
    """

    title: str
    questions: int | None = None
    pass_percent: str = ""
    result_percent: str = ""
    passed: bool = False


@dataclass(frozen=True, slots=True)
class CertificateFacts:
    """Everything that one certificate prints, and nothing else. A field left empty is not printed.

    `public_id` is 26 characters of Crockford base32 (printed in capitals), `digest` the award's SHA-256 as 64 hex
    digits (drawn as the strip), `salt` the salt of the name's digest, which lives on only in this document. `issued_at`
    is an aware instant and becomes the document's date; `issued_on` and `expires_on` are the days people read, the last
    day included. `workload_hours` and `ects` are decimal texts. Languages are BCP 47 tags; `holder_language` decides
    which shape of a Chinese character a name gets. `participation_form` is online, blended, on_site, or words.
    """

    public_id: str
    verify_url: str
    digest: str
    holder: str
    title: str
    kind: Kind
    issuer: str
    issued_at: datetime
    issued_on: date
    expires_on: date | None = None
    language: str = "en"
    holder_language: str = ""
    provider: str = ""
    issuer_country: str = ""
    level_eqf: int | None = None
    level_reach: str = ""
    workload_hours: str = ""
    ects: str = ""
    outcomes: tuple[str, ...] = ()
    skills: tuple[Skill, ...] = ()
    assessment_type: str = ""
    assessments: tuple[Assessment, ...] = ()
    participation_form: str = ""
    quality_assurance: str = ""
    course_revision: int | None = None
    salt: str = ""
    sample: bool = False
    design: str = "classic"


def from_values(values: Mapping[str, Any]) -> CertificateFacts:
    """Facts from what JSON can hold: dates as ISO texts, lists for tuples, mappings for skills and assessments.

    Raises TypeError for a field that facts do not have, ValueError for a date or kind that is none.
    """
    plain = dict(values)
    expires = plain.pop("expires_on", None)
    return CertificateFacts(
        kind=Kind(plain.pop("kind")),
        issued_at=datetime.fromisoformat(plain.pop("issued_at")),
        issued_on=date.fromisoformat(plain.pop("issued_on")),
        expires_on=date.fromisoformat(expires) if expires else None,
        outcomes=tuple(plain.pop("outcomes", ())),
        skills=tuple(Skill(**skill) for skill in plain.pop("skills", ())),
        assessments=tuple(Assessment(**part) for part in plain.pop("assessments", ())),
        **plain,
    )


def missing_elements(facts: CertificateFacts) -> tuple[str, ...]:
    """The names of the elements that a micro-credential still lacks, in the order of the recommendation.

    Source: Council Recommendation 2022/C 243/02, annex I. The level counts only "where applicable", so that its
    absence is no fault; the credit points count only "wherever possible".
    """
    if facts.kind is not Kind.MICRO_CREDENTIAL:
        return ()
    return tuple(name for name, value in _mandatory(facts) if not value)


def _mandatory(facts: CertificateFacts) -> Iterator[tuple[str, object]]:
    yield "learner", facts.holder.strip()
    yield "title", facts.title.strip()
    yield "country", facts.issuer_country
    yield "awarding_body", facts.issuer.strip()
    yield "date", facts.issued_on
    yield "outcomes", facts.outcomes
    yield "workload", facts.workload_hours or facts.ects
    yield "assessment", facts.assessment_type or facts.assessments
    yield "participation_form", facts.participation_form
    yield "quality_assurance", facts.quality_assurance
