"""Writes the parts of docs/ that are made from the code: openapi.json and reasons.md. `--check` only compares."""

from __future__ import annotations

import importlib
import json
import pkgutil
import sys
import tempfile
from itertools import groupby
from pathlib import Path

import lms
from lms.app import create_app
from lms.core.config import Settings
from lms.core.reasons import Reason

DOCS = Path(__file__).resolve().parents[1] / "docs"
REASONS = """# Reasons

Every "no" of the platform carries one of these codes: on the page, as `reason` in the JSON API's problem, and in the
log. The values in `%(…)s` are filled in, and sent beside the code. This page is made by `make docs`.
"""
TABLE = "| code | status | sentence | next |\n| --- | --- | --- | --- |\n"


def openapi() -> str:
    """The API's OpenAPI document, the same on every machine."""
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(Settings.from_env({"LMS_DATA_DIR": folder}))
        document = app.test_client().get("/api/v1/openapi.json").get_json()
    return json.dumps(document, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def reasons() -> str:
    """A table a feature: code, HTTP status, sentence and next step."""
    members = sorted((member for family in all_reasons() for member in family), key=lambda member: member.code)
    page = [REASONS]
    for feature, group in groupby(members, key=lambda member: member.code.partition(".")[0]):
        page.append(f"\n## {feature.replace('_', ' ').capitalize()}\n\n{TABLE}")
        page += [f"| `{one.code}` | {one.status} | {one.text} | {one.next_text} |\n" for one in group]
    return "".join(page)


def all_reasons() -> list[type[Reason]]:
    """Every family of reasons, whether or not the web application loads its module."""
    for module in pkgutil.walk_packages(lms.__path__, "lms."):
        if module.name.endswith("reasons"):
            importlib.import_module(module.name)
    return Reason.__subclasses__()


def main(arguments: list[str]) -> int:
    made = {DOCS / "openapi.json": openapi(), DOCS / "reasons.md": reasons()}
    stale = [path for path, text in made.items() if not path.exists() or path.read_text() != text]
    if "--check" in arguments:
        for path in stale:
            print(f"docs/{path.name} is not what the code says: run `make docs`", file=sys.stderr)
        return 1 if stale else 0
    for path in stale:
        path.parent.mkdir(exist_ok=True)
        path.write_text(made[path])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
