"""Files that authors send: told by their content, made harmless, found again by every page of the course."""

from __future__ import annotations

import io

import pytest

from lms.core.actor import SYSTEM
from lms.core.canonical import digest_bytes
from lms.core.reasons import Refused
from lms.courses.queries import find_course
from lms.courses.reasons import FileReason
from lms.courses.services.uploading import LARGEST_DRAWING, upload_files
from tests.courses.documents import activity, page, text, video
from tests.courses.html_forms import form_of
from tests.courses.test_content import _as_data, body_of, opened, press, save
from tests.learning.building import AT, draft

pytestmark = pytest.mark.usefixtures("session")
PNG = b"\x89PNG\r\n\x1a\n" + b"picture"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><rect width="4" height="4"/></svg>'
MP4 = b"\0\0\0\x18ftypisom" + b"film"
VTT = b"WEBVTT\n\n00:00.000 --> 00:01.000\nHello\n"


def send(author, name, data, slug="safety"):
    sent = {"file": (io.BytesIO(data), name)}
    return author.post(f"/api/v1/courses/{slug}/files", data=sent, content_type="multipart/form-data")


@pytest.mark.parametrize(
    ("name", "data", "path", "kind"),
    [
        ("Fotoğraf 1.PNG", PNG, "figures/fotograf-1.png", "image/png"),
        ("..\\..\\etc\\passwd.txt", b"text", "files/etcpasswd.txt", "text/plain"),
        ("../../../x.svg", SVG, "figures/x.svg", "image/svg+xml"),
        ("film.mp4", MP4, "media/film.mp4", "video/mp4"),
        ("film.en.vtt", VTT, "media/film-en.vtt", "text/vtt"),
        ("photo.exe", b"\xff\xd8\xff\xe0 jpeg", "figures/photo.jpg", "image/jpeg"),
        ("😀.pdf", b"%PDF-1.7", "files/file.pdf", "application/pdf"),
    ],
)
def test_a_file_gets_a_path_of_its_own_and_the_type_that_its_content_tells(author, name, data, path, kind):
    draft()
    answer = send(author, name, data)
    assert answer.status_code == 201
    assert answer.json == {
        "path": path,
        "digest": digest_bytes(data),
        "media_type": kind,
        "size": len(data),
        "used_in": [],
        "removed": [],
    }
    assert author.get(f"/media/{digest_bytes(data)}/{path}").data == data


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("page.html", b"<html><script>alert(1)</script></html>", "course.file_kind_unknown"),
        ("picture.png", b"<html><script>alert(1)</script></html>", "course.file_kind_unknown"),
        ("program.exe", b"MZ\x90\0", "course.file_kind_unknown"),
        ("script.js", b"alert(1)", "course.file_kind_unknown"),
        ("empty.png", b"", "course.file_empty"),
        ("broken.svg", b"<svg", "course.svg_unsafe"),
        ("page.svg", b"<html xmlns='http://www.w3.org/1999/xhtml'/>", "course.svg_unsafe"),
        (
            "entities.svg",
            b'<!DOCTYPE svg [<!ENTITY a "aaaa">]><svg xmlns="http://www.w3.org/2000/svg"><text>&a;</text></svg>',
            "course.svg_unsafe",
        ),
    ],
)
def test_what_is_hostile_or_unknown_is_refused_with_the_reason(author, name, data, reason):
    draft()
    answer = send(author, name, data)
    assert (answer.status_code in (413, 415, 422), answer.json["reason"]) == (True, reason)
    assert author.get("/api/v1/courses/safety/files").json["items"] == []


def test_a_drawing_that_is_too_large_to_be_looked_at_is_refused():
    draft()
    data = b"<svg xmlns='http://www.w3.org/2000/svg'>" + b" " * LARGEST_DRAWING + b"</svg>"
    (refused,) = upload_files("safety", [("large.svg", io.BytesIO(data))], by=SYSTEM, at=AT)
    assert isinstance(refused, Refused)
    assert refused.reason is FileReason.TOO_LARGE


def test_a_drawing_is_made_harmless_and_says_what_was_taken_out(author):
    draft()
    bad = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(2)</script><rect/></svg>'
    answer = send(author, "bad.svg", bad).json
    assert answer["removed"] == ["onload", "script"]
    kept = author.get(f"/media/{answer['digest']}/bad.svg")
    assert b"alert" not in kept.data
    assert "sandbox" in kept.headers["Content-Security-Policy"]


def test_the_same_file_again_is_the_one_that_stands_and_another_of_its_name_gets_a_number(author):
    draft()
    first, again = send(author, "a.png", PNG).json, send(author, "b.png", PNG).json
    assert again["path"] == first["path"] == "figures/a.png"
    assert send(author, "a.png", PNG + b"!").json["path"] == "figures/a-2.png"


def test_files_are_listed_with_the_activities_that_show_them(author, session):
    draft(activity("a", page(text("One."))), activity("v", video()))
    path = send(author, "a.png", PNG).json["path"]
    save(author, opened(author).put({"blocks.0.markdown": f"![A picture]({path})"}))
    session.expire_all()
    assert body_of()["files"][path]["digest"] == digest_bytes(PNG)
    items = {item["path"]: item["used_in"] for item in author.get("/api/v1/courses/safety/files").json["items"]}
    assert items == {path: ["a"], "media/a.webm": ["v"], "media/a.en.vtt": ["v"]}
    shown = author.get("/teach/safety/files").text
    assert "1.1 About a" in shown
    assert path in shown


