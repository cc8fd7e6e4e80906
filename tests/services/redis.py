"""A Redis server of our own, that keeps nothing."""

from __future__ import annotations

import subprocess
from pathlib import Path

from tests.services.debian import need
from tests.services.processes import free_port, listens, start, wait_until


def start_redis(folder: Path) -> tuple[subprocess.Popen[bytes], str]:
    """The process and its URL."""
    program, port, log = need("redis-server", "redis-server"), free_port(), folder / "redis.log"
    process = start(
        [
            program,
            "--port",
            str(port),
            "--bind",
            "127.0.0.1",
            "--save",
            "",
            "--appendonly",
            "no",
            "--dir",
            folder,
        ],
        log=log,
    )
    wait_until(lambda: listens(port), within=15, process=process, log=log)
    return process, f"redis://127.0.0.1:{port}/0"
