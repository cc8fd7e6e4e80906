"""Use cases: a course comes in from a file, a course goes out as one."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, Any

from lms.core.actor import SYSTEM, Actor
from lms.core.archives import Limits, kind_of, opened
from lms.core.audit import record
from lms.core.canonical import digest
from lms.core.db import begin_writing, db
from lms.core.ids import new_id
from lms.core.jobs.models import Job
from lms.core.jobs.queries import find_by_key, find_job_of
from lms.core.jobs.services import enqueue
from lms.core.reasons import CoreReason, Refused
from lms.core.storage import storage
from lms.courses import permissions, queries
from lms.courses.reasons import CourseReason
from lms.courses.rules import documents
from lms.courses.rules.fields import Document, Wrong
from lms.courses.rules.fields import slug as read_slug
from lms.courses.services import keep_bodies, publish_course, save_draft
from lms.interop.formats import recognise, refuse_known_file
from lms.interop.imported import ImportedCourse
from lms.interop.ledger import Ledger
from lms.interop.own.writing import write_zip
from lms.interop.queries import JOB, needs_upload
from lms.interop.reasons import ImportReason
from lms.organisations.services import find_organisation, first_organisation

__all__ = ["Import", "confirm_import", "drop_upload", "export_course", "import_course", "request_import"]

DROP = "interop.drop_upload"
KEPT = timedelta(days=7)
"""How long an upload is kept, so that its import can be started again."""
LIMITS = Limits()
Report = Callable[[int, int], None]
"""Told how many of how many steps are done, before anything is written; may end the transaction, so that nobody waits
for SQLite's lock while files are stored, or raise to stop the import, of which then nothing stays."""


@dataclass(frozen=True)
class Import:
    """What came of an import: the draft is saved; `revision` is None where it was not published.

    `refused` says why publishing was refused, where it was asked for and refused. `waits` is {outline, version} where
    nothing was imported yet: the course stands, and whoever imports is asked first (`confirm_import`).
    """

    course: str
    revision: int | None
    ledger: Ledger
    refused: Refused | None = None
    waits: dict[str, Any] | None = None

    def as_document(self) -> dict[str, Any]:
        """As JSON: {course, revision, counts, items} and, where publishing was refused, the reason."""
        found = {"course": self.course, "revision": self.revision, **self.ledger.as_document()}
        asked = {"waits": self.waits} if self.waits else {}
        return found | asked | ({"publishing": self.refused.as_dict()} if self.refused else {})


def import_course(
    path: Path,
    *,
    publish: bool,
    slug: str | None,
    organisation: str | None,
    by: Actor,
    at: datetime,
    name: str | None = None,
    limits: Limits = LIMITS,
    report: Report = lambda _done, _total: None,
    ask: bool = False,
    version: int | None = None,
) -> Import:
    """Reads a course of any format that we know into the draft of the course with its slug; `publish` publishes it.

    With `ask`, a course that stands is not touched: what was read is given back to be compared with its draft.
    `version` is the draft's that was compared: refused (import.draft_changed) where it has moved on.

    The slug is the one given, else the source's own key; a second import replaces the draft, and activities keep
    their identity by their keys. `organisation` (a slug or an id, default the first one) publishes; `name` is what
    people call the file. Refused, with nothing written: whatever the archive, the format or the course's owner forbids.
    """
    if slug:
        _check_slug(slug)
    called = name or path.name
    if path.is_file() and kind_of(path) is None:
        refuse_known_file(path, called)
    with opened(path, limits=limits, name=called) as tree:
        # All is read before the database is asked anything: SQLite's one lock is not held meanwhile.
        course = _settled(recognise(tree).read(tree, slug), called)
        owner = (find_organisation(organisation) if organisation else first_organisation()).id
        target = course.outline["facts"]["key"]
        _check_target(target, owner, by)
        standing = _version_of(target)
        if version not in (None, standing):
            raise Refused(ImportReason.DRAFT_CHANGED)
        if ask and standing is not None:
            keep_bodies(course.bodies, at=at)  # by their content: the comparison reads them, nobody else finds them
            return Import(target, None, course.ledger, waits={"outline": course.outline, "version": standing})
        _store(course.files, report)
        saved = save_draft(target, organisation_id=owner, outline=course.outline, bodies=course.bodies, by=by, at=at)
    record("course.imported", by=by, subject=("course", saved.id), at=at, counts=course.ledger.counts())
    revision, refused = _publish(target, by=by, at=at) if publish else (None, None)
    return Import(target, revision, course.ledger, refused)


def _version_of(slug: str) -> int | None:
    """The draft's, None where there is no such course yet."""
    standing = queries.standing_course(slug)
    return queries.load_draft(standing.id).version if standing else None


def _settled(course: ImportedCourse, name: str) -> ImportedCourse:
    """The course with every document in its normal form, so that equal meaning has an equal digest."""
    try:
        bodies = {address: documents.body(body) for address, body in course.bodies.items()}
        outline = documents.outline(_readdressed(course.outline, {a: digest(body) for a, body in bodies.items()}))
    except Wrong as wrong:
        where = "/".join(map(str, wrong.where))
        raise Refused(ImportReason.NOT_SOUND, name=name, field=where, flaw=wrong.flaw.value) from wrong
    return ImportedCourse(outline, {digest(body): body for body in bodies.values()}, course.files, course.ledger)


