"""What is wrong with this installation, and how to mend it: for `lms doctor` and, what costs little, for /admin."""

from __future__ import annotations

from datetime import datetime

from flask import Flask

from lms.home.doctor import databases, machine, settings, work
from lms.home.doctor.finding import Finding

__all__ = ["Finding", "examine", "glance"]


def examine(app: Flask, at: datetime) -> list[Finding]:
    """Everything, the most basic first; some checks write, or wait seconds for what does not answer."""
    known = app.extensions["settings"]
    found = [*settings.of_installation(known), *machine.examine(known)]
    found += [machine.storage_keeps_files(app.extensions["storage"]), work.queue_answers(app)]
    found += work.mail_server_answers(known)
    found += databases.examine(known, at)
    if not any(one.bad for one in found if one.code.startswith("database.")):
        found += work.examine(at)
    return found


def glance(app: Flask, at: datetime) -> list[Finding]:
    """What a page may ask each time: nothing is written, nobody outside but the database is waited for."""
    known = app.extensions["settings"]
    found = [*settings.of_installation(known), *machine.examine(known), *databases.glance(known, at)]
    return found + work.examine(at)
