"""Stored files over HTTP: whole, by range, not sent again, harmless to open, from a directory and from S3."""

from __future__ import annotations

import os

import pytest
from flask import Blueprint, Response

from lms.core.storage import CHUNK, storage
from lms.core.web.files import send_stored
from tests.services.s3 import BUCKET

routes = Blueprint("trial_files", __name__)
DATA = os.urandom(2 * CHUNK + 11)
NAMES = {"plain": "report.pdf", "script": "Zertifikat für 李.pdf", "odd": 'a"; b=\\c.pdf', "line": "a\r\nX-Evil: 1.pdf"}


@routes.get("/trial/<digest>/<name>/<path:media_type>")
def file(digest: str, name: str, media_type: str) -> Response:
    return send_stored(digest, size=len(DATA), media_type=media_type, name=NAMES[name], download=name == "plain")


@pytest.fixture(scope="module", params=["directory", "s3"])
def served(request, databases_of, tmp_path_factory):
    """A client with routes for stored files, and the digest of one."""
    from lms.app import create_app
    from lms.core.config import Settings
    from tests.fixtures.database import environment

    more = {}
    if request.param == "s3":
        endpoint = request.getfixturevalue("s3_url")
        more["LMS_STORAGE_URL"] = f"s3://{BUCKET}/served?endpoint={endpoint}"
        more |= {"LMS_STORAGE_KEY": "key", "LMS_STORAGE_SECRET": "secret"}
    databases = databases_of("sqlite")
    app = create_app(Settings.from_env(environment(databases.url, tmp_path_factory.mktemp("files"), **more)))
    app.register_blueprint(routes)
    with app.app_context():
        digest = storage().put(DATA)
    return app.test_client(), digest


def get(served, name: str = "plain", media_type: str = "application/pdf", method: str = "GET", **headers: str):
    client, digest = served
    return client.open(f"/trial/{digest}/{name}/{media_type}", method=method, headers=headers)


def test_a_file_is_sent_whole_with_its_length_and_kept(served):
    answer = get(served)
    assert (answer.status_code, answer.data) == (200, DATA)
    assert answer.headers["Content-Length"] == str(len(DATA))
    assert answer.headers["Accept-Ranges"] == "bytes"
    assert "immutable" in answer.headers["Cache-Control"]


@pytest.mark.parametrize(
    ("wanted", "start", "end"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=0-", 0, len(DATA)),
        ("bytes=10-19", 10, 20),
        (f"bytes={CHUNK - 1}-{CHUNK}", CHUNK - 1, CHUNK + 1),
        ("bytes=-5", len(DATA) - 5, len(DATA)),
        (f"bytes={len(DATA) - 1}-{10**12}", len(DATA) - 1, len(DATA)),
    ],
)
def test_a_download_goes_on_where_it_broke_off(served, wanted, start, end):
    answer = get(served, Range=wanted)
    assert answer.data == DATA[start:end]
    whole = (start, end) == (0, len(DATA))
    assert answer.status_code == (200 if whole else 206)
    if not whole:
        assert answer.headers["Content-Range"] == f"bytes {start}-{end - 1}/{len(DATA)}"
    assert answer.headers["Content-Length"] == str(end - start)


def test_beyond_the_end_is_416_with_the_length(served):
    answer = get(served, Range=f"bytes={len(DATA)}-", Accept="application/json")
    assert answer.status_code == 416
    assert answer.headers["Content-Range"] == f"bytes */{len(DATA)}"


@pytest.mark.parametrize(
    "wanted", ["bytes=5-1", "bytes=a-b", "lines=1-2", "bytes=0-1,5-6", "bytes", "bytes=--1", "\x01"]
)
def test_a_range_that_is_none_is_answered_with_the_whole_or_refused(served, wanted):
    answer = get(served, Range=wanted)
    assert answer.status_code in (200, 416)
    assert answer.status_code == 416 or len(answer.data) == len(DATA)


def test_what_a_browser_has_is_not_sent_again(served):
    etag = get(served).headers["ETag"]
    answer = get(served, **{"If-None-Match": etag})
    assert (answer.status_code, answer.data) == (304, b"")


def test_its_head_says_how_long_it_is(served):
    answer = get(served, method="HEAD")
    assert (answer.status_code, answer.headers["Content-Length"], answer.data) == (200, str(len(DATA)), b"")


@pytest.mark.parametrize(
    ("media_type", "kind"),
    [
        ("image/png", "inline"),
        ("video/mp4", "inline"),
        ("application/pdf", "inline"),
        ("text/html", "attachment"),
        ("application/xhtml+xml", "attachment"),
        ("application/octet-stream", "attachment"),
    ],
)
def test_what_could_run_is_downloaded_and_nothing_runs(served, media_type, kind):
    answer = get(served, name="script", media_type=media_type)
    assert answer.headers["Content-Disposition"].startswith(kind)
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    answer.close()


@pytest.mark.parametrize("name", NAMES)
def test_any_name_can_be_sent_and_forges_no_header(served, name):
    answer = get(served, name=name)
    assert answer.status_code == 200
    assert "X-Evil" not in answer.headers
    answer.close()


def test_a_file_that_is_gone_is_404_in_words(served):
    client, _digest = served
    answer = client.get(f"/trial/{'0' * 64}/plain/image/png")
    assert (answer.status_code, "storage.missing" in answer.text) == (404, True)


# --- going on where a download broke off


def test_a_part_is_sent_where_the_client_holds_the_beginning_of_this_very_file(served):
    answer = get(served, Range="bytes=5-", If_Range=f'"{served[1]}"')
    assert (answer.status_code, answer.data) == (206, DATA[5:])


@pytest.mark.parametrize("held", ['"another file"', 'W/"weak"', "Tue, 24 Nov 2026 09:30:00 GMT"])
def test_all_is_sent_where_the_beginning_is_of_another_file(served, held):
    answer = get(served, Range="bytes=5-", If_Range=held)
    assert (answer.status_code, answer.data) == (200, DATA)
