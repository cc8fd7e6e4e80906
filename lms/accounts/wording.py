"""Roles as people read them."""

from __future__ import annotations

from lms.core.texts import N_, translate

ROLES = {
    "learner": N_("learner"),
    "author": N_("author"),
    "teacher": N_("teacher of a course"),
    "hr": N_("HR"),
    "manager": N_("manager"),
    "editor": N_("editor of the hub"),
    "reviewer": N_("reviewer of the hub"),
    "administrator": N_("administrator"),
}


def role_in_words(role: str) -> str:
    """The role's name in the reader's language (template filter `role`)."""
    return translate(ROLES[role])
