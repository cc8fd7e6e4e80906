"""/courses."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint

from lms.core.clock import now
from lms.core.web.actors import require_actor
from lms.core.web.api import PREFIX
from lms.courses import queries, services
from lms.courses.schemas import CatalogueQuerySchema, CatalogueSchema, CourseSchema, RevisionSchema, dump_course

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


@blp.post("/courses/<slug>/revisions")
@blp.response(201, RevisionSchema)
@blp.alt_response(401, "UNAUTHORIZED")
@blp.alt_response(403, "FORBIDDEN")
@blp.alt_response(404, "NOT_FOUND")
@blp.alt_response(409, "CONFLICT")
def publish(slug: str) -> dict[str, Any]:
    """Publishes the draft; an unchanged draft gives the revision that stands"""
    revision = services.publish_course(slug, by=require_actor(), at=now())
    facts = {"revision": revision.number, "digest": revision.digest, "published_at": revision.published_at}
    return {"course": slug, **facts}
