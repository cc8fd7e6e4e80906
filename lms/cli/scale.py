"""lms scale …"""

from __future__ import annotations

import click

from lms.cli.frame import application, as_json, report


@click.group()
def scale() -> None:
    """Many people, for measuring."""


@scale.command("seed")
@click.option("--learners", type=click.IntRange(1, 1_000_000), required=True, help="So many people in the end.")
@as_json
def seed(learners: int, as_json: bool) -> None:
    """Fill a sample plant with copies of the demo's employees and all that they did."""
    with application() as app:
        from lms.core.clock import now
        from lms.core.db import db
        from lms.home.scaling import seed as copy_people
        from lms.home.setup import load_demo, upgrade_database

        upgrade_database(app.extensions["settings"])
        load_demo()

        def progress(done: int, total: int) -> None:
            db.session.commit()
            click.echo(f"{done} of {total}", err=True)

        copy_people(learners, progress, at=now())
    report({"learners": learners}, f"{learners} learners in the sample plant.", as_json=as_json)
