"""`lms run`, `lms serve` and `lms worker` as processes: killed they come back, ended they leave nothing behind."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from lms.cli.serving import counting_folder
from tests.fixtures.server import MakeServer
from tests.services.processes import free_port, listens, start, stop, wait_until
from tests.services.s3 import BUCKET
from tests.services.server import CHECKOUT, LMS, Server


@pytest.fixture(scope="module")
def installed(make_server: MakeServer) -> Server:
    """With tables and demo, on SQLite: the supervisor does not know which database there is."""
    server = make_server("sqlite")
    server.start()
    return server


@pytest.fixture
def installation(installed: Server) -> Server:
    """`lms run`, up."""
    if installed.process is None or installed.process.poll() is not None:
        installed.start()
    return installed


def children(parent: int) -> list[int]:
    """Live processes that `parent` started."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            state, ppid = (folder / "stat").read_text().rpartition(")")[2].split()[:2]
            if int(ppid) == parent and state != "Z":
                found.append(int(folder.name))
    return sorted(found)


def child(server: Server, name: str) -> int:
    """The supervisor's child of this name, as lists of processes show it; ValueError while it is not there."""
    assert server.process is not None
    (pid,) = [pid for pid in children(server.process.pid) if Path(f"/proc/{pid}/comm").read_text().strip() == name]
    return pid


def web_master(server: Server) -> int:
    return child(server, "lms web")


def web_workers(server: Server) -> list[int]:
    return children(web_master(server))


def worker(server: Server) -> int:
    return child(server, "lms worker")


def answers(url: str) -> bool:
    try:
        with urlopen(f"{url}/health/ready", timeout=1) as response:
            return bool(response.status == 200)
    except OSError:
        return False


def seconds_until(ready, *, within: float = 30) -> float:
    began = time.monotonic()
    wait_until(ready, within=within)
    return time.monotonic() - began


def is_another(server: Server, what, old: int) -> bool:
    try:
        return what(server) != old
    except ValueError:
        return False


def quickest(again: Callable[[], float]) -> float:
    """The best of three, or of six, since other tests want the processor too: what is slow by itself is slow each
    time."""
    best = min(again() for _ in range(3))
    return best if best < 2 else min(again() for _ in range(3))


@pytest.mark.parametrize("what", [web_master, worker])
def test_whatever_is_killed_is_there_again_within_2_seconds(installation, what):
    wait_until(lambda: is_another(installation, worker, 0), within=30)

    def again() -> float:
        old = what(installation)
        os.kill(old, signal.SIGKILL)
        return seconds_until(lambda: is_another(installation, what, old) and installation.ready())

    assert quickest(again) < 2
    assert "starting it again" in installation.log.read_text()


def test_a_start_on_what_is_prepared_is_ready_within_2_seconds(installation):
    server = installation

    def again() -> float:
        stop(server.process)
        began = time.monotonic()
        server.start()
        return time.monotonic() - began

    assert quickest(again) < 2


def test_a_web_process_that_is_killed_again_and_again_comes_back_each_time(installation):
    def again() -> float:
        old = web_workers(installation)
        os.kill(old[-1], signal.SIGKILL)
        took = seconds_until(lambda: len(web_workers_or_none(installation) - set(old)) > 0)
        return took + seconds_until(installation.ready)

    assert quickest(again) < 2


def web_workers_or_none(server: Server) -> set[int]:
    try:
        return set(web_workers(server))
    except ValueError:
        return set()


def test_the_end_of_the_supervisor_is_the_end_of_all(installation):
    """Even a kill -9, which it can't answer."""
    server = installation
    wait_until(lambda: is_another(server, worker, 0), within=30)
    assert len(server.processes()) >= 5
    server.process.kill()
    server.process.wait()
    wait_until(lambda: not server.processes(), within=15, log=server.log)
    assert not listens(server.port)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_asked_to_end_it_ends_with_all_its_processes_and_exit_code_0(installation, number):
    server = installation
    assert stop(server.process, sign=number, within=15) == 0
    assert server.processes() == {}
    assert not listens(server.port)


def test_it_says_its_address_and_the_accounts_of_the_demo(installation):
    wait_until(lambda: "Ctrl-C" in installation.log.read_text(), within=10, log=installation.log)
    said = installation.log.read_text()
    assert f"Ready: {installation.url}" in said
    assert len({word for word in said.split() if "@" in word}) >= 3
    assert "Traceback" not in said


def test_loading_the_demo_again_changes_nothing_and_prints_one_document(installation):
    before = installation.lms_json("courses", "list")
    done = installation.lms("demo", "--json")
    assert len(json.loads(done.stdout)["accounts"]) >= 3
    assert installation.lms_json("courses", "list") == before
    assert installation.ready()


def test_metrics_add_up_over_all_web_processes(installation):
    def counted() -> float:
        with urlopen(f"{installation.url}/metrics", timeout=5) as response:
            lines = response.read().decode().splitlines()
        live = [line for line in lines if line.startswith("lms_requests_total") and "/health/live" in line]
        return sum(float(line.rpartition(" ")[2]) for line in live)

    before = counted()
    for _ in range(20):
        urlopen(f"{installation.url}/health/live", timeout=5).close()
    assert counted() - before == 20


