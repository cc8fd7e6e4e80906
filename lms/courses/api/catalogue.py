"""/courses: the catalogue, and publishing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_smorest import Blueprint

from lms.core.clock import now
from lms.core.web.actors import require_actor
from lms.core.web.api import PREFIX
from lms.courses import queries, services
from lms.courses.publication import Publication, preview_publication
from lms.courses.rules.changes import Change
from lms.courses.schemas import (
    CatalogueQuerySchema,
    CatalogueSchema,
    CourseSchema,
    PublicationSchema,
    PublishSchema,
    RevisionSchema,
    dump_course,
)
from lms.courses.wording import change_sentence

blp = Blueprint("courses_api", __name__, url_prefix=PREFIX, description="The catalogue of published courses")


@blp.get("/courses")
@blp.doc(security=[])
@blp.etag
@blp.arguments(CatalogueQuerySchema, location="query")
@blp.response(200, CatalogueSchema)
def list_courses(query: dict[str, Any]) -> dict[str, Any]:
    """Published courses by title; q searches words, language and skill filter"""
    words = query.pop("q")
    items, following = queries.search_catalogue(words=words, **query)
    return {"items": items, "next": following}


@blp.get("/courses/<slug>")
@blp.doc(security=[])
@blp.etag
@blp.response(200, CourseSchema)
@blp.alt_response(404, "NOT_FOUND")
def get_course(slug: str) -> dict[str, Any]:
    """A published course with its outline"""
    course = queries.find_published(slug)
    outline = queries.load_outline(course.revision_id)
    return dump_course(course, outline.facts, outline.modules)


@blp.get("/courses/<slug>/draft/publication")
@blp.response(200, PublicationSchema)
@blp.alt_response(401, "UNAUTHORIZED")
@blp.alt_response(404, "NOT_FOUND")
def look_at_publication(slug: str) -> dict[str, Any]:
    """What publishing the draft would do: differences, mistakes, warnings, effects on people"""
    return _dump_publication(preview_publication(slug, by=require_actor(), at=now()))


def _dump_publication(found: Publication) -> dict[str, Any]:
    def changes(several: Iterable[Change]) -> list[dict[str, Any]]:
        return [
            {"what": one.what, "sentence": change_sentence(one, found.before, found.draft), "parts": one.parts}
            for one in several
        ]

    activities = [
        {"key": one.activity.key, "number": one.activity.number, "title": one.activity.title}
        | {"kinds": one.kinds, "changes": changes(one.changes)}
        for one in found.activities
    ]
    names = ("version", "changed", "mistakes", "warnings", "people", "effects")
    return {name: getattr(found, name) for name in names} | {
        "course": found.course.slug,
        "revision": found.number,
        "activities": activities,
        "facts": changes(found.facts),
        "in_quiz": [{"activity": activity, "people": people} for activity, people in found.in_quiz],
    }


@blp.post("/courses/<slug>/revisions")
@blp.arguments(PublishSchema, required=False)
@blp.response(201, RevisionSchema)
@blp.alt_response(401, "UNAUTHORIZED")
@blp.alt_response(403, "FORBIDDEN")
@blp.alt_response(404, "NOT_FOUND")
@blp.alt_response(409, "CONFLICT")
def publish(wanted: dict[str, Any], slug: str) -> dict[str, Any]:
    """Publishes the draft; an unchanged draft gives the revision that stands"""
    revision = services.publish_course(slug, by=require_actor(), at=now(), version=wanted["version"])
    facts = {"revision": revision.number, "digest": revision.digest, "published_at": revision.published_at}
    return {"course": slug, **facts}
