"""/organisations/{ref}/people/import: a table is sent, columns are matched, the effect is shown, people come in."""

from __future__ import annotations

import io
import uuid
from collections.abc import Iterator
from itertools import islice
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for

from lms.core.clock import now
from lms.core.i18n import _, ngettext
from lms.core.jobs.models import Job
from lms.core.jobs.pages import shows
from lms.core.reasons import CoreReason, Refused
from lms.core.spreadsheets import Cell, SpreadsheetReason, write_csv, write_xlsx
from lms.core.storage import StorageReason
from lms.core.web.actors import require_actor
from lms.core.web.answers import as_refused
from lms.organisations import queries, services
from lms.organisations.models import Organisation, PeopleImport
from lms.organisations.pages.asking import Answer, managed_here, tried
from lms.organisations.reasons import OrganisationReason
from lms.organisations.rules.columns import FIELDS
from lms.organisations.rules.teams import write_path
from lms.organisations.services import importing

bp = Blueprint("people_imports", __name__)
SHOWN = (SpreadsheetReason, OrganisationReason, StorageReason)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@bp.get("/organisations/<ref>/people/import")
def upload_form(ref: str) -> str:
    return _form(managed_here(ref))


@bp.post("/organisations/<ref>/people/import")
def upload(ref: str) -> Answer:
    """Field `file`."""
    organisation, by, sent = managed_here(ref), require_actor(), request.files.get("file")
    if sent is None or not sent.filename:
        refused: Refused | None = Refused(SpreadsheetReason.NONE_SENT)
    else:
        stream, name = sent.stream, sent.filename
        made, refused = tried(lambda: services.send_table(organisation.id, stream, name=name, by=by, at=now()), SHOWN)
    if refused:
        return as_refused(_form(managed_here(ref), refused), refused)
    return redirect(url_for(".show", ref=ref, import_id=made.id if made else None))


def _form(organisation: Organisation, refused: Refused | None = None) -> str:
    return render_template("organisations/import.html", organisation=organisation, refused=refused)


@bp.get("/organisations/<ref>/people/import/<uuid:import_id>")
def show(ref: str, import_id: uuid.UUID) -> Answer:
    """Columns, effect or result: whatever is next. `columns=again` goes back to the columns."""
    organisation = managed_here(ref)
    found = queries.find_people_import(organisation.id, import_id)
    broke_off, again = queries.has_broken_off(found), request.args.get("columns") == "again"
    unmatched = found.state == importing.NEW or (found.state == importing.CHECKING and broke_off)
    if unmatched or (found.state == importing.CHECKED and again):
        return _columns_page(organisation, found)
    is_working = found.state in (importing.CHECKING, importing.ADDING) and not broke_off
    if is_working and found.job_id and _is_requester(found):
        return redirect(url_for("jobs.job", job_id=found.job_id))
    return _effect_page(organisation, found)


def _is_requester(found: PeopleImport) -> bool:
    by = require_actor()
    return by.is_administrator or by.person_id == found.person_id


def _columns_page(organisation: Organisation, found: PeopleImport, refused: Refused | None = None) -> str:
    place_of = {place: name for name, place in found.choices["columns"].items()}
    columns = [
        {"place": place, "header": header, "field": place_of.get(place, ""), "sample": _sample(found, place)}
        for place, header in enumerate(found.headers["headers"])
    ]
    return render_template(
        "organisations/columns.html",
        organisation=organisation,
        table=found,
        columns=columns,
        fields=[("", _("Leave it out")), *_field_words()],
        refused=refused,
    )


def _sample(found: PeopleImport, place: int) -> list[str]:
    return [cell for row in found.headers["sample"] if place < len(row) and (cell := row[place])]


def _field_words() -> list[tuple[str, str]]:
    return [
        ("email", _("E-mail address")),
        ("name", _("Whole name")),
        ("first", _("First name")),
        ("last", _("Last name")),
        ("number", _("Employee number")),
        ("team", _("Team")),
        ("language", _("Language")),
    ]


@bp.post("/organisations/<ref>/people/import/<uuid:import_id>/columns")
def columns(ref: str, import_id: uuid.UUID) -> Answer:
    """Fields: column-0, column-1, … (a field or empty), make_teams, change_members."""
    organisation, by, form = managed_here(ref), require_actor(), request.form
    chosen = {field: place for place in range(len(form)) if (field := form.get(f"column-{place}", "")) in FIELDS}
    named = sum(form.get(f"column-{place}", "") in FIELDS for place in range(len(form)))
    wishes = {wish: form.get(wish) == "yes" for wish in ("make_teams", "change_members")}
    _found, refused = tried(
        lambda: services.match_columns(
            organisation.id, import_id, chosen if len(chosen) == named else {}, **wishes, by=by, at=now()
        ),
        SHOWN,
    )
    if refused:
        table = queries.find_people_import(managed_here(ref).id, import_id)
        return as_refused(_columns_page(managed_here(ref), table, refused), refused)
    return redirect(url_for(".show", ref=organisation.slug, import_id=import_id))


