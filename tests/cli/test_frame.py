"""What every command keeps: 0 done, 1 refused, 2 wrong usage; JSON alone on standard output; never a traceback."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from lms.cli import main
from lms.cli.commands import COMMANDS
from lms.core.db import db
from tests.cli.conftest import document
from tests.fixtures.database import environment
from tests.services.processes import free_port

LMS = Path(sys.executable).with_name("lms")


@pytest.mark.parametrize(
    "arguments",
    [
        ("nonsense",),
        ("users",),
        ("users", "add"),
        ("users", "add", "a@b"),
        ("orgs", "add", "x"),
        ("orgs", "list", "--yaml"),
        ("serve", "--port", "eighty"),
        ("serve", "--port", "70000"),
        ("serve", "--workers", "0"),
        ("run", "extra"),
    ],
)
def test_wrong_usage_is_exit_code_2_and_says_how(arguments):
    done = CliRunner().invoke(main, arguments, prog_name="lms")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "Usage: lms" in done.stderr


def test_help_lists_every_command_without_loading_any():
    done = CliRunner().invoke(main, ["--help"], prog_name="lms")
    assert done.exit_code == 0
    assert all(f"  {name} " in done.stdout for name in COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(name):
    done = CliRunner().invoke(main, [name, "--help"], prog_name="lms")
    assert done.exit_code == 0
    assert "Usage: lms" in done.stdout


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"LMS_SINGUP": "open"}, "LMS_SIGNUP"),
        ({"LMS_ENV": "prod"}, "LMS_ENV"),
        ({"LMS_ENV": "production"}, "LMS_SECRET_KEY"),
        ({"LMS_TIMEZONE": "Mars"}, "LMS_TIMEZONE"),
        ({"LMS_DATABASE_URL": "mysql://x"}, "LMS_DATABASE_URL"),
    ],
)
@pytest.mark.parametrize("command", [("orgs", "list"), ("serve",), ("worker",), ("run",)])
def test_a_wrong_setting_is_refused_by_name_before_anything_is_done(tmp_path, command, settings, named):
    env = {"LMS_DATA_DIR": str(tmp_path), **settings}
    done = CliRunner().invoke(main, command, env=env, prog_name="lms")
    assert (done.exit_code, done.stdout) == (1, "")
    assert named in done.stderr
    assert "[core.setting]" in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", [("serve",), ("run",)])
def test_a_port_that_is_no_port_or_taken_is_said_in_a_sentence(tmp_path, command):
    import socket

    env = {"LMS_DATA_DIR": str(tmp_path), "PORT": "http"}
    done = CliRunner().invoke(main, command, env=env, prog_name="lms")
    assert (done.exit_code, "PORT must be a number" in done.stderr) == (1, True)
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = str(other.getsockname()[1])
        done = CliRunner().invoke(
            main, [*command, "--port", taken], env={"LMS_DATA_DIR": str(tmp_path)}, prog_name="lms"
        )
    assert (done.exit_code, f"Port {taken} can't be used" in done.stderr) == (1, True)


GONE = ["sqlite:////nowhere/at/all.db", "postgresql://lms@127.0.0.1:{port}/lms"]


@pytest.mark.parametrize("url", GONE, ids=["sqlite", "postgresql"])
@pytest.mark.parametrize(
    "command", [("orgs", "list", "--json"), ("db", "upgrade"), ("worker",), ("progress", "rebuild", "--check")]
)
def test_a_database_that_does_not_answer_is_said_in_a_sentence(tmp_path, command, url):
    env = {"LMS_DATA_DIR": str(tmp_path), "LMS_DATABASE_URL": url.format(port=free_port())}
    done = CliRunner().invoke(main, command, env=env, prog_name="lms")
    assert (done.exit_code, done.stdout) == (1, "")
    assert "The database does not answer" in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    "command", [("orgs", "list"), ("courses", "list", "--json"), ("progress", "rebuild"), ("worker",)]
)
def test_a_database_without_tables_says_what_to_do(tmp_path, command):
    env = {"LMS_DATA_DIR": str(tmp_path)}
    done = CliRunner().invoke(main, command, env=env, prog_name="lms")
    assert (done.exit_code, done.stdout) == (1, "")
    assert "lms db upgrade" in done.stderr


def test_what_nobody_foresaw_is_one_line_and_its_traceback_is_kept(tmp_path):
    """A folder where the file of the secret should be, say."""
    (tmp_path / "secret_key").mkdir()
    env = {"LMS_DATA_DIR": str(tmp_path)}
    done = CliRunner().invoke(main, ["orgs", "list"], env=env, prog_name="lms")
    assert (done.exit_code, done.stdout) == (1, "")
    assert len(done.stderr.splitlines()) == 1
    assert "[core.internal]" in done.stderr
    assert "IsADirectoryError" in (tmp_path / "faults.log").read_text()


def test_upgrading_says_where_the_database_stands_and_makes_the_first_organisation_once(tmp_path):
    def lms(*arguments: str):
        env = {"LMS_DATA_DIR": str(tmp_path), "LMS_NAME": "Nordic Cells ÅB"}
        return CliRunner().invoke(main, [*arguments, "--json"], env=env, prog_name="lms")

    assert document(lms("db", "upgrade"))["revision"]
    assert document(lms("db", "upgrade")) == document(lms("db", "upgrade"))
    assert document(lms("orgs", "list")) == {"items": [{"slug": "nordic-cells-ab", "name": "Nordic Cells ÅB"}]}


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Nordic Cells ÅB", "nordic-cells-ab"),
        ("  --Ü & Co.-- ", "u-co"),
        ("李小龍", "first"),
        ("x" * 200, "x" * 80),
        ("a" * 79 + " b", "a" * 79),
    ],
)
def test_an_installations_name_becomes_an_address(name, slug):
    from lms.home.setup import slug_of

    assert slug_of(name) == slug


def test_a_command_in_a_process_of_its_own_keeps_standard_output_for_the_document(database_url, tmp_path):
    """Whatever is logged, warned or shown of progress goes to standard error."""
    import os

    done = subprocess.run(
        [LMS, "orgs", "add", "north", "--name", "Nord", "--json"],
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, **environment(database_url, tmp_path)},
    )
    assert (done.returncode, json.loads(done.stdout)["slug"]) == (0, "north")
    assert done.stderr == ""


def test_the_command_works_from_any_folder(database_url, tmp_path):
    import os

    env = {**os.environ, **environment(database_url, tmp_path)}
    done = subprocess.run([LMS, "orgs", "list"], check=False, capture_output=True, text=True, env=env, cwd="/")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_what_a_command_did_is_there_only_if_it_ended_well(app, lms, session):
    assert lms("orgs", "add", "one", "--name", "One").exit_code == 0
    assert lms("orgs", "add", "one", "--name", "Two").exit_code == 1
    with app.app_context():
        assert db.session.execute(sa.text("SELECT name FROM organisation")).scalars().all() == ["One"]
