"""The tests themselves: they can't leave this machine, and a request runs apart from the test that makes it."""

from __future__ import annotations

import socket

import pytest
from flask import g


def test_a_test_that_leaves_this_machine_fails():
    with socket.socket() as away, pytest.raises(PermissionError, match=r"192\.0\.2\.1"):
        away.connect(("192.0.2.1", 80))


def test_a_request_has_its_own_context_and_sees_what_the_test_has_made(client, session, clock):
    from lms.core.jobs.models import Job
    from lms.core.jobs.services import enqueue

    g.person = "of the test"
    job = enqueue("a kind", "a key", {}, at=clock)
    client.get("/health/live")
    session.rollback()
    assert session.get(Job, job.id) is not None
    assert g.person == "of the test"
