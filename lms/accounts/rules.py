"""What a name, an address and a password may be; which scope a role needs."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import timedelta

from lms.accounts.reasons import AccountReason
from lms.core.actor import Grant
from lms.core.reasons import Refused

SESSION_LIFE = timedelta(days=30)
TOKEN_LIFE = timedelta(days=90)
STEP_LIFE = timedelta(minutes=10)
"""How long a browser whose password was right may take for the second step."""
FAILURE_WINDOW = timedelta(minutes=15)
MOST_FAILURES_ACCOUNT = 5
MOST_FAILURES_ADDRESS = 50
MAIL_WINDOW = timedelta(hours=1)
MOST_MAILS_ACCOUNT = 5
MOST_MAILS_ADDRESS = 100
"""A class that signs up together has one network address."""
CHALLENGE_LIFE = timedelta(minutes=10)
MOST_CHALLENGES_ADDRESS = 300
"""Open ones of guests: a school that signs in by passkey at nine o'clock stays well below."""

LEAST_PASSWORD, MOST_PASSWORD, MOST_NAME, MOST_EMAIL = 10, 256, 200, 254
EMAIL = re.compile(r"[^@\s\x00-\x1f\x7f<>]+@[^@\s\x00-\x1f\x7f<>]+")
TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Characters that reorder the text around them: in a name they could make a certificate say something else."""
BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters and symbols by their category that show nothing: fillers of Hangul, the empty Braille cell."""

SCOPE_OF_ROLE = {
    "learner": "organisation",
    "author": "organisation",
    "teacher": "course",
    "hr": "organisation",
    "manager": "organisation",
    "editor": "hub",
    "reviewer": "hub",
    "administrator": "system",
}


def fold_email(text: str) -> str:
    """One spelling for an address: trimmed, lower case, NFC (a Mac types ü as two characters)."""
    return unicodedata.normalize("NFC", text.strip().lower())


def fold_password(password: str) -> str:
    """One spelling for a password, whichever keyboard it was typed on (NFKC, as NIST SP 800-63B advises)."""
    return unicodedata.normalize("NFKC", password)


def clean_email(text: str) -> str:
    """The address as we keep it: trimmed, NFC, lower case. Refused where it is none."""
    email = fold_email(text)
    if len(email) > MOST_EMAIL or not EMAIL.fullmatch(email):
        raise Refused(AccountReason.EMAIL_INVALID)
    return email


def clean_name(text: str) -> str:
    """The name as it is printed: NFC, single spaces. Refused where empty, too long, or not printable."""
    name = " ".join(unicodedata.normalize("NFC", text).split(" ")).strip()
    bad = any(unicodedata.category(c) in ("Cc", "Cs", "Co", "Cn", "Zl", "Zp") or c in TURNING for c in name)
    visible = any(unicodedata.category(c)[0] in "LNPS" and c not in BLANK for c in name)
    if bad or not visible or len(name) > MOST_NAME:
        raise Refused(AccountReason.NAME_INVALID)
    return " ".join(name.split())


def check_password(password: str) -> None:
    """Length only, as NIST SP 800-63B advises: no rules on kinds of characters."""
    if not LEAST_PASSWORD <= len(password) <= MOST_PASSWORD:
        raise Refused(AccountReason.PASSWORD_SHORT, least=LEAST_PASSWORD, most=MOST_PASSWORD)


def scope_of(role: str) -> str:
    """The kind of scope a role is granted on."""
    if role not in SCOPE_OF_ROLE:
        raise Refused(AccountReason.ROLE_UNKNOWN, role=role, roles=", ".join(SCOPE_OF_ROLE))
    return SCOPE_OF_ROLE[role]


def counting(
    grants: Iterable[Grant], careful: frozenset[str], *, second_step: bool
) -> tuple[frozenset[Grant], frozenset[str]]:
    """(grants that count, roles that are held and do not): `careful` roles ask for a sign-in with a second step."""
    held = frozenset(grants)
    withheld = frozenset() if second_step else frozenset(grant for grant in held if grant.role in careful)
    return held - withheld, frozenset(grant.role for grant in withheld)


def fits(role: str, scope_kind: str) -> bool:
    """Whether the role may be granted on such a scope: a manager may have a team in place of a whole organisation."""
    return scope_kind == scope_of(role) or (role, scope_kind) == ("manager", "team")


WHY_DISABLED = ("left", "misuse", "asked", "other")
"""Why an administrator switched an account off: gone, suspected misuse, own wish, another reason."""
