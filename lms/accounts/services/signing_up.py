"""An account of one's own: asked for on a page, made when its address is confirmed."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from lms.accounts import rules
from lms.accounts.models import Link, Person
from lms.accounts.reasons import AccountReason, LinkReason
from lms.accounts.services import limits, links
from lms.core.actor import Actor
from lms.core.audit import record
from lms.core.db import db
from lms.core.ids import new_timeless_id
from lms.core.mail.services import require_mail
from lms.core.reasons import Refused
from lms.core.site import site


def ask_for_account(email: str, name: str, *, locale: str | None, address: str, at: datetime, then: str = "") -> None:
    """Writes a message with the link that makes the account; to somebody who has one, that they have.

    Whichever it was, the answer is the same and takes the same statements: nobody learns whose address is known.
    `then` is the path on which they wanted to go on.
    Refused: account.by_invitation, .email_invalid, .name_invalid, .too_many_mails, mail.not_set_up.
    """
    if not site().is_open:
        raise Refused(LinkReason.BY_INVITATION)
    require_mail()
    email, name = rules.clean_email(email), rules.clean_name(name)
    limits.count_mail(email, address, at)
    person = person_at(email)
    if person is None:
        facts = {"email": email, "name": name, "locale": locale}
        links.send_link("sign-up", links.SIGN_UP, at=at, address=email, then=then, **facts)
    else:
        links.send_link("account-exists", links.PASSWORD, at=at, then=then, person_id=person.id)


def person_at(email: str) -> Person | None:
    """Who has this address and may use it."""
    return db.session.scalar(sa.select(Person).where(Person.email == email, Person.disabled_at.is_(None)))


def make_account(link: Link, *, name: str | None, password_hash: str, at: datetime) -> Person:
    """What the link of `ask_for_account` is for. Refused: link.name_needed, account.name_invalid, .email_taken."""
    if not (name or link.name):
        raise Refused(LinkReason.NAME_NEEDED)
    links.take_link(link, at=at)  # first: who follows it at the same moment waits here, and is told that it was used
    email = str(link.email)
    if db.session.scalar(sa.select(Person.id).where(Person.email == email)):
        raise Refused(AccountReason.EMAIL_TAKEN)
    person = Person(id=new_timeless_id(), email=email, name=rules.clean_name(name or str(link.name)), created_at=at)
    person.locale, person.password_hash = link.locale, password_hash
    db.session.add(person)
    db.session.flush()
    same = sa.update(Link).where(Link.kind == links.SIGN_UP, Link.email == email, Link.used_at.is_(None))
    db.session.execute(same.values(used_at=at))
    record("person.signed_up", by=Actor(person.id), subject=("person", person.id), at=at)
    return person
