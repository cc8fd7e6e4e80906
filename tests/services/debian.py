"""What the tests need of the operating system: looked for, installed as root, else named in one sentence."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
from pathlib import Path

import pytest

LOCK = Path("/tmp/lms-tests-apt.lock")
IN_CI = os.environ.get("CI", "").lower() == "true"


def absent(what: str) -> None:
    """Says that something is missing: a skip on somebody's machine, a failure under CI=true."""
    if IN_CI:
        pytest.fail(f"under CI=true this must be here: {what}", pytrace=False)
    pytest.skip(what)


def need(look: str | Path, *packages: str) -> Path:
    """The path of a program, or of an absolute path or pattern, after installing its packages if need be."""
    found = _find(look)
    if found is None and os.geteuid() == 0 and shutil.which("apt-get"):
        _install(look, packages)
        found = _find(look)
    if found is None:
        absent(f"{look} is missing; install it with: sudo apt-get install {' '.join(packages)}")
        raise AssertionError("absent() does not return")
    return found


def _find(look: str | Path) -> Path | None:
    path = Path(look)
    if path.is_absolute():
        return max(Path("/").glob(str(path.relative_to("/"))), default=None)
    found = shutil.which(path.name)
    return Path(found) if found else None


def _install(look: str | Path, packages: tuple[str, ...]) -> None:
    """One process at a time; whoever waited finds the work done."""
    with LOCK.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if _find(look) is not None:
            return
        env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "update", "-q"], env=env, check=False, capture_output=True)
        subprocess.run(
            ["apt-get", "install", "-y", "-q", "--no-install-recommends", *packages],
            env=env,
            check=False,
            capture_output=True,
        )
