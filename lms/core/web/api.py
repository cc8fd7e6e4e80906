"""The JSON API's frame: flask-smorest, OpenAPI 3.1, errors as application/problem+json."""

from __future__ import annotations

import http
from typing import Any

import marshmallow as ma
from flask import Flask, Request, Response, request
from flask_smorest import Api, Blueprint
from flask_smorest.utils import prepare_response
from webargs.core import is_json
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import BadRequest, HTTPException, UnsupportedMediaType

from lms.core.web.actors import bearer_token, current_actor
from lms.core.web.answers import answer_refused, refusal_of
from lms.core.web.cursors import MOST, PAGE

PREFIX = "/api/v1"


class Schema(ma.Schema):
    """Base of ours: unknown fields are refused, order is kept."""


class PageQuerySchema(ma.Schema):
    """What every list takes: where the page before ended, and how many rows."""

    class Meta:
        unknown = ma.EXCLUDE

    cursor = ma.fields.String(load_default=None, validate=ma.validate.Length(max=2000))
    limit = ma.fields.Integer(load_default=PAGE, validate=ma.validate.Range(1, MOST))


class ProblemSchema(Schema):
    """RFC 9457, with our reason code, its values and the next step."""

    type = ma.fields.String(required=True)
    title = ma.fields.String(required=True)
    status = ma.fields.Integer(required=True)
    detail = ma.fields.String(required=True)
    reason = ma.fields.String(required=True)
    values = ma.fields.Dict(required=True)
    next_step = ma.fields.String()
    errors = ma.fields.Dict()


class BodyParser(FlaskParser):
    """Reads JSON bodies, and files; another type of content is 415, where webargs would take it for no content."""

    def load_json(self, req: Request, schema: ma.Schema) -> Any:
        if not is_json(req.mimetype) and req.get_data():
            raise UnsupportedMediaType
        try:
            return super().load_json(req, schema)
        except (ValueError, RecursionError):  # a number of thousands of digits; brackets nested by the thousand
            raise BadRequest from None

    def load_files(self, req: Request, schema: ma.Schema) -> Any:
        if req.mimetype not in ("", "multipart/form-data"):
            raise UnsupportedMediaType
        return super().load_files(req, schema)


Blueprint.ARGUMENTS_PARSER = BodyParser()  # before any route of ours is declared, since each binds it then


class ProblemApi(Api):
    """flask-smorest answers errors as application/json; ours are problems, in the document and on the wire."""

    ERROR_SCHEMA = ProblemSchema

    def handle_http_exception(self, error: HTTPException) -> Response:
        if error.code is not None and error.code < 400:
            return error.get_response()  # type: ignore[return-value]  # werkzeug's base class is what Flask sends
        return answer_refused(refusal_of(error))

    def _register_responses(self) -> None:
        for status in http.HTTPStatus:
            fails = status >= 400
            response: dict[str, Any] = {
                "description": status.phrase,
                **({"schema": self.ERROR_SCHEMA} if fails else {}),
            }
            prepare_response(response, self.spec, "application/problem+json" if fails else "application/json")
            self.spec.components.response(status.name, response, lazy=True)
        response = {"description": "Problem", "schema": self.ERROR_SCHEMA}
        prepare_response(response, self.spec, "application/problem+json")
        self.spec.components.response("DEFAULT_ERROR", response, lazy=True)


def _refuse_dead_token() -> None:
    """A program whose token is not valid (any more) is told so everywhere, not only where one must be signed in."""
    if request.path.startswith(PREFIX) and bearer_token(request):
        current_actor()


def init_api(app: Flask) -> ProblemApi:
    app.config.update(
        API_TITLE="Learning platform",
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX=PREFIX,
        OPENAPI_JSON_PATH="openapi.json",
    )
    app.before_request(_refuse_dead_token)
    api = ProblemApi(app)
    api.spec.components.security_scheme("bearer", {"type": "http", "scheme": "bearer"})
    api.spec.components.security_scheme("session", {"type": "apiKey", "in": "cookie", "name": "session"})
    api.spec.options["security"] = [{"bearer": []}, {"session": []}]
    return api