@bp.post("/organisations/<ref>/people/import/<uuid:import_id>/confirm")
def confirm(ref: str, import_id: uuid.UUID) -> Answer:
    """The effect was seen: people come in."""
    organisation, by = managed_here(ref), require_actor()
    _found, refused = tried(lambda: services.start_adding(organisation.id, import_id, by=by, at=now()), SHOWN)
    if refused:
        table = queries.find_people_import(managed_here(ref).id, import_id)
        return as_refused(_effect_page(managed_here(ref), table, refused), refused)
    return redirect(url_for(".show", ref=organisation.slug, import_id=import_id))


def _effect_page(organisation: Organisation, found: PeopleImport, refused: Refused | None = None) -> str:
    faults = services.read_faults(found.faults)[1] if found.faults else []
    effect = found.found or {}
    broke_off = found.state == importing.ADDING and queries.has_broken_off(found)
    wanted = effect.get("changes", {}) if found.choices.get("change_members") else {}
    changes = wanted.get("people", 0)
    if broke_off:
        changes -= effect.get("changed", 0)
        effect = effect | {"new": max(not changes, effect["new"] - effect.get("added", 0))}
    return render_template(
        "organisations/effect.html",
        organisation=organisation,
        table=found,
        effect=effect,
        changes=changes,
        words_of_changes=_words_of(wanted),
        broke_off=broke_off,
        teams=[write_path(path) for path in (found.found or {}).get("teams", [])],
        faults=list(islice(faults, importing.SHOWN_FAULTS)),
        refused=refused,
    )


def _words_of(changes: dict[str, int]) -> list[str]:
    words = {
        "moved": ngettext("%(num)d in another team.", "%(num)d in another team.", changes.get("moved", 0)),
        "teams": ngettext("%(num)d in one team more.", "%(num)d in one team more.", changes.get("teams", 0)),
        "numbers": ngettext(
            "%(num)d with another employee number.", "%(num)d with another employee number.", changes.get("numbers", 0)
        ),
        "names": ngettext("%(num)d with another name.", "%(num)d with another name.", changes.get("names", 0)),
    }
    return [str(sentence) for name, sentence in words.items() if changes.get(name)]


@bp.get("/organisations/<ref>/people/import/<uuid:import_id>/faults.<any(csv, xlsx):kind>")
def faults(ref: str, import_id: uuid.UUID, kind: str) -> Response:
    """The rows that are wrong, as they were, with a column that says what is wrong: to be mended and sent again."""
    found = queries.find_people_import(managed_here(ref).id, import_id)
    if found.faults is None:
        raise Refused(CoreReason.NOT_FOUND)
    headers, wrong = services.read_faults(found.faults)
    head = [*headers, _("What is wrong"), _("Row in your file")]
    rows: Iterator[list[Cell]] = ([*row.cells, row.sentences(), row.line] for row in wrong)
    if kind == "csv":
        response = Response(b"".join(write_csv(head, rows)), mimetype="text/csv")
    else:
        file = io.BytesIO()
        write_xlsx(file, head, rows, title=_("What is wrong"))
        response = Response(file.getvalue(), mimetype=XLSX)
    response.headers.set("Content-Disposition", "attachment", filename=f"rows-to-mend.{kind}")
    response.headers["Cache-Control"] = "private, no-store"
    return response


@shows(queries.CHECK_JOB)
def shown_check(job: Job) -> dict[str, Any]:
    found = queries.import_of_job(job.payload["import"])
    return {"title": _("Every row is looked at"), **_next(found, _("See what will happen"))}


@shows(queries.ADD_JOB)
def shown_add(job: Job) -> dict[str, Any]:
    found = queries.import_of_job(job.payload["import"])
    shown = {"title": _("People are added"), **_next(found, _("See what came of it"))}
    if job.result:
        shown["message"] = _("Invitations on their way: %(count)s.", count=job.result["added"])
        if changed := job.result.get("changed"):
            shown["message"] += " " + _("People changed: %(count)s.", count=changed)
    return shown


def _next(found: tuple[PeopleImport, str] | None, text: str) -> dict[str, Any]:
    if found is None:
        return {}
    url = url_for("people_imports.show", ref=found[1], import_id=found[0].id)
    return {"result_url": url, "result_text": text, "back_url": f"/organisations/{found[1]}/people"}
