"""The edge of a request: stored or nothing, an answer in our words whatever breaks, an id, safe headers."""

from __future__ import annotations

import io
import json
import re
import sqlite3
import threading
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Blueprint, Response, request
from obstore.exceptions import GenericError
from sqlalchemy.exc import OperationalError
from werkzeug.test import EnvironBuilder, run_wsgi_app

from lms.accounts.models import Person
from lms.core.canonical import digest
from lms.core.clock import now
from lms.core.db import db
from lms.core.ids import new_id
from lms.core.reasons import CoreReason, Refused

routes = Blueprint("trial", __name__)


def add(email: str = "ada@example.org", name: str = "Ada") -> None:
    db.session.add(Person(id=new_id(), email=email, name=name, created_at=now()))


def fill() -> None:
    """Writes into a database for which there is no more room."""
    with sa.create_engine("sqlite://").begin() as small:
        for statement in ("PRAGMA max_page_count = 2", "CREATE TABLE t (x)", "INSERT INTO t VALUES (zeroblob(99999))"):
            small.execute(sa.text(statement))


@routes.post("/api/trial/<how>")
@routes.post("/trial/<how>")
def trial(how: str) -> Response | str:
    """Writes, then ends as the test wishes."""
    if request.headers.get("X-Trial-Wait"):
        threading.Event().wait(0.2)
    name = (request.get_json(silent=True) or {}).get("name", "Ada")
    add(request.args.get("email", "ada@example.org"), name)
    endings = {
        "refused": lambda: (_ for _ in ()).throw(Refused(CoreReason.FORBIDDEN)),
        "fault": lambda: (_ for _ in ()).throw(ValueError("inner secret of Ada")),
        "flushed": db.session.flush,
        "storage": lambda: (_ for _ in ()).throw(GenericError("s3 is away")),
        "locked": lambda: (_ for _ in ()).throw(OperationalError("INSERT", {}, sqlite3.OperationalError("locked"))),
        "full": fill,
        "disk": lambda: Path("/dev/full").write_bytes(b"x"),
        "status": lambda: Response("no", status=409),
        "ok": lambda: "ok",
        "huge": lambda: digest({"n": 2**60}),
        "sql": lambda: db.session.execute(sa.text("INSERT INTO nowhere VALUES (:name)"), {"name": name}),
    }
    return endings[how]() or "ok"


@pytest.fixture
def edge(capsys, make_app):
    """A client of an application with the trial's routes, CSRF left out by asking with a bearer's header."""
    app = make_app()
    app.register_blueprint(routes)
    return app.test_client()


def post(client, how: str, *, api: bool = True, **more):
    headers = {"Authorization": "Bearer x"} | more.pop("headers", {})
    return client.post(f"{'/api' if api else ''}/trial/{how}", headers=headers, **more)


def people(client) -> int:
    with client.application.app_context():
        return db.session.scalar(sa.select(sa.func.count()).select_from(Person)) or 0


def test_what_is_acknowledged_is_stored(edge):
    assert post(edge, "ok").status_code == 200
    assert people(edge) == 1


@pytest.mark.parametrize(
    ("how", "status", "reason"),
    [
        ("refused", 403, "core.forbidden"),
        ("fault", 500, "core.internal"),
        ("storage", 503, "core.busy"),
        ("locked", 503, "core.busy"),
        ("disk", 503, "core.no_room"),
        ("full", 503, "core.no_room"),
        ("huge", 422, "core.unwritable_text"),
    ],
)
def test_what_is_refused_or_breaks_stores_nothing_and_says_why(edge, how, status, reason):
    answer = post(edge, how)
    assert (answer.status_code, answer.json["reason"]) == (status, reason)
    assert answer.content_type == "application/problem+json"
    assert answer.json["detail"]
    assert people(edge) == 0


def test_a_page_with_a_status_of_refusal_stores_nothing(edge):
    assert post(edge, "status").status_code == 409
    assert people(edge) == 0


@pytest.mark.parametrize("how", ["ok", "flushed"])
def test_a_row_that_stands_already_is_a_conflict_whether_it_shows_at_the_flush_or_the_commit(edge, how):
    assert post(edge, how).status_code == 200
    again = post(edge, how)
    assert (again.status_code, again.json["reason"]) == (409, "core.conflict")
    assert people(edge) == 1


@pytest.mark.parametrize("how", ["ok", "flushed"])
def test_half_a_surrogate_pair_is_the_senders_fault(edge, how):
    answer = post(edge, how, data='{"name": "\\ud800"}', content_type="application/json")
    assert (answer.status_code, answer.json["reason"]) == (422, "core.unwritable_text")
    assert people(edge) == 0


def test_a_nul_is_refused_where_the_database_cannot_hold_it_and_kept_where_it_can(edge, database_kind):
    answer = post(edge, "ok", json={"name": "a\0b"})
    assert answer.status_code == (422 if database_kind == "postgresql" else 200)


