"""Reads about courses. What is published never changes, so it is kept in this process by its id or digest."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from lms.accounts.models import Person, RoleGrant
from lms.accounts.rules import fold_email
from lms.core.actor import Actor
from lms.core.db import db
from lms.core.folding import fold
from lms.core.reasons import CoreReason, Refused
from lms.core.web.cursors import PAGE, decode_cursor, page_of
from lms.courses import permissions
from lms.courses.models import Course, CourseBody, CourseDraft, CourseFile, CourseRevision, CourseUpload, DraftEdit
from lms.courses.reasons import CourseReason
from lms.courses.rules.edits import bodies_in
from lms.courses.rules.outline import Outline
from lms.organisations.models import Membership, Organisation

DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class PublishedCourse:
    """A row of the catalogue, or the head of a course page."""

    id: uuid.UUID
    slug: str
    revision_id: uuid.UUID
    number: int
    title: str
    language: str
    facts: dict[str, Any]
    is_open: bool
    organisation_id: uuid.UUID
    organisation: str

    @property
    def summary(self) -> str:
        return str(self.facts["summary"])


_COLUMNS = (
    Course.id,
    Course.slug,
    CourseRevision.id,
    CourseRevision.number,
    CourseRevision.title,
    CourseRevision.language,
    CourseRevision.facts,
    CourseRevision.is_open,
    Course.organisation_id,
    Organisation.name,
)


def _published() -> sa.Select[Any]:
    joined: sa.Select[Any] = sa.select(*_COLUMNS).join(CourseRevision, CourseRevision.id == Course.revision_id)
    return joined.join(Organisation, Organisation.id == Course.organisation_id).where(Course.archived_at.is_(None))


def search_catalogue(
    *, words: str = "", language: str = "", skill: str = "", cursor: str | None = None, limit: int = PAGE
) -> tuple[list[PublishedCourse], str | None]:
    """Published courses by title; every word must stand in title, summary, skills or outcomes. (page, next cursor)."""
    rows = _published().order_by(CourseRevision.title, Course.slug).limit(limit + 1)
    for word in fold(words).split()[:10]:
        rows = rows.where(CourseRevision.words.contains(word, autoescape=True))
    if language:
        rows = rows.where(CourseRevision.language == language)
    if skill:
        rows = rows.where(CourseRevision.words.contains(fold(skill), autoescape=True))
    if after := decode_cursor(cursor, 2):
        rows = rows.where(sa.tuple_(CourseRevision.title, Course.slug) > sa.tuple_(*map(sa.literal, after)))
    found = [PublishedCourse(*row) for row in db.session.execute(rows)]
    return page_of(found, limit, lambda course: (course.title, course.slug))


def catalogue_languages() -> list[str]:
    """Languages in which at least one published course is there."""
    here = sa.select(CourseRevision.language).join(Course, Course.revision_id == CourseRevision.id)
    return sorted(db.session.scalars(here.where(Course.archived_at.is_(None)).distinct()))


def find_published(slug: str) -> PublishedCourse:
    """Refused(course.unknown) where there is none, or none that is published."""
    row = db.session.execute(_published().where(Course.slug == slug)).first()
    if row is None:
        raise Refused(CourseReason.UNKNOWN, slug=slug)
    return PublishedCourse(*row)


def standing_course(slug: str) -> Course | None:
    """The course with this slug, published or not, archived or not."""
    return db.session.scalar(sa.select(Course).where(Course.slug == slug))


def find_course(slug: str) -> Course:
    """A course, published or not; Refused(course.unknown)."""
    course = standing_course(slug)
    if course is None:
        raise Refused(CourseReason.UNKNOWN, slug=slug)
    return course


def find_written(slug: str, by: Actor) -> Course:
    """A course that `by` may write; Refused(course.unknown) for anybody else: it is not theirs to know of."""
    course = find_course(slug)
    if not permissions.may(by, "write", organisation_id=course.organisation_id, course_id=course.id):
        raise Refused(CourseReason.UNKNOWN, slug=slug)
    return course


def list_courses(*, drafts: bool) -> list[tuple[str, str, str, int | None]]:
    """(slug, title, language, revision number) by slug; with `drafts` also what was never published (number None)."""
    number = CourseRevision.number
    if drafts:
        facts = CourseDraft.outline["facts"]
        rows = sa.select(Course.slug, facts["title"].as_string(), facts["language"].as_string(), number)
        rows = rows.select_from(Course).join(CourseDraft, CourseDraft.course_id == Course.id)
        rows = rows.outerjoin(CourseRevision, CourseRevision.id == Course.revision_id)
    else:
        rows = sa.select(Course.slug, CourseRevision.title, CourseRevision.language, number)
        rows = rows.join(CourseRevision, CourseRevision.id == Course.revision_id)
    found = db.session.execute(rows.where(Course.archived_at.is_(None)).order_by(Course.slug))
    return [(slug, title, language, revision) for slug, title, language, revision in found]


def find_revision(course: Course, number: int) -> dict[str, Any]:
    """The outline document of a published revision; Refused(course.unknown) where there is none of this number."""
    mine = (CourseRevision.course_id == course.id, CourseRevision.number == number)
    document = db.session.scalar(sa.select(CourseRevision.outline).where(*mine))
    if document is None:
        raise Refused(CourseReason.UNKNOWN, slug=course.slug)
    return dict(document)


def load_draft(course_id: uuid.UUID) -> CourseDraft:
    return db.session.get_one(CourseDraft, course_id)


@dataclass(frozen=True)
class PinnedRevision:
    """A published revision as learners need it; nothing in it ever changes."""

    id: uuid.UUID
    number: int
    published_at: datetime
    course_id: uuid.UUID
    slug: str
    organisation_id: uuid.UUID
    outline: Outline


@lru_cache(maxsize=512)
def load_revision(revision_id: uuid.UUID) -> PinnedRevision:
    """A published revision with its outline as an object; Refused(core.not_found)."""
    revision, course = CourseRevision, Course
    columns = (revision.number, revision.published_at, course.id, course.slug, course.organisation_id)
    rows = sa.select(*columns, revision.outline).join(course, course.id == revision.course_id)
    row = db.session.execute(rows.where(revision.id == revision_id)).first()
    if row is None:
        raise Refused(CoreReason.NOT_FOUND)
    number, published_at, course_id, slug, organisation_id, outline = row
    return PinnedRevision(revision_id, number, published_at, course_id, slug, organisation_id, Outline.of(outline))


def load_outline(revision_id: uuid.UUID) -> Outline:
    """The outline of a published revision."""
    return load_revision(revision_id).outline


@lru_cache(maxsize=4096)
def load_body(digest: str) -> dict[str, Any]:
    """A body document by its digest. It is shared by all who ask: nobody changes it."""
    document = db.session.scalar(sa.select(CourseBody.document).where(CourseBody.digest == digest))
    if document is None:
        raise Refused(CoreReason.NOT_FOUND)
    return dict(document)


def load_bodies(digests: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Many bodies at once, past the cache: for publishing and export."""
    rows = sa.select(CourseBody.digest, CourseBody.document).where(CourseBody.digest.in_(digests))
    return {row.digest: row.document for row in db.session.execute(rows)}


