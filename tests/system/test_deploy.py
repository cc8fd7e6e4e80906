"""The container file, the compose file and the systemd units: what can be known of them without running an engine."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
import yaml

from lms.cli import main
from lms.core.config import DERIVED, Settings
from tests.services.debian import need
from tests.services.server import CHECKOUT, LMS

DEPLOY = CHECKOUT / "deploy"
UNITS = sorted((DEPLOY / "systemd").iterdir())
NAMES = {f"LMS_{field.name.upper()}" for field in fields(Settings)} - {f"LMS_{name}" for name in DERIVED}
SERVICE_KEYS = {
    *("build", "cap_drop", "command", "depends_on", "entrypoint", "env_file", "environment", "expose", "healthcheck"),
    *("image", "ports", "profiles", "read_only", "restart", "security_opt", "shm_size", "stop_grace_period", "tmpfs"),
    "volumes",
}
SECRET = "0123456789abcdefghijklmnopqrstuvwxyz"


def instructions() -> list[tuple[str, str]]:
    """(COPY, arguments) and the like, continued lines joined."""
    text = (CHECKOUT / "Containerfile").read_text()
    lines = re.sub(r"\\\n", " ", "\n".join(line for line in text.splitlines() if not line.startswith("#"))).splitlines()
    return [(line.split()[0], line.split(maxsplit=1)[1]) for line in lines if line.strip()]


def test_the_container_file_copies_and_runs_what_is_there():
    found = instructions()
    sources = [name for word, rest in found if word == "COPY" for name in rest.split()[:-1]]
    assert all((CHECKOUT / name).exists() for name in sources), sources
    programs = [rest.split()[0] for word, rest in found if word == "RUN" and rest.startswith("tools/")]
    assert programs == ["tools/install", "tools/image-user"]
    assert all(os.access(CHECKOUT / program, os.X_OK) for program in programs)


def test_the_container_has_what_an_installation_asks_the_system_for():
    asked = set(re.findall(r"missing\+=\((\S+)\)", (CHECKOUT / "tools" / "install").read_text()))
    installed = next(rest for word, rest in instructions() if word == "RUN" and "apt-get install" in rest)
    assert asked
    assert asked | {"python3", "python3-venv", "tzdata", "ca-certificates"} <= set(installed.split())


def test_the_container_runs_as_somebody_who_may_write_one_folder_only():
    found = dict(instructions())
    assert found["USER"] == "lms"
    assert found["VOLUME"] == "/var/lib/lms"
    assert "lms" in found["ENTRYPOINT"]


def test_what_is_left_out_of_the_image_is_nothing_that_it_needs():
    ignored = (CHECKOUT / ".containerignore").read_text()
    assert ignored == (CHECKOUT / ".dockerignore").read_text()
    needed = {"lms", "certificates", "migrations", "templates", "tools", "docs", "wsgi.py", "requirements.lock"}
    assert not needed & set(ignored.split())


# --- compose


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    document: dict[str, Any] = yaml.safe_load((CHECKOUT / "compose.yaml").read_text())
    return document


def test_the_compose_file_is_one_whole(compose):
    services, volumes = compose["services"], compose["volumes"]
    for name, service in services.items():
        assert set(service) <= SERVICE_KEYS, name
        assert re.search(r":(\d|latest)", service["image"]), f"{name} has no version"
        mounted = [one.split(":")[0] for one in service.get("volumes", [])]
        assert {one for one in mounted if not one.startswith((".", "$", "/"))} <= volumes.keys()
        assert all((CHECKOUT / one).exists() for one in mounted if one.startswith("./"))
        for other, wanted in conditions(service).items():
            assert other in services, f"{name} waits for {other}"
            assert wanted != "service_healthy" or "healthcheck" in services[other], f"{name}: {other} tells no health"


def conditions(service: dict[str, Any]) -> dict[str, str]:
    wanted = service.get("depends_on", {})
    return dict.fromkeys(wanted, "") if isinstance(wanted, list) else {k: v["condition"] for k, v in wanted.items()}


OURS = ("migrate", "web", "worker", "backup")


@pytest.mark.parametrize("name", OURS)
def test_each_of_our_services_has_settings_and_a_command_that_there_are(compose, name, tmp_path):
    service = compose["services"][name]
    given = {key: re.sub(r"\$\{[^}]+\}", "filled", value) for key, value in service["environment"].items()}
    assert given.keys() <= NAMES
    settings = Settings.from_env({**given, **example(), "LMS_DATA_DIR": str(tmp_path)})
    assert (settings.production, settings.trusted_proxies) == (True, 1)
    check_command(service["command"])


def check_command(arguments: list[str]) -> None:
    """The command is there, and takes these options."""
    command: Any = main
    left = list(arguments)
    while hasattr(command, "get_command"):
        command = command.get_command(None, left.pop(0))
        assert command, arguments
    command.make_parser(command.make_context(command.name, list(left), resilient_parsing=True)).parse_args(left)


def example() -> dict[str, str]:
    """deploy/lms.env.example, its secret filled in."""
    lines = [line for line in (DEPLOY / "lms.env.example").read_text().splitlines() if not line.startswith("#")]
    found = dict(line.split("=", 1) for line in lines if line)
    assert found["LMS_SECRET_KEY"] == "", "an example is nobody's secret"
    return found | {"LMS_SECRET_KEY": SECRET}


def test_the_example_of_settings_can_be_used(tmp_path):
    assert example().keys() <= NAMES
    assert Settings.from_env({**example(), "LMS_ENV": "production", "LMS_DATA_DIR": str(tmp_path)}).production


# --- systemd


def here(tmp_path: Path) -> list[Path]:
    """The units as they would stand, with the program where it is on this machine."""
    copies = []
    for unit in UNITS:
        copies.append(tmp_path / unit.name)
        copies[-1].write_text(unit.read_text().replace("/opt/lms/.venv/bin/lms", str(LMS)))
    return copies


def test_the_units_are_sound(tmp_path):
    program = need("systemd-analyze", "systemd")
    done = subprocess.run([program, "verify", *here(tmp_path)], check=False, capture_output=True, text=True)
    ours = [line for line in done.stderr.splitlines() if "lms" in line]
    assert (done.returncode, ours) == (0, [])


@pytest.mark.parametrize("name", ["lms", "lms-web", "lms-worker", "lms-backup"])
def test_the_services_may_do_little(name, tmp_path):
    program = need("systemd-analyze", "systemd")
    unit = next(path for path in here(tmp_path) if path.stem == name and path.suffix == ".service")
    command = [program, "security", "--offline=yes", "--threshold=20", unit]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-300:]


@pytest.mark.parametrize("unit", [unit for unit in UNITS if unit.suffix == ".service"], ids=lambda unit: unit.stem)
def test_what_a_unit_starts_is_a_command_of_ours(unit):
    starts = re.findall(r"(?m)^ExecStart(?:Pre)?=(.+)$", unit.read_text())
    assert starts
    for line in starts:
        program, *arguments = shlex.split(line)
        assert program == "/opt/lms/.venv/bin/lms"
        check_command(arguments)
