"""lms backup, lms restore"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from lms.cli.frame import application, as_json, report

FOLDER = click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))


@click.command()
@FOLDER
@click.option("--keep", type=click.IntRange(1), help="So many backups stay in DIR; the oldest go. Default: all.")
@as_json
def backup(folder: Path, keep: int | None, as_json: bool) -> None:
    """Keep database and files in DIR, while the installation works. Files that are there are not written again."""
    with application():
        from lms.core.actor import SYSTEM
        from lms.core.clock import now
        from lms.home.backup import take_backup

        made = take_backup(folder, keep=keep, by=SYSTEM, at=now())
    rows = sum(part.lines.count for part in made.tables)
    line = f"{made.name}: {rows} rows in {len(made.tables)} tables, {made.files.count} files, {made.bytes} bytes."
    lost = f"{len(made.missing)} files that rows name are missing in the storage."
    report(made.as_document(), [line, *([lost] if made.missing else [])], as_json=as_json)


@click.command()
@FOLDER
@click.option("--backup", "name", help="Name of the backup; default: the newest in DIR.")
@click.option("--replace", is_flag=True, help="Also where people and courses are: all of it is lost.")
@as_json
def restore(folder: Path, name: str | None, replace: bool, as_json: bool) -> None:
    """Put a backup back, into either kind of database. Stop web and worker first."""
    with application():
        from lms.core.actor import SYSTEM
        from lms.core.clock import now
        from lms.home.backup import restore_backup

        done = restore_backup(folder, name=name, replace=replace, by=SYSTEM, at=now())
    report(done.as_document(), _lines(done), as_json=as_json)
    sys.exit(1 if done.differences or done.missing else 0)


def _lines(done: Any) -> list[str]:
    backup = done.manifest
    rows = sum(part.lines.count for part in backup.tables)
    lines = [
        f"{backup.name} of release {backup.version} is back: {rows} rows in {len(backup.tables)} tables, equal.",
        f"{backup.files.count} files are there, {done.copied} of them copied. Tables at {done.revision}.",
    ]
    if done.unsent:
        lines.append(f"{done.unsent} messages that waited in the backup are not sent again.")
    if done.other_secret:
        lines.append("LMS_SECRET_KEY is another than it was: what was sealed with it can't be read.")
    lines += [f"progress differs: {difference}" for difference in done.differences]
    return lines + [f"a file is missing: {digest}" for digest in done.missing]
