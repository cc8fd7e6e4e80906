"""Codes of roles, states and messages as administrators read them."""

from __future__ import annotations

from collections.abc import Iterable

from lms.core.i18n import translate
from lms.core.texts import N_

ROLES = {
    "learner": N_("Learner"),
    "author": N_("Author"),
    "teacher": N_("Instructor"),
    "hr": N_("HR"),
    "manager": N_("Manager"),
    "editor": N_("Editor"),
    "reviewer": N_("Reviewer"),
    "administrator": N_("Administrator"),
}
SCOPES = {
    "organisation": N_("On an organisation"),
    "course": N_("On a course"),
    "team": N_("On a team"),
    "hub": N_("In the hub"),
    "system": N_("Everywhere"),
}
PEOPLE = {"active": N_("May sign in"), "waiting": N_("No password yet"), "disabled": N_("Disabled")}
WHY_DISABLED = {
    "left": N_("Has left"),
    "misuse": N_("Somebody else may be using the account"),
    "asked": N_("Asked for it"),
    "other": N_("Another reason"),
}
JOBS = {
    "queued": N_("Waiting"),
    "running": N_("Running"),
    "done": N_("Done"),
    "failed": N_("Failed"),
    "cancelled": N_("Cancelled"),
}
MAIL_STATES = {"queued": N_("Waiting"), "sent": N_("Sent"), "failed": N_("Failed")}
MAILS = {
    "sign-up": N_("Confirm the address of a new account"),
    "account-exists": N_("Sign-up with a known address"),
    "invitation": N_("Invitation"),
    "password": N_("Choose a new password"),
    "password-changed": N_("The password was changed"),
    "new-address": N_("Confirm a new address"),
    "old-address": N_("The address is changed"),
    "address-asked": N_("Another address is asked for"),
    "address-taken": N_("The address belongs to another account"),
    "no-account": N_("There is no account with this address"),
    "no-account-closed": N_("There is no account with this address"),
    "security-changed": N_("The second step was changed"),
    "erased": N_("The account was erased"),
    "assigned": N_("A course was assigned"),
    "enrolled": N_("Somebody was enrolled"),
}


def word(words: dict[str, str], code: str) -> str:
    """In the reader's language; the code itself where nobody has named it."""
    return translate(words[code]) if code in words else code


def options(words: dict[str, str], codes: Iterable[str] | None = None, *, any_of: str = "") -> list[tuple[str, str]]:
    """(code, word) for a list to choose from, `any_of` as its first, with no code."""
    first = [("", any_of)] if any_of else []
    return first + [(code, word(words, code)) for code in (words if codes is None else codes)]
