"""The real server on PostgreSQL with few and with many learners, beside the floor: `python -m bench.load`.

For each request: requests a second as a ratio to the floor (bench/floor.py) with as many reads and as many bytes, CPU
milliseconds, statements and bytes. Servers take turns in each round, so that what else the machine does meets all
three; the median of the rounds counts.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from bench import report, worlds
from bench.asking import counting
from bench.servers import Round, Running, floor, line, load, load_once, platform
from bench.worlds import World
from lms.core.actor import SYSTEM
from lms.core.db import db
from lms.home.scaling import PLANT
from lms.learning.services import enrol_people
from lms.organisations.services import find_organisation
from tests.services.postgresql import Cluster, RunningCluster

FEW, MANY = 1_000, 20_000
ENROLLED_AT_ONCE = 2_000
WRITES_OF_FLOOR = 60
"""Times eight connections."""


@dataclass
class Found:
    """One kind of request: what it costs, and each server's rounds."""

    name: str
    queries: int
    reads: int
    size: int
    rounds: dict[str, list[Round]] = field(default_factory=dict)

    def add(self, server: str, found: Round) -> None:
        self.rounds.setdefault(server, []).append(found)

    def median(self, server: str, figure: str) -> float:
        return float(statistics.median(getattr(one, figure) for one in self.rounds[server]))

    def ratio(self, server: str, other: str) -> float:
        """Of requests a second, round by round."""
        pairs = zip(self.rounds[server], self.rounds[other], strict=True)
        return statistics.median(one.rate / two.rate for one, two in pairs)


class Bench:
    def __init__(self, servers: dict[str, Running], towns: list[World], folder: Path, seconds: float, rounds: int):
        self.servers, self.worlds, self.folder = servers, towns, folder
        self.seconds, self.rounds = seconds, rounds
        self.found: dict[str, Found] = {}

    def measure_reads(self) -> None:
        asked = {world.name: worlds.reads(world) for world in self.worlds}
        for name in asked[self.worlds[0].name]:
            self._begin(name, self.worlds[-1], asked[self.worlds[-1].name][name][0])
            for world in self.worlds:
                self._ask(world.name, asked[world.name][name], seconds=1)  # warm, and the first looks are recorded
            for _ in range(self.rounds):
                self._ask_floor(name, "GET")
                for world in self.worlds:
                    self.found[name].add(world.name, self._ask(world.name, asked[world.name][name]))

    def measure_writes(self) -> None:
        names = ("start of an attempt", "save of an answer", "submission")
        last = self.worlds[-1]
        example = worlds.starts(last)[0]
        self._begin(names[0], last, example)
        attempt = worlds.open_attempts(last)[0]
        first = worlds.saves([attempt])
        self._begin(names[1], last, first[0])
        for one in first[1:]:
            worlds.cost(last, one)
        self._begin(names[2], last, worlds.submissions([attempt])[0])
        for _ in range(self.rounds):
            for name in names:
                self._ask_floor(name, "POST")
            for world in self.worlds:
                self.found[names[0]].add(world.name, self._ask(world.name, worlds.starts(world), once=True))
                attempts = worlds.open_attempts(world)
                self.found[names[1]].add(world.name, self._ask(world.name, worlds.saves(attempts), once=True))
                self.found[names[2]].add(world.name, self._ask(world.name, worlds.submissions(attempts), once=True))

    def _begin(self, name: str, world: World, asked: str) -> None:
        """Counts the statements of the second request, when what is kept in the process is there."""
        if asked.startswith("GET"):
            worlds.cost(world, asked)
        statements, size = worlds.cost(world, asked)
        selects = sum(statement.lstrip().upper().startswith(("SELECT", "WITH")) for statement in statements)
        self.found[name] = Found(name, len(statements), selects, size)

    def _ask_floor(self, name: str, method: str) -> None:
        found = self.found[name]
        body = {"note": "what a learner answered"} if method == "POST" else None
        asked = [line(method, f"/{found.reads}/{found.size}", "", body)] * 8
        server = self.servers["floor"]
        if method == "GET":
            found.add("floor", load(server, asked, self.folder, seconds=self.seconds))
        else:
            found.add("floor", load_once(server, asked * WRITES_OF_FLOOR))

    def _ask(self, server: str, asked: list[str], *, seconds: float | None = None, once: bool = False) -> Round:
        if once:
            return load_once(self.servers[server], asked)
        return load(self.servers[server], asked, self.folder, seconds=seconds or self.seconds)


