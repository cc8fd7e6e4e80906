"""A table of people comes in: sent, its columns matched, every row looked at, and only then anybody added."""

from __future__ import annotations

import io
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import IO, Any

import sqlalchemy as sa

from lms.core.actor import SYSTEM, Actor
from lms.core.audit import record
from lms.core.db import begin_writing, db
from lms.core.i18n import languages
from lms.core.ids import new_id
from lms.core.jobs.services import enqueue
from lms.core.reasons import CoreReason, Refused
from lms.core.spreadsheets import MOST_BYTES, Table, read_table
from lms.core.storage import storage
from lms.organisations import queries
from lms.organisations.models import PeopleImport
from lms.organisations.permissions import check_manages_people
from lms.organisations.reasons import OrganisationReason
from lms.organisations.rules.changes import count_changes
from lms.organisations.rules.columns import FIELDS, are_enough, guess_columns
from lms.organisations.rules.people import Checked, check_rows
from lms.organisations.services.changing import apply_changes
from lms.organisations.services.faults import write_faults
from lms.organisations.services.inviting import invite_members, make_teams
from lms.organisations.services.uploads import keep, kept

ADD, CHECK, DROP = queries.ADD_JOB, queries.CHECK_JOB, "organisations.drop_people_import"
KEPT = timedelta(days=7)
SMALL = 200 * 1024
"""Bytes that are looked at while the person waits: a second at most."""
SAMPLE = 3
"""Rows shown when columns are matched."""
BATCH = 500
SHOWN_FAULTS = 100
NEW, CHECKING, CHECKED, ADDING, DONE = "new", "checking", "checked", "adding", "done"
SUBJECT = "people_import"
UNASKED = {"make_teams": True, "change_members": False}
Report = Callable[[int, int], None]


def send_table(organisation_id: uuid.UUID, stream: IO[bytes], *, name: str, by: Actor, at: datetime) -> PeopleImport:
    """Keeps a table for a week; its columns are guessed, or known from the last one with the same headers.

    Refused: core.forbidden; spreadsheet.*.
    """
    check_manages_people(by, organisation_id)
    begin_writing()  # nobody shall wait for SQLite's one lock while a file is read and stored
    content = stream.read(MOST_BYTES + 1)
    table = read_table(io.BytesIO(content), name, most=SAMPLE)
    address = keep(content)
    known = queries.columns_matched_before(organisation_id, table.headers)
    made = PeopleImport(
        id=new_id(),
        organisation_id=organisation_id,
        person_id=by.person_id,
        name=name[-120:] or "upload",
        upload=address,
        state=NEW,
        headers={"headers": table.headers, "sample": [row.cells for row in table.rows]},
        choices={"columns": guess_columns(table.headers) if known is None else known, **UNASKED},
        created_at=at,
    )
    db.session.add(made)
    db.session.flush()
    enqueue(DROP, f"{DROP}:{made.id}", {"import": str(made.id)}, at=at, run_after=at + KEPT)
    record("people_import.sent", by=by, subject=(SUBJECT, made.id), at=at, organisation=str(organisation_id))
    return made


def match_columns(
    organisation_id: uuid.UUID,
    import_id: uuid.UUID,
    columns: dict[str, int],
    *,
    make_teams: bool,
    change_members: bool = False,
    by: Actor,
    at: datetime,
) -> PeopleImport:
    """The person says which column is what, and whether it shall change members too.

    A small table is looked at now, others by a job (`job_id`).

    Refused: core.forbidden, core.not_found; organisation.columns_missing, .import_over; spreadsheet.*.
    """
    check_manages_people(by, organisation_id)
    found = _locked(organisation_id, import_id)
    if found.state in (ADDING, DONE) or found.upload is None:
        raise Refused(OrganisationReason.IMPORT_OVER)
    width = len(found.headers["headers"])
    chosen = {name: place for name, place in columns.items() if name in FIELDS and 0 <= place < width}
    if not are_enough(chosen) or len(set(chosen.values())) < len(chosen):
        raise Refused(OrganisationReason.COLUMNS_MISSING)
    found.choices = {"columns": chosen, "make_teams": make_teams, "change_members": change_members}
    found.state, found.found, found.job_id = CHECKING, None, None
    content = kept(found.upload)
    if len(content) <= SMALL:
        _note(found, _Looked.at(found.name, content), at)
        return found
    job = enqueue(CHECK, f"{CHECK}:{new_id()}", {"import": str(found.id)}, at=at, person_id=by.person_id)
    found.job_id = job.id
    return found