@pytest.mark.parametrize(("how", "status"), [("refused", 403), ("fault", 500), ("storage", 503), ("locked", 503)])
def test_a_person_gets_a_page_that_says_why_in_words_and_nothing_else(edge, how, status):
    answer = post(edge, how, api=False)
    assert answer.status_code == status
    assert answer.mimetype == "text/html"
    assert not re.search(r"secret|Traceback|sqlite|psycopg|s3 is away", answer.text)
    assert "<h1" in answer.text


def test_a_fault_reaches_the_log_with_its_traceback_and_without_what_people_wrote(edge, capsys):
    post(edge, "fault")
    logged = capsys.readouterr().err
    assert "in trial" in logged
    assert "ValueError: inner secret" in logged  # what our own code says of itself is kept
    post(edge, "sql", json={"name": "Zoë"})
    logged = capsys.readouterr().err
    assert "nowhere" in logged
    assert "Zoë" not in logged


def test_a_driver_tells_nobody_whose_address_was_taken(edge, capsys):
    for _ in range(2):
        answer = post(edge, "ok", query_string={"email": "taken@example.org"})
    assert "taken@" not in answer.text + capsys.readouterr().err


def test_a_busy_or_broken_store_says_when_to_come_back(edge):
    for how in ("storage", "locked"):
        assert int(post(edge, how).headers["Retry-After"]) >= 1
    assert "Retry-After" not in post(edge, "refused").headers


def test_each_answer_carries_an_id_which_the_caller_may_give(guest):
    ids = {guest.get("/health/live").headers["X-Request-Id"] for _ in range(3)}
    assert len(ids) == 3
    assert all(re.fullmatch(r"[0-9a-f]{32}", each) for each in ids)
    given = guest.get("/health/live", headers={"X-Request-Id": "from-the-proxy-1"})
    assert given.headers["X-Request-Id"] == "from-the-proxy-1"


@pytest.mark.parametrize("given", ["short", "x" * 65, "a b c d e f g h", "åååååååå", "1234567;8"])
def test_an_id_that_could_forge_a_log_line_is_not_taken(guest, given):
    assert guest.get("/health/live", headers={"X-Request-Id": given}).headers["X-Request-Id"] != given


def test_one_line_a_request_with_the_route_and_no_names(capsys, edge):
    edge.post("/sign-in?email=mia@example.org", data={"email": "mia@example.org", "password": "geheimes Wort"})
    logged = capsys.readouterr().err
    assert len([line for line in logged.splitlines() if " request " in line]) == 1
    assert "/sign-in" in logged
    assert "POST" in logged
    assert "mia" not in logged
    assert "geheim" not in logged


def test_the_reason_of_a_refusal_is_in_the_log(edge, capsys):
    post(edge, "refused")
    assert "core.forbidden" in capsys.readouterr().err


def test_no_page_may_run_or_load_what_is_not_ours(guest):
    policy = guest.get("/sign-in").headers["Content-Security-Policy"]
    directives = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    assert directives["default-src"] == directives["script-src"] == directives["style-src"] == "'self'"
    assert "unsafe" not in policy
    assert "http" not in policy
    assert directives["frame-ancestors"] == directives["base-uri"] == directives["object-src"] == "'none'"


