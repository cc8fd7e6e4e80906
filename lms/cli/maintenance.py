"""lms db, demo, openapi."""

from __future__ import annotations

import json

import click

from lms.cli.frame import application, as_json, report, stop
from lms.core.config import CHECKOUT

OPENAPI = CHECKOUT / "docs" / "openapi.json"


@click.group()
def database() -> None:
    """The database's tables."""


@database.command("upgrade")
@as_json
def upgrade(as_json: bool) -> None:
    """Bring the tables up to date; make the first organisation in an empty database."""
    with application() as app:
        from lms.core import schema
        from lms.home.setup import upgrade_database

        upgrade_database(app.extensions["settings"])
        revision = schema.current()
    report({"revision": revision}, f"The database is at {revision}.", as_json=as_json)


@click.command()
@as_json
def demo(as_json: bool) -> None:
    """Load the sample content and people; what is there stays as it is."""
    with application() as app:
        from lms.core.clock import now
        from lms.core.db import db
        from lms.home.demo import account_lines
        from lms.home.setup import load_companies, load_demo, upgrade_database

        upgrade_database(app.extensions["settings"])
        load_demo()
        lines = account_lines(app.extensions["settings"].demo)
        if app.extensions["settings"].demo == "whole":
            load_companies(lambda _done, _total: db.session.commit(), at=now())
    report({"accounts": lines}, lines, as_json=as_json)


@click.command()
@click.option("--check", is_flag=True, help="Write nothing; exit code 1 where docs/openapi.json is not up to date.")
def openapi(check: bool) -> None:
    """Write the API's description to docs/openapi.json."""
    with application() as app:
        document = app.extensions["flask-smorest"]["apis"][""]["ext_obj"].spec.to_dict()
    text = json.dumps(document, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
    if not check:
        OPENAPI.write_text(text)
    elif not OPENAPI.exists() or OPENAPI.read_text() != text:
        stop("docs/openapi.json is not up to date.", "Write it with: lms openapi")
