"""/organisations/{ref}/people/imports: a table is sent, matched, looked at, confirmed."""

from __future__ import annotations

import uuid
from http import HTTPStatus
from itertools import islice
from typing import Any

from flask_smorest import Blueprint

from lms.core.clock import now
from lms.core.web.actors import require_actor
from lms.core.web.api import PREFIX, PageQuerySchema
from lms.core.web.cursors import decode_cursor, page_of
from lms.organisations import queries, schemas, services
from lms.organisations.queries import find_managed_organisation

blp = Blueprint("people_imports_api", __name__, url_prefix=PREFIX, description="Tables of people")
IMPORTS = "/organisations/<ref>/people/imports"
ONE = f"{IMPORTS}/<uuid:import_id>"


def _id(ref: str) -> uuid.UUID:
    return find_managed_organisation(ref, require_actor()).id


@blp.post(IMPORTS)
@blp.arguments(schemas.TableSchema, location="files")
@blp.response(201, schemas.PeopleImportSchema)
@blp.alt_response(401, "UNAUTHORIZED")
@blp.alt_response(403, "FORBIDDEN")
@blp.alt_response(404, "NOT_FOUND")
@blp.alt_response(413, HTTPStatus(413).name)  # newer Pythons call it otherwise
def send_table(sent: dict[str, Any], ref: str) -> dict[str, Any]:
    """Sends a table (CSV or XLSX); its columns are guessed, nothing else happens yet"""
    file, name = sent["file"].stream, sent["file"].filename or "upload"
    return schemas.dump_import(services.send_table(_id(ref), file, name=name, by=require_actor(), at=now()))


@blp.get(ONE)
@blp.response(200, schemas.PeopleImportSchema)
@blp.alt_response(401, "UNAUTHORIZED")
@blp.alt_response(403, "FORBIDDEN")
@blp.alt_response(404, "NOT_FOUND")
def get_import(ref: str, import_id: uuid.UUID) -> dict[str, Any]:
    """What will happen, or has"""
    return schemas.dump_import(queries.find_people_import(_id(ref), import_id))


@blp.put(f"{ONE}/columns")
@blp.arguments(schemas.ColumnsSchema)
@blp.response(200, schemas.PeopleImportSchema)
@blp.alt_response(401, "UNAUTHORIZED")
@blp.alt_response(403, "FORBIDDEN")
@blp.alt_response(404, "NOT_FOUND")
@blp.alt_response(409, "CONFLICT")
def match_columns(fields: dict[str, Any], ref: str, import_id: uuid.UUID) -> dict[str, Any]:
    """Says which column is what; every row is looked at, by a job where they are many"""
    here, by, at = _id(ref), require_actor(), now()
    return schemas.dump_import(services.match_columns(here, import_id, **fields, by=by, at=at))


@blp.get(f"{ONE}/faults")
@blp.arguments(PageQuerySchema, location="query")
@blp.response(200, schemas.FaultsSchema)
@blp.alt_response(401, "UNAUTHORIZED")
@blp.alt_response(403, "FORBIDDEN")
@blp.alt_response(404, "NOT_FOUND")
def list_faults(query: dict[str, Any], ref: str, import_id: uuid.UUID) -> dict[str, Any]:
    """The rows that are wrong, in the order of the file; the page gives all of them as a file"""
    found, after = queries.find_people_import(_id(ref), import_id), decode_cursor(query["cursor"], 1)
    begin = int(after[0]) if after and after[0].isdecimal() else 0
    faults = services.read_faults(found.faults)[1] if found.faults else iter(())
    some = list(islice((one for one in faults if one.line > begin), query["limit"] + 1))
    shown, following = page_of(some, query["limit"], lambda one: [one.line])
    return {"items": [schemas.dump_fault(one.line, one.codes(), one.sentences()) for one in shown], "next": following}


@blp.post(f"{ONE}/confirmation")
@blp.response(202, schemas.PeopleImportSchema)
@blp.alt_response(401, "UNAUTHORIZED")
@blp.alt_response(403, "FORBIDDEN")
@blp.alt_response(404, "NOT_FOUND")
@blp.alt_response(409, "CONFLICT")
def confirm(ref: str, import_id: uuid.UUID) -> dict[str, Any]:
    """The people are invited, by a job"""
    return schemas.dump_import(services.start_adding(_id(ref), import_id, by=require_actor(), at=now()))
