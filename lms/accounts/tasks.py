"""Background work: the copy of a person's data."""

from __future__ import annotations

import hashlib
import json
import tempfile
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any

from babel import Locale
from flask import current_app
from flask_babel import get_locale
from zipstream import ZIP_DEFLATED, ZipStream

from lms.accounts import queries, services
from lms.accounts.ports import Section, sections_of
from lms.core.clock import now
from lms.core.db import snapshot
from lms.core.i18n import SOURCE_LANGUAGE, speaking
from lms.core.jobs.regular import regular_job
from lms.core.jobs.services import JobContext, job_handler
from lms.core.storage import storage


@dataclass(frozen=True)
class Person:
    """Whose data it is, as the page of the copy shows it."""

    id: uuid.UUID
    name: str
    email: str
    locale: str | None
    timezone: str | None


@job_handler(services.EXPORT_JOB)
def make_export(context: JobContext) -> dict[str, Any]:
    """payload {export}: collects what every feature holds at one instant, and stores it as a zip.

    No transaction is open while the zip is written and stored.
    """
    if context.person_id is None:
        return {"outcome": "nothing to do"}
    with snapshot():
        person, sections = _read(context.person_id, now())
    if person is None:
        return {"outcome": "nothing to do"}
    with tempfile.TemporaryFile() as file:
        digest, size = _write(file, person, sections)
        kept = services.keep_export(context, file, digest, size, at=now())
    return {"outcome": "made" if kept else "not wanted"}


def _read(person_id: uuid.UUID, at: datetime) -> tuple[Person | None, list[Section]]:
    row = queries.living_person(person_id)
    if row is None:
        return None, []
    person = Person(row.id, row.name, row.email, row.locale, row.timezone)
    return person, list(sections_of(person_id, at))


def _write(file: IO[bytes], person: Person, sections: list[Section]) -> tuple[str, int]:
    """(SHA-256, size) of what was written; the file stands at its beginning again."""
    archive = ZipStream(compress_type=ZIP_DEFLATED)
    archive.add(_page(person, sections).encode(), "index.html")
    for section in sections:
        archive.add(_as_json(section.data), section.path)
        for path, digest in section.files:
            archive.add(_bytes_of(digest), path)
    hasher, size = hashlib.sha256(), 0
    for chunk in archive:
        hasher.update(chunk)
        size += file.write(chunk)
    file.seek(0)
    return hasher.hexdigest(), size


def _page(person: Person, sections: list[Section]) -> str:
    """What people read, in the person's language; it loads nothing from anywhere."""
    template = current_app.jinja_env.get_template("accounts/export.html")
    with speaking(person.locale, person.timezone):
        locale = get_locale() or Locale.parse(SOURCE_LANGUAGE)
        words = {"lang": locale.language, "direction": locale.text_direction}
        return template.render(person=person, sections=sections, at=now(), **words)


def _as_json(data: Any) -> bytes:
    return json.dumps(data, ensure_ascii=False, indent=2, default=str).encode("utf-8", "backslashreplace")


def _bytes_of(digest: str) -> Iterator[bytes]:
    """A file that is gone meanwhile leaves an empty one: the copy is made all the same."""
    return storage().stream(digest) if storage().has(digest) else iter(())


@job_handler(services.DROP_JOB)
def drop_export(context: JobContext) -> None:
    """payload {export} once it has expired, {digest} of a copy whose row is gone."""
    export = context.payload.get("export")
    services.drop_export(uuid.UUID(export) if export else None, context.payload.get("digest"))


@regular_job("accounts.tidy", each="hour")
def tidy(context: JobContext) -> None:
    """Deletes what is over: sign-ins, tokens, links, counts."""
    services.tidy(at=context.at)
