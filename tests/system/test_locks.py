"""What is installed: exact versions, each with hashes, from whatever index the machine is set up with."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
LOCKS = ("requirements.lock", "requirements-dev.lock")


def pinned(lock: str) -> dict[str, str]:
    """Package: version and what follows it up to the next package."""
    text = (CHECKOUT / lock).read_text()
    return dict(re.findall(r"^([a-z0-9._-]+)==(.*?)(?=^[a-z0-9]|\Z)", text, re.DOTALL | re.MULTILINE))


@pytest.mark.parametrize("lock", LOCKS)
def test_every_package_has_a_hash(lock):
    packages = pinned(lock)
    assert len(packages) > 50
    assert [name for name, rest in packages.items() if "--hash=sha256:" not in rest] == []


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_file_names_no_host_and_no_path(lock):
    text = (CHECKOUT / lock).read_text()
    assert re.findall(r"^.*(?:://|--index|--find-links| /[a-z]).*$", text, re.MULTILINE) == []


def test_the_tests_run_on_the_versions_that_are_shipped():
    def versions(lock: str) -> dict[str, str]:
        return {name: rest.split()[0] for name, rest in pinned(lock).items()}

    shipped, tested = versions("requirements.lock"), versions("requirements-dev.lock")
    assert shipped == {name: tested.get(name) for name in shipped}
