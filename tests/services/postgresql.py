"""A PostgreSQL cluster for one test run, in a temporary folder, as a user that is not root.

One cluster serves all xdist workers; each worker has its own databases in it, copied from a template.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import psycopg

from tests.services.debian import need
from tests.services.processes import free_port, start, stop, wait_until

# The tests kill our processes, never the database: it need not survive a power cut, and is quicker so.
FASTER = "--fsync=off --full_page_writes=off --autovacuum=off --shared_buffers=64MB --max_connections=200"


@dataclass(frozen=True)
class Cluster:
    """Where a running PostgreSQL answers."""

    port: int

    def url(self, database: str) -> str:
        return f"postgresql://lms@127.0.0.1:{self.port}/{database}"

    def execute(self, statement: str) -> None:
        """One statement outside a transaction, such as CREATE DATABASE."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())

    def answers(self) -> bool:
        try:
            self.execute("SELECT 1")
        except psycopg.OperationalError:
            return False
        return True


class RunningCluster:
    """Makes a cluster, starts it, and takes it away again."""

    def __init__(self) -> None:
        self.programs = _programs()
        self.user = "postgres" if os.geteuid() == 0 else None  # initdb refuses to run as root
        self.folder = Path(tempfile.mkdtemp(prefix="lms-postgresql-"))
        self._make()
        self.cluster = Cluster(free_port())
        self.process = self._start()

    def _make(self) -> None:
        """An empty cluster, with a locale that every machine has."""
        if self.user:
            shutil.chown(self.folder, self.user)
        log = self.folder / "initdb.log"
        options = f"-D {self.folder}/data -U lms -A trust -E UTF8 --locale=C.UTF-8 --no-sync"
        making = start([self.programs / "initdb", *options.split()], log=log, user=self.user, cwd=self.folder)
        if making.wait(60):
            raise RuntimeError(f"initdb failed: {log.read_text()}")

    def _start(self) -> subprocess.Popen[bytes]:
        log = self.folder / "postgresql.log"
        options = f"-D {self.folder}/data -k {self.folder} -h 127.0.0.1 -p {self.cluster.port} {FASTER}"
        server = start([self.programs / "postgres", *options.split()], log=log, user=self.user, cwd=self.folder)
        wait_until(self.cluster.answers, within=30, process=server, log=log)
        return server

    def end(self) -> None:
        stop(self.process)
        shutil.rmtree(self.folder, ignore_errors=True)


def _programs() -> Path:
    """The folder of the newest PostgreSQL here; Debian keeps its server programs off the PATH."""
    on_path = shutil.which("postgres")
    if on_path:
        return Path(on_path).resolve().parent
    return need("/usr/lib/postgresql/*/bin/initdb", "postgresql").parent
