"""lms doctor"""

from __future__ import annotations

import os
import sys
from typing import Any

import click

from lms.cli.frame import application, as_json, report

SIGNS = {"good": "ok  ", "warn": "look", "bad": "BAD "}


@click.command()
@as_json
def doctor(as_json: bool) -> None:
    """Say what is wrong and how to mend it; exit code 1 where something is."""
    findings = _broken_settings() or _findings()
    report({"findings": [one.as_document() for one in findings]}, _lines(findings), as_json=as_json)
    sys.exit(1 if any(one.bad for one in findings) else 0)


def _broken_settings() -> list[Any]:
    """While settings can't be used there is no application."""
    from lms.home.doctor.settings import broken

    return broken(os.environ)


def _findings() -> list[Any]:
    with application() as app:
        from lms.core.clock import now
        from lms.core.db import begin_reading, end_reading
        from lms.home.doctor import examine

        begin_reading()  # SQLite's one lock belongs to those who work
        try:
            return examine(app, now())
        finally:
            end_reading()


def _lines(findings: list[Any]) -> list[str]:
    return [f"{SIGNS[one.state]} {one.what}{' ' + one.mend if one.mend else ''}" for one in findings]
