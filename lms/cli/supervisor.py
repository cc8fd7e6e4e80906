"""Keeps web and worker alive: either is started again at once when it dies, and none outlives this process."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from types import FrameType

from lms.cli.forking import Forked

POLL, GRACE, PAUSE, LONG_PAUSE, WELL = 0.05, 10.0, 0.1, 1.0, 2.0
PATIENCE = 60.0


class Supervisor:
    """Runs named programs, of which the first answers on the port, until a signal comes."""

    def __init__(self, programs: dict[str, Callable[[], None]], *, port: int, accounts: list[str]) -> None:
        self.programs = programs
        self.port = port
        self.accounts = accounts
        self.children: dict[str, Forked] = {}
        self.due: dict[str, float] = {}
        self.stopping = False

    def run(self) -> int:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._stop)
        first, *rest = self.programs
        self._start(first)
        # The others wait until the first is ready: starting all at once would make each of them slower.
        self._await_ready()
        for name in rest if not self.stopping else ():
            self._start(name)
        while not self.stopping:
            self._revive()
            time.sleep(POLL)
        self._end_all()
        return 0

    def _await_ready(self) -> None:
        """Announces the address when the first command answers; gives up waiting after PATIENCE seconds."""
        until = time.monotonic() + PATIENCE
        while not self.stopping and time.monotonic() < until:
            if self._is_ready():
                return self._announce()
            self._revive()
            time.sleep(POLL)
        return None

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self.stopping = True

    def _start(self, name: str) -> None:
        self.children[name] = Forked(name, self.programs[name])

    def _revive(self) -> None:
        for name, child in self.children.items():
            if child.poll() is not None and self._is_due(name, child):
                print(f"{name} ended with {child.returncode}, starting it again", file=sys.stderr, flush=True)
                self._start(name)

    def _is_due(self, name: str, child: Forked) -> bool:
        """Soon after a kill; less soon where it ended by itself at once: what can't start shall not eat the machine."""
        if name not in self.due:
            child.signal(signal.SIGKILL)  # what it left behind would hold the port
            self.due[name] = time.monotonic() + (PAUSE if child.was_killed or child.age > WELL else LONG_PAUSE)
        if time.monotonic() < self.due[name]:
            return False
        del self.due[name]
        return True

    def _is_ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/health/ready", timeout=1) as answer:
                return bool(answer.status == 200)
        except (OSError, urllib.error.URLError):
            return False

    def _announce(self) -> None:
        address = os.environ.get("LMS_BASE_URL") or f"http://127.0.0.1:{self.port}"
        print("\n".join(["", f"Ready: {address}", *self.accounts, "Ctrl-C ends it.", ""]), flush=True)

    def _end_all(self) -> None:
        for child in self.children.values():
            child.signal(signal.SIGTERM)
        until = time.monotonic() + GRACE
        for child in self.children.values():
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(max(0.1, until - time.monotonic()))
            child.signal(signal.SIGKILL)
