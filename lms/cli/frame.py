"""What every command has in common: the app around it, one commit, a refusal in words, never a traceback."""

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn

import click

from lms.core.config import CHECKOUT, SettingsError

as_json = click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
log = logging.getLogger(__name__)


@contextmanager
def application() -> Iterator[Any]:
    """An app context whose work is committed at the end. A refusal ends the command with exit code 1."""
    from obstore.exceptions import BaseError as StorageError
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
            db.session.remove()
            stop(*_database_in_words(error))
        except StorageError as error:
            db.session.rollback()
            stop("The storage of files does not answer as it should.", _first_line(error), "core.busy")
        finally:
            db.session.remove()
            db.engine.dispose()


@contextmanager
def settings_in_words() -> Iterator[None]:
    """A setting that can't be used ends the command with exit code 1."""
    try:
        yield
    except SettingsError as error:
        stop(f"{error}.", "docs/operators.md lists all settings.", "core.setting")


def _database_in_words(error: Any) -> tuple[str, str, str]:
    """Sentence, next step and code; what the driver says is for operators, who read this."""
    from sqlalchemy.exc import IntegrityError

    said = _first_line(error)
    if isinstance(error, IntegrityError):
        return "Somebody else wrote the same at the same moment.", "Run the command again.", "core.conflict"
    if "no such table" in said or getattr(error.orig, "sqlstate", None) == "42P01":
        return "The database has no tables yet, or not all.", "Run: lms db upgrade", "core.busy"
    return "The database does not answer as it should.", said, "core.busy"


def _first_line(error: Exception) -> str:
    return (str(getattr(error, "orig", error)).splitlines() or [type(error).__name__])[0]


def stop_for_fault(error: Exception) -> NoReturn:
    """What nobody foresaw: one line for people, the traceback in a file for us."""
    page = Path(os.environ.get("LMS_DATA_DIR") or CHECKOUT / "var") / "faults.log"
    sentence = f"Something broke on our side: {type(error).__name__}: {_first_line(error)}."
    stop(sentence, _kept(error, page), "core.internal")


def _kept(error: Exception, page: Path) -> str:
    from lms.core.logs import describe_fault

    try:
        with page.open("a") as file:
            file.write(f"{datetime.now(UTC).isoformat()} {' '.join(sys.argv[:3])}\n{describe_fault(error)}\n")
    except OSError:
        return ""
    return f"Tell us, with what stands at the end of {page}."


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
