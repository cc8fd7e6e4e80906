"""/courses/{slug}/files, …/questions/check: files that authors send for a course, a question while it is written."""

from __future__ import annotations

from contextlib import closing
from http import HTTPStatus
from typing import Any

from flask_smorest import Blueprint

from lms.core.clock import now
from lms.core.reasons import explain
from lms.core.web.actors import require_actor
from lms.core.web.api import PREFIX, PageQuerySchema
from lms.core.web.cursors import decode_cursor, page_of
from lms.courses import filling, queries
from lms.courses.ports import question_trial
from lms.courses.schemas import (
    CourseFileSchema,
    CourseFilesSchema,
    FileSentSchema,
    QuestionCheckedSchema,
    QuestionToCheckSchema,
)
from lms.courses.services.uploading import upload_file

blp = Blueprint("course_files_api", __name__, url_prefix=PREFIX, description="Files and questions, for authors")


@blp.get("/courses/<slug>/files")
@blp.arguments(PageQuerySchema, location="query")
@blp.response(200, CourseFilesSchema)
@blp.alt_response(401, "UNAUTHORIZED")
@blp.alt_response(404, "NOT_FOUND")
def list_files(query: dict[str, Any], slug: str) -> dict[str, Any]:
    """The files that pages of the draft may name, by path, each with the activities that show it"""
    found = queries.files_in_use(queries.find_written(slug, require_actor()).id)
    after = decode_cursor(query["cursor"], 1)
    rest = [file for file in found if after is None or file["path"] > after[0]]
    items, following = page_of(rest[: query["limit"] + 1], query["limit"], lambda file: (file["path"],))
    return {"items": items, "next": following}


@blp.post("/courses/<slug>/files")
@blp.arguments(FileSentSchema, location="files")
@blp.response(201, CourseFileSchema)
@blp.alt_response(401, "UNAUTHORIZED")
@blp.alt_response(404, "NOT_FOUND")
@blp.alt_response(413, HTTPStatus(413).name)  # newer Pythons call it otherwise
@blp.alt_response(415, "UNSUPPORTED_MEDIA_TYPE")
@blp.alt_response(422, "UNPROCESSABLE_ENTITY")
def upload(sent: dict[str, Any], slug: str) -> dict[str, Any]:
    """Keeps a file for the course; drawings are made harmless, and the same file again is the one that stands"""
    with closing(sent["file"]) as file:
        kept = upload_file(slug, file.filename or "", file.stream, by=require_actor(), at=now())
    return {"path": kept.path, "used_in": [], "removed": list(kept.removed), **kept.facts()}


@blp.post("/courses/<slug>/questions/check")
@blp.arguments(QuestionToCheckSchema)
@blp.response(200, QuestionCheckedSchema)
@blp.alt_response(401, "UNAUTHORIZED")
@blp.alt_response(404, "NOT_FOUND")
@blp.alt_response(422, "UNPROCESSABLE_ENTITY")
def check(given: dict[str, Any], slug: str) -> dict[str, Any]:
    """A question as it would be stored, what is wrong with it, how a learner meets it; marks an answer that is sent"""
    files = queries.library(queries.find_written(slug, require_actor()).id)
    question, errors = filling.whole_question(given["question"])
    if question is None:
        return {"question": None, "errors": errors, "mistakes": [], "slot": None, "result": None}
    mistakes = [
        {"where": one.where, "reason": one.code, "sentence": explain(one.code, dict(one.values))}
        for one in question_trial.call.mistakes(question)
    ]
    found: dict[str, Any] = {"question": question, "errors": [], "mistakes": mistakes, "slot": None, "result": None}
    if mistakes:
        return found
    found["slot"] = question_trial.call.present(question, files=files)
    if given["answer"] is not None:
        found["result"] = question_trial.call.mark(question, given["answer"], files=files)
    return found