@dataclass(frozen=True)
class _Looked:
    """A table as it was read, before the database is asked about its rows."""

    table: Table

    @classmethod
    def at(cls, name: str, content: bytes) -> _Looked:
        return cls(read_table(io.BytesIO(content), name))

    def check(self, found: PeopleImport) -> Checked:
        standing = queries.standing_of(found.organisation_id, languages())
        choices = UNASKED | found.choices
        columns = choices.pop("columns")
        return check_rows(self.table.rows, columns, standing, **choices)


def _note(found: PeopleImport, looked: _Looked, at: datetime) -> None:
    """Keeps what was found: counts in the row, the rows that are wrong in a file."""
    checked = looked.check(found)
    found.faults = write_faults(looked.table, checked.faults) if checked.faults else None
    found.found = {
        "rows": len(looked.table.rows),
        "new": len(checked.new),
        "members": len(checked.members),
        "changes": count_changes(checked.changes.values()),
        "wrong": len(checked.faults),
        "teams": [list(path) for path in checked.new_teams],
        "hidden": looked.table.hidden,
        "at": at.isoformat(),
    }
    found.state = CHECKED


def check_import(import_id: uuid.UUID, *, at: datetime) -> dict[str, Any]:
    """The work of a job: every row looked at. Nothing where other columns were chosen meanwhile, or it was dropped."""
    looked = _read(import_id)
    found = db.session.get(PeopleImport, import_id, with_for_update=True)
    if looked and found and found.state == CHECKING:
        _note(found, looked, at)
    return {"import": str(import_id)}


def _read(import_id: uuid.UUID) -> _Looked | None:
    """The table, read without a transaction: a hundred thousand rows take seconds, in which nobody waits for us."""
    found = db.session.get(PeopleImport, import_id)
    if found is None or found.upload is None:
        return None
    name, address = found.name, found.upload
    begin_writing()
    return _Looked.at(name, kept(address))


def start_adding(organisation_id: uuid.UUID, import_id: uuid.UUID, *, by: Actor, at: datetime) -> PeopleImport:
    """The person has seen what will happen and wants it: a job does it. A second time changes nothing.

    Where the job failed or was cancelled another one goes on with who is missing, in the name of who asks now.
    Refused: core.forbidden, core.not_found; organisation.nothing_to_add, .import_over where the table was dropped.
    """
    check_manages_people(by, organisation_id)
    found = _locked(organisation_id, import_id)
    broke_off = queries.has_broken_off(found)
    if found.state == DONE or (found.state == ADDING and not broke_off):
        return found
    if found.upload is None:
        raise Refused(OrganisationReason.IMPORT_OVER)
    if found.state == ADDING:
        return _begin_adding(found, f"{ADD}:{found.id} after {found.job_id}", by=by, at=at)
    if found.state != CHECKED or not _is_anything_to_do(found):
        raise Refused(OrganisationReason.NOTHING_TO_ADD)
    return _begin_adding(found, f"{ADD}:{found.id}", by=by, at=at)


def _is_anything_to_do(found: PeopleImport) -> bool:
    effect = found.found or {}
    changes = found.choices.get("change_members") and effect.get("changes", {}).get("people")
    return bool(effect.get("new") or changes)


def _begin_adding(found: PeopleImport, key: str, *, by: Actor, at: datetime) -> PeopleImport:
    job = enqueue(ADD, key, {"import": str(found.id)}, at=at, person_id=by.person_id)
    found.state, found.job_id = ADDING, job.id
    record("people_import.confirmed", by=by, subject=(SUBJECT, found.id), at=at)
    return found


