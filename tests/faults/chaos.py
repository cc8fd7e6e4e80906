"""Sudden deaths: kill -9 of a running installation's processes, never of the one that supervises."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import time
from collections.abc import Callable
from random import Random

from tests.services.server import Server


def victims(server: Server, word: str = "") -> list[int]:
    """Process ids of web and worker; with `word` those alone whose command line holds it."""
    assert server.process is not None
    return [pid for pid, line in server.processes().items() if pid != server.process.pid and word in line]


def kill(pid: int) -> bool:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
        return True
    return False


class Killer:
    """While the `with` lasts, one random process after another is killed; `kills` counts them."""

    def __init__(self, server: Server, *, every: tuple[float, float], seed: int = 1) -> None:
        self.server, self.every, self.random, self.kills = server, every, Random(seed), 0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> Killer:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._over.wait(self.random.uniform(*self.every)):
            alive = victims(self.server)
            self.kills += bool(alive) and kill(self.random.choice(alive))


def seconds_until(ready: Callable[[], bool], *, within: float = 30) -> float:
    """How long until `ready` says so."""
    began = time.monotonic()
    while not ready():
        assert time.monotonic() - began < within, f"not ready again in {within} s"
        time.sleep(0.02)
    return time.monotonic() - began
