"""What a pack of 10,000 certificates costs: memory of the process at its peak, CPU seconds, size; each PDF of 28 KB.

`python -m bench.packs [NUMBER [FOLDER]]`. Rows and documents are written directly; the pack itself is made by the job,
in a process of its own, so that its memory is not that of what prepared it.
"""

from __future__ import annotations

import io
import json
import os
import resource
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bench.people import add_people, firm_of
from lms.accounts.queries import actor_of
from lms.app import create_app
from lms.compliance.models import EvidencePack
from lms.compliance.queries.filters import Filters, scope_of
from lms.compliance.queries.people import selected_people
from lms.compliance.services import request_pack
from lms.core.clock import now
from lms.core.config import CHECKOUT, Settings
from lms.core.db import db
from lms.core.jobs.services import run_job
from lms.core.storage import storage
from lms.credentials.models import AwardDocument
from tests.fixtures.database import environment

SIZE = 28_000
BASELINE, MEASURED = "baseline", "measured"


def main(number: int, folder: Path) -> dict[str, Any]:
    """{certificates, megabytes (peak of the process that makes it), cpu_seconds, of which starting, bytes}"""
    prepare(number, folder)
    made = _child(folder, MEASURED)
    return made | {"cpu_seconds_without_start": round(made["cpu_seconds"] - _child(folder, BASELINE)["cpu_seconds"], 2)}


def opened(folder: Path) -> Any:
    return create_app(Settings.from_env(environment(f"sqlite:///{folder}/bench.db", folder)))


def prepare(number: int, folder: Path) -> None:
    """So many people with a certificate each, its document in storage, and the request for the pack."""
    with opened(folder).app_context():
        db.create_all()
        firm_id, hr_id = firm_of()
        add_people(firm_id, 0, 2 * number)  # every other of them holds one
        _store_documents()
        scope = scope_of("works", actor_of(hr_id), now())
        request_pack(scope, selected_people(scope, Filters(status="completed"), None))
        db.session.commit()
        db.engine.dispose()


def _store_documents() -> None:
    """Each its own bytes, that do not pack well, as PDFs do not."""
    changes = []
    for award_id in db.session.scalars(sa.select(AwardDocument.award_id)).all():
        digest = storage().put(b"%PDF-1.7 " + os.urandom(SIZE - 9))
        changes.append({"award_id": award_id, "digest": digest, "size": SIZE})
    db.session.execute(sa.update(AwardDocument), changes)
    db.session.commit()


def _child(folder: Path, what: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "bench.packs", what, str(folder)]
    done = subprocess.run(command, cwd=CHECKOUT, stdout=subprocess.PIPE, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def make(folder: Path) -> None:
    """In the child: makes the pack that was asked for, looks into it, and says what that cost."""
    with opened(folder).app_context():
        pack = db.session.scalars(sa.select(EvidencePack)).one()
        assert pack.job_id
        assert run_job(pack.job_id)
        used = resource.getrusage(resource.RUSAGE_SELF)
        db.session.expire_all()
        with zipfile.ZipFile(io.BytesIO(storage().get(pack.digest or ""))) as archive:
            names = len(archive.namelist())
        print(json.dumps(_cost(used) | pack.counts | {"bytes": pack.size, "entries": names}))


def _most_memory() -> int:
    """Mebibytes at most, of this program alone: `ru_maxrss` begins with what its parent had when it was forked."""
    status = Path("/proc/self/status").read_text()
    return round(int(next(line for line in status.splitlines() if line.startswith("VmHWM:")).split()[1]) / 1024)


def _cost(used: resource.struct_rusage) -> dict[str, float]:
    return {"megabytes": _most_memory(), "cpu_seconds": round(used.ru_utime + used.ru_stime, 2)}


if __name__ == "__main__":
    if sys.argv[1:2] == [MEASURED]:
        make(Path(sys.argv[2]))
    elif sys.argv[1:2] == [BASELINE]:
        with opened(Path(sys.argv[2])).app_context():
            print(json.dumps(_cost(resource.getrusage(resource.RUSAGE_SELF))))
    else:
        with tempfile.TemporaryDirectory(dir=sys.argv[2] if len(sys.argv) > 2 else None) as where:
            print(main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000, Path(where)))
