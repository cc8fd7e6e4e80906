"""lms progress …"""

from __future__ import annotations

import sys
from contextlib import nullcontext

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
        from lms.core.db import snapshot
        from lms.learning.services import differences_of_projections

        with snapshot() if check else nullcontext():  # people go on learning while it looks
            found = list(differences_of_projections(rebuild=not check))
    lines = [f"{d['enrolment']} {d['field']}: {d['stored']!r} stored, {d['derived']!r} derived" for d in found]
    report({"differences": found}, lines or "No differences.", as_json=as_json)
    sys.exit(1 if found and check else 0)
