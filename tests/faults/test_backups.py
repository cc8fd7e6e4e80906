"""A backup taken while people save answers is whole and equal; kill -9 of backup and restore leaves nothing half."""

from __future__ import annotations

import json
import signal
import threading
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import sqlalchemy as sa

from lms.core.db import db
from lms.home.backup.manifest import part_of, read_manifest
from lms.home.backup.rows import file_digest
from lms.quizzes.models import AnswerStep
from tests.faults.clients import Learner
from tests.faults.test_kills import prepare
from tests.fixtures.server import MakeServer
from tests.services.beside import application
from tests.services.commands import begun
from tests.services.server import Server

pytestmark = pytest.mark.slow
OTHER = {"sqlite": "postgresql", "postgresql": "sqlite"}


class Answering:
    """While the `with` lasts, people save answers one after the other; `promised()` is what was acknowledged so far."""

    def __init__(self, learners: list[Learner], slug: str) -> None:
        self.learners, self.slug, self.over = learners, slug, threading.Event()
        self.faults: list[BaseException] = []
        self.threads = [threading.Thread(target=self._save, args=(learner,)) for learner in learners]

    def __enter__(self) -> Answering:
        for learner in self.learners:
            enrolment = learner.call("POST", f"/courses/{self.slug}/enrolments", {})
            learner.attempt = learner.call("POST", f"/enrolments/{enrolment['id']}/activities/quiz/attempts", {})["id"]
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        for thread in self.threads:
            thread.join()

    def _save(self, learner: Learner) -> None:
        try:
            while not self.over.is_set():
                learner.save(learner.random.randint(1, 5))
        except BaseException as fault:  # noqa: BLE001 - told to the test, in whose thread it counts
            self.faults.append(fault)

    def promised(self) -> set[tuple[str, int, int]]:
        """(attempt, slot, step)"""
        return {(one.attempt, slot, step) for one in self.learners for slot, (step, _) in list(one.answers.items())}


def test_a_backup_under_load_comes_back_equal_with_every_answer_acknowledged_before(
    beside, server: Server, database_kind: str, make_server: MakeServer, tmp_path: Path
):
    learners, slugs = prepare(beside, server)
    with Answering(learners, slugs[0]) as answering:
        time.sleep(1)
        before = answering.promised()
        taken = server.lms_json("backup", tmp_path / "kept")
        after = answering.promised()
    assert not answering.faults, answering.faults
    assert len(before) >= len(learners)
    assert len(after - before) >= 1, "nobody saved anything meanwhile"
    other = make_server(OTHER[database_kind])
    restored = other.lms_json("restore", tmp_path / "kept")
    assert restored["checks"] | {"other_secret": True} == {"differences": [], "missing": [], "other_secret": True}
    assert before <= steps_in(other)
    again = other.lms_json("backup", tmp_path / "again")
    assert lines_of(again) == lines_of(taken)
    assert other.lms_json("progress", "rebuild", "--check") == {"differences": []}


def lines_of(manifest: Any) -> dict[str, tuple[int, str]]:
    """All tables but the audit, in which the restore itself stands."""
    return {name: (one["count"], one["sha256"]) for name, one in manifest["tables"].items() if name != "audit_entry"}


def steps_in(server: Server) -> set[tuple[str, int, int]]:
    with application(server.env) as app, app.app_context():
        rows = db.session.execute(sa.select(AnswerStep.attempt_id, AnswerStep.slot, AnswerStep.step)).all()
    return {(str(attempt), slot, step) for attempt, slot, step in rows}


def killed_after(server: Server, seconds: float, *arguments: str | Path) -> int:
    """The exit code of an `lms` command that is killed after so many seconds, if it was not quicker."""
    with TemporaryDirectory() as folder, begun(arguments, env=server.env, folder=Path(folder)) as process:
        process.join(seconds)
        process.kill()
        process.join()
        assert process.exitcode is not None
        return process.exitcode


def length_of(server: Server, *arguments: str | Path) -> float:
    """Seconds that the command takes when it is left alone."""
    began = time.monotonic()
    server.lms(*arguments)
    return time.monotonic() - began


SHARES = (0.1, 0.25, 0.4, 0.6, 0.8, 0.95)
"""Of the time that the command takes alone: early ones too, since a machine that was busy then may be idle now."""


def is_whole(backup: Path) -> bool:
    """Every part of it lies there as its manifest says."""
    parts = read_manifest(backup).tables
    return all(file_digest(part_of(backup, part.shape.name)) == part.file for part in parts)


def test_a_killed_backup_is_none_and_a_killed_restore_can_be_repeated(
    server: Server, database_kind: str, make_server: MakeServer, tmp_path: Path
):
    length = length_of(server, "backup", tmp_path / "first")
    kept = tmp_path / "kept"
    codes = [killed_after(server, share * length, "backup", kept) for share in SHARES]
    assert -signal.SIGKILL in codes
    whole = [path for path in (kept / "backups").glob("*") if not path.name.endswith(".half")]
    assert len(whole) >= codes.count(0)
    assert all(is_whole(path) for path in whole)  # also what was named just before its command was killed
    taken = server.lms_json("backup", kept)
    assert not list((kept / "backups").glob("*.half"))

    other = make_server(OTHER[database_kind])
    length = length_of(make_server(OTHER[database_kind]), "restore", kept)
    codes = [killed_after(other, share * length, "restore", kept) for share in SHARES]
    assert -signal.SIGKILL in codes
    done = other.lms("restore", kept, "--replace", "--json")
    assert json.loads(done.stdout)["backup"] == taken["name"]
    assert lines_of(other.lms_json("backup", tmp_path / "again")) == lines_of(taken)
