"""A forked child: its exit code, its name, its end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from lms.cli.forking import Forked

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="prctl is Linux")


def ends(code):
    return lambda: sys.exit(code)


def fails():
    raise LookupError("nothing here")


@pytest.mark.parametrize(
    ("run", "code"),
    [(lambda: None, 0), (ends(None), 0), (ends(3), 3), (ends("a sentence"), 1)],
    ids=["returns", "exit", "exit 3", "exit with words"],
)
def test_the_exit_code_is_that_of_the_function(run, code):
    assert Forked("tests", run).wait(10) == code


def test_a_fault_is_one_line_and_never_the_parents_business(capfd, monkeypatch, tmp_path):
    monkeypatch.setenv("LMS_DATA_DIR", str(tmp_path))
    assert Forked("tests", fails).wait(10) == 1
    said = capfd.readouterr().err
    assert "LookupError: nothing here" in said
    assert "Traceback" not in said
    assert "in fails" in (tmp_path / "faults.log").read_text()


def test_one_that_is_killed_says_so():
    child = Forked("tests", lambda: time.sleep(60))
    child.signal(signal.SIGKILL)
    assert child.wait(10) == -signal.SIGKILL
    assert child.was_killed


def test_a_signal_reaches_all_that_it_started():
    child = Forked("tests", lambda: subprocess.run(["sleep", "60"], check=False))
    child.signal(signal.SIGTERM)
    assert child.wait(10) == -signal.SIGTERM


def test_waiting_has_an_end():
    child = Forked("tests", lambda: time.sleep(60))
    with pytest.raises(subprocess.TimeoutExpired):
        child.wait(0.05)
    child.signal(signal.SIGKILL)
    child.wait(10)


@LINUX
def test_it_has_a_name_of_its_own_in_lists_of_processes():
    child = Forked("lms tests", lambda: time.sleep(60))
    named = Path(f"/proc/{child.pid}/comm")
    until = time.monotonic() + 10
    while named.read_text().strip() != "lms tests" and time.monotonic() < until:
        time.sleep(0.01)
    assert named.read_text().strip() == "lms tests"
    assert os.getpgid(child.pid) == child.pid
    child.signal(signal.SIGKILL)
    child.wait(10)
