"""The `lms` command on a fresh database of each kind."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from lms.cli import main
from lms.core.actor import SYSTEM
from lms.core.db import db
from lms.organisations.services import add_organisation
from tests.conftest import NOW
from tests.fixtures.database import environment


@pytest.fixture
def organisation(app):
    """The first one, as `lms db upgrade` makes it."""
    with app.app_context():
        made = add_organisation("first", name="First", by=SYSTEM, at=NOW)
        db.session.commit()
        return made.id


@pytest.fixture
def lms(database_url: str, tmp_path: Path) -> Callable[..., Result]:
    """`lms("users", "add", …, input="…", LMS_NAME="…")`: runs a command; its exit code, stdout and stderr."""

    def run(*arguments: str, input: str | None = None, **settings: str) -> Result:  # noqa: A002 - click's own name
        env: dict[str, str | None] = {**environment(database_url, tmp_path / "data"), **settings}
        return CliRunner().invoke(main, arguments, input=input, env=env, prog_name="lms")

    return run


def document(done: Result) -> Any:
    """The one JSON document on standard output of a command that did its work."""
    assert done.exit_code == 0, done.stderr
    return json.loads(done.stdout)
