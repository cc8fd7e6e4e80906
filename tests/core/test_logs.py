"""Logs: JSON in production, faults with their traceback, nothing of what people wrote."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime

import pytest
import structlog
from sqlalchemy.exc import SQLAlchemyError

from lms.accounts.models import Person
from lms.core.config import Settings
from lms.core.ids import new_id
from lms.core.logs import describe_fault, init_logs, kind_of

AT = datetime(2026, 11, 24, tzinfo=UTC)


def caught(work) -> Exception:
    with pytest.raises(Exception) as error:  # noqa: PT011 - what comes is what is looked at
        work()
    return error.value


def nested() -> None:
    try:
        os.environ["LMS_TESTS_MISSING"]
    except KeyError as error:
        raise ValueError("the outer fault") from error


def test_a_fault_is_described_with_its_causes_in_the_order_in_which_they_happened():
    text = describe_fault(caught(nested))
    assert text.index("KeyError: 'LMS_TESTS_MISSING'") < text.index("ValueError: the outer fault")
    assert "in nested" in text


def test_a_fault_that_causes_itself_ends():
    first, second = ValueError("first"), ValueError("second")
    first.__context__, second.__context__ = second, first
    assert describe_fault(first).count("first") == 1


def test_of_the_databases_errors_only_the_kind_is_told(session):
    def add() -> None:
        for _ in range(2):
            session.add(Person(id=new_id(), email="mia@example.org", name="Mia Çelik", created_at=AT))
        session.flush()

    error = caught(add)
    assert isinstance(error, SQLAlchemyError)
    text = describe_fault(error)
    assert "INSERT INTO person" in text
    assert "mia@" not in text + kind_of(error)
    assert "Çelik" not in text + kind_of(error)
    assert "23505 uq_person_email" in kind_of(error) or "SQLITE_CONSTRAINT_UNIQUE" in kind_of(error)


def test_production_logs_one_json_document_a_line(tmp_path, capsys):
    secret = "b7f1c2d3e4a5968778695a4b3c2d1e0f-9"
    production = {"LMS_ENV": "production", "LMS_SECRET_KEY": secret, "LMS_DATA_DIR": str(tmp_path)}
    try:
        init_logs(Settings.from_env(production))
        structlog.get_logger("lms.request").info("request", status=200, route="/learn/<enrolment>")
    finally:
        init_logs(Settings.from_env({"LMS_DATA_DIR": str(tmp_path)}))
    line = json.loads(capsys.readouterr().err)
    assert (line["event"], line["status"], line["level"], line["route"]) == (
        "request",
        200,
        "info",
        "/learn/<enrolment>",
    )
    assert datetime.fromisoformat(line["timestamp"]).tzinfo
