"""Use cases of compliance: ask people to learn, keep audiences up to date, pack the proof."""

from lms.compliance.services.assigning import (
    Audience,
    ask,
    ask_new_members,
    assign,
    change_due,
    follow_teams,
    forget_leavers,
    tell_on_accepting,
    withdraw,
)
from lms.compliance.services.packs import delete_pack, forget_in_packs, request_pack

__all__ = [
    "Audience",
    "ask",
    "ask_new_members",
    "assign",
    "change_due",
    "delete_pack",
    "follow_teams",
    "forget_in_packs",
    "forget_leavers",
    "request_pack",
    "tell_on_accepting",
    "withdraw",
]
