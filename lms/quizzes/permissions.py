"""Who may do what with an attempt. Its learner answers and looks; nobody else sees it, not even its existence."""

from __future__ import annotations

import uuid

from lms.core.actor import Actor


def may_see(actor: Actor, person_id: uuid.UUID) -> bool:
    """The paper, the answers and the result, as far as the review options allow; and so save, flag, hand in."""
    return actor.person_id == person_id