def add_from_import(import_id: uuid.UUID, *, by: Actor, at: datetime, report: Report) -> dict[str, Any]:
    """The work of a job: everybody in the table who is no member is invited, some hundred a transaction.

    Before that, where it was asked for, members change as the table says. Done again after a sudden end it goes on with
    who is missing; `report` commits what is done so far.
    Refused: core.forbidden where `by` lost the role meanwhile; core.not_found where the table is gone or goes.
    """
    looked = _read(import_id)
    if looked is None:
        raise Refused(CoreReason.NOT_FOUND)
    found = db.session.get_one(PeopleImport, import_id)
    organisation_id, checked = found.organisation_id, looked.check(found)
    changes = list(checked.changes.values()) if found.choices.get("change_members") else []
    tally = {name: int((found.found or {}).get(name, 0)) for name in ("added", "changed")}
    members, total = len(checked.members) - tally["added"], sum(tally.values()) + len(checked.new) + len(changes)
    team_ids = make_teams(organisation_id, checked, by=by, at=at)
    work = [("changed", some) for some in _batches(changes)] + [("added", some) for some in _batches(checked.new)]
    for name, some in work:
        report(sum(tally.values()), total)
        if db.session.get_one(PeopleImport, import_id, populate_existing=True).upload is None:
            raise Refused(CoreReason.NOT_FOUND)  # somebody in it may have been erased: nobody is invited anew from it
        take_over = apply_changes if name == "changed" else invite_members
        take_over(organisation_id, some, team_ids, by=by, at=at)
        tally[name] += len(some)
        _note_done(import_id, tally)
    finished = _note_done(import_id, tally)
    finished.state = DONE
    record("people_import.done", by=by, subject=(SUBJECT, import_id), at=at, **tally)
    return {**tally, "members": members, "wrong": len(checked.faults)}


def _batches(rows: list[Any]) -> list[list[Any]]:
    return [rows[start : start + BATCH] for start in range(0, len(rows), BATCH)]


def _note_done(import_id: uuid.UUID, tally: dict[str, int]) -> PeopleImport:
    found = db.session.get_one(PeopleImport, import_id)
    found.found = {**(found.found or {}), **tally}
    return found


def _locked(organisation_id: uuid.UUID, import_id: uuid.UUID) -> PeopleImport:
    rows = sa.select(PeopleImport).where(PeopleImport.id == import_id).with_for_update()
    found = db.session.scalar(rows)
    if found is None or found.organisation_id != organisation_id:
        raise Refused(CoreReason.NOT_FOUND)
    return found


def drop_open_imports(organisation_id: uuid.UUID, *, at: datetime, because: str) -> None:
    """Jobs that drop every table of an organisation that is still kept. What shows a row of it goes at once."""
    kept_here = (PeopleImport.organisation_id == organisation_id, PeopleImport.upload.is_not(None))
    for found in db.session.scalars(sa.select(PeopleImport).where(*kept_here)):
        found.headers = {"headers": _without_people(found.headers["headers"]), "sample": []}
        enqueue(DROP, f"{DROP}:{found.id} {because}", {"import": str(found.id)}, at=at)


def drop_import(import_id: uuid.UUID, *, at: datetime) -> bool:
    """After a week, or when a member is erased, the table, its faults and its name go; how many came in stays."""
    found = db.session.get(PeopleImport, import_id)
    if found is None or found.upload is None:
        return False
    for address in (found.upload, found.faults):
        if address and storage().has(address):
            storage().delete(address)
    found.upload = found.faults = None
    found.name = ""
    found.headers = {"headers": _without_people(found.headers["headers"]), "sample": []}
    record("people_import.dropped", by=SYSTEM, subject=(SUBJECT, import_id), at=at)
    return True


def _without_people(headers: list[str]) -> list[str]:
    """In a table that names no columns the first person stands in their place, and goes with the rest."""
    return [] if any("@" in header for header in headers) else headers
