"""lms db, demo, doctor, openapi."""

from __future__ import annotations

import json
import sys

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
        from lms.home.setup import load_demo, upgrade_database

        upgrade_database(app.extensions["settings"])
        lines = load_demo()
    report({"accounts": lines}, lines, as_json=as_json)


@click.command()
@as_json
def doctor(as_json: bool) -> None:
    """Say what is wrong and how to mend it; exit code 1 where something is."""
    with application() as app:
        from lms.home.doctor import examine

        findings = examine(app)
    lines = [f"{'ok  ' if f['ok'] else 'BAD '} {f['what']}{'' if f['ok'] else ': ' + f['mend']}" for f in findings]
    report({"findings": findings}, lines, as_json=as_json)
    sys.exit(0 if all(f["ok"] for f in findings) else 1)


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
