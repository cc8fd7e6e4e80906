"""/admin/…: what the pages of administration show and do, for programs."""

from __future__ import annotations

import uuid
from typing import Any

from flask import current_app
from flask_smorest import Blueprint

from lms.accounts.services import disable_person, enable_person
from lms.core.clock import now
from lms.core.jobs.api import JobSchema, job_document
from lms.core.jobs.queries import list_jobs
from lms.core.mail.services import send_now
from lms.core.web.actors import require_actor
from lms.core.web.api import PREFIX, PageQuerySchema
from lms.core.web.cursors import decode_cursor, key_of, page_of
from lms.credentials.services import retry_held
from lms.home import administration, queries
from lms.home import schemas as shapes
from lms.home.doctor import glance
from lms.organisations.queries import page_of_organisations
from lms.organisations.services import change_organisation, find_organisation

blp = Blueprint("admin_api", __name__, url_prefix=f"{PREFIX}/admin", description="Administration")


@blp.before_request
def _administrators_only() -> None:
    administration.check_administrator(require_actor())


def _refused(*names: str) -> Any:
    """Documents the refusals that every one of these may give, and `names` besides."""

    def decorate(function: Any) -> Any:
        for name in ("UNAUTHORIZED", "FORBIDDEN", *names):
            function = blp.alt_response(STATUS[name], name)(function)
        return function

    return decorate


STATUS = {"UNAUTHORIZED": 401, "FORBIDDEN": 403, "NOT_FOUND": 404, "CONFLICT": 409, "SERVICE_UNAVAILABLE": 503}


@blp.get("/health")
@blp.response(200, shapes.HealthSchema)
@_refused()
def get_health() -> dict[str, Any]:
    """How the installation is: what `lms doctor` looks at, without what takes long"""
    found = glance(current_app._get_current_object(), now())  # type: ignore[attr-defined]  # noqa: SLF001 - as Flask documents
    return {"findings": [one.as_document() for one in found]}


@blp.get("/people")
@blp.arguments(shapes.PeopleQuerySchema, location="query")
@blp.response(200, shapes.AdminPeopleSchema)
@_refused()
def list_people(query: dict[str, Any]) -> dict[str, Any]:
    """Everybody with an account, the newest first"""
    rows, following = queries.find_people(words=query.pop("q"), **query)
    return {"items": rows, "next": following}


@blp.get("/people/<uuid:person_id>")
@blp.response(200, shapes.AdminOnePersonSchema)
@_refused("NOT_FOUND")
def get_person(person_id: uuid.UUID) -> dict[str, Any]:
    """One person: roles, organisations, what is signed in"""
    return queries.person_for_admin(person_id, now())


@blp.post("/people/<uuid:person_id>/disabling")
@blp.arguments(shapes.WhySchema)
@blp.response(200, shapes.AdminOnePersonSchema)
@_refused("NOT_FOUND", "CONFLICT")
def disable(why: dict[str, str], person_id: uuid.UUID) -> dict[str, Any]:
    """Switches an account off: nobody signs in with it until it is enabled again"""
    disable_person(person_id, why["why"], by=require_actor(), at=now())
    return queries.person_for_admin(person_id, now())


@blp.post("/people/<uuid:person_id>/enabling")
@blp.response(200, shapes.AdminOnePersonSchema)
@_refused("NOT_FOUND")
def enable(person_id: uuid.UUID) -> dict[str, Any]:
    """Switches an account on again"""
    enable_person(person_id, by=require_actor(), at=now())
    return queries.person_for_admin(person_id, now())


@blp.post("/people/<uuid:person_id>/sign-out")
@blp.response(204)
@_refused("NOT_FOUND")
def sign_out(person_id: uuid.UUID) -> None:
    """Ends every session and token of the person"""
    administration.sign_out_person(person_id, by=require_actor(), at=now())


@blp.post("/people/<uuid:person_id>/roles")
@blp.arguments(shapes.GiveRoleSchema)
@blp.response(200, shapes.AdminOnePersonSchema)
@_refused("NOT_FOUND")
def give_role(wanted: dict[str, Any], person_id: uuid.UUID) -> dict[str, Any]:
    """Gives a role on an organisation (default: the first) or on a course"""
    administration.give_role(person_id, wanted.pop("role"), **wanted, by=require_actor(), at=now())
    return queries.person_for_admin(person_id, now())


