"""From facts to the page: a sandboxed template that sees plain values only."""

from functools import cache
from typing import Any

from babel import Locale
from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from certificates import fonts, names, wording
from certificates.facts import Assessment, CertificateFacts, Skill, missing_elements
from certificates.labels import DESIGNS, SOURCE_LANGUAGE, labels, spoken
from certificates.obstacles import CannotPrint, Obstacle
from certificates.qr import qr_svg
from certificates.strip import strip_svg

# The front has room for these; the supplement names all.
FRONT_SKILLS = 6
# Letters of a title that keep it in two lines at 20 and in three at 16 points.
_TITLE_SIZES = ((70, "short"), (140, "long"))


def build_html(facts: CertificateFacts) -> str:
    """The certificate's HTML in its design. The same facts give the same text.

    Raises CannotPrint for a name that is empty once normalised and for a micro-credential that lacks an element.
    """
    _refuse_incomplete(facts)
    return _environment(facts.design).get_template("page.html").render(page_values(facts))


def page_values(facts: CertificateFacts) -> dict[str, Any]:
    """What the template sees: texts, lists and booleans, already in the words of the certificate's language."""
    language = spoken(facts.design, facts.language)
    locale, t = wording.locale_for(language), labels(facts.design, language)
    holder, title = names.printed(facts.holder), names.printed(facts.title)
    document = t[f"document_{facts.kind}"]
    return {
        "t": t,
        "alt": labels(facts.design, SOURCE_LANGUAGE) if language != SOURCE_LANGUAGE else None,
        "language": language,
        "course_language": facts.language,
        "kind": facts.kind.value,
        "document": document,
        "subject": t["subject"].format(document=document, title=title),
        "holder": holder,
        "holder_direction": names.direction(holder),
        "title_direction": names.direction(title),
        "holder_language": facts.holder_language,
        "region": fonts.region_of(facts.holder_language) or fonts.region_of(facts.language),
        "size": names.size_class(holder),
        "title": title,
        "title_size": next((size for limit, size in _TITLE_SIZES if len(title) <= limit), "longest"),
        "issuer": facts.issuer,
        "created": facts.issued_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "issued": wording.day(facts.issued_on, locale),
        "expires": wording.day(facts.expires_on, locale) if facts.expires_on else "",
        "sample": facts.sample,
        **_course_values(facts, locale, t),
        **_proof_values(facts, t),
    }


def grouped(public_id: str) -> str:
    """An id of 26 in groups of five and a last one of six, for eyes and fingers: 01HZX-3K4M5-N6P7Q-8R9S0-T1V2W3."""
    return "-".join((*(public_id[start : start + 5] for start in range(0, 20, 5)), public_id[20:])).upper()


def _refuse_incomplete(facts: CertificateFacts) -> None:
    if not names.printed(facts.holder):
        raise CannotPrint(Obstacle.NAME_EMPTY)
    if lacking := missing_elements(facts):
        raise CannotPrint(Obstacle.ELEMENT_MISSING, elements=list(lacking))


def _course_values(facts: CertificateFacts, locale: Locale, t: Any) -> dict[str, Any]:
    more = len(facts.skills) - FRONT_SKILLS
    country = wording.country_name(facts.issuer_country, locale)
    offered = facts.provider and facts.provider != facts.issuer
    return {
        "provider": t["offered_by"].format(provider=facts.provider) if offered else "",
        "level": _level(facts, t),
        "hours": wording.hours(facts.workload_hours, locale),
        "ects": t["ects"].format(ects=wording.number(facts.ects, locale)) if facts.ects else "",
        "course_language_name": wording.language_name(facts.language, locale),
        "participation_form": t.get(f"form_{facts.participation_form}", facts.participation_form),
        "assessment_type": facts.assessment_type,
        "awarding_body": f"{facts.issuer}, {country}" if country else facts.issuer,
        "revision": str(facts.course_revision) if facts.course_revision else "",
        "outcomes": list(facts.outcomes),
        "assessments": [_assessed(part, locale, t) for part in facts.assessments],
        "quality": facts.quality_assurance,
        "front_skills": [skill.label for skill in facts.skills[:FRONT_SKILLS]],
        "more_skills": t["more_skills"].format(count=more) if more > 0 else "",
        "skills": [_skill(skill, t) for skill in facts.skills],
    }


def _proof_values(facts: CertificateFacts, t: Any) -> dict[str, Any]:
    return {
        "public_id": facts.public_id,
        "grouped_id": grouped(facts.public_id),
        "verify_url": facts.verify_url,
        "digest": facts.digest,
        "salt": facts.salt,
        "qr": qr_svg(facts.verify_url, title=t["qr"].format(url=facts.verify_url)),
        "strip": strip_svg(facts.digest, title=t["strip"].format(digest=facts.digest)),
    }


def _level(facts: CertificateFacts, t: Any) -> str:
    eqf = t["eqf"].format(level=facts.level_eqf) if facts.level_eqf else ""
    return " · ".join(part for part in (eqf, t.get(facts.level_reach, facts.level_reach)) if part)


def _assessed(part: Assessment, locale: Locale, t: Any) -> dict[str, str]:
    asked = t["questions_one"] if part.questions == 1 else t["questions"].format(count=part.questions)
    passing = t["pass_mark"].format(percent=wording.percent(part.pass_percent, locale))
    details = [asked if part.questions else "", passing if part.pass_percent else ""]
    mark = t["result"].format(percent=wording.percent(part.result_percent, locale)) if part.result_percent else ""
    result = mark or (t["passed"] if part.passed else "")
    return {"title": part.title, "details": ", ".join(filter(None, details)), "result": result}


def _skill(skill: Skill, t: Any) -> dict[str, str]:
    return {"label": skill.label, "level": t.get(skill.level, skill.level), "uri": skill.uri}


@cache
def _environment(design: str) -> ImmutableSandboxedEnvironment:
    return ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(DESIGNS / design), autoescape=True, undefined=StrictUndefined
    )
