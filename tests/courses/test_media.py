"""Files of courses over HTTP: whole, in parts, kept, and harmless whatever is in them."""

from __future__ import annotations

import pytest

from lms.core.storage import storage
from tests.courses.documents import activity, page, stored, text
from tests.learning.building import published

PICTURE = bytes(range(256)) * 8
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.fixture
def media(client, session):
    """`media(content, media_type, name)`: the address of a file that a published page uses."""

    def of(content=PICTURE, media_type="image/png", name="a.png"):
        file = stored(content, media_type=media_type)
        storage().put(content)
        published(activity("a", page(text("![A](a.png)"), files={f"figures/{name}": file})))
        return f"/media/{file['digest']}/{name}"

    return of


def test_a_file_is_there_for_whoever_has_its_address(client, media):
    answer = client.get(media())
    assert (answer.status_code, answer.data, answer.mimetype) == (200, PICTURE, "image/png")
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("wanted", "content", "shown"),
    [
        ("bytes=0-9", PICTURE[:10], "bytes 0-9/2048"),
        ("bytes=2000-", PICTURE[2000:], "bytes 2000-2047/2048"),
        ("bytes=-8", PICTURE[-8:], "bytes 2040-2047/2048"),
        ("bytes=2040-9999", PICTURE[2040:], "bytes 2040-2047/2048"),
    ],
)
def test_a_part_of_it_is_sent_where_asked(client, media, wanted, content, shown):
    answer = client.get(media(), headers={"Range": wanted})
    assert (answer.status_code, answer.data, answer.headers["Content-Range"]) == (206, content, shown)


@pytest.mark.parametrize("wanted", ["bytes=2048-", "bytes=5000-6000"])
def test_a_part_beyond_the_end_is_416_with_the_size(client, media, wanted):
    answer = client.get(media(), headers={"Range": wanted})
    assert (answer.status_code, answer.headers["Content-Range"]) == (416, "bytes */2048")


@pytest.mark.parametrize("wanted", ["pages=1-2", "bytes=", "bytes=9-1", "bytes=0-1,4-5"])
def test_a_range_that_we_do_not_read_gives_the_whole(client, media, wanted):
    answer = client.get(media(), headers={"Range": wanted})
    assert (answer.status_code, answer.data) == (200, PICTURE)


def test_what_the_browser_has_is_not_sent_again(client, media):
    address = media()
    tag = client.get(address).headers["ETag"]
    assert client.get(address, headers={"If-None-Match": tag}).status_code == 304


def test_an_svg_can_not_run_even_where_one_got_in(client, media):
    answer = client.get(media(SVG, "image/svg+xml", "a.svg"))
    policy = answer.headers["Content-Security-Policy"]
    assert (answer.mimetype, "sandbox" in policy, "default-src 'none'" in policy) == ("image/svg+xml", True, True)


@pytest.mark.parametrize(
    ("media_type", "how"),
    [
        ("image/png", "inline"),
        ("video/webm", "inline"),
        ("application/zip", "attachment"),
        ("text/csv", "attachment"),
    ],
)
def test_only_what_browsers_show_safely_is_shown(client, media, media_type, how):
    answer = client.get(media(media_type=media_type))
    assert answer.headers["Content-Disposition"].split(";")[0] == how


@pytest.mark.parametrize("digest", ["0" * 64, "nothing", ".."])
def test_a_file_that_no_course_has_is_404(client, session, digest):
    assert client.get(f"/media/{digest}/a.png").status_code == 404


def test_a_file_whose_bytes_are_gone_says_so(client, media, session):
    address = media()
    storage().delete(address.split("/")[2])
    answer = client.get(address)
    assert (answer.status_code, "storage.missing" in answer.text) == (404, True)