@pytest.mark.parametrize("path", ["/sign-in", "/api/v1/me", "/nowhere", "/health/live"])
def test_each_answer_has_safe_headers(guest, path):
    headers = guest.get(path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "Content-Security-Policy" in headers
    assert headers["Cache-Control"] == ("no-store" if path.startswith("/api/") else "private, no-cache")
    assert "Access-Control-Allow-Origin" not in headers
    assert "Server" not in headers


def test_static_files_are_kept_for_ever_under_names_with_their_hash_and_are_what_they_say(guest):
    page = guest.get("/sign-in").text
    (sheet,) = re.findall(r'href="(/static/css/tokens\.[0-9a-f]{12}\.css)"', page)[:1]
    answer = guest.get(sheet)
    assert answer.status_code == 200
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert guest.get(sheet.replace("tokens.", "tokens.0")).status_code == 404
    answer.close()


HTML = "text/html"
PROBLEM = "application/problem+json"


@pytest.mark.parametrize(
    ("path", "accept", "kind"),
    [
        ("/nowhere", None, HTML),
        ("/nowhere", "*/*", HTML),
        ("/nowhere", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", HTML),
        ("/nowhere", "image/png", HTML),
        ("/nowhere", "application/json", PROBLEM),
        ("/nowhere", "application/problem+json", PROBLEM),
        ("/nowhere", "application/json;q=0.5, text/html;q=0.1", PROBLEM),
        ("/nowhere", ";;;,q=,", HTML),
        ("/api/nowhere", None, PROBLEM),
        ("/api/v1/nowhere", "text/html", PROBLEM),
    ],
)
def test_people_get_pages_and_programs_problems(guest, path, accept, kind):
    answer = guest.get(path, headers={"Accept": accept} if accept else {})
    assert (answer.status_code, answer.mimetype) == (404, kind)


def test_the_wrong_method_is_405_and_says_which_are_right(guest):
    answer = guest.delete("/api/v1/me")
    assert (answer.status_code, answer.json["reason"]) == (405, "core.method_not_allowed")
    assert "GET" in answer.headers["Allow"]
    assert guest.get("/sign-out").status_code == 405


def tokens(client, body: bytes | str, content_type: str | None = "application/json"):
    return client.post("/api/v1/auth/tokens", data=body, content_type=content_type)


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"{", "application/json", 400),
        (b"\xff\xfe", "application/json", 400),
        (b"[" * 100_000, "application/json", 400),
        (b'{"a":' * 50_000 + b"1" + b"}" * 50_000, "application/json", 400),
        (b'{"email": ' + b"9" * 5000 + b"}", "application/json", 400),
        (b"", "application/json", 422),
        (b"[]", "application/json", 422),
        (b"null", "application/json", 422),
        (b'"text"', "application/json", 422),
        (b'{"email": NaN, "password": Infinity}', "application/json", 422),
        (b'{"email": "a@b", "password": 1}', "application/json", 422),
        (b'{"email": "a@b", "password": "x", "extra": 1}', "application/json", 422),
        (b'{"email": "a@b", "password": "\\ud800"}', "application/json", 422),
        (b"email=a&password=b", "application/x-www-form-urlencoded", 415),
        (b"<email/>", "text/xml", 415),
        (b'{"email": "a@b", "password": "x"}', "text/plain", 415),
        (b'{"email": "a@b", "password": "x"}', None, 415),
        (b'{"email": "' + b"a" * 3_000_000 + b'"}', "application/json", 413),
    ],
)
def test_a_body_that_is_not_what_we_read_is_refused_with_the_right_status(guest, body, content_type, status):
    answer = tokens(guest, body, content_type)
    assert answer.status_code == status
    assert answer.mimetype == PROBLEM
    assert (
        answer.json["reason"]
        == {
            400: "core.malformed",
            413: "core.too_large",
            415: "core.media_type",
            422: "core.unwritable_text" if b"ud800" in body else "core.fields",
        }[status]
    )


def test_a_body_without_a_length_is_bounded_too(guest):
    builder = EnvironBuilder(path="/api/v1/auth/tokens", method="POST", content_type="application/json")
    body = Endless()
    environ = builder.get_environ() | {"wsgi.input": body, "wsgi.input_terminated": True}
    environ.pop("CONTENT_LENGTH", None)
    status = run_wsgi_app(guest.application, environ)[1]
    assert status[:3] in ("400", "413")
    assert body.sent < 5_000_000


class Endless(io.RawIOBase):
    """A request's body as a server hands it over, without an end."""

    sent = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:
        self.sent += len(buffer)
        buffer[:] = b" " * len(buffer)
        return len(buffer)


def test_a_form_that_is_too_large_is_refused_before_it_is_read(guest):
    answer = guest.post("/sign-in", data={"email": "a" * 3_000_000})
    assert answer.status_code == 413
    assert "<h1" in answer.text


def test_an_upload_beyond_the_installations_limit_is_refused(make_app):
    client = make_app(LMS_MAX_UPLOAD="1000").test_client()
    assert client.post("/sign-in", data={"email": "a" * 2000}).status_code == 413


def test_the_fields_that_are_wrong_are_named(guest):
    errors = tokens(guest, json.dumps({"email": 5})).json["errors"]["json"]
    assert set(errors) == {"email", "password"}


def test_a_page_of_a_guest_leads_to_signing_in_and_back(guest):
    answer = guest.get("/you?tab=1")
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/sign-in?next=/you?tab%3D1"


@pytest.mark.parametrize("path", ["/nowhere/%00", "/%ff%fe", "/api/v1/%ed%a0%80", "/..%2f..%2fetc/passwd", "//", "/\\"])
def test_odd_addresses_lead_nowhere(guest, path):
    assert guest.get(path).status_code in (308, 404)


def test_a_connection_that_dies_under_a_request_is_503_and_the_next_one_works(edge, cluster, database_kind):
    if database_kind == "sqlite":
        return  # a file has no connection that could die
    app = edge.application
    assert post(edge, "flushed").status_code == 200
    name = sa.make_url(app.extensions["settings"].database_url).database
    cluster.execute(
        f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}' AND pid <> pg_backend_pid()"
    )
    broken = post(edge, "flushed", query_string={"email": "second@example.org"})
    assert (broken.status_code, broken.json["reason"]) == (503, "core.busy")
    assert post(edge, "flushed", query_string={"email": "second@example.org"}).status_code == 200
