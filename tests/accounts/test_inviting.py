"""People whom an organisation invites: new ones choose a password, known ones say whether they belong there."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from lms.accounts import services
from lms.accounts.events import InvitationAccepted
from lms.accounts.models import Link, Person
from lms.accounts.reasons import AccountReason
from lms.accounts.services import Invitee
from lms.core import events
from lms.core.actor import SYSTEM
from lms.core.clock import now
from lms.core.db import db
from lms.core.ids import new_id
from lms.core.mail.models import Mail
from lms.core.reasons import Refused
from tests.accounts.posting import messages, newest_link, text_of
from tests.accounts.visiting import PASSWORD, Visitor, a_person

NORTH = new_id()


@pytest.fixture
def accepted(session):
    """The news that was published, as the features above hear it."""
    heard: list[InvitationAccepted] = []
    events.subscribe(InvitationAccepted, heard.append)
    before = [handler for handler in events._handlers[InvitationAccepted] if handler != heard.append]
    events._handlers[InvitationAccepted] = [heard.append]
    yield heard
    events._handlers[InvitationAccepted] = before


def invite(*rows: tuple[str, str], organisation=NORTH) -> list[services.Invited]:
    people = [Invitee(email, name) for email, name in rows]
    done = services.invite_people(people, organisation_id=organisation, organisation_name="North", by=SYSTEM, at=now())
    db.session.commit()
    return done


def test_somebody_new_chooses_a_password_and_is_in(app, accepted):
    (ida,) = invite(("Ida@Example.org", "Ida"))
    assert (ida.email, ida.is_new) == ("ida@example.org", True)
    assert text_of(messages("ida@example.org")[0]).startswith("North invites you to learn at Sample Skills Alliance.")
    visitor, link = Visitor(app), newest_link("ida@example.org")
    assert visitor.post(link, name="Ida Ångström", password=PASSWORD).location == "/"
    assert visitor.name_shown() == "Ida Ångström"
    assert [(news.person_id, news.organisation_id) for news in accepted] == [(ida.person_id, NORTH)]


def test_from_the_id_nobody_reads_whether_an_account_was_there_before(session):
    mia = a_person()
    (known, new) = invite(("mia@example.org", "M. Celik"), ("ida@example.org", "Ida"))
    assert known.person_id == mia.id
    assert {known.person_id.version, new.person_id.version} == {4}  # RFC 9562: random, where 7 begins with the time


def test_somebody_known_says_yes_without_a_password_and_is_not_signed_in_by_it(app, accepted):
    mia = a_person()
    (one,) = invite(("mia@example.org", "M. Celik"))
    assert (one.person_id, one.is_new) == (mia.id, False)
    visitor, link = Visitor(app), newest_link("mia@example.org")
    page = visitor.get(link)
    assert "North" in page.text
    assert 'type="password"' not in page.text
    assert accepted == []
    visitor.post(link)
    assert len(accepted) == 1
    assert visitor.name_shown() is None
    db.session.rollback()
    assert db.session.get_one(Person, one.person_id).name == "Mia Çelik"


def test_an_invitation_is_accepted_once(app, accepted):
    a_person()
    invite(("mia@example.org", "Mia"))
    invite(("mia@example.org", "Mia"))
    first, second = (text_of(message).split("/links/")[1].split()[0] for message in messages("mia@example.org"))
    visitor = Visitor(app)
    visitor.post(f"/links/{first}")
    assert "link.used" in visitor.post(f"/links/{second}").text
    assert len(accepted) == 1


def test_invitations_of_two_organisations_are_answered_each_for_itself(app, accepted):
    a_person()
    for organisation in (NORTH, new_id()):
        invite(("mia@example.org", "Mia"), organisation=organisation)
    visitor = Visitor(app)
    for message in messages("mia@example.org"):
        visitor.post(f"/links/{text_of(message).split('/links/')[1].split()[0]}")
    assert len({news.organisation_id for news in accepted}) == 2


def test_somebody_else_who_is_signed_in_can_not_accept_it(app, accepted):
    a_person()
    a_person("eve@example.org", name="Eve")
    invite(("mia@example.org", "Mia"))
    eve = Visitor(app)
    eve.sign_in("eve@example.org")
    assert "link.other_person" in eve.post(newest_link("mia@example.org")).text
    assert accepted == []


def test_an_invitation_that_ran_out_is_sent_again(app, accepted):
    invite(("ida@example.org", "Ida"))
    visitor, link = Visitor(app), newest_link("ida@example.org")
    db.session.execute(sa.update(Link).values(expires_at=now() - timedelta(days=1)))
    db.session.commit()
    assert visitor.post(link, name="Ida", password=PASSWORD).status_code == 409
    visitor.post(f"{link}/renew")
    assert "North invites you" in text_of(messages("ida@example.org")[-1])
    visitor.post(newest_link("ida@example.org"), name="Ida", password=PASSWORD)
    assert len(accepted) == 1


def test_who_was_invited_may_also_sign_up_and_gets_in_by_the_message(app, accepted):
    invite(("ida@example.org", "Ida"))
    visitor = Visitor(app)
    visitor.post("/sign-up", name="Ida", email="ida@example.org")
    visitor.post(newest_link("ida@example.org"), password=PASSWORD)
    assert visitor.name_shown() == "Ida"


def test_two_thousand_are_invited_in_a_few_statements_the_same_for_known_and_unknown(session, queries):
    def count(prefix: str) -> int:
        rows = [Invitee(f"{prefix}{number}@example.org", "Somebody") for number in range(2000)]
        with queries() as run:
            services.invite_people(rows, organisation_id=NORTH, organisation_name="North", by=SYSTEM, at=now())
            session.flush()
        session.commit()
        return len(run)

    first, again = count("p"), count("p")
    assert first == again <= 12
    assert session.scalar(sa.select(sa.func.count()).select_from(Person)) == 2000
    assert session.scalar(sa.select(sa.func.count()).select_from(Mail)) == 4000


def test_one_wrong_row_invites_nobody(session):
    with pytest.raises(Refused) as refused:
        invite(("ida@example.org", "Ida"), ("no address", "Ina"))
    assert refused.value.reason is AccountReason.EMAIL_INVALID
    session.rollback()
    assert session.scalars(sa.select(Person)).all() == []
