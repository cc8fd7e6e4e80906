"""What every test may ask for: a database of each kind, the application on it, an instant, real services.

A test that takes `app`, `client`, `session` or `database_url` runs twice, on SQLite and on PostgreSQL.
Tests of pure rules and of rendering take none of them, and run once.
"""

from __future__ import annotations

import os
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from tests.services.debian import absent
from tests.services.postgresql import Cluster, RunningCluster

pytest_plugins = [
    "tests.fixtures.database",
    "tests.fixtures.application",
    "tests.fixtures.services",
    "tests.fixtures.server",
    "tests.fixtures.browser",
]

CHECKOUT = Path(__file__).resolve().parents[1]
NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
CLUSTER_PORT = "LMS_TESTS_POSTGRESQL_PORT"
_cluster = pytest.StashKey[RunningCluster]()


def pytest_configure(config: pytest.Config) -> None:
    """With xdist the controller starts the one cluster; without, whoever needs it first does."""
    sys.addaudithook(_only_this_machine)
    # How long a drawn example takes says how busy the machine is, not how good the code.
    settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
    settings.load_profile("unhurried")
    for name in [
        name for name in os.environ if name.startswith("LMS_") and name not in (CLUSTER_PORT, "LMS_SHARED_DATA")
    ]:
        del os.environ[name]  # the developer's own installation is no test data
    if not hasattr(config, "workerinput"):
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # ended as by Ctrl-C: nothing is left behind
    if config.getoption("numprocesses", None) and not hasattr(config, "workerinput"):
        os.environ[CLUSTER_PORT] = str(_start_cluster(config).port)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes long comes first: at the end, when workers share what is left, it is in small pieces."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


def pytest_unconfigure(config: pytest.Config) -> None:
    if _cluster in config.stash:
        config.stash[_cluster].end()
        os.environ.pop(CLUSTER_PORT, None)


@pytest.fixture(scope="session")
def cluster(pytestconfig: pytest.Config) -> Cluster:
    """The PostgreSQL of this run."""
    if CLUSTER_PORT in os.environ:
        return Cluster(int(os.environ[CLUSTER_PORT]))
    return _start_cluster(pytestconfig)


def _start_cluster(config: pytest.Config) -> Cluster:
    if _cluster not in config.stash:
        config.stash[_cluster] = RunningCluster()
    return config.stash[_cluster].cluster


def _only_this_machine(event: str, arguments: tuple[Any, ...]) -> None:
    """The network is closed: a test that would leave this machine fails where it tries."""
    if event != "socket.connect":
        return
    address = arguments[1]
    if isinstance(address, tuple) and address[0] not in ("127.0.0.1", "::1", "localhost"):
        raise PermissionError(f"a test tried to reach {address[0]!r}; tests talk to 127.0.0.1 only")


@pytest.fixture
def clock() -> datetime:
    """The instant at which a test happens."""
    return NOW


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The real material: LMS_SHARED_DATA, else shared/data beside the checkout."""
    folder = Path(os.environ.get("LMS_SHARED_DATA") or CHECKOUT.parent / "shared" / "data")
    if not folder.is_dir():
        absent(f"the real material is not here: set LMS_SHARED_DATA to its folder (looked in {folder})")
    return folder
