"""Copies of the demo's people, for measuring: whole, with receipts and certificates of their own."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sqlalchemy as sa

from lms.credentials.models import Award, AwardDocument, AwardHolder
from lms.credentials.rules.snapshots import award_digest, name_digest
from lms.home.demo import companies
from lms.home.scaling import PLANT, seed
from lms.learning.services import differences_of_projections
from lms.organisations.models import Membership
from lms.organisations.services import find_organisation
from lms.quizzes.models import AnswerStep
from lms.quizzes.rules.receipts import answer_digest
from tests.home.conftest import AT, SMALLEST

pytestmark = pytest.mark.slow


@pytest.fixture
def company(monkeypatch):
    """A third of the smallest company: drawing the certificates of all of it would take most of the time."""
    few = replace(SMALLEST, teams={team: people // 3 for team, people in SMALLEST.teams.items()})
    monkeypatch.setattr(companies, "COMPANIES", (*companies.COMPANIES[:-1], few))
    return few


def grown_to(session, learners, company):
    """(people in the plant, awards) after seeding."""
    seed(learners, lambda _done, _total: session.commit(), at=AT, company=company)
    plant = find_organisation(PLANT).id
    people = sa.select(sa.func.count()).select_from(Membership).where(Membership.organisation_id == plant)
    return session.scalar(people), session.scalar(sa.select(sa.func.count()).select_from(Award))


def test_a_plant_grows_to_the_number_that_was_asked_and_all_of_it_holds(session, courses, company):
    people, awards = grown_to(session, 40, company)
    assert people == 40
    assert grown_to(session, 40, company) == (40, awards)
    people, more = grown_to(session, 90, company)
    assert (people, more > awards) == (90, True)
    assert list(differences_of_projections()) == []
    for step in session.scalars(sa.select(AnswerStep)):
        assert step.digest == answer_digest(str(step.attempt_id), step.slot, step.step, step.document)
    for award in session.scalars(sa.select(Award)):
        assert award.digest == digest_of(award)
    check_certificates(session)


def check_certificates(session):
    """Each copy's has a number of its own, and is in the copy's name."""
    rows = sa.select(Award, AwardHolder).join(AwardHolder, AwardHolder.award_id == Award.id)
    found = session.execute(rows.join(AwardDocument, AwardDocument.award_id == Award.id)).all()
    copies = [(award, holder) for award, holder in found if holder.email.startswith("scale.")]
    assert len(copies) > 20
    assert len({award.public_id for award, _holder in found}) == len(found)
    assert all(award.name_digest == name_digest(holder.salt, holder.name) for award, holder in copies)


def digest_of(award):
    names = ("public_id", "achievement", "cycle", "facts", "issued_at", "expires_on")
    facts = {name: getattr(award, name) for name in names}
    return award_digest(**facts, name=award.name_digest, evidence=award.evidence_digest)
