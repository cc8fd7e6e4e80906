"""lms run, serve, worker."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from lms.cli.frame import settings_in_words
from lms.core.config import CHECKOUT

PORT = click.option(
    "--port", default=lambda: int(os.environ.get("PORT") or 8000), type=int, help="Default: PORT or 8000."
)


@click.command()
@PORT
def run(port: int) -> None:
    """Bring the database up to date, load the demo into an empty one, then keep web and worker alive."""
    from lms.cli.supervisor import Supervisor

    os.environ["PORT"] = str(port)
    accounts = _prepare()
    commands = {"web": [_lms(), "serve", "--port", str(port)], "worker": [_lms(), "worker"]}
    sys.exit(Supervisor(commands, port=port, accounts=accounts).run())


def _lms() -> str:
    return str(Path(sys.executable).parent / "lms")


def _prepare() -> list[str]:
    """Migrations and, in development, the demo, unless the last start did it; returns the lines about demo accounts."""
    from lms.cli import prepared
    from lms.core.config import Settings

    with settings_in_words():
        settings = Settings.from_env()
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
@click.option("--workers", default=2, show_default=True, help="Web processes.")
def serve(port: int, workers: int) -> None:
    """The web server only."""
    from lms.core.config import Settings

    with settings_in_words():
        settings = Settings.from_env()
    metrics = settings.data_dir / "metrics"
    metrics.mkdir(parents=True, exist_ok=True)
    for old in metrics.glob("*.db"):
        old.unlink(missing_ok=True)
    host = "0.0.0.0" if settings.production else "127.0.0.1"  # noqa: S104 - a server is meant to be reached
    command = [str(Path(sys.executable).parent / "granian"), "--interface", "wsgi", "--host", host, "--port", str(port)]
    command += ["--workers", str(workers), "--blocking-threads", "2", "--backpressure", "64", "--no-ws"]
    command += ["--respawn-failed-workers", "--respawn-interval", "0.2", "--log-level", "warning", "wsgi:app"]
    os.chdir(CHECKOUT)
    os.execve(command[0], command, {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(metrics)})  # noqa: S606 - our own server


@click.command()
@click.option("--threads", default=2, show_default=True)
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
