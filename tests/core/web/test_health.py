"""Is it up, is it ready, how is it doing: told to those who may know."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from lms.core.clock import now
from lms.core.db import db
from lms.core.ids import new_id
from lms.core.jobs.services import enqueue
from tests.services.processes import free_port


@pytest.fixture
def migrated(session):
    """The tests' databases are made without migrations; an installation's know where they stand."""
    session.execute(sa.text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"))
    session.execute(sa.text("INSERT INTO alembic_version VALUES ('0001')"))
    session.commit()


def test_it_is_ready_when_its_tables_are_there(client, migrated):
    assert client.get("/health/ready").json == {"status": "ready"}


def test_it_is_not_ready_without_tables_and_live_all_the_same(client, session):
    answer = client.get("/health/ready", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json["reason"]) == (503, "core.busy")
    assert "Retry-After" in answer.headers
    assert client.get("/health/live").json == {"status": "ok"}


def test_it_is_not_ready_when_its_tables_were_never_filled(client, session):
    session.execute(sa.text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"))
    assert client.get("/health/ready").status_code == 503


def test_it_is_not_ready_when_the_database_is_gone(make_app, tmp_path, database_kind):
    gone = {
        "sqlite": f"sqlite:///{tmp_path}/nowhere/lms.db",
        "postgresql": f"postgresql://lms@127.0.0.1:{free_port()}/lms",
    }
    app = make_app(LMS_DATABASE_URL=gone[database_kind])
    client = app.test_client()
    client.set_cookie("session", "somebody's")
    for path in ("/health/ready", "/courses", "/", "/api/v1/me", "/sign-in"):
        answer = client.get(path)
        assert (path, answer.status_code) == (path, 503)
        assert not re.search(r"psycopg|sqlite|Traceback|127\.0\.0\.1:", answer.text)
    assert client.get("/health/live").status_code == 200


def metrics(client, address: str = "127.0.0.1"):
    return client.get("/metrics", environ_overrides={"REMOTE_ADDR": address})


def test_metrics_count_requests_by_route_and_name_nobody(client, migrated):
    client.get("/health/ready?name=mia")
    client.get("/nowhere/mia")
    text = metrics(client).text
    assert 'lms_requests_total{method="GET",route="/health/ready",status="200"}' in text
    assert 'route="unknown"' in text
    assert "mia" not in text
    assert "lms_request_seconds_bucket" in text


@pytest.mark.parametrize("address", ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"])
def test_metrics_are_for_this_machine_unless_told_otherwise(guest, address):
    assert metrics(guest, address).status_code == 200


@pytest.mark.parametrize("address", ["192.0.2.1", "2001:db8::1", "unknown", "", "127.0.0.1, evil", "::ffff:192.0.2.1"])
def test_nobody_else_learns_that_there_are_metrics(guest, address):
    answer = metrics(guest, address)
    assert answer.status_code == 404
    assert "lms_requests" not in answer.text


def test_metrics_are_for_the_addresses_allowed(make_app):
    client = make_app(LMS_METRICS_ALLOW="10.0.0.0/8, 2001:db8::/32").test_client()
    assert [metrics(client, each).status_code for each in ("10.1.2.3", "2001:db8::5", "127.0.0.1")] == [200, 200, 404]


def test_behind_a_proxy_the_callers_address_counts(make_app):
    client = make_app(LMS_TRUSTED_PROXIES="1").test_client()
    forged = {"X-Forwarded-For": "127.0.0.1, 192.0.2.1"}
    assert client.get("/metrics", headers=forged).status_code == 404
    assert client.get("/metrics", headers={"X-Forwarded-For": "nonsense"}).status_code == 404
    assert client.get("/metrics", headers={"X-Forwarded-For": "127.0.0.1"}).status_code == 200


def test_without_a_proxy_nobody_may_claim_an_address(guest):
    forged = guest.get(
        "/metrics", headers={"X-Forwarded-For": "127.0.0.1"}, environ_overrides={"REMOTE_ADDR": "192.0.2.1"}
    )
    assert forged.status_code == 404


def test_development_pages_are_for_development(make_app):
    secret, url = "b7f1c2d3e4a5968778695a4b3c2d1e0f-9", "https://learn.example.org"
    production = make_app(LMS_ENV="production", LMS_SECRET_KEY=secret, LMS_BASE_URL=url)
    assert production.test_client().get("/dev/components").status_code == 404
    answer = production.test_client().get("/health/live")
    assert answer.headers["Strict-Transport-Security"]
    with production.app_context():
        db.session.remove()


def test_metrics_tell_what_waits_and_what_failed(client, session):
    for state in ("failed", "failed", "queued"):
        job = enqueue("tests.nothing", new_id().hex, {}, at=now() - timedelta(minutes=2))
        job.state = state
    session.commit()
    text = client.get("/metrics").text
    assert 'lms_jobs{state="failed"} 2.0' in text
    oldest = re.search(r"(?m)^lms_jobs_oldest_due_seconds (\S+)", text)
    assert 120 <= float(oldest[1]) < 300


def test_metrics_are_there_while_the_database_is_not(make_app, tmp_path):
    client = make_app(LMS_DATABASE_URL=f"sqlite:///{tmp_path}/nowhere/lms.db").test_client()
    answer = client.get("/metrics")
    assert (answer.status_code, "lms_jobs{" in answer.text) == (200, False)