def timed(work: Callable[[], Any]) -> float:
    began = time.monotonic()
    work()
    return time.monotonic() - began


def csv_of_everybody(running: Running, world: World) -> float:
    """Seconds until the completion of everybody is here as CSV; the median of three."""

    def ask() -> None:
        request = Request(f"{running.url}/organisations/{PLANT}/people.csv")
        request.add_header("Authorization", f"Bearer {world.hr}")
        with urlopen(request, timeout=120) as answer:
            answer.read()

    return statistics.median(timed(ask) for _ in range(3))


def statements_of_enrolling(world: World, slug: str = "hydrogen-basics") -> tuple[int, float]:
    """(statements, seconds) of putting 2,000 people on a course at once."""
    import sqlalchemy as sa

    with world.app.app_context():
        rows = db.metadata.tables["membership"]
        plant = find_organisation(PLANT)
        people = db.session.scalars(
            sa.select(rows.c.person_id).where(rows.c.organisation_id == plant.id).limit(ENROLLED_AT_ONCE)
        ).all()
        began = time.monotonic()
        with counting() as statements:
            enrol_people(people, slug, organisation_id=plant.id, by=SYSTEM, at=datetime.now(UTC))
            db.session.commit()
        return len(statements), time.monotonic() - began


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--few", type=int, default=FEW)
    options.add_argument("--many", type=int, default=MANY)
    options.add_argument("--seconds", type=float, default=3)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--report", type=Path, help="Folder to write the page and its pictures to.")
    chosen = options.parse_args()
    running = RunningCluster()
    try:
        with tempfile.TemporaryDirectory() as folder:
            figures = measured(running, Path(folder), chosen)
    finally:
        running.end()
    print(report.as_text(figures))
    if chosen.report:
        report.write(figures, chosen.report)


def measured(running: RunningCluster, folder: Path, chosen: argparse.Namespace) -> dict[str, Any]:
    cluster = running.cluster
    sizes = {f"{size:,} learners": size for size in (chosen.few, chosen.many)}
    with ExitStack() as stack:
        for number, size in enumerate(sizes.values()):
            worlds.fill(cluster.url(f"bench_{number}"), _begun(cluster, folder, number), size)
        towns, servers = [], {"floor": stack.enter_context(floor(cluster, folder))}
        for number, name in enumerate(sizes):
            place = cluster.url(f"bench_{number}"), folder / str(number)
            towns.append(worlds.a_world(name, *place))
            servers[name] = stack.enter_context(platform(name, *place))
        bench = Bench(servers, towns, folder, chosen.seconds, chosen.rounds)
        bench.measure_reads()
        bench.measure_writes()
        big = towns[-1]
        statements, seconds = statements_of_enrolling(big)
        figures = {
            "sizes": list(sizes),
            "requests": [_as_row(found, list(sizes)) for found in bench.found.values()],
            "csv": {"people": chosen.many, "seconds": csv_of_everybody(servers[big.name], big)},
            "enrolling": {"people": min(ENROLLED_AT_ONCE, chosen.many), "queries": statements, "seconds": seconds},
            "start": {"seconds": servers[big.name].ready, "memory": servers[big.name].memory()},
        }
        for world in towns:
            with world.app.app_context():
                db.engine.dispose()
        return figures


def _begun(cluster: Cluster, folder: Path, number: int) -> Path:
    """A database to fill, and its data directory: the larger one begins as a copy of the smaller."""
    data, before = folder / str(number), folder / str(number - 1)
    if number:
        cluster.execute(f"CREATE DATABASE bench_{number} TEMPLATE bench_{number - 1}")
        shutil.copytree(before / "files", data / "files")
    else:
        cluster.execute(f"CREATE DATABASE bench_{number}")
        data.mkdir()
    return data


def _as_row(found: Found, sizes: list[str]) -> dict[str, Any]:
    few, many = sizes[0], sizes[-1]
    row: dict[str, Any] = {"name": found.name, "queries": found.queries, "bytes": found.size}
    row["floor"] = asdict(Round(*(found.median("floor", figure) for figure in Round.__dataclass_fields__)))
    row["few"] = asdict(Round(*(found.median(few, figure) for figure in Round.__dataclass_fields__)))
    row["many"] = asdict(Round(*(found.median(many, figure) for figure in Round.__dataclass_fields__)))
    row["of_floor"] = found.ratio(many, "floor")
    row["of_few"] = found.ratio(many, few)
    return row


if __name__ == "__main__":
    main()