def test_no_web_process_maps_a_file_on_the_data_disk_but_what_sqlite_made_room_for(installation):
    """On a disk that is full a mapped file without room kills its process at the next write (SIGBUS)."""
    urlopen(f"{installation.url}/health/live", timeout=5).close()
    lines = [
        line
        for pid in children(web_master(installation))
        for line in Path(f"/proc/{pid}/maps").read_text().splitlines()
    ]
    written = [line for line in lines if line.endswith(".db") and " rw-s " in line]
    assert written
    assert not [line for line in written if str(installation.data_dir) in line]


def test_requests_are_counted_in_the_data_folder_where_there_is_no_such_memory(tmp_path):
    assert counting_folder(tmp_path, memory=tmp_path / "none") == tmp_path / "metrics"


@pytest.fixture(scope="module")
def prepared(make_server: MakeServer) -> Server:
    """An installation with tables, of which nothing runs."""
    server = make_server("sqlite")
    server.lms("db", "upgrade")
    return server


def run_alone(server: Server, *arguments: str) -> subprocess.Popen[bytes]:
    return start([LMS, *arguments], log=server.log, env=server.env, cwd=Path("/"), new_session=True)


def test_the_web_runs_alone_on_the_port_it_is_told(prepared):
    port, counted = free_port(), counting_folder(prepared.data_dir)
    process = run_alone(prepared, "serve", "--port", str(port), "--workers", "1")
    wait_until(lambda: answers(f"http://127.0.0.1:{port}"), within=60, process=process, log=prepared.log)
    assert len(children(process.pid)) == 1
    assert list(counted.glob("*.db"))
    assert stop(process, sign=signal.SIGTERM, within=15) == 0
    wait_until(lambda: not prepared.processes(), within=15, log=prepared.log)
    assert not counted.exists()


def test_the_web_does_not_load_what_draws_certificates(prepared):
    code = (
        "import sys, wsgi; print(sorted({m.split('.')[0] for m in sys.modules} & {'weasyprint', 'pypdfium2', 'huey'}))"
    )
    python = Path(LMS).with_name("python")
    done = subprocess.run(
        [python, "-c", code], check=True, capture_output=True, text=True, env=prepared.env, cwd=CHECKOUT
    )
    assert json.loads(done.stdout.replace("'", '"')) == []


def test_the_worker_runs_alone_and_does_what_waits(prepared):
    process = run_alone(prepared, "worker")
    queue = prepared.data_dir / "queue.db"
    wait_until(queue.exists, within=60, process=process, log=prepared.log)
    time.sleep(1)
    assert process.poll() is None
    assert not listens(prepared.port)
    assert stop(process, sign=signal.SIGTERM, within=15) == 0


def test_it_is_not_ready_while_its_database_is_gone_and_ready_when_it_is_back(make_server, cluster):
    server = make_server("postgresql")
    server.lms("db", "upgrade")
    process = run_alone(server, "serve", "--workers", "1")
    wait_until(server.ready, within=60, process=process, log=server.log)
    name = server.env["LMS_DATABASE_URL"].rpartition("/")[2]
    cluster.execute(f"ALTER DATABASE {name} WITH ALLOW_CONNECTIONS false")
    cluster.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")
    assert status(server) == 503
    assert status(server) == 503
    cluster.execute(f"ALTER DATABASE {name} WITH ALLOW_CONNECTIONS true")
    assert status(server) == 200
    assert stop(process, sign=signal.SIGTERM, within=15) == 0


def status(server: Server) -> int:
    try:
        with urlopen(f"{server.url}/health/ready", timeout=10) as response:
            return int(response.status)
    except HTTPError as error:
        return error.code


def test_postgresql_redis_and_s3_take_an_installation_by_their_settings_alone(make_server, redis_url, s3_url):
    """The demo is loaded, a worker draws its certificates, and nothing of it lies on this machine's disk."""
    bucket = f"s3://{BUCKET}/installation?endpoint={s3_url}"
    keys = {"LMS_STORAGE_KEY": "key", "LMS_STORAGE_SECRET": "secret"}
    server = make_server("postgresql", LMS_REDIS_URL=redis_url, LMS_STORAGE_URL=bucket, **keys)
    server.start()
    token = api(server, "/auth/tokens", email="ana@example.org", password="sample password 1")["token"]
    credential = api(server, "/me/credentials", token=token)["items"][0]
    wait_until(lambda: is_drawn(server, credential["id"], token), within=90, process=server.process, log=server.log)
    assert not (server.data_dir / "files").exists()
    assert not (server.data_dir / "queue.db").exists()
    assert not (server.data_dir / "lms.db").exists()
    assert server.stop() == 0


def api(server: Server, path: str, *, token: str | None = None, **body: str) -> Any:
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    data = json.dumps(body).encode() if body else None
    with urlopen(Request(f"{server.url}/api/v1{path}", data, headers), timeout=30) as response:
        return json.loads(response.read())


def is_drawn(server: Server, credential: str, token: str) -> bool:
    address = f"{server.url}/api/v1/credentials/{credential}/pdf"
    try:
        with urlopen(Request(address, headers={"Authorization": f"Bearer {token}"}), timeout=30) as response:
            return bool(response.read().startswith(b"%PDF"))
    except HTTPError as error:
        if error.code != 409:
            raise
        return False
