"""How many wrong passwords and codes are borne before signing in pauses: counted by account and by network address."""

from __future__ import annotations

import hmac
import math
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from lms.accounts import rules
from lms.accounts.models import SignInFailure
from lms.accounts.reasons import AccountReason
from lms.core.db import db
from lms.core.reasons import Refused


def check_limits(account: str, address: str, at: datetime) -> None:
    """Refused(account.too_many_failures); `account` is the folded e-mail address.

    The limit's last failure but so many opens the way again when it leaves the window.
    """
    by_account = _failure_at(SignInFailure.account, account, rules.MOST_FAILURES_ACCOUNT, at)
    by_address = _failure_at(SignInFailure.address, address, rules.MOST_FAILURES_ADDRESS, at)
    found = db.session.execute(sa.select(by_account, by_address)).one()
    deciding = max(filter(None, found), default=None)
    if deciding is None:
        return
    seconds = math.ceil((deciding + rules.FAILURE_WINDOW - at).total_seconds())
    raise Refused(AccountReason.TOO_MANY_FAILURES, minutes=math.ceil(seconds / 60), seconds=seconds)


def _failure_at(column: Any, whose: str, number: int, at: datetime) -> sa.ScalarSelect[datetime]:
    """When the `number`-th failure, counted back from now, happened; NULL where there were fewer in the window."""
    inside = (column == _keyed(whose), SignInFailure.at > at - rules.FAILURE_WINDOW, SignInFailure.at <= at)
    newest = sa.select(SignInFailure.at).where(*inside).order_by(SignInFailure.at.desc())
    return newest.offset(number - 1).limit(1).scalar_subquery()


def note_failure(account: str, address: str, at: datetime) -> None:
    """Committed here: the refusal rolls the request back, and the failure must stay counted."""
    db.session.add(SignInFailure(account=_keyed(account), address=_keyed(address), at=at))
    db.session.execute(sa.delete(SignInFailure).where(SignInFailure.at < at - 2 * rules.FAILURE_WINDOW))
    db.session.commit()


def forget_failures(account: str) -> None:
    """Of an address that is erased."""
    db.session.execute(sa.delete(SignInFailure).where(SignInFailure.account == _keyed(account)))


def _keyed(text: str) -> str:
    return hmac.digest(b"sign-in failures", text.encode("utf-8", "surrogatepass"), "sha256").hex()
