"""Servers to measure: the platform and the floor, each in processes of its own on one PostgreSQL."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from tests.services.debian import need
from tests.services.postgresql import Cluster
from tests.services.processes import free_port, start, stop, wait_until
from tests.services.server import CHECKOUT, LMS

CLOCK_TICKS = os.sysconf("SC_CLK_TCK")
SCRIPT = Path(__file__).with_name("requests.lua")
CONNECTIONS = 8


@dataclass
class Running:
    """A server that answers at `url`; `ready` is how long that took, in seconds."""

    name: str
    url: str
    process: subprocess.Popen[bytes]
    env: dict[str, str]
    ready: float

    def cpu(self) -> float:
        """CPU seconds that its processes have used up to now."""
        return sum(_cpu_of(pid) for pid in _family(self.process.pid))

    def memory(self) -> list[int]:
        """Resident mebibytes of each of its processes, the greatest first."""
        pages = os.sysconf("SC_PAGE_SIZE")
        sizes = [int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * pages for pid in _family(self.process.pid)]
        return sorted((size // 2**20 for size in sizes), reverse=True)


@contextmanager
def platform(name: str, url: str, folder: Path) -> Iterator[Running]:
    """`lms serve` on a database that is filled already."""
    port = free_port()
    env = {**os.environ, "LMS_DATABASE_URL": url, "LMS_DATA_DIR": str(folder), "PORT": str(port)}
    env["LMS_BASE_URL"] = f"http://127.0.0.1:{port}"
    with _serving(name, [LMS, "serve"], port, env, folder / "serve.log", "/health/ready") as running:
        yield running


@contextmanager
def floor(cluster: Cluster, folder: Path) -> Iterator[Running]:
    """The bare Flask application on a database of its own."""
    cluster.execute("CREATE DATABASE floor")
    port = free_port()
    env = {**os.environ, "FLOOR_DATABASE_URL": cluster.url("floor").replace("postgresql:", "postgresql+psycopg:", 1)}
    command = [sys.executable, "-m", "bench.floor"]
    subprocess.run([*command, "fill"], env=env, cwd=CHECKOUT, check=True)
    with _serving("floor", [*command, str(port)], port, env, folder / "floor.log", "/1/100") as running:
        yield running


@contextmanager
def _serving(name: str, command: list[Any], port: int, env: dict[str, str], log: Path, path: str) -> Iterator[Running]:
    began = time.monotonic()
    process = start(command, log=log, env=env, cwd=CHECKOUT, new_session=True)
    url = f"http://127.0.0.1:{port}"
    try:
        wait_until(lambda: _answers(url + path), within=60, process=process, log=log)
        yield Running(name, url, process, env, time.monotonic() - began)
    finally:
        stop(process)


def _answers(url: str) -> bool:
    from urllib.error import URLError
    from urllib.request import urlopen

    try:
        with urlopen(url, timeout=2) as answer:
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False


def _family(pid: int) -> list[int]:
    """A process and all that it started, now alive."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(one for child in children for one in _family(int(child)))]


def _cpu_of(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / CLOCK_TICKS


@dataclass(frozen=True)
class Round:
    """What one run of the load tool found: times in milliseconds, `size` in bytes an answer."""

    rate: float
    cpu_ms: float
    size: float
    median: float
    p99: float


def load(running: Running, lines: list[str], folder: Path, *, seconds: float) -> Round:
    """Asks for the lines (method, path, token, body, with tabs between) again and again.

    Ends the measurement where an answer was a refusal: what is refused is not what is to be measured.
    """
    asked = folder / "asked.txt"
    asked.write_text("\n".join(lines) + "\n")
    wrk = need("wrk", "wrk")
    options = ["-t1", f"-c{CONNECTIONS}", f"-d{max(1, round(seconds))}s", "--timeout", "30s", "-s", SCRIPT, running.url]
    before = running.cpu()
    command = [wrk, *options, "--", asked]
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=True)
    used = running.cpu() - before
    found = next(line for line in done.stdout.splitlines() if line.startswith("result ")).split()
    requests, micros, size, failed, median, p99 = map(int, found[1:])
    if failed:
        sys.exit(f"{running.name}: {failed} of {requests} were refused: {lines[0]}")
    share = max(1, requests)
    return Round(requests * 1e6 / micros, used * 1000 / share, size / share, median / 1000, p99 / 1000)


def load_once(running: Running, lines: list[str]) -> Round:
    """Asks for each line exactly once, over as many connections; for what can't be asked twice."""
    waiting, times, sizes = iter(lines), [], []
    host = running.url.removeprefix("http://")

    def ask_all() -> None:
        connection = HTTPConnection(host, timeout=30)
        while asked := next(waiting, None):
            began = time.perf_counter()
            sizes.append(_ask(connection, asked))
            times.append((time.perf_counter() - began) * 1000)
        connection.close()

    before, began = running.cpu(), time.monotonic()
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        for done in [pool.submit(ask_all) for _ in range(CONNECTIONS)]:
            done.result()
    took, used = time.monotonic() - began, running.cpu() - before
    count, times = len(times), sorted(times)
    return Round(count / took, used * 1000 / count, sum(sizes) / count, times[count // 2], times[count * 99 // 100])


def _ask(connection: HTTPConnection, asked: str) -> int:
    """Bytes of the answer."""
    method, path, token, body = asked.split("\t")
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    connection.request(method, path, body or None, headers | ({"Content-Type": "application/json"} if body else {}))
    answer = connection.getresponse()
    content = answer.read()
    if answer.status >= HTTPStatus.BAD_REQUEST:
        raise RuntimeError(f"{method} {path}: {answer.status} {content[:300]!r}")
    return len(content)


def line(method: str, path: str, token: str = "", body: Any = None) -> str:
    text = "" if body is None else json.dumps(body, separators=(",", ":"))
    return f"{method}\t{path}\t{token}\t{text}"
