"""An application of the test's own beside a running installation: on its database, to prepare and to look."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from flask import Flask

from lms.app import create_app
from lms.core.config import Settings
from lms.core.db import db


@contextmanager
def application(environ: Mapping[str, str]) -> Iterator[Flask]:
    """The application for these settings, no context pushed. At the end it leaves no connection to the collector:
    what the session holds goes back first, since a pool that is disposed of closes only what lies in it."""
    app = create_app(Settings.from_env(environ))
    try:
        yield app
    finally:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()
