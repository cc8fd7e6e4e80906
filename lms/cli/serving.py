"""lms run, serve, worker."""

from __future__ import annotations

import gc
import importlib
import os
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

import click

from lms.cli.frame import settings_in_words, stop
from lms.core.config import CHECKOUT, Settings, read_port

MEMORY = Path("/dev/shm")  # noqa: S108 - each installation has a folder of its own there
PORT = click.option("--port", type=click.IntRange(1, 65535), help="Default: PORT or 8000.")


def _settings_at(port: int | None) -> tuple[Settings, int]:
    """The settings, with the public address at `port` where none is set; ends the command where the port is taken."""
    with settings_in_words():
        chosen = port or read_port()
        os.environ["PORT"] = str(chosen)
        settings = Settings.from_env()
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((_host(settings), chosen))
        except OSError as error:
            stop(f"Port {chosen} can't be used: {error.strerror}.", "Choose another: PORT=8001", "core.setting")
    return settings, chosen


def _host(settings: Settings) -> str:
    return "0.0.0.0" if settings.production else "127.0.0.1"  # noqa: S104 - a server is meant to be reached


@click.command()
@PORT
def run(port: int | None) -> None:
    """Bring the database up to date, load the demo into an empty one, then keep web and worker alive."""
    from lms.cli.supervisor import Supervisor

    settings, chosen = _settings_at(port)
    _load(settings, "lms.home.setup", "huey")
    accounts = _prepare(settings)
    programs: dict[str, Callable[[], None]] = {"lms web": partial(_serve, settings, chosen), "lms worker": _work}
    sys.exit(Supervisor(programs, port=chosen, accounts=accounts).run())


def _load(settings: Settings, *for_the_worker: str) -> None:
    """The modules of web and worker, once: what is forked from here has them. What draws certificates is not there.

    Where web processes count their requests together must be known before.
    """
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(counting_folder(settings.data_dir))
    for module in ("lms.app", "granian", *for_the_worker):
        importlib.import_module(module)
    gc.freeze()  # so that the collector does not touch, and so copy, what the processes share
    gc.set_threshold(50_000, 10, 20)  # a page makes some ten thousand objects: at 700 it would be looked through often


def counting_folder(data_dir: Path, memory: Path = MEMORY) -> Path:
    """Where web processes count their requests together: a folder of ours in memory.

    The files are mapped: on a disk that is full the next count would kill its process (SIGBUS), and every one after it.
    """
    folder = memory / f"lms-metrics-{os.getuid()}-{sha256(bytes(data_dir)).hexdigest()[:16]}"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        is_ours = folder.lstat().st_uid == os.getuid()
    except OSError:  # a machine without such memory, or where it may not be written
        is_ours = False
    if not is_ours:
        folder = data_dir / "metrics"
        folder.mkdir(parents=True, exist_ok=True)
    return folder


def _prepare(settings: Settings) -> list[str]:
    """Migrations and, in development, the demo, unless the last start did it; returns the lines about demo accounts.

    In a process of its own: connections and threads that it leaves behind must not be here when others are forked.
    """
    from lms.cli import prepared
    from lms.cli.forking import Forked

    if prepared.recall(settings) is None:
        preparing = Forked("lms prepare", partial(_prepare_anew, settings))
        if code := preparing.wait():
            sys.exit(code)
    return prepared.recall(settings) or []


def _prepare_anew(settings: Settings) -> None:
    from lms.cli import prepared
    from lms.cli.frame import application
    from lms.home.setup import prepare

    with application() as app:
        accounts = prepare(app.extensions["settings"])
    prepared.remember(settings, accounts)


@click.command()
@PORT
@click.option("--workers", type=click.IntRange(1, 64), default=2, show_default=True, help="Web processes.")
def serve(port: int | None, workers: int) -> None:
    """The web server only."""
    settings, chosen = _settings_at(port)
    _load(settings)
    _serve(settings, chosen, workers)


def _serve(settings: Settings, port: int, workers: int = 2) -> None:
    """Until a signal comes."""
    _forget_counts(settings)
    os.chdir(CHECKOUT)
    server("wsgi:app", _host(settings), port, workers).serve()
    _leave_no_counts(settings)


def _forget_counts(settings: Settings) -> None:
    for old in counting_folder(settings.data_dir).glob("*.db"):
        old.unlink(missing_ok=True)


def _leave_no_counts(settings: Settings) -> None:
    """What these processes counted goes with them. The folder goes too, unless a server that follows counts in it."""
    folder = counting_folder(settings.data_dir)
    for old in folder.glob("*.db"):
        if not Path("/proc", old.stem.rpartition("_")[2]).exists():
            old.unlink(missing_ok=True)
    with suppress(OSError):
        folder.rmdir()


def server(target: str, address: str, port: int, workers: int) -> Any:
    """The web server for a WSGI application. Its own processes are forked, so that one that is killed is there again
    at once."""
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    return Granian(
        target,
        address=address,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=2,
        backpressure=64,
        websockets=False,
        respawn_failed_workers=True,
        respawn_interval=0.1,
        workers_kill_timeout=5,  # one that was just forked when the signal came has missed it
        log_level=LogLevels.warning,
    )


@click.command()
@click.option("--threads", type=click.IntRange(1, 64), default=2, show_default=True)
def worker(threads: int) -> None:
    """The worker only: takes up work as it comes, and what a dead worker left."""
    _work(threads)


def _work(threads: int = 2) -> None:
    from lms.cli.frame import application

    with application() as app:
        from lms.core.db import db
        from lms.home.setup import worker_starts

        worker_starts()
        db.session.commit()
        db.session.remove()
        app.extensions["queue"].work(threads=threads)
