"""A pack is written piece by piece: neither memory nor time grow beyond what was promised. `bench.packs` has 10,000."""

from __future__ import annotations

import io
import subprocess
import sys
import time
import zipfile
from datetime import timedelta

import pytest
import sqlalchemy as sa

from bench.packs import MEASURED, main, opened, prepare
from lms.compliance.models import EvidencePack
from lms.core.clock import now
from lms.core.config import CHECKOUT
from lms.core.db import db
from lms.core.jobs.models import Job
from lms.core.jobs.services import run_job
from lms.core.storage import storage

NUMBER = 300


@pytest.mark.slow
def test_hundreds_of_certificates_take_little_memory_and_time(tmp_path):
    found = main(NUMBER, tmp_path)
    assert (found["certificates"], found["entries"]) == (NUMBER, NUMBER + 2)
    assert found["bytes"] > NUMBER * 28_000
    assert found["megabytes"] < 300
    assert found["cpu_seconds_without_start"] < 2, "2 s for each 1,000 is the promise"


@pytest.mark.slow
def test_a_worker_killed_while_it_writes_the_zip_leaves_one_whole_pack(tmp_path):
    """kill -9 in the middle; when its lease is over another run begins anew, and there is one pack with one file."""
    prepare(NUMBER, tmp_path)
    before = set(files(tmp_path))
    worker = subprocess.Popen([sys.executable, "-m", "bench.packs", MEASURED, str(tmp_path)], cwd=CHECKOUT)
    until = time.monotonic() + 60
    while not list(tmp_path.glob("*/incoming/*")) and time.monotonic() < until:
        time.sleep(0.001)
    worker.kill()
    worker.wait()
    with opened(tmp_path).app_context():
        (pack,) = db.session.scalars(sa.select(EvidencePack)).all()
        assert pack.made_at is None, "it was killed before the end"
        job = db.session.get_one(Job, pack.job_id)
        assert job.state == "running"
        job.lease = now() - timedelta(seconds=1)  # what ten seconds of waiting do
        db.session.commit()
        assert run_job(job.id)
        db.session.expire_all()
        (pack,) = db.session.scalars(sa.select(EvidencePack)).all()
        assert pack.counts["certificates"] == NUMBER
        with zipfile.ZipFile(io.BytesIO(storage().get(pack.digest))) as archive:
            assert archive.testzip() is None
            assert len(archive.namelist()) == NUMBER + 2
        assert set(files(tmp_path)) - before == {pack.digest}
        db.engine.dispose()


def files(folder):
    """What is stored, by name."""
    return [path.name for path in folder.glob("*/??/??/*")]
