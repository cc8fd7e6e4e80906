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

__all__ = [
    "Audience",
    "ask",
    "ask_new_members",
    "assign",
    "change_due",
    "follow_teams",
    "forget_leavers",
    "tell_on_accepting",
    "withdraw",
]
