"""Authors of the organisation `academy`, signed in."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.learning.building import a_person, an_organisation, signed_in


@pytest.fixture
def author(app: Flask, session: object) -> FlaskClient:
    from lms.core.db import db

    publisher = an_organisation()
    db.session.flush()  # the grant refers to it
    return signed_in(app, a_person("author", scope=publisher.id))


@pytest.fixture
def colleague(app: Flask, author: FlaskClient) -> FlaskClient:
    """Another author of the same organisation."""
    return signed_in(app, a_person("author", scope=an_organisation().id))