@blp.delete("/people/<uuid:person_id>/roles/<uuid:grant_id>")
@blp.response(204)
@_refused("NOT_FOUND", "CONFLICT")
def take_role(person_id: uuid.UUID, grant_id: uuid.UUID) -> None:
    """Takes a role away"""
    administration.take_role(person_id, grant_id, by=require_actor(), at=now())


@blp.post("/people/<uuid:person_id>/invitation")
@blp.arguments(shapes.InviteAgainSchema)
@blp.response(204)
@_refused("NOT_FOUND", "SERVICE_UNAVAILABLE")
def invite_again(wanted: dict[str, str], person_id: uuid.UUID) -> None:
    """Sends somebody who was invited a new link"""
    administration.invite_again(person_id, wanted["organisation"], by=require_actor(), at=now())


@blp.get("/organisations")
@blp.arguments(PageQuerySchema, location="query")
@blp.response(200, shapes.AdminOrganisationsSchema)
@_refused()
def get_organisations(query: dict[str, Any]) -> dict[str, Any]:
    """Organisations by name"""
    items, following = page_of_organisations(**query)
    return {"items": items, "next": following}


@blp.post("/organisations")
@blp.arguments(shapes.NewOrganisationSchema)
@blp.response(201, shapes.AdminOrganisationSchema)
@_refused("CONFLICT")
def add_organisation(wanted: dict[str, str]) -> Any:
    """Adds an organisation"""
    administration.make_organisation(wanted["slug"], name=wanted["name"], by=require_actor(), at=now())
    return find_organisation(wanted["slug"])


@blp.put("/organisations/<slug>")
@blp.arguments(shapes.OrganisationFactsSchema)
@blp.response(200, shapes.AdminOrganisationSchema)
@_refused("NOT_FOUND")
def put_organisation(facts: dict[str, Any], slug: str) -> Any:
    """Changes name, country, time zone and colour; what is left out is the installation's"""
    return change_organisation(find_organisation(slug).id, **facts, by=require_actor(), at=now())


@blp.get("/jobs")
@blp.arguments(shapes.JobsQuerySchema, location="query")
@blp.response(200, shapes.JobsSchema)
@_refused()
def get_jobs(query: dict[str, Any]) -> dict[str, Any]:
    """Work in the background, the newest first; imports are the kind `interop.import`"""
    key, limit = decode_cursor(query["cursor"], 1), query["limit"]
    before = key_of(key[0]) if key else None
    rows = list_jobs(state=query["state"], kind=query["kind"], before=before, limit=limit + 1)
    shown, following = page_of(rows, limit, lambda job: [job.id])
    return {"items": [job_document(job) for job in shown], "next": following}


@blp.post("/jobs/<uuid:job_id>/retry")
@blp.response(200, JobSchema)
@_refused("NOT_FOUND", "CONFLICT")
def retry_job(job_id: uuid.UUID) -> dict[str, Any]:
    """Starts work again that failed or was cancelled"""
    return job_document(administration.retry_job(job_id, by=require_actor(), at=now()))


@blp.post("/held/retry")
@blp.response(204)
@_refused()
def retry_all_held() -> None:
    """Makes every certificate that waits for a person once more"""
    retry_held(by=require_actor(), at=now())


@blp.get("/mail")
@blp.arguments(shapes.MailQuerySchema, location="query")
@blp.response(200, shapes.MailsSchema)
@_refused()
def get_mail(query: dict[str, Any]) -> dict[str, Any]:
    """Messages of the last 30 days, the newest first; never what is in them"""
    rows, following = queries.find_mail(**query)
    return {"items": rows, "next": following}


@blp.post("/mail/<uuid:mail_id>/sending")
@blp.response(204)
@_refused("NOT_FOUND", "CONFLICT")
def send_mail(mail_id: uuid.UUID) -> None:
    """Tries a message that waits at once"""
    send_now(mail_id, by=require_actor(), at=now())


@blp.get("/storage")
@blp.response(200, shapes.StorageSchema)
@_refused()
def get_storage() -> dict[str, Any]:
    """How much room database and files take"""
    return queries.room()


@blp.get("/audit")
@blp.arguments(shapes.AuditQuerySchema, location="query")
@blp.response(200, shapes.AuditSchema)
@_refused()
def get_audit(query: dict[str, Any]) -> dict[str, Any]:
    """The record of changes, the newest first, by who acted, by subject, by action"""
    entries, following = queries.find_entries(**query)
    return {"items": entries, "next": following}
