"""lms run, serve, worker."""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path

import click

from lms.cli.frame import settings_in_words, stop
from lms.core.config import CHECKOUT, Settings, read_port

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
    accounts = _prepare(settings)
    commands = {"web": [_lms(), "serve", "--port", str(chosen)], "worker": [_lms(), "worker"]}
    sys.exit(Supervisor(commands, port=chosen, accounts=accounts).run())


def _lms() -> str:
    return str(Path(sys.executable).parent / "lms")


def _prepare(settings: Settings) -> list[str]:
    """Migrations and, in development, the demo, unless the last start did it; returns the lines about demo accounts."""
    from lms.cli import prepared

    known = prepared.recall(settings)
    if known is not None:
        return known
    from lms.cli.frame import application
    from lms.home.setup import prepare

    with application() as app:
        accounts = prepare(app.extensions["settings"])
    prepared.remember(settings, accounts)
    return accounts


@click.command()
@PORT
@click.option("--workers", type=click.IntRange(1, 64), default=2, show_default=True, help="Web processes.")
def serve(port: int | None, workers: int) -> None:
    """The web server only."""
    settings, chosen = _settings_at(port)
    metrics = settings.data_dir / "metrics"
    metrics.mkdir(parents=True, exist_ok=True)
    for old in metrics.glob("*.db"):
        old.unlink(missing_ok=True)
    command = [str(Path(sys.executable).parent / "granian"), "--interface", "wsgi"]
    command += ["--host", _host(settings), "--port", str(chosen)]
    command += ["--workers", str(workers), "--blocking-threads", "2", "--backpressure", "64", "--no-ws"]
    command += ["--respawn-failed-workers", "--respawn-interval", "0.2", "--log-level", "warning", "wsgi:app"]
    os.chdir(CHECKOUT)
    os.execve(command[0], command, {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(metrics)})  # noqa: S606 - our own server


@click.command()
@click.option("--threads", type=click.IntRange(1, 64), default=2, show_default=True)
def worker(threads: int) -> None:
    """The worker only: takes up work as it comes, and what a dead worker left."""
    from lms.cli.frame import application

    with application() as app:
        from lms.core.db import db
        from lms.home.setup import worker_starts

        worker_starts()
        db.session.commit()
        db.session.remove()
        app.extensions["queue"].work(threads=threads)
