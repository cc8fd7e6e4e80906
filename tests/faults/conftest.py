"""What the tests of faults share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.services.beside import application
from tests.services.server import Server


@pytest.fixture
def beside(server: Server) -> Iterator[Flask]:
    """An application of ours on the running installation's database, to prepare and to look."""
    with application(server.env) as app:
        yield app
