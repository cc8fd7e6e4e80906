"""`lms doctor`: each thing that is wrong is named with its mend, until nothing is."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from lms.app import create_app
from lms.cli import main
from lms.core.clock import now
from lms.core.config import Settings
from lms.core.db import db
from lms.core.ids import new_id
from lms.core.jobs.models import Job
from lms.core.jobs.services import enqueue
from lms.core.mail.models import Mail
from lms.home.doctor import databases, examine, machine, work
from tests.services.processes import free_port

SECRET = "0123456789abcdefghijklmnopqrstuvwxyz"


def doctor(folder: Path, *more: str, **settings: str) -> Any:
    env = {"LMS_DATA_DIR": str(folder), **settings}
    return CliRunner().invoke(main, ["doctor", *more], env=env, prog_name="lms")


def found(folder: Path, **settings: str) -> tuple[int, dict[str, dict[str, Any]]]:
    """(exit code, findings by their codes)"""
    done = doctor(folder, "--json", **settings)
    return done.exit_code, {one["code"]: one for one in json.loads(done.stdout)["findings"]}


BROKEN = {
    "LMS_ENV": "prod",
    "LMS_DATABASE_URL": "mysql://x",
    "LMS_REDIS_URL": "http://x",
    "LMS_STORAGE_URL": "ftp://x",
    "LMS_BASE_URL": "learn.example.org",
    "LMS_MAIL_URL": "mail.example.org",
    "LMS_MAIL_FROM": "nobody",
    "LMS_TIMEZONE": "Mars",
    "LMS_TRUSTED_PROXIES": "one",
    "LMS_METRICS_ALLOW": "everybody",
    "LMS_SIGNUP": "closed",
    "LMS_MAX_UPLOAD": "1 GB",
    "LMS_NAME": "x" * 201,
    "LMS_SINGUP": "open",
    "PORT": "http",
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_setting_is_named_with_what_it_must_be(tmp_path, name):
    done = doctor(tmp_path, **{name: BROKEN[name]})
    assert done.exit_code == 1
    (line,) = done.stdout.splitlines()
    assert line.startswith(f"BAD  {name} ")
    assert "Mend it" in line


def test_every_broken_setting_is_said_at_once(tmp_path):
    done = doctor(tmp_path, **BROKEN)
    said = {line.split()[1] for line in done.stdout.splitlines()}
    assert said == set(BROKEN)


def test_a_production_without_a_secret_still_hears_of_the_rest(tmp_path):
    done = doctor(tmp_path, LMS_ENV="production", LMS_BASE_URL="http://learn.example.org", LMS_TIMEZONE="Mars")
    said = {line.split()[1] for line in done.stdout.splitlines()}
    assert said == {"LMS_SECRET_KEY", "LMS_BASE_URL", "LMS_TIMEZONE"}


def test_from_a_broken_setting_to_a_healthy_system(tmp_path):
    """An operator mends what is named, one after the other, until it is well."""
    port = free_port()
    settings = {
        "LMS_ENV": "production",
        "LMS_BASE_URL": "https://learn.example.org",
        "LMS_SECRET_KEY": "too short",
        "LMS_DATABASE_URL": f"postgresql://lms@127.0.0.1:{port}/lms",
        "LMS_REDIS_URL": f"redis://127.0.0.1:{port}/0",
        "LMS_STORAGE_URL": f"s3://lms?endpoint=http://127.0.0.1:{port}",
    }
    code, sick = found(tmp_path, **settings)
    assert (code, "LMS_SECRET_KEY" in sick["setting"]["what"]) == (1, True)
    settings["LMS_SECRET_KEY"] = SECRET

    code, sick = found(tmp_path, **settings)
    bad = {name for name, one in sick.items() if not one["ok"]}
    assert (code, bad) == (1, {"database.answers", "queue", "storage"})
    assert "LMS_DATABASE_URL" in sick["database.answers"]["mend"]
    assert "LMS_REDIS_URL" in sick["queue"]["mend"]
    assert "LMS_STORAGE_URL" in sick["storage"]["mend"]
    for name in ("LMS_DATABASE_URL", "LMS_REDIS_URL", "LMS_STORAGE_URL"):
        del settings[name]

    code, sick = found(tmp_path, **settings)
    assert (code, sick["database.tables"]["mend"]) == (1, "Run: lms db upgrade")
    env = {"LMS_DATA_DIR": str(tmp_path), **settings}
    assert CliRunner().invoke(main, ["db", "upgrade"], env=env, prog_name="lms").exit_code == 0

    code, sick = found(tmp_path, **settings)
    assert (code, {name for name, one in sick.items() if not one["ok"]}) == (1, {"mail"})
    assert "LMS_MAIL_URL" in sick["mail"]["mend"]
    settings["LMS_MAIL_URL"] = f"smtp://127.0.0.1:{port}"

    code, sick = found(tmp_path, **settings)
    assert (code, "does not answer" in sick["mail.server"]["what"]) == (1, True)
    import socket

    with socket.create_server(("127.0.0.1", port)):
        code, well = found(tmp_path, **settings)
    assert (code, well["proxies"]["state"]) == (0, "warn")
    settings["LMS_TRUSTED_PROXIES"] = "1"
    with socket.create_server(("127.0.0.1", port)):
        code, well = found(tmp_path, **settings)
    assert (code, {name: one["mend"] for name, one in well.items() if one["state"] != "good"}) == (0, {})


def test_it_says_so_in_one_line_each(tmp_path):
    done = doctor(tmp_path)
    assert done.exit_code == 1
    assert "BAD  The tables are not up to date. Run: lms db upgrade" in done.stdout.splitlines()
    assert "ok   The storage keeps files." in done.stdout.splitlines()


def test_a_data_directory_that_others_may_read_is_told(tmp_path):
    tmp_path.chmod(0o755)
    assert found(tmp_path)[1]["permissions"]["mend"] == f"Run: chmod 700 {tmp_path}"


# --- what an application can be asked


def states(findings):
    return {one.code: one.state for one in findings}


@pytest.fixture
def running(app, session):
    return app


def test_a_disk_that_is_nearly_full_is_told_in_time(running, monkeypatch):
    settings = running.extensions["settings"]
    monkeypatch.setattr(machine, "LITTLE_ROOM", 1 << 60)
    assert states(machine.examine(settings))["disk"] == "warn"
    monkeypatch.setattr(machine, "NO_ROOM", 1 << 60)
    assert states(machine.examine(settings))["disk"] == "bad"


@pytest.mark.parametrize(
    ("path", "kind"),
    [("/var/lib/lms/lms.db", "nfs4"), ("/var/lib/other", "ext4"), ("/srv/with space/lms.db", "cifs")],
)
def test_the_file_system_that_holds_a_file_is_the_innermost(tmp_path, path, kind):
    mounts = tmp_path / "mounts"
    mounts.write_text(
        "/dev/sda1 / ext4 rw 0 0\nserver:/lms /var/lib/lms nfs4 rw 0 0\n//nas/x /srv/with\\040space cifs rw 0 0\n"
    )
    assert databases.file_system_of(Path(path), mounts) == kind
    assert (kind in databases.NETWORK) == (kind != "ext4")


def test_work_that_nobody_takes_up_means_that_no_worker_lives(running):
    assert states(work.examine(now()))["worker"] == "good"
    enqueue("tests.nothing", "waits", {}, at=now() - timedelta(minutes=3))
    finding = next(one for one in work.examine(now()) if one.code == "worker")
    assert (finding.state, "3 minutes" in finding.what) == ("bad", True)


def test_a_lease_that_is_long_over_means_the_same(running):
    job = enqueue("tests.nothing", "left", {}, at=now())
    job.state, job.lease = "running", now() - timedelta(minutes=2)
    assert states(work.examine(now()))["worker"] == "bad"


def test_work_that_failed_is_told(running):
    job = enqueue("tests.nothing", "failed", {}, at=now())
    job.state, job.finished_at = "failed", now()
    assert states(work.examine(now()))["jobs.failed"] == "warn"
    assert db.session.get_one(Job, job.id)


def message(state: str, **more: Any) -> Mail:
    at = now() - timedelta(hours=1)
    facts = {"key": new_id().hex, "batch": "b", "template": "reset", "values": {}, "created_at": at, "due_at": at}
    return Mail(id=new_id(), state=state, **facts, **more)


def test_mail_that_waits_or_failed_is_told(running, session):
    session.add(message("failed"))
    assert states(work.examine(now()))["mail"] == "warn"
    session.add(message("queued"))
    assert states(work.examine(now()))["mail"] == "bad"


def test_a_certificate_that_waits_for_a_person_is_told(running, session):
    import sqlalchemy as sa

    from lms.credentials.models import Award
    from lms.credentials.services import hold_award
    from tests.system.world import a_side

    a_side("safety", "academy")
    hold_award(session.scalars(sa.select(Award.id)).one(), "no_address", {}, at=now())
    session.flush()
    assert states(work.examine(now()))["certificates.held"] == "warn"


def test_postgresql_that_may_forget_is_told(running, database_kind):
    told = states(databases._durable())
    assert told == ({} if database_kind == "sqlite" else {"database.durable": "warn"})  # the tests' own cluster may


def test_an_audit_from_the_future_means_that_a_clock_is_wrong(running, session):
    from lms.core.actor import SYSTEM
    from lms.core.audit import record

    assert databases._clock(now()).state == "good"
    record("tests.nothing", by=SYSTEM, subject=("test", 1), at=now() + timedelta(hours=1))
    session.flush()
    assert databases._clock(now()).state == "warn"


def test_all_of_it_is_asked_of_a_running_installation(tmp_path):
    app = create_app(Settings.from_env({"LMS_DATA_DIR": str(tmp_path)}))
    with app.app_context():
        from lms.core import schema

        schema.upgrade()
        assert not [one for one in examine(app, now()) if one.bad]
        db.session.remove()
        db.engine.dispose()