def load_own_bodies(course_id: uuid.UUID, digests: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Those of these bodies that the course has, had in its draft or published: its authors may read no others.

    Documents are looked for as text, so that few are loaded; then each is read, since a title may look like a digest.
    """
    wanted = {digest for digest in digests if DIGEST.fullmatch(digest)}
    named = set().union(*(bodies_in(document) for digest in wanted for document in _naming(course_id, digest)))
    return load_bodies(sorted(wanted & named))


def _naming(course_id: uuid.UUID, digest: str) -> list[Any]:
    """Documents of the course in which the digest stands; one is enough of those that stand now."""
    for table, columns in _HOLDING_BODIES.items():
        found = sa.or_(*(sa.cast(column, sa.Text).contains(digest) for column in columns))
        rows = db.session.execute(sa.select(*columns).where(table.course_id == course_id, found)).all()
        documents = [document for row in rows for document in row]
        if digest in bodies_in(documents):
            return documents
    return []


_HOLDING_BODIES: dict[type[CourseDraft | DraftEdit | CourseRevision], tuple[Any, ...]] = {
    CourseDraft: (CourseDraft.outline, CourseDraft.archived),
    DraftEdit: (DraftEdit.operation, DraftEdit.inverse),
    CourseRevision: (CourseRevision.outline,),
}


def has_file(digest: str) -> bool:
    """Whether any course, draft or revision, ever named this file."""
    return db.session.get(CourseFile, digest) is not None


def find_file(digest: str) -> CourseFile:
    """Refused(core.not_found)."""
    file = db.session.get(CourseFile, digest)
    if file is None:
        raise Refused(CoreReason.NOT_FOUND)
    return file


def uploads(course_id: uuid.UUID) -> dict[str, dict[str, Any]]:
    """{path: {"digest", "media_type", "size"}} of what authors sent for a course, the newest last."""
    rows = sa.select(CourseUpload.path, CourseFile.digest, CourseFile.media_type, CourseFile.size)
    rows = rows.join(CourseFile, CourseFile.digest == CourseUpload.digest)
    rows = rows.where(CourseUpload.course_id == course_id).order_by(CourseUpload.uploaded_at, CourseUpload.path)
    return {
        path: {"digest": address, "media_type": kind, "size": size}
        for path, address, kind, size in db.session.execute(rows)
    }


def library(course_id: uuid.UUID) -> dict[str, dict[str, Any]]:
    """The files that pages of the draft may name, by path: what the draft names already, and what authors sent."""
    named = (files for _key, files in _files_named(course_id))
    return {path: facts for files in (*named, uploads(course_id)) for path, facts in files.items()}


def files_in_use(course_id: uuid.UUID) -> list[dict[str, Any]]:
    """{"path", "digest", "media_type", "size", "used_in" [keys of activities]} of the same files, by path."""
    used: dict[str, list[str]] = {}
    for key, files in _files_named(course_id):
        for path in files:
            used.setdefault(path, []).append(key)
    return [
        {"path": path, **facts, "used_in": used.get(path, [])} for path, facts in sorted(library(course_id).items())
    ]


def _files_named(course_id: uuid.UUID) -> list[tuple[str, dict[str, Any]]]:
    """(key of an activity, the files of its body) of the draft."""
    activities = Outline.of(load_draft(course_id).outline).activities
    bodies = load_bodies([activity.body for activity in activities])
    return [(activity.key, bodies[activity.body].get("files", {})) for activity in activities]


def names_of(person_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, str]:
    """What people who edited a course are called; nothing for who was erased."""
    rows = sa.select(Person.id, Person.name).where(Person.id.in_(set(person_ids)))
    return {person_id: name for person_id, name in db.session.execute(rows) if name}


def editors_of(course: Course) -> tuple[list[tuple[uuid.UUID, str]], list[str]]:
    """(teachers as (person, name), names of authors): who may write a course; by name."""
    wanted = sa.select(Person.id, Person.name).join(RoleGrant, RoleGrant.person_id == Person.id).order_by(Person.name)
    teachers = wanted.where(RoleGrant.role == "teacher", RoleGrant.scope_id == course.id)
    authors = wanted.where(RoleGrant.role == "author", RoleGrant.scope_id == course.organisation_id)
    found = [(person_id, name) for person_id, name in db.session.execute(teachers)]
    return found, [name for _person_id, name in db.session.execute(authors)]


def find_colleague(organisation_id: uuid.UUID, email: str) -> uuid.UUID | None:
    """Who has this address among those who accepted to belong to the organisation; of others nothing is told.

    The membership is held until this transaction ends: who is just leaving is waited for, and is no colleague then.
    """
    belongs = (Membership.organisation_id == organisation_id, Membership.accepted_at.is_not(None))
    rows = sa.select(Person.id).join(Membership, Membership.person_id == Person.id).where(*belongs)
    return db.session.scalar(rows.where(Person.email == fold_email(email)).with_for_update(of=Membership))
