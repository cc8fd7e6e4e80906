"""What is over and goes: done each hour."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from lms.accounts.models import ApiToken, SignIn
from lms.accounts.services.limits import prune_counts
from lms.accounts.services.links import prune_links
from lms.core.db import db

KEPT = timedelta(days=30)
"""How long a sign-in or token that was ended can still be looked for."""


def tidy(*, at: datetime) -> None:
    """Deletes counts, links, sign-ins and tokens that nothing asks for any more."""
    prune_counts(at)
    prune_links(at)
    for table in (SignIn, ApiToken):
        db.session.execute(sa.delete(table).where(sa.or_(table.expires_at < at, table.revoked_at < at - KEPT)))
