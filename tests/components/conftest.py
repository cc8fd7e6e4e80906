"""The page of components, served by the application itself."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.fixtures.database import environment
from tests.services.serving import serving


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The application in development, on a database that it never asks: its address."""
    from lms.app import create_app
    from lms.core.config import Settings

    data = tmp_path_factory.mktemp("components")
    app = create_app(Settings.from_env(environment(f"sqlite:///{data}/lms.db", data)))
    with serving(app) as at:
        yield at
