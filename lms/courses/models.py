"""Courses: one draft, any number of immutable revisions, bodies and files addressed by their content."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base, KeyMixin


class Course(KeyMixin, Base):
    """A course of one organisation, known by its slug everywhere. Archived, never deleted.

    Title, language and the like are not here: they belong to the draft and to each revision.
    """

    __tablename__ = "course"

    slug: Mapped[str] = mapped_column(unique=True)
    organisation_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    revision_id: Mapped[uuid.UUID | None] = mapped_column(
        sa.ForeignKey("course_revision.id", use_alter=True, name="fk_course_revision_id")
    )
    created_at: Mapped[datetime]
    archived_at: Mapped[datetime | None]


class CourseDraft(Base):
    """What the authors work on: an outline document whose activities name bodies by digest.

    `archived` is what they took out of it, to be put back (`rules.edits.Draft`). `version` counts the changes. `title`,
    `language`, `words` (folded title) and `digest` repeat the outline for lists, which so need not load it.
    """

    __tablename__ = "course_draft"

    course_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("course.id"), primary_key=True)
    outline: Mapped[dict[str, Any]]
    title: Mapped[str]
    language: Mapped[str]
    words: Mapped[str]
    digest: Mapped[str] = mapped_column(sa.String(64))
    archived: Mapped[dict[str, Any]] = mapped_column(default=dict)
    version: Mapped[int]
    changed_at: Mapped[datetime]


class DraftEdit(KeyMixin, Base):
    """One change of a draft, append-only: its own audit. `number` is the draft's version after it.

    `kind`: edit, undo, redo (`undoes` = the number of what is taken back), import, begin. `adds`: the key of what an
    operation adds, so that no key is given twice, whatever was undone. `person_id` is None where a command acted.
    """

    __tablename__ = "draft_edit"
    __table_args__ = (
        sa.UniqueConstraint("course_id", "number"),
        sa.Index("ix_draft_edit_author", "course_id", "person_id", "number"),
    )

    course_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("course.id"))
    number: Mapped[int]
    person_id: Mapped[uuid.UUID | None]
    at: Mapped[datetime]
    kind: Mapped[str]
    undoes: Mapped[int | None]
    adds: Mapped[str | None]
    operation: Mapped[dict[str, Any]]
    inverse: Mapped[dict[str, Any]]


class CourseRevision(KeyMixin, Base):
    """A published state of a course, never changed after. `digest` covers the outline and, through it, every body.

    `facts`, `title`, `language` and `words` repeat the outline for the catalogue's search; like it they never change.
    """

    __tablename__ = "course_revision"
    __table_args__ = (sa.UniqueConstraint("course_id", "number"),)

    course_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("course.id"))
    number: Mapped[int]
    outline: Mapped[dict[str, Any]]
    digest: Mapped[str]
    title: Mapped[str]
    language: Mapped[str]
    facts: Mapped[dict[str, Any]]
    words: Mapped[str]
    is_open: Mapped[bool]
    published_at: Mapped[datetime]


class CourseBody(Base):
    """The content of an activity, by the SHA-256 of its canonical JSON. Shared by all revisions that hold it.

    `kept_at` is when somebody saved it last, to the day: what nothing names goes after a month (services/pruning.py).
    """

    __tablename__ = "course_body"

    digest: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    document: Mapped[dict[str, Any]]
    kept_at: Mapped[datetime | None] = mapped_column(index=True)


class CourseFile(Base):
    """A picture, video or download that bodies name; its bytes lie in storage under the same digest."""

    __tablename__ = "course_file"

    digest: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    media_type: Mapped[str]
    size: Mapped[int] = mapped_column(sa.BigInteger)


class CourseUpload(Base):
    """A file that an author sent for a course, by the path under which its pages may name it. Never changed after.

    Bodies that name it repeat its facts in "files": a revision does not hang on this row.
    """

    __tablename__ = "course_upload"

    course_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("course.id"), primary_key=True)
    path: Mapped[str] = mapped_column(sa.String(500), primary_key=True)
    digest: Mapped[str] = mapped_column(sa.String(64), sa.ForeignKey("course_file.digest"))
    uploaded_at: Mapped[datetime]
