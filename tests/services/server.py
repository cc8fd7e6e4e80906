"""The product as its operators run it: `lms run` in a process group of its own, on a free port, ended by its id."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

from tests.services.commands import run_lms
from tests.services.processes import free_port, start, stop, wait_until

CHECKOUT = Path(__file__).resolve().parents[2]
LMS = Path(sys.executable).with_name("lms")


class Server:
    """One installation: its data directory, its database, its processes."""

    def __init__(self, data_dir: Path, database_url: str | None = None, **settings: str) -> None:
        self.data_dir, self.port = data_dir, free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = data_dir.with_suffix(".log")
        named = {"LMS_DATABASE_URL": database_url} if database_url else {}
        self.env = {
            **os.environ,
            "PORT": str(self.port),
            "LMS_DATA_DIR": str(data_dir),
            "LMS_BASE_URL": self.url,
            "LMS_DEMO": "small",
            **named,
            **settings,
        }
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, *, within: float = 120) -> None:
        """Returns when the installation says that it is ready."""
        self.process = start([LMS, "run"], log=self.log, env=self.env, cwd=CHECKOUT, new_session=True)
        wait_until(self.ready, within=within, process=self.process, log=self.log)

    def ready(self) -> bool:
        try:
            with urlopen(f"{self.url}/health/ready", timeout=2) as response:
                return bool(response.status == 200)
        except (URLError, OSError):
            return False

    def stop(self) -> int:
        """As Ctrl-C does; gives the exit code."""
        assert self.process is not None
        return stop(self.process)

    def processes(self) -> dict[int, str]:
        """Every live process of this installation, wherever it was adopted: process id, its name and command line."""
        mark = f"LMS_DATA_DIR={self.data_dir}\0".encode()
        return {int(folder.name): command for folder, command in _commands() if _marked(folder, mark)}

    def lms(self, *arguments: str | Path, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Runs an `lms` command here; RuntimeError with its stderr where it fails, unless `check` is off."""
        done = run_lms(arguments, env=self.env)
        if check and done.returncode:
            raise RuntimeError(f"lms {' '.join(map(str, arguments))}: {done.returncode}: {done.stderr[-2000:]}")
        return done

    def lms_json(self, *arguments: str | Path, check: bool = True) -> Any:
        return json.loads(self.lms(*arguments, "--json", check=check).stdout)


def _commands() -> Iterator[tuple[Path, str]]:
    """The /proc folders of live processes with their names and command lines (a zombie has none)."""
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(FileNotFoundError, ProcessLookupError, PermissionError):
            command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
            if command:
                yield folder, f"{(folder / 'comm').read_text().strip()}: {command}"


def _marked(folder: Path, mark: bytes) -> bool:
    with contextlib.suppress(FileNotFoundError, ProcessLookupError, PermissionError):
        return mark in (folder / "environ").read_bytes()
    return False
