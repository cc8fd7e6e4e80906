"""The API does what its description says: drawn requests to every operation, in an installation where things are."""

from __future__ import annotations

import contextvars
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from openapi_spec_validator import validate
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.system.world import ROLES, World, a_world

PATH = "/api/v1/openapi.json"
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
FEW = settings(
    max_examples=14,
    deadline=None,
    derandomize=True,  # a failure is the change's, not the day's
    suppress_health_check=list(HealthCheck),
    database=None,
    phases=[Phase.explicit, Phase.generate],
)


@pytest.fixture(scope="session")
def document(cached_app, tmp_path_factory):
    """The description itself needs no database."""
    app = cached_app(f"sqlite:///{tmp_path_factory.mktemp('openapi')}/none.db")
    return app.test_client().get(PATH).json


def test_the_description_is_valid(document):
    validate(document)
    assert document["openapi"].startswith("3.1")


def test_every_operation_says_what_it_is_for(document):
    assert [path for path, operation in _operations(document) if not operation.get("summary")] == []


def test_every_list_takes_a_cursor_and_gives_the_next(document):
    lists = [(path, operation) for path, operation in _operations(document) if _lists(operation, document)]
    assert len(lists) >= 3
    assert [path for path, operation in lists if "cursor" not in _parameters(operation)] == []


def _operations(document: Any) -> Iterator[tuple[str, Any]]:
    for path, found in document["paths"].items():
        yield from ((path, one) for method, one in found.items() if method != "parameters")


def _parameters(operation: Any) -> list[str]:
    return [parameter.get("name") for parameter in operation.get("parameters", [])]


def _lists(operation: Any, document: Any) -> bool:
    """Whether it answers with {items, next}."""
    content = operation["responses"].get("200", {}).get("content", {}).get("application/json", {})
    name = content.get("schema", {}).get("$ref", "").rpartition("/")[2]
    return {"items", "next"} <= document["components"]["schemas"].get(name, {}).get("properties", {}).keys()


@pytest.mark.slow
def test_whatever_is_sent_is_answered_as_described(app: Flask, session: Any):
    """With addresses of things that are there and of things that are not, as everybody in turn."""
    world = a_world(app)
    session.commit()
    schema = schemathesis.openapi.from_wsgi(PATH, app)
    for found in schema.get_all_operations():
        assert isinstance(found, Ok), found
        _ask(found.ok(), world, session)


def _ask(operation: Any, world: World, session: Any) -> None:
    @FEW
    @given(case=operation.as_strategy(), role=st.sampled_from(ROLES), is_there=st.booleans())
    def ask(case: Any, role: str, is_there: bool) -> None:
        if is_there and case.path_parameters:
            case.path_parameters = {
                name: str(world.own.values.get(name, value)) for name, value in case.path_parameters.items()
            }
        headers = _signed_in(world, role)
        session.commit()
        contextvars.Context().run(case.call_and_validate, headers=headers, checks=CHECKS)

    ask()


def _signed_in(world: World, role: str) -> dict[str, str]:
    found = world.client(role).environ_base.get("HTTP_AUTHORIZATION")
    return {"Authorization": found} if found else {}
