"""Shapes of imports in the API."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask_smorest.fields import Upload
from werkzeug.datastructures import FileStorage

from lms.core.web.api import Schema


class FileField(Upload):
    """A file of a multipart body; a field of text under the same name is none."""

    def _deserialize(self, value: Any, *_place: Any, **_kwargs: Any) -> FileStorage:
        if not isinstance(value, FileStorage):
            raise ma.ValidationError("Send a file, with its name.")
        return value


class ImportSchema(ma.Schema):
    """`organisation` is a slug or an id (default: the first one, else the first for which the person is an author)."""

    class Meta:
        unknown = ma.EXCLUDE

    file = FileField(required=True)
    slug = ma.fields.String(load_default=None, validate=ma.validate.Length(max=80))
    organisation = ma.fields.String(load_default=None, validate=ma.validate.Length(max=80))
    publish = ma.fields.Boolean(load_default=False)
    ask = ma.fields.Boolean(
        load_default=False,
        metadata={"description": "do not touch a course that stands: the result waits for a confirmation"},
    )


class RevisionQuerySchema(ma.Schema):
    class Meta:
        unknown = ma.EXCLUDE

    revision = ma.fields.Integer(
        load_default=None, validate=ma.validate.Range(1, 2**31 - 1), metadata={"description": "default: the draft"}
    )


class RequestedSchema(Schema):
    """The job that does the import: GET /jobs/{id}."""

    job = ma.fields.UUID(required=True)
