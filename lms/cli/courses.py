"""lms courses import|export|list"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from lms.cli.frame import application, as_json, report, stop


@click.group()
def courses() -> None:
    """Courses."""


@courses.command("import")
@click.argument("source", type=click.Path(path_type=Path))
@click.option("--publish", is_flag=True, help="Publish what was imported.")
@click.option("--slug", help="Address of the course; default: the key in the source.")
@click.option("--org", "organisation", help="Slug of the organisation that publishes; default: the first one.")
@as_json
def import_course(source: Path, publish: bool, slug: str | None, organisation: str | None, as_json: bool) -> None:
    """Import a course: a folder or zip in our own format, or an export of Open edX."""
    with application():
        from lms.core.actor import SYSTEM
        from lms.core.clock import now
        from lms.core.db import db
        from lms.interop import services

        done = services.import_course(
            source,
            publish=publish,
            slug=slug,
            organisation=organisation,
            by=SYSTEM,
            at=now(),
            report=lambda *_: db.session.commit(),  # nothing is written yet: others may write while files are stored
        )
        document, lines = done.as_document(), _lines(done)
        refused = done.refused and (done.refused.sentence(), done.refused.next_step(), done.refused.reason.code)
    report(document, lines, as_json=as_json)
    if refused:
        stop(*refused)


def _lines(done: Any) -> list[str]:
    """For people: what came in, by kind, and everything that is not as it was."""
    state = f"published as revision {done.revision}" if done.revision else "saved as a draft"
    rows = [
        f"  {kind:12} {row['source']:5} in the source, {row['imported']} imported, "
        f"{row['approximated']} approximated, {row['left_out']} left out"
        for kind, row in done.ledger.counts().items()
        if row["source"]
    ]
    notes = [f"  {item.outcome}: {item.kind} {item.source}: {item.reason()}" for item in done.ledger if item.note]
    return [f"{done.course}: {state}.", *rows, *notes]


@courses.command("export")
@click.argument("slug")
@click.argument("target", type=click.Path(path_type=Path))
@as_json
def export_course(slug: str, target: Path, as_json: bool) -> None:
    """Write a course's draft to a zip in our own format."""
    with application():
        from lms.core.actor import SYSTEM
        from lms.interop.services import export_course as export

        try:
            export(slug, target, by=SYSTEM)
        except OSError as error:
            stop(f"{target} can't be written: {error.strerror}.", code="core.file")
    report({"course": slug, "file": str(target)}, f"{slug} is in {target}.", as_json=as_json)


@courses.command("list")
@click.option("--drafts", is_flag=True, help="Also what was never published.")
@as_json
def list_courses(drafts: bool, as_json: bool) -> None:
    """List courses."""
    with application():
        from lms.courses import queries

        names = ("slug", "title", "language", "revision")
        items = [dict(zip(names, row, strict=True)) for row in queries.list_courses(drafts=drafts)]
    report({"items": items}, [f"{i['slug']}  {i['title']}" for i in items], as_json=as_json)
