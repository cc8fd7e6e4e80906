"""lms credentials …"""

from __future__ import annotations

from pathlib import Path

import click

from lms.cli.frame import application, as_json, report, stop


@click.group()
def credentials() -> None:
    """Certificates."""


@credentials.command("verify")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, readable=True, path_type=Path))
@as_json
def verify(file: Path, as_json: bool) -> None:
    """Say whether FILE.pdf is a document issued here and in force; exit code 1 for anything else."""
    with application():
        from lms.core.clock import now
        from lms.credentials.schemas import dump_verification
        from lms.credentials.verifying import verify_document

        found = verify_document(file.read_bytes(), at=now())
        document = dump_verification(found)
        why = found.view.why
        reason = (why.sentence(), why.next_step(), why.reason.code) if why else ("The record was changed.", "", "")
    line = f"{'Genuine and in force' if found.is_valid else 'Not in force'}: {document['id']}, {document['status']}"
    report(document, line, as_json=as_json)
    if not found.is_valid:
        stop(*reason)
