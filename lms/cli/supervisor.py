"""Keeps web and worker alive: either is started again at once when it dies, and none outlives this process."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from types import FrameType

POLL, GRACE, PAUSE, LONG_PAUSE = 0.1, 10.0, 0.1, 1.0
PATIENCE = 60.0
PR_SET_PDEATHSIG = 1


def dying_with(parent: int) -> Callable[[], None]:
    """Linux ends the new process when `parent` dies, even by kill -9 (prctl(2)); elsewhere nothing happens."""
    prctl = ctypes.CDLL(None, use_errno=True).prctl if sys.platform == "linux" else None  # loaded before the fork

    def die_with_parent() -> None:
        if prctl:
            prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
            if os.getppid() != parent:  # it died before it could be watched
                os._exit(1)

    return die_with_parent


class Supervisor:
    """Runs named commands, of which the first answers on the port, until a signal comes."""

    def __init__(self, commands: dict[str, list[str]], *, port: int, accounts: list[str]) -> None:
        self.commands = commands
        self.port = port
        self.accounts = accounts
        self.children: dict[str, subprocess.Popen[bytes]] = {}
        self.due: dict[str, float] = {}
        self.stopping = False

    def run(self) -> int:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._stop)
        first, *rest = self.commands
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
        self.children[name] = subprocess.Popen(  # noqa: S603 - our own commands
            self.commands[name],
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=dying_with(os.getpid()),  # noqa: PLW1509 - this process has one thread
        )

    def _revive(self) -> None:
        for name, child in self.children.items():
            if child.poll() is not None and self._is_due(name, child):
                print(f"{name} ended with {child.returncode}, starting it again", file=sys.stderr, flush=True)
                self._start(name)

    def _is_due(self, name: str, child: subprocess.Popen[bytes]) -> bool:
        """Soon after a kill; less soon where it ended by itself: what can't start shall not eat the machine."""
        if name not in self.due:
            _end_group(child, signal.SIGKILL)  # what it left behind would hold the port
            self.due[name] = time.monotonic() + (PAUSE if child.returncode < 0 else LONG_PAUSE)
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
            _end_group(child, signal.SIGTERM)
        until = time.monotonic() + GRACE
        for child in self.children.values():
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(max(0.1, until - time.monotonic()))
            _end_group(child, signal.SIGKILL)


def _end_group(child: subprocess.Popen[bytes], number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, number)
