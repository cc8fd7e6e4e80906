"""What a link of a message does, whichever kind it is, and a new link in place of one that is over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from lms.accounts import rules
from lms.accounts.models import Link, Person
from lms.accounts.reasons import LinkReason
from lms.accounts.services import addresses, inviting, limits, links, passwords, recovering, signing_up
from lms.accounts.services.signing_in import Entry, enter
from lms.core.actor import Actor
from lms.core.db import begin_reading, db, end_reading
from lms.core.mail.services import require_mail
from lms.core.reasons import Refused
from lms.core.site import site


@dataclass(frozen=True)
class LinkView:
    """What a link would do now. `refused` says why it does nothing; `can_renew`: a new one can be sent."""

    kind: str
    email: str
    name: str
    organisation: str | None
    expires_at: datetime
    needs_password: bool
    needs_name: bool
    refused: Refused | None
    can_renew: bool


@dataclass(frozen=True)
class Followed:
    """What came of it: how the browser goes on (`entry` None: as it was), and where to."""

    kind: str
    entry: Entry | None
    next_path: str


def look_at_link(secret: str, *, by: Actor, at: datetime) -> LinkView:
    """Changes nothing. Refused: link.unknown."""
    link = links.find_link(secret)
    person = db.session.get(Person, link.person_id) if link.person_id else None
    refused = _why_not(link, by, at)
    is_over = refused is not None and refused.reason is not LinkReason.OTHER_PERSON
    return LinkView(
        kind=link.kind,
        email=link.email or (person.email if person else ""),
        name=(person.name if person else link.name) or "",
        organisation=link.organisation_name,
        expires_at=link.expires_at,
        needs_password=_needs_password(link, person),
        needs_name=link.kind == links.SIGN_UP or (link.kind == links.INVITATION and _needs_password(link, person)),
        refused=refused,
        can_renew=is_over and _can_renew(link, person),
    )


def _why_not(link: Link, by: Actor, at: datetime) -> Refused | None:
    try:
        links.check_link(link, by=by, at=at)
    except Refused as refused:
        return refused
    return None


def _needs_password(link: Link, person: Person | None) -> bool:
    asks = link.kind in (links.SIGN_UP, links.PASSWORD)
    return asks or (link.kind == links.INVITATION and person is not None and person.password_hash is None)


def _can_renew(link: Link, person: Person | None) -> bool:
    """What was confirmed is done; what ran out, and a password, can be asked for again, an account while it may be."""
    if link.person_id and (person is None or person.disabled_at):
        return False
    if link.kind == links.SIGN_UP and not site().is_open:
        return False
    return link.kind == links.PASSWORD or (link.used_at is None and link.kind != links.UNDO_ADDRESS)


def follow_link(
    secret: str, *, password: str | None, name: str | None, by: Actor, device: str | None, at: datetime
) -> Followed:
    """Does what the link is for, once; signs `device` in where a password was chosen (None: nobody).

    A password is hashed before the transaction that writes begins.

    Refused: link.unknown, .expired, .used, .other_person, .password_needed, .name_needed; account.password_short,
    .name_invalid, .email_taken.
    """
    needs_password = _checked(secret, by, at)
    if needs_password and not password:
        raise Refused(LinkReason.PASSWORD_NEEDED)
    if needs_password:
        rules.check_password(password or "")
    password_hash = passwords.hashed(password or "") if needs_password else None
    link = links.find_link(secret)
    links.check_link(link, by=by, at=at)
    return _do(link, name=name, password_hash=password_hash, device=device, at=at)


def _checked(secret: str, by: Actor, at: datetime) -> bool:
    """Whether it needs a password; refused already here where it would be later. Leaves no transaction open."""
    db.session.rollback()
    begin_reading()
    try:
        view = look_at_link(secret, by=by, at=at)
    finally:
        db.session.rollback()
        end_reading()
    if view.refused:
        raise view.refused
    return view.needs_password


def _do(link: Link, *, name: str | None, password_hash: str | None, device: str | None, at: datetime) -> Followed:
    if link.kind == links.UNDO_ADDRESS:
        return Followed(link.kind, None, addresses.undo_address(link, at=at))
    if link.kind == links.ADDRESS:
        addresses.confirm_address(link, at=at)
        return Followed(link.kind, None, "/you")
    if link.kind == links.SIGN_UP:
        person = signing_up.make_account(link, name=name, password_hash=password_hash or "", at=at)
    elif link.kind == links.PASSWORD:
        person = recovering.choose_password(link, password_hash=password_hash or "", at=at)
    else:
        person = inviting.accept_invitation(link, name=name, password_hash=password_hash, at=at)
    db.session.flush()
    # Who only said yes has shown a mailbox, and no password: that signs nobody in. Who chose one anew while signed in
    # has just been signed out everywhere, and stays in all the same.
    enters = device if password_hash is not None else None
    entry = enter(person.id, device=enters, at=at) if enters else None
    return Followed(link.kind, entry, "/")


def decline_link(secret: str, *, by: Actor, at: datetime) -> None:
    """ "This is not me": says no to an invitation, signed in or not.

    Refused: link.unknown (also what is no invitation), .expired, .used, .other_person.
    """
    link = links.find_link(secret)
    if link.kind != links.INVITATION:
        raise Refused(LinkReason.UNKNOWN)
    links.check_link(link, by=by, at=at)
    inviting.decline_invitation(link, at=at)


def renew_link(secret: str, *, address: str, at: datetime) -> None:
    """Sends a new link in place of one that is over, to where the first one went.

    Refused: link.unknown, .used (nothing is left to do), account.too_many_mails, mail.not_set_up.
    """
    require_mail()
    link = links.find_link(secret)
    person = db.session.get(Person, link.person_id) if link.person_id else None
    if not _can_renew(link, person):
        raise Refused(LinkReason.USED, date=(link.used_at or link.expires_at).isoformat())
    limits.count_mail(link.email or (person.email if person else ""), address, at)
    links.send_again(link, at=at)
