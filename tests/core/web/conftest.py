"""A guest at the application on SQLite alone, for what does not depend on the database."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.fixtures.application import _close, _forget
from tests.fixtures.database import Databases


@pytest.fixture
def guest(
    capsys: pytest.CaptureFixture[str],
    databases_of: Callable[[str], Databases],
    cached_app: Callable[[str], Flask],
) -> Iterator[FlaskClient]:
    databases = databases_of("sqlite")
    databases.renew()
    app = cached_app(databases.url)
    yield app.test_client()
    _close(app)
    _forget(app)
