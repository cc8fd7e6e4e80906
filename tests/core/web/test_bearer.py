"""A token that is not valid is refused on every address of the API, public ones too."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize("path", ["/api/v1/courses", "/api/v1/courses/nowhere", "/api/v1/me"])
def test_a_dead_token_is_never_taken_for_a_guest(client, path):
    answer = client.get(path, headers={"Authorization": "Bearer not-one-of-ours"})
    assert (answer.status_code, answer.json["reason"]) == (401, "core.not_signed_in")


def test_a_guest_sees_the_catalogue(client):
    assert client.get("/api/v1/courses").status_code == 200
