"""`lms credentials verify FILE.pdf`: exit code 0 for genuine and in force, and for nothing else."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from lms.core.actor import SYSTEM
from lms.core.clock import now
from lms.core.db import db
from lms.core.storage import storage
from lms.credentials import queries, services
from lms.credentials.models import Award
from tests.credentials.conftest import Earn
from tests.services.commands import run_lms


@pytest.fixture
def award(earn: Earn, work: Callable[[], int]) -> Award:
    award = earn()
    work()
    return award


@pytest.fixture
def file(award: Award, tmp_path: Path) -> Path:
    document = queries.find_view(award.id, now()).document
    assert document is not None
    path = tmp_path / "certificate.pdf"
    path.write_bytes(storage().get(document.digest))
    return path


@pytest.fixture
def verify(app) -> Callable[..., tuple[int, str, str]]:
    """`verify(path)`: exit code, standard output and standard error of the command on this installation."""
    settings = app.extensions["settings"]
    here = {"LMS_DATABASE_URL": settings.database_url, "LMS_DATA_DIR": str(settings.data_dir)}

    def verify(path: Path) -> tuple[int, str, str]:
        db.session.commit()
        done = run_lms(["credentials", "verify", path, "--json"], env=os.environ | here)
        return done.returncode, done.stdout, done.stderr

    return verify


def test_a_genuine_file_in_force_is_told_with_its_checks(award: Award, file: Path, verify) -> None:
    code, out, _err = verify(file)
    found = json.loads(out)
    assert (code, found["id"], found["status"]) == (0, award.public_id, "issued")
    assert all(check["passed"] for check in found["checks"])


def test_a_single_flipped_bit_is_refused(file: Path, verify) -> None:
    altered = bytearray(file.read_bytes())
    altered[len(altered) // 2] ^= 1
    file.write_bytes(altered)
    code, out, err = verify(file)
    assert (code, out) == (1, "")
    assert "[credentials.not_genuine]" in err


def test_a_withdrawn_one_is_refused_and_told_all_the_same(award: Award, file: Path, verify) -> None:
    services.revoke_award(award.public_id, "Issued by mistake.", by=SYSTEM, at=now())
    code, out, err = verify(file)
    assert code == 1
    assert json.loads(out)["status"] == "revoked"
    assert "Issued by mistake." in err


def test_a_file_that_is_not_there_is_wrong_usage(verify, tmp_path: Path, session) -> None:
    assert verify(tmp_path / "none.pdf")[0] == 2
