"""Use cases about people: add, grant, sign in and out, tokens."""

from lms.accounts.services.grants import grant_role, revoke_role, revoke_roles
from lms.accounts.services.people import add_person, change_profile, find_person, set_password
from lms.accounts.services.proofs import FRESH_MINUTES, Proof, begin_proving, is_fresh, prove_again, require_fresh
from lms.accounts.services.second_factor import (
    add_passkey,
    add_totp,
    begin_passkey,
    begin_totp,
    new_recovery_codes,
    remove_all_factors,
    remove_factor,
    resume_totp,
)
from lms.accounts.services.signing_in import (
    Entry,
    begin_passkey_sign_in,
    begin_second_step,
    create_token,
    enter,
    finish_sign_in,
    revoke_sign_in,
    revoke_token,
    sign_in,
    sign_in_by_passkey,
    sign_out_everywhere,
)

__all__ = [
    "FRESH_MINUTES",
    "Entry",
    "Proof",
    "add_passkey",
    "add_person",
    "add_totp",
    "begin_passkey",
    "begin_passkey_sign_in",
    "begin_proving",
    "begin_second_step",
    "begin_totp",
    "change_profile",
    "create_token",
    "enter",
    "find_person",
    "finish_sign_in",
    "grant_role",
    "is_fresh",
    "new_recovery_codes",
    "prove_again",
    "remove_all_factors",
    "remove_factor",
    "require_fresh",
    "resume_totp",
    "revoke_role",
    "revoke_roles",
    "revoke_sign_in",
    "revoke_token",
    "set_password",
    "sign_in",
    "sign_in_by_passkey",
    "sign_out_everywhere",
]
