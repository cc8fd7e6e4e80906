"""What stands on the page: the facts, all of them, and nothing that is not among them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from certificates import wording
from certificates.facts import Assessment, CertificateFacts, Kind, Skill, from_values, missing_elements
from certificates.html import build_html, grouped, page_values
from certificates.labels import DESIGNS, labels, spoken
from certificates.obstacles import CannotPrint, Obstacle
from tests.certificates.documents import sample

EXPECTED = DESIGNS / "classic" / "expected.html"


def micro_credential(**changes: object) -> CertificateFacts:
    return sample(
        **{"kind": Kind.MICRO_CREDENTIAL, "quality_assurance": "Reviewed by the board of the alliance."} | changes
    )


def test_the_sample_of_the_design_gives_the_expected_page() -> None:
    assert build_html(sample()) == EXPECTED.read_text("utf-8")


def test_what_is_hostile_in_a_fact_stays_text() -> None:
    html = build_html(sample(holder='<script>"&{{ 7*7 }}', title="{% include 'page.html' %}<img src=x>"))
    assert "<script>" not in html
    assert "<img" not in html
    assert "{{ 7*7 }}" in html


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (Kind.PARTICIPATION, ("Certificate of participation", "has taken part in", "does not confirm an assessed")),
        (Kind.ACHIEVEMENT, ("Certificate of achievement", "has met all requirements of")),
    ],
)
def test_a_certificate_claims_what_its_kind_allows(kind: Kind, words: tuple[str, ...]) -> None:
    html = build_html(sample(kind=kind))
    assert all(word in html for word in words)
    assert ("does not confirm" in html) == (kind is Kind.PARTICIPATION)


def test_another_language_stands_first_with_english_beside_it() -> None:
    html = build_html(sample(language="de-AT", workload_hours="2.5"))
    assert '<html lang="de"' in html
    assert '<span class="alt" lang="en">· Valid until</span>' in html
    assert "11. Januar 2029" in html
    assert "2,5 Stunden" in html


def test_a_language_without_labels_comes_in_english_and_keeps_the_title_in_its_own() -> None:
    html = build_html(sample(language="fi", title="Turvallinen työ"))
    assert '<html lang="en"' in html
    assert 'lang="fi"><bdi dir="ltr">Turvallinen työ</bdi>' in html
    assert 'class="alt"' not in html


def test_each_language_has_every_label() -> None:
    assert set(labels("classic", "de")) == set(labels("classic", "en"))
    assert labels("classic", "fi") == labels("classic", "en")
    assert spoken("classic", "DE_at") == "de"


def test_nothing_is_printed_of_what_is_not_there() -> None:
    bare = sample(
        expires_on=None, workload_hours="", outcomes=(), skills=(), assessments=(), salt="", sample=False, provider=""
    )
    html = build_html(bare)
    for absent in ("Learning time", "Learning outcomes", "Assessment", "Name key", "Sample:", "Course offered"):
        assert absent not in html
    assert "Without time limit" in html


def test_a_sample_says_on_both_pages_that_it_certifies_nothing() -> None:
    assert build_html(sample(sample=True)).count("It certifies nothing") == 2


def test_the_front_names_six_skills_and_counts_the_others() -> None:
    values = page_values(sample(skills=tuple(Skill(f"skill {number}") for number in range(9))))
    assert len(values["front_skills"]) == 6
    assert values["more_skills"] == "and 3 more, in the supplement"
    assert len(values["skills"]) == 9


def test_an_assessment_shows_its_mark_only_where_the_facts_do() -> None:
    shown, hidden = page_values(
        sample(assessments=(Assessment("Final test", 12, "70", "91.666"), Assessment("Essay", 1)))
    )["assessments"]
    assert shown == {"title": "Final test", "details": "12 questions, pass mark 70%", "result": "Result 91.66%"}
    assert hidden == {"title": "Essay", "details": "1 question", "result": ""}


@pytest.mark.parametrize(
    ("field", "value", "element"),
    [
        ("issuer_country", "", "country"),
        ("outcomes", (), "outcomes"),
        ("workload_hours", "", "workload"),
        ("assessments", (), "assessment"),
        ("participation_form", "", "participation_form"),
        ("quality_assurance", "", "quality_assurance"),
    ],
)
def test_a_micro_credential_without_one_of_its_elements_is_held(field: str, value: object, element: str) -> None:
    facts = micro_credential(**{field: value})
    with pytest.raises(CannotPrint) as held:
        build_html(facts)
    assert held.value.obstacle is Obstacle.ELEMENT_MISSING
    assert held.value.values["elements"] == [element]


def test_a_whole_micro_credential_is_printed_and_other_kinds_need_no_elements() -> None:
    assert "Micro-credential" in build_html(micro_credential())
    assert missing_elements(sample(outcomes=(), issuer_country="")) == ()


def test_a_certificate_for_nobody_is_held() -> None:
    with pytest.raises(CannotPrint) as held:
        build_html(sample(holder=" \u200f "))
    assert held.value.obstacle is Obstacle.NAME_EMPTY


def test_an_id_is_grouped_for_eyes_and_fingers() -> None:
    assert grouped("01HZX3K4M5N6P7Q8R9S0T1V2W3") == "01HZX-3K4M5-N6P7Q-8R9S0-T1V2W3"


@pytest.mark.parametrize(
    ("language", "amount", "hours", "percent"),
    [("en", "1", "1 hour", "1%"), ("en", "2.5", "2.5 hours", "2.5%"), ("de", "24", "24 Stunden", "24\u00a0%")],
)
def test_numbers_are_written_as_the_language_writes_them(language: str, amount: str, hours: str, percent: str) -> None:
    locale = wording.locale_for(language)
    assert wording.hours(amount, locale) == hours
    assert wording.percent(amount, locale) == percent


def test_a_percent_is_never_rounded_up_over_the_pass_mark() -> None:
    assert wording.percent(str(Decimal("69.9999")), wording.locale_for("en")) == "69.99%"


def test_dates_languages_and_countries_are_words() -> None:
    locale = wording.locale_for("en")
    assert wording.day(date(2027, 1, 31), locale) == "31 January 2027"
    assert wording.language_name("sl", locale) == "Slovenian"
    assert wording.country_name("BE", locale) == "Belgium"


def test_facts_of_an_unknown_field_are_refused() -> None:
    with pytest.raises(TypeError):
        from_values({"kind": "achievement", "issued_at": "2027-01-11", "issued_on": "2027-01-11", "mood": "good"})
