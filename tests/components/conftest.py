"""The page of components, served by the application itself."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from werkzeug.serving import make_server

from tests.fixtures.database import environment


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The application in development, on a database that it never asks: its address."""
    from lms.app import create_app
    from lms.core.config import Settings

    data = tmp_path_factory.mktemp("components")
    app = create_app(Settings.from_env(environment(f"sqlite:///{data}/lms.db", data)))
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
