"""docs/operators.md: from an empty machine to a healthy one, a broken setting, backup and restore."""

from __future__ import annotations

import html
import tempfile
import uuid
from pathlib import Path
from typing import TYPE_CHECKING

from lms.core.clock import now
from lms.core.db import db
from lms.core.jobs.services import enqueue
from lms.home.demo import PASSWORD
from lms.quizzes.services import END_ATTEMPT
from tests.services.server import Server
from tools.pictures.camera import sign_in

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tools.pictures.camera import Camera

TERMINAL = """<!doctype html><meta charset="utf-8"><style>
body {{ margin: 0; background: #06292c; color: #e8f0f0; font: 19px/1.5 monospace; padding: 28px 36px }}
pre {{ margin: 0; font: inherit; white-space: pre-wrap }} b {{ color: #ffb37a }}
</style><pre>{lines}</pre>"""


def story(camera: Camera) -> None:
    page = camera.desk()
    with tempfile.TemporaryDirectory() as folder:
        set_up(camera, page, Path(folder))
        keep(camera, page, Path(folder))
    watch(camera, page)


def shown(page: Page, *said: tuple[str, str]) -> int:
    """A terminal with commands and what they answered; gives its height in pixels."""
    lines = "\n".join(f"<b>$ {html.escape(command)}</b>\n{html.escape(answer.strip())}\n" for command, answer in said)
    page.set_content(TERMINAL.format(lines=lines))
    return int(page.evaluate("document.querySelector('pre').scrollHeight")) + 50


def run(server: Server, *arguments: str | Path) -> str:
    done = server.lms(*arguments, check=False)
    return (done.stdout + done.stderr).replace(str(server.data_dir), "/var/lib/lms")


def set_up(camera: Camera, page: Page, folder: Path) -> None:
    """Two settings with a slip of the pen, then an installation that has no tables yet, then a healthy one."""
    server = Server(folder / "new", None, LMS_DEMO="none", LMS_TIMEZONE="Europe/Brussel", LMS_SINGUP="invite")
    height = shown(page, ("lms doctor", run(server, "doctor")))
    camera.take(page, "run-broken", height=height)
    server.env |= {"LMS_TIMEZONE": "Europe/Brussels", "LMS_SIGNUP": server.env.pop("LMS_SINGUP")}
    run(server, "db", "upgrade")
    height = shown(page, ("lms db upgrade && lms doctor", run(server, "doctor")))
    camera.take(page, "run-healthy", height=height)


def keep(camera: Camera, page: Page, folder: Path) -> None:
    """The demo as it runs, put back into an installation that has nothing."""
    backups = folder / "backups"
    other = Server(folder / "other", None, LMS_DEMO="none")
    taken = run(camera.server, "backup", backups)
    back = run(other, "restore", backups)
    to = "/backups/lms"
    height = shown(page, (f"lms backup {to}", taken), (f"lms restore {to}", back.replace(str(backups), to)))
    camera.take(page, "run-restored", height=height)


def watch(camera: Camera, page: Page) -> None:
    with camera.beside() as app, app.app_context():
        job = enqueue(END_ATTEMPT, "picture", {"attempt": str(uuid.uuid4())}, at=now())
        job.state, job.finished_at = "failed", now()
        job.reason = {"code": "job.gave_up", "values": {"attempts": 5}}
        db.session.commit()
    sign_in(page, "admin@example.org", PASSWORD)
    page.goto("/admin")
    camera.take(page, "run-admin", height=900)
    page.goto("/admin/jobs")
    camera.take(page, "run-jobs")
    page.goto("/admin/people?q=nordzellen")
    camera.take(page, "run-people")
