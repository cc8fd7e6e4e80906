"""`lms` commands in processes of their own, without the second and a half that loading the product takes each time.

Each is forked from one process that has loaded it and has opened nothing, as `lms run` forks web and worker (decision
0012). That the installed program itself starts is for tests/cli/test_frame.py to say.
"""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from multiprocessing.context import ForkServerProcess
from pathlib import Path

_forks = multiprocessing.get_context("forkserver")
_forks.set_forkserver_preload(
    ["lms.app", "lms.cli", "lms.home.backup", "alembic.command", "sqlalchemy.dialects.postgresql"]
)


def run_lms(
    arguments: Sequence[str | Path], *, env: Mapping[str, str], within: float = 300
) -> subprocess.CompletedProcess[str]:
    """What the command did, as subprocess.run tells it; TimeoutExpired, and it is killed, after `within` seconds."""
    command = ["lms", *map(str, arguments)]
    with tempfile.TemporaryDirectory() as folder, begun(arguments, env=env, folder=Path(folder)) as process:
        process.join(within)
        if process.exitcode is None:
            raise subprocess.TimeoutExpired(command, within)
        said = [(Path(folder) / name).read_text() for name in ("stdout", "stderr")]
        return subprocess.CompletedProcess(command, process.exitcode, *said)


@contextmanager
def begun(arguments: Sequence[str | Path], *, env: Mapping[str, str], folder: Path) -> Iterator[ForkServerProcess]:
    """The command at work; its output goes to `stdout` and `stderr` in `folder`. At the end it is killed."""
    process = _forks.Process(target=_do, args=([*map(str, arguments)], dict(env), folder))
    process.start()
    try:
        yield process
    finally:
        process.kill()
        process.join()
        process.close()


def _do(arguments: list[str], env: dict[str, str], folder: Path) -> None:
    from lms.cli import main

    os.environ.clear()
    os.environ.update(env)
    for number, name in ((1, "stdout"), (2, "stderr")):
        with (folder / name).open("wb") as file:
            os.dup2(file.fileno(), number)
    main(arguments, prog_name="lms")
