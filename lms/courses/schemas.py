"""Shapes of courses in the API (contract.md)."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask_smorest.fields import Upload
from werkzeug.datastructures import FileStorage

from lms.core.web.api import PageQuerySchema, Schema
from lms.courses.queries import PublishedCourse
from lms.courses.rules.outline import Module


class CatalogueQuerySchema(PageQuerySchema):
    q = ma.fields.String(load_default="", validate=ma.validate.Length(max=200))
    language = ma.fields.String(load_default="", validate=ma.validate.Length(max=35))
    skill = ma.fields.String(load_default="", validate=ma.validate.Length(max=300))


class CourseRowSchema(Schema):
    slug = ma.fields.String(required=True)
    title = ma.fields.String(required=True)
    language = ma.fields.String(required=True)
    summary = ma.fields.String(required=True)
    revision = ma.fields.Integer(required=True, attribute="number")
    organisation = ma.fields.String(required=True)
    enrolment = ma.fields.Function(lambda course: "open" if course.is_open else "invited", required=True)


class CatalogueSchema(Schema):
    items = ma.fields.List(ma.fields.Nested(CourseRowSchema), required=True)
    next = ma.fields.String(required=True, allow_none=True)


class OutlineActivitySchema(Schema):
    key = ma.fields.String(required=True)
    kind = ma.fields.String(required=True)
    title = ma.fields.String(required=True)
    minutes = ma.fields.Integer(required=True, allow_none=True)
    requirement = ma.fields.Dict(required=True)


class OutlineModuleSchema(Schema):
    key = ma.fields.String(required=True)
    title = ma.fields.String(required=True)
    activities = ma.fields.List(ma.fields.Nested(OutlineActivitySchema), required=True)
    modules = ma.fields.List(ma.fields.Nested("OutlineModuleSchema"), required=True)


class CourseSchema(Schema):
    slug = ma.fields.String(required=True)
    title = ma.fields.String(required=True)
    revision = ma.fields.Integer(required=True)
    language = ma.fields.String(required=True)
    summary = ma.fields.String(required=True)
    organisation = ma.fields.String(required=True)
    enrolment = ma.fields.String(required=True)
    level = ma.fields.Dict(required=True)
    workload_hours = ma.fields.String(required=True, allow_none=True)
    outcomes = ma.fields.List(ma.fields.Dict(), required=True)
    skills = ma.fields.List(ma.fields.Dict(), required=True)
    certificate = ma.fields.Dict(required=True, allow_none=True)
    modules = ma.fields.List(ma.fields.Nested(OutlineModuleSchema), required=True)


def dump_course(course: PublishedCourse, facts: dict[str, Any], modules: tuple[Module, ...]) -> dict[str, Any]:
    """A published course with its outline, for CourseSchema."""
    of_facts = {name: facts[name] for name in ("level", "workload_hours", "outcomes", "skills", "certificate")}
    head = {"slug": course.slug, "title": course.title, "revision": course.number, "language": course.language}
    rest = {"summary": course.summary, "organisation": course.organisation, "enrolment": facts["enrolment"]}
    return {**head, **rest, **of_facts, "modules": modules}


class RevisionSchema(Schema):
    course = ma.fields.String(required=True)
    revision = ma.fields.Integer(required=True)
    digest = ma.fields.String(required=True)
    published_at = ma.fields.AwareDateTime(required=True)


class PublishSchema(Schema):
    version = ma.fields.Integer(
        load_default=None,
        allow_none=True,
        strict=True,
        metadata={"description": "of the draft that was looked at; refused where it has moved on"},
    )


class PublicationFindingSchema(Schema):
    """A mistake or a warning; `href` is the place in the editor where it is mended."""

    code = ma.fields.String(required=True)
    sentence = ma.fields.String(required=True)
    href = ma.fields.String(required=True)


class ChangeSchema(Schema):
    """`parts`: [same | added | removed, text] word by word, where a text differs."""

    what = ma.fields.String(required=True)
    sentence = ma.fields.String(required=True)
    parts = ma.fields.List(ma.fields.List(ma.fields.String()), required=True)


class ActivityChangeSchema(Schema):
    key = ma.fields.String(required=True)
    number = ma.fields.String(required=True)
    title = ma.fields.String(required=True)
    kinds = ma.fields.List(
        ma.fields.String(validate=ma.validate.OneOf(["added", "removed", "changed", "moved"])), required=True
    )
    changes = ma.fields.List(ma.fields.Nested(ChangeSchema), required=True)


class PeopleOnRevisionSchema(Schema):
    revision = ma.fields.Integer(required=True, attribute="number")
    active = ma.fields.Integer(required=True)
    completed = ma.fields.Integer(required=True)


class EffectsSchema(Schema):
    """If all active learners were moved on: nobody loses anything. `more`: key of an activity to learners."""

    learners = ma.fields.Integer(required=True)
    gain = ma.fields.Integer(required=True)
    complete = ma.fields.Integer(required=True)
    keep = ma.fields.Integer(required=True)
    more = ma.fields.Dict(keys=ma.fields.String(), values=ma.fields.Integer(), required=True)


class InQuizSchema(Schema):
    activity = ma.fields.String(required=True)
    people = ma.fields.Integer(required=True)


class PublicationSchema(Schema):
    course = ma.fields.String(required=True)
    version = ma.fields.Integer(required=True)
    revision = ma.fields.Integer(required=True, allow_none=True)
    changed = ma.fields.Boolean(required=True)
    mistakes = ma.fields.List(ma.fields.Nested(PublicationFindingSchema), required=True)
    warnings = ma.fields.List(ma.fields.Nested(PublicationFindingSchema), required=True)
    activities = ma.fields.List(ma.fields.Nested(ActivityChangeSchema), required=True)
    facts = ma.fields.List(ma.fields.Nested(ChangeSchema), required=True)
    people = ma.fields.List(ma.fields.Nested(PeopleOnRevisionSchema), required=True)
    effects = ma.fields.Nested(EffectsSchema, required=True)
    in_quiz = ma.fields.List(ma.fields.Nested(InQuizSchema), required=True)


class FileField(Upload):
    """A file of a multipart body; a field of text under the same name is none."""

    def _deserialize(self, value: Any, *_place: Any, **_kwargs: Any) -> FileStorage:
        if not isinstance(value, FileStorage):
            raise ma.ValidationError("Send a file, with its name.")
        return value


class FileSentSchema(ma.Schema):
    class Meta:
        unknown = ma.EXCLUDE

    file = FileField(required=True)


class CourseFileSchema(Schema):
    path = ma.fields.String(required=True, metadata={"description": "how pages of the course name it"})
    digest = ma.fields.String(required=True)
    media_type = ma.fields.String(required=True)
    size = ma.fields.Integer(required=True)
    used_in = ma.fields.List(ma.fields.String(), required=True, metadata={"description": "keys of activities"})
    removed = ma.fields.List(ma.fields.String(), metadata={"description": "what made a drawing unsafe"})


class CourseFilesSchema(Schema):
    items = ma.fields.List(ma.fields.Nested(CourseFileSchema), required=True)
    next = ma.fields.String(required=True, allow_none=True)


class QuestionToCheckSchema(Schema):
    question = ma.fields.Dict(required=True)
    answer = ma.fields.Dict(load_default=None, allow_none=True)


class QuestionCheckedSchema(Schema):
    """`errors`: what keeps it from being stored; `mistakes`: what keeps it from being published."""

    question = ma.fields.Dict(required=True, allow_none=True)
    errors = ma.fields.List(ma.fields.Dict(), required=True)
    mistakes = ma.fields.List(ma.fields.Dict(), required=True)
    slot = ma.fields.Dict(required=True, allow_none=True)
    result = ma.fields.Dict(required=True, allow_none=True)


class NewCourseSchema(Schema):
    organisation = ma.fields.String(
        required=True, validate=ma.validate.Length(max=80), metadata={"description": "its slug or id"}
    )
    title = ma.fields.String(required=True, validate=ma.validate.Length(max=500))
    language = ma.fields.String(required=True, validate=ma.validate.Length(max=35))


class CourseMadeSchema(Schema):
    course = ma.fields.String(required=True)


class OperationSchema(Schema):
    operation = ma.fields.Dict(
        required=True, metadata={"description": "As docs/instructors.md says: set, add_module, add_activity, move, …"}
    )


class ChangedSchema(Schema):
    """`key` of what was added."""

    version = ma.fields.Integer(required=True)
    key = ma.fields.String(required=True, allow_none=True)
    changed_at = ma.fields.AwareDateTime(required=True)


class UndoSchema(Schema):
    number = ma.fields.Integer(load_default=None, allow_none=True)


class BodySavedSchema(Schema):
    digest = ma.fields.String(required=True)


class DraftSchema(Schema):
    course = ma.fields.String(required=True)
    version = ma.fields.Integer(required=True)
    changed_at = ma.fields.AwareDateTime(required=True)
    revision = ma.fields.Integer(required=True, allow_none=True)
    changes = ma.fields.Integer(required=True)
    outline = ma.fields.Dict(required=True)
    archived = ma.fields.Dict(required=True)
    may_undo = ma.fields.Boolean(required=True)
    may_redo = ma.fields.Boolean(required=True)


class HistoryLineSchema(Schema):
    """`by` is a name as it is now, None for a command or somebody whose account was erased."""

    number = ma.fields.Integer(required=True, allow_none=True)
    kind = ma.fields.String(required=True)
    at = ma.fields.AwareDateTime(required=True)
    by = ma.fields.String(required=True, allow_none=True)
    mine = ma.fields.Boolean(required=True)
    sentence = ma.fields.String(required=True)
    operation = ma.fields.Dict(required=True, allow_none=True)
    may_undo = ma.fields.Boolean(required=True)


class HistorySchema(Schema):
    items = ma.fields.List(ma.fields.Nested(HistoryLineSchema), required=True)
    next = ma.fields.String(required=True, allow_none=True)


class CopySchema(Schema):
    title = ma.fields.String(required=True, validate=ma.validate.Length(max=500))


class TeacherSchema(Schema):
    email = ma.fields.String(required=True, validate=ma.validate.Length(max=254))


class NamedSchema(Schema):
    person = ma.fields.UUID(required=True)


class TeacherLineSchema(NamedSchema):
    name = ma.fields.String(required=True)


class TeachersSchema(Schema):
    items = ma.fields.List(ma.fields.Nested(TeacherLineSchema), required=True)