def _readdressed(outline: Document, addresses: Mapping[str, str]) -> Document:
    def module(raw: Document) -> Document:
        activities = [activity | {"body": addresses[activity["body"]]} for activity in raw["activities"]]
        return raw | {"activities": activities, "modules": [module(inner) for inner in raw["modules"]]}

    return outline | {"modules": [module(raw) for raw in outline["modules"]]}


def _check_slug(slug: str) -> None:
    try:
        read_slug(slug, ())
    except Wrong:
        raise Refused(CourseReason.SLUG_INVALID, slug=slug) from None


def _check_target(slug: str, owner: uuid.UUID, by: Actor) -> None:
    """Asked before a file is stored; the saving of the draft asks again, in the same transaction."""
    standing = queries.standing_course(slug)
    if standing and standing.organisation_id != owner:
        raise Refused(CourseReason.FOREIGN, slug=slug)
    permissions.check(by, "write", organisation_id=owner, course_id=standing.id if standing else None)


def _store(files: Mapping[str, bytes | Path], report: Report) -> None:
    """Files are stored under their digests before a row names them; one that no row comes to name is never served."""
    for number, content in enumerate(files.values()):
        report(number, len(files) + 1)
        if isinstance(content, bytes):
            storage().put(content)
            continue
        with content.open("rb") as file:
            storage().put_stream(file)
    report(len(files), len(files) + 1)


def _publish(slug: str, *, by: Actor, at: datetime) -> tuple[int | None, Refused | None]:
    """(number of the revision, None) or (None, why not): a refusal to publish leaves the draft as it is."""
    savepoint = db.session.begin_nested()
    try:
        number = publish_course(slug, by=by, at=at).number
    except Refused as refused:
        savepoint.rollback()
        return None, refused
    savepoint.commit()
    return number, None


def request_import(
    stream: IO[bytes],
    *,
    name: str,
    publish: bool,
    slug: str | None,
    organisation_id: uuid.UUID,
    by: Actor,
    at: datetime,
    key: str | None = None,
    ask: bool = False,
) -> Job:
    """Stores an upload and leaves its import to a worker; the same `key` again gives the job that stands.

    Refused: core.not_signed_in, core.forbidden; import.no_file_sent where the upload is empty;
    core.idempotency_key_reused where the job that stands was asked for with something else.
    """
    permissions.check(by, "create", organisation_id=organisation_id)
    begin_writing()  # nobody shall wait for SQLite's one lock while a large file is stored
    address, size = storage().put_stream(stream)
    if size == 0:
        raise Refused(ImportReason.NO_FILE_SENT)
    payload = {
        "upload": address,
        "name": name[-200:] or "upload",
        "publish": publish,
        "slug": slug or None,
        "organisation": str(organisation_id),
        **({"ask": True} if ask else {}),
    }
    job = enqueue(JOB, f"{JOB}:{key or new_id().hex}", payload, at=at, person_id=by.person_id)
    if job.payload != payload or job.person_id != by.person_id:
        raise Refused(CoreReason.IDEMPOTENCY)
    enqueue(DROP, f"{DROP}:{job.id}", {"upload": address}, at=at, run_after=at + KEPT)
    record("import.requested", by=by, subject=("job", job.id), at=at, upload=address)
    return job


def confirm_import(job_id: uuid.UUID, *, by: Actor, at: datetime) -> Job:
    """Does the import that a job only looked at; a second time gives the job that stands.

    Refused: core.not_found for a job of somebody else's; import.nothing_to_confirm; import.draft_changed, here or,
    where the draft moves on in the next moment, as the job's end.
    """
    looked = find_job_of(job_id, by=by)
    waits = (looked.result or {}).get("waits")
    if looked.kind != JOB or not waits:
        raise Refused(ImportReason.NOTHING_TO_CONFIRM)
    key = f"{JOB}:{looked.id}:confirmed"
    if find_by_key(key) is None and _version_of((looked.result or {})["course"]) != waits["version"]:
        raise Refused(ImportReason.DRAFT_CHANGED)
    payload = {name: value for name, value in looked.payload.items() if name != "ask"} | {"version": waits["version"]}
    job = enqueue(JOB, key, payload, at=at, person_id=looked.person_id)
    record("import.confirmed", by=by, subject=("job", job.id), at=at, looked=str(looked.id))
    return job


def drop_upload(address: str, *, at: datetime) -> bool:
    """Deletes an upload, unless a younger import still needs it or a course shows it as a file of its own."""
    if needs_upload(address, since=at - KEPT) or queries.has_file(address) or not storage().has(address):
        return False
    storage().delete(address)
    record("upload.dropped", by=SYSTEM, subject=("upload", address), at=at)
    return True


def export_course(slug: str, target: Path, *, by: Actor, revision: int | None = None) -> None:
    """Writes the course's draft, or a published revision, to `target` as a zip in our own format.

    The same content gives the same bytes.

    Refused: course.unknown (also for a course that the person may not write, or a revision that there is not),
    storage.missing.
    """
    course = queries.find_written(slug, by)
    outline = queries.load_draft(course.id).outline if revision is None else queries.find_revision(course, revision)
    bodies = queries.load_bodies(list(_bodies(outline["modules"])))
    write_zip(target, outline, bodies, read_file=storage().stream)


def _bodies(modules: list[Document]) -> Iterator[str]:
    for module in modules:
        yield from (activity["body"] for activity in module["activities"])
        yield from _bodies(module["modules"])
