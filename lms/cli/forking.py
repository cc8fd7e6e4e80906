"""Processes that begin with everything loaded: forked from a warm one, they are up in a blink.

The one that forks has one thread, no open connection and no application: only modules.
"""

from __future__ import annotations

import contextlib
import ctypes
import math
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable

from lms.cli.frame import stop_for_fault

POLL = 0.02
PR_SET_PDEATHSIG, PR_SET_NAME = 1, 15
_prctl = ctypes.CDLL(None, use_errno=True).prctl if sys.platform == "linux" else None  # loaded before any fork


class Forked:
    """A child that leads a session of its own, runs a function and ends with its exit code. Face as of Popen.

    On Linux it is called `name` in lists of processes, and ends when this process ends, even by kill -9 (prctl(2)).
    """

    def __init__(self, name: str, run: Callable[[], None]) -> None:
        self.name = name
        self.returncode: int | None = None
        self._began = time.monotonic()
        sys.stdout.flush()
        parent = os.getpid()
        stands, told = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            _become(name, run, parent, told)
        os.close(told)
        os.read(stands, 1)  # until it leads its session: a signal sent before would be lost
        os.close(stands)

    @property
    def age(self) -> float:
        """Seconds since its start."""
        return time.monotonic() - self._began

    @property
    def was_killed(self) -> bool:
        return self.returncode is not None and self.returncode < 0

    def poll(self) -> int | None:
        """The exit code, negative for a signal; None while it runs."""
        if self.returncode is None:
            ended, status = os.waitpid(self.pid, os.WNOHANG)
            if ended:
                self.returncode = os.waitstatus_to_exitcode(status)
        return self.returncode

    def wait(self, seconds: float = math.inf) -> int:
        """The exit code; TimeoutExpired where it still runs after `seconds`."""
        until = time.monotonic() + seconds
        while self.poll() is None:
            if time.monotonic() > until:
                raise subprocess.TimeoutExpired(self.name, seconds)
            time.sleep(POLL)
        return self.returncode or 0

    def signal(self, number: signal.Signals) -> None:
        """To it and to all that it started."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            try:
                os.killpg(self.pid, number)
            except ProcessLookupError:  # it leads no session yet, or is gone
                if self.returncode is None:
                    os.kill(self.pid, number)


def _become(name: str, run: Callable[[], None], parent: int, told: int) -> None:
    """Never returns: the child must not run on in the code of its parent."""
    code = 1
    try:
        os.setsid()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)
        _die_with(parent, name)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.close(told)
        _run(run)
        code = 0
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    except KeyboardInterrupt:
        code = 130
    finally:
        with contextlib.suppress(OSError, ValueError):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)


def _run(run: Callable[[], None]) -> None:
    try:
        run()
    except Exception as fault:  # noqa: BLE001 - the edge of a process: told in a line, kept in a file, then it ends
        stop_for_fault(fault)


def _die_with(parent: int, name: str) -> None:
    if _prctl:
        _prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        _prctl(PR_SET_NAME, name.encode()[:15])
        if os.getppid() != parent:  # it died before it could be watched
            os._exit(1)
