"""What every command has in common: the app around it, one commit, a refusal in words, never a traceback."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

import click

from lms.core.config import SettingsError

as_json = click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
log = logging.getLogger(__name__)


@contextmanager
def application() -> Iterator[Any]:
    """An app context whose work is committed at the end. A refusal ends the command with exit code 1."""
    from sqlalchemy.exc import DBAPIError

    from lms.app import create_app
    from lms.core.db import db
    from lms.core.reasons import Refused

    with settings_in_words():
        app = create_app()
    with app.app_context():
        try:
            yield app
            db.session.commit()
        except Refused as refused:
            db.session.rollback()
            stop(refused.sentence(), refused.next_step(), refused.reason.code)
        except DBAPIError as error:
            db.session.rollback()
            stop("The database does not answer as it should.", _first_line(error), "core.busy")


@contextmanager
def settings_in_words() -> Iterator[None]:
    """A setting that can't be used ends the command with exit code 1."""
    try:
        yield
    except SettingsError as error:
        stop(str(error), "docs/operators.md lists all settings.", "core.setting")


def _first_line(error: Exception) -> str:
    return str(getattr(error, "orig", error)).splitlines()[0]


def stop(sentence: str, next_step: str = "", code: str = "") -> NoReturn:
    """Says why on standard error and ends with exit code 1."""
    click.echo(" ".join(filter(None, (sentence, next_step, f"[{code}]" if code else ""))), err=True)
    sys.exit(1)


def report(document: Any, lines: str | list[str], *, as_json: bool) -> None:
    """The result: one JSON document, or lines for people."""
    if as_json:
        click.echo(json.dumps(document, ensure_ascii=False, indent=2, default=str))
        return
    for line in [lines] if isinstance(lines, str) else lines:
        click.echo(line)
