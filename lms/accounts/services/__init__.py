"""Use cases about people: add, grant, sign in and out, tokens."""

from lms.accounts.services.addresses import ask_for_address
from lms.accounts.services.disabling import disable_person, enable_person
from lms.accounts.services.erasing import erase_account, erase_person, find_to_help
from lms.accounts.services.exporting import (
    DROP_JOB,
    EXPORT_JOB,
    ask_for_data,
    drop_export,
    find_export,
    find_made,
    keep_export,
)
from lms.accounts.services.following import Followed, LinkView, decline_link, follow_link, look_at_link, renew_link
from lms.accounts.services.grants import grant_role, revoke_role, revoke_roles
from lms.accounts.services.inviting import Invited, Invitee, invite_people
from lms.accounts.services.people import add_person, change_profile, find_person, set_password
from lms.accounts.services.proofs import FRESH_MINUTES, Proof, begin_proving, is_fresh, prove_again, require_fresh
from lms.accounts.services.recovering import ask_for_password, change_password, sign_out_elsewhere
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
    make_token,
    revoke_sign_in,
    revoke_token,
    sign_in,
    sign_in_by_passkey,
    sign_out_everywhere,
)
from lms.accounts.services.signing_up import ask_for_account
from lms.accounts.services.tidying import tidy

__all__ = [
    "DROP_JOB",
    "EXPORT_JOB",
    "FRESH_MINUTES",
    "Entry",
    "Followed",
    "Invited",
    "Invitee",
    "LinkView",
    "Proof",
    "add_passkey",
    "add_person",
    "add_totp",
    "ask_for_account",
    "ask_for_address",
    "ask_for_data",
    "ask_for_password",
    "begin_passkey",
    "begin_passkey_sign_in",
    "begin_proving",
    "begin_second_step",
    "begin_totp",
    "change_password",
    "change_profile",
    "create_token",
    "decline_link",
    "disable_person",
    "drop_export",
    "enable_person",
    "enter",
    "erase_account",
    "erase_person",
    "find_export",
    "find_made",
    "find_person",
    "find_to_help",
    "finish_sign_in",
    "follow_link",
    "grant_role",
    "invite_people",
    "is_fresh",
    "keep_export",
    "look_at_link",
    "make_token",
    "new_recovery_codes",
    "prove_again",
    "remove_all_factors",
    "remove_factor",
    "renew_link",
    "require_fresh",
    "resume_totp",
    "revoke_role",
    "revoke_roles",
    "revoke_sign_in",
    "revoke_token",
    "set_password",
    "sign_in",
    "sign_in_by_passkey",
    "sign_out_elsewhere",
    "sign_out_everywhere",
    "tidy",
]
