"""Keeps the demo of this version as test data, from which later migrations are tested: `python -m tools.dump_demo`.

Writes tests/data/releases/<version>.sqlite.sql.gz and .postgresql.sql.gz, each as that database's own tool dumps it.
"""

from __future__ import annotations

import gzip
import os
import sqlite3
import subprocess
import sys
import tempfile
import tomllib
from contextlib import closing
from pathlib import Path

from tests.services.postgresql import RunningCluster

CHECKOUT = Path(__file__).resolve().parents[1]
RELEASES = CHECKOUT / "tests" / "data" / "releases"


def main() -> None:
    version = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["project"]["version"]
    RELEASES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        keep(f"{version}.sqlite", dump_of_sqlite(Path(folder)))
    with tempfile.TemporaryDirectory() as folder:
        keep(f"{version}.postgresql", dump_of_postgresql(Path(folder)))


def keep(name: str, dump: bytes) -> None:
    path = RELEASES / f"{name}.sql.gz"
    path.write_bytes(gzip.compress(dump, mtime=0))
    print(f"{path.relative_to(CHECKOUT)}: {path.stat().st_size:,} bytes")


def dump_of_sqlite(folder: Path) -> bytes:
    load_demo(folder, f"sqlite:///{folder}/lms.db")
    with closing(sqlite3.connect(folder / "lms.db")) as connection:
        return "\n".join(connection.iterdump()).encode()


def dump_of_postgresql(folder: Path) -> bytes:
    running = RunningCluster()
    try:
        running.cluster.execute("CREATE DATABASE demo")
        url = running.cluster.url("demo")
        load_demo(folder, url)
        command: list[str | Path] = [running.programs / "pg_dump", "--no-owner", "--inserts", url]
        return subprocess.run(command, check=True, capture_output=True).stdout
    finally:
        running.end()


def load_demo(folder: Path, url: str) -> None:
    env = {**os.environ, "LMS_DATA_DIR": str(folder), "LMS_DATABASE_URL": url}
    subprocess.run([Path(sys.executable).with_name("lms"), "demo"], env=env, check=True, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    main()
