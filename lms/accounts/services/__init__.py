"""Use cases about people: add, grant, sign in and out, tokens."""

from lms.accounts.services.grants import grant_role, revoke_role, revoke_roles
from lms.accounts.services.people import add_person, change_profile, find_person, set_password
from lms.accounts.services.signing_in import create_token, revoke_sign_in, revoke_token, sign_in, sign_out_everywhere

__all__ = [
    "add_person",
    "change_profile",
    "create_token",
    "find_person",
    "grant_role",
    "revoke_role",
    "revoke_roles",
    "revoke_sign_in",
    "revoke_token",
    "set_password",
    "sign_in",
    "sign_out_everywhere",
]
