"""How many wrong passwords and codes are borne before signing in pauses, and how many messages may be asked for.

Counted by account and by network address, under names that tell nothing (HMAC with a key of the installation).
"""

from __future__ import annotations

import math
import uuid
from datetime import datetime, timedelta

import sqlalchemy as sa

from lms.accounts import rules
from lms.accounts.models import Challenge, MailRequest, SignInFailure
from lms.accounts.reasons import AccountReason, LinkReason, SecurityReason
from lms.core.db import db, hold
from lms.core.ids import new_id
from lms.core.reasons import Reason, Refused
from lms.core.sealing import keyed

Counted = type[SignInFailure] | type[MailRequest]


def check_limits(account: str, address: str, at: datetime) -> None:
    """Refused(account.too_many_failures); `account` is the folded e-mail address.

    Others who try for the same account or from the same address wait until this transaction ends, so that no number
    of requests at once gets more tries than one after the other.
    """
    _check(SignInFailure, account, address, at)


def _check(table: Counted, account: str, address: str, at: datetime) -> None:
    hold(f"{table.__tablename__} {account}", f"{table.__tablename__} {address}")
    window, of_account, of_address, reason = _LIMITS[table.__tablename__]
    by_account = _counted_at(table, "account", account, of_account, at - window, at)
    by_address = _counted_at(table, "address", address, of_address, at - window, at)
    found = db.session.execute(sa.select(by_account, by_address)).one()
    deciding = max(filter(None, found), default=None)
    if deciding is None:
        return
    seconds = math.ceil((deciding + window - at).total_seconds())
    raise Refused(reason, minutes=math.ceil(seconds / 60), seconds=seconds)


_LIMITS: dict[str, tuple[timedelta, int, int, Reason]] = {
    SignInFailure.__tablename__: (
        rules.FAILURE_WINDOW,
        rules.MOST_FAILURES_ACCOUNT,
        rules.MOST_FAILURES_ADDRESS,
        AccountReason.TOO_MANY_FAILURES,
    ),
    MailRequest.__tablename__: (
        rules.MAIL_WINDOW,
        rules.MOST_MAILS_ACCOUNT,
        rules.MOST_MAILS_ADDRESS,
        LinkReason.TOO_MANY_MAILS,
    ),
}


def _counted_at(
    table: Counted, column: str, whose: str, number: int, since: datetime, at: datetime
) -> sa.ScalarSelect[datetime]:
    """When the `number`-th, counted back from now, happened; NULL where there were fewer since then.

    The last but so many opens the way again when it leaves the window.
    """
    inside = (getattr(table, column) == _keyed(whose), table.at > since, table.at <= at)
    newest = sa.select(table.at).where(*inside).order_by(table.at.desc())
    return newest.offset(number - 1).limit(1).scalar_subquery()


def begin_try(account: str, address: str, at: datetime) -> uuid.UUID:
    """Counts a try as a failure until `forgive` takes it back: for secrets that are compared between transactions.

    Committed here. Refused as `check_limits`.
    """
    check_limits(account, address, at)
    failure = _failure(account, address, at)
    db.session.commit()
    return failure.id


def forgive(try_id: uuid.UUID) -> None:
    """The secret was right, and only failures count."""
    db.session.execute(sa.delete(SignInFailure).where(SignInFailure.id == try_id))


def note_failure(account: str, address: str, at: datetime) -> None:
    """Committed here: the refusal rolls the request back, and the failure must stay counted."""
    _failure(account, address, at)
    db.session.commit()


def _failure(account: str, address: str, at: datetime) -> SignInFailure:
    failure = SignInFailure(id=new_id(), account=_keyed(account), address=_keyed(address), at=at)
    db.session.add(failure)
    return failure


def count_mail(account: str, address: str, at: datetime) -> None:
    """Counts a message that somebody asks for to `account`, an e-mail address. Refused: account.too_many_mails."""
    _check(MailRequest, account, address, at)
    db.session.add(MailRequest(account=_keyed(account), address=_keyed(address), at=at))


def count_challenge(address: str, at: datetime) -> str:
    """The name under which a guest's challenge is kept, so that it counts. Refused: account.too_many_challenges."""
    mine = _keyed(address)
    hold(f"{Challenge.__tablename__} {mine}")
    lives = sa.select(Challenge.expires_at).where(Challenge.address == mine, Challenge.expires_at > at)
    last = lives.order_by(Challenge.expires_at.desc()).offset(rules.MOST_CHALLENGES_ADDRESS - 1).limit(1)
    ends = db.session.scalar(last)
    if ends is not None:
        seconds = math.ceil((ends - at).total_seconds())
        raise Refused(SecurityReason.TOO_MANY_CHALLENGES, minutes=math.ceil(seconds / 60), seconds=seconds)
    return mine


def prune_counts(at: datetime) -> None:
    """Deletes what no limit looks at any more."""
    db.session.execute(sa.delete(SignInFailure).where(SignInFailure.at < at - 2 * rules.FAILURE_WINDOW))
    db.session.execute(sa.delete(MailRequest).where(MailRequest.at < at - 2 * rules.MAIL_WINDOW))


def end_pause(account: str) -> None:
    """The wrong passwords so far were for a password that is gone."""
    db.session.execute(sa.delete(SignInFailure).where(SignInFailure.account == _keyed(account)))


def forget_failures(account: str) -> None:
    """Of an address that is erased, and the messages that were asked for to it."""
    for table in (SignInFailure, MailRequest):
        db.session.execute(sa.delete(table).where(table.account == _keyed(account)))


def _keyed(text: str) -> str:
    return keyed(text, "limits")
