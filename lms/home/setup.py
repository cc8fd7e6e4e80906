"""Getting an installation ready: tables, the first organisation, the demo, what a starting worker looks after."""

from __future__ import annotations

import re
import threading
import unicodedata

from lms.core import schema
from lms.core.actor import SYSTEM
from lms.core.clock import now
from lms.core.config import Settings
from lms.core.db import db
from lms.credentials.services import retry_held
from lms.credentials.tasks import warm_up
from lms.home.demo import account_lines, is_loaded, load_companies, load_demo, request_companies
from lms.organisations.services import MOST_SLUG, add_organisation, list_organisations

__all__ = ["load_companies", "load_demo", "prepare", "upgrade_database", "worker_starts"]


def upgrade_database(settings: Settings) -> None:
    """Brings the tables up to date and makes the first organisation, named as the installation."""
    schema.upgrade()
    if not list_organisations():
        add_organisation(slug_of(settings.name), name=settings.name, by=SYSTEM, at=now())
    db.session.commit()  # a step of its own: what follows may be stopped and started again


def slug_of(name: str) -> str:
    """A name as an address: "Nordic Cells ÅB" gives "nordic-cells-ab"."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:MOST_SLUG].strip("-") or "first"


def prepare(settings: Settings) -> list[str]:
    """What `lms run` does before it serves; in development with the demo. Returns the lines about demo accounts."""
    upgrade_database(settings)
    if settings.production or settings.demo == "none":
        return []
    if not is_loaded():
        load_demo()
    if settings.demo == "whole":
        request_companies(at=now())
        db.session.commit()
    return account_lines(settings.demo)


def worker_starts() -> None:
    """Certificates that were held are tried again: a font may have come meanwhile. The renderer is loaded beside."""
    retry_held(by=SYSTEM, at=now())
    threading.Thread(target=warm_up, daemon=True).start()
