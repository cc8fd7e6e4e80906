"""lms progress …"""

from __future__ import annotations

import sys
from typing import Any

import click

from lms.cli.frame import application, as_json, report


@click.group()
def progress() -> None:
    """Learners' progress."""


@progress.command("rebuild")
@click.option("--check", is_flag=True, help="Change nothing; exit code 1 where something differs.")
@as_json
def rebuild(check: bool, as_json: bool) -> None:
    """Derive everybody's progress from the events alone and put right what differs."""
    with application():
        found = _look() if check else _put_right()
    lines = [f"{d['enrolment']} {d['field']}: {d['stored']!r} stored, {d['derived']!r} derived" for d in found]
    report({"differences": found}, lines or "No differences.", as_json=as_json)
    sys.exit(1 if found and check else 0)


def _look() -> list[dict[str, Any]]:
    from lms.core.db import snapshot
    from lms.learning.services import differences_of_projections

    with snapshot():  # people go on learning while it looks
        return list(differences_of_projections())


def _put_right() -> list[dict[str, Any]]:
    """A transaction for each enrolment, so that nobody waits for more than their own."""
    from lms.core.db import db
    from lms.learning.queries import enrolment_ids
    from lms.learning.services import rebuild_projection

    found = []
    for enrolment_id in enrolment_ids():
        found += rebuild_projection(enrolment_id)
        db.session.commit()
    return found
