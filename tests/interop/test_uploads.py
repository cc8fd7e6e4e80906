"""What is sent to be imported is a file."""

from __future__ import annotations

from flask import Flask

from tests.learning.building import a_person, signed_in


def test_a_text_in_the_place_of_a_file_is_refused(app: Flask, session) -> None:
    client = signed_in(app, a_person("administrator"))
    session.commit()
    answer = client.post("/api/v1/course-imports", data={"file": "no file"}, content_type="multipart/form-data")
    assert (answer.status_code, answer.get_json()["reason"]) == (422, "core.fields")
    assert "file" in answer.get_json()["errors"]["files"]