def test_a_file_is_sent_with_the_form_by_who_has_no_script(author, session):
    draft(activity("a", page(text("One."))))
    form = press(author, opened(author), "add blocks figure")
    data = _as_data(form.sent("send blocks.1.file")) | {"file:blocks.1.file": (io.BytesIO(PNG), "Map.png")}
    answer = author.post(form.action, data=data, content_type="multipart/form-data")
    form = form_of(answer.text, "editor-form")
    assert form["blocks.1.file"] == "figures/map.png"
    found = press(author, form, "save", 422)
    assert "Describe the picture" in found.errors["blocks.1.alt"]
    save(author, found.put({"blocks.1.alt": "The way out", "blocks.1.caption": "Figure 1"}))
    session.expire_all()
    assert body_of()["blocks"][1]["markdown"] == '![The way out](figures/map.png "Figure 1")'


def test_a_refused_file_says_why_beside_its_field(author):
    draft(activity("a", page(text("One."))))
    form = press(author, opened(author), "add blocks figure")
    data = _as_data(form.sent("send blocks.1.file")) | {"file:blocks.1.file": (io.BytesIO(b"MZ"), "a.exe")}
    answer = author.post(form.action, data=data, content_type="multipart/form-data")
    assert "We can't tell what a.exe is" in form_of(answer.text, "editor-form").errors["blocks.1.file"]


@pytest.mark.parametrize(
    ("kind", "name", "data", "field", "sentence"),
    [
        ("figure", "film.mp4", MP4, "file", "This is no picture"),
        ("video", "map.png", PNG, "file", "This is no video"),
        ("video", "map.png", PNG, "captions.0.file", "Captions are WebVTT files"),
    ],
)
def test_a_file_of_the_wrong_kind_is_told_beside_its_field(author, kind, name, data, field, sentence):
    draft(activity("a", page(text("One."))))
    path = send(author, name, data).json["path"]
    form = press(author, opened(author), f"add blocks {kind}")
    if "captions" in field:
        form = press(author, form, "add blocks.1.captions")
    found = press(author, form.put({f"blocks.1.{field}": path}), "save", 422)
    assert sentence in found.errors[f"blocks.1.{field}"]


def test_a_path_that_the_course_does_not_have_is_refused_in_a_field(author):
    draft(activity("a", page(text("One."))))
    form = press(author, opened(author), "add blocks file").put({"blocks.1.title": "Sheet", "blocks.1.file": "x/y.pdf"})
    assert "no file of this course" in press(author, form, "save", 422).errors["blocks.1.file"]


def test_a_file_of_another_course_can_t_be_named(author):
    draft(slug="other")
    draft(activity("a", page(text("One."))))
    path = send(author, "map.png", PNG, slug="other").json["path"]
    form = press(author, opened(author), "add blocks figure").put({"blocks.1.file": path, "blocks.1.alt": "A map"})
    assert "no file of this course" in press(author, form, "save", 422).errors["blocks.1.file"]


def test_several_files_are_sent_on_the_page_of_files_and_each_refusal_is_named(author):
    draft()
    files = [(io.BytesIO(PNG), "a.png"), (io.BytesIO(b"MZ"), "b.exe"), (io.BytesIO(VTT), "c.vtt")]
    answer = author.post("/teach/safety/files", data={"file": files}, content_type="multipart/form-data")
    assert answer.status_code == 200, "two of three were taken"
    assert "We can't tell what b.exe is" in answer.text.replace("&#39;", "'")
    assert len(author.get("/api/v1/courses/safety/files").json["items"]) == 2
    assert author.post("/teach/safety/files", data={}).status_code == 422


def test_a_body_that_names_a_file_it_does_not_bring_is_refused_over_the_api(author):
    draft(activity("a", page(text("One."))))
    address = "/api/v1/courses/safety/draft/activities/a/body"
    etag = author.get(address).headers["ETag"]
    bad = {"kind": "page", "blocks": [{"type": "file", "title": "x", "file": "files/x.pdf"}], "files": {}}
    answer = author.put(address, json=bad, headers={"If-Match": etag})
    assert (answer.status_code, answer.json["reason"]) == (422, "course.file_unknown")


CHECKED = {
    "key": "q1",
    "type": "single_choice",
    "text": "Which?",
    "options": [{"text": "a", "right": True}, {"text": "b"}],
}


def check(author, question, **more):
    return author.post("/api/v1/courses/safety/questions/check", json={"question": question, **more}).json


def test_a_question_is_checked_and_tried_over_the_api(author):
    draft()
    found = check(author, CHECKED)
    assert found["question"]["points"] == "1"
    assert (found["errors"], found["mistakes"], found["result"]) == ([], [], None)
    right = next(option["id"] for option in found["slot"]["options"] if option["html"] == "a")
    assert check(author, CHECKED, answer={"choice": right})["result"]["right"] is True


def test_all_that_is_wrong_with_a_question_is_told_at_once_over_the_api(author):
    draft()
    found = check(author, CHECKED | {"text": "", "points": "x", "options": [{"text": ""}]})
    assert {error["where"] for error in found["errors"]} == {"text", "points", "options/0/text", "options"}
    mistakes = check(
        author, CHECKED | {"type": "multiple_choice", "policy": "right_minus_wrong", "options": [{"text": "a"}]}
    )
    assert mistakes["mistakes"][0]["reason"] == "quiz.no_right_option"
    assert find_course("safety").revision_id is None
