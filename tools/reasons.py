"""Writes docs/reasons.md from the reasons in the code; `--check` only compares."""

from __future__ import annotations

import importlib
import pkgutil
import sys
from itertools import groupby
from pathlib import Path

import lms
from lms.core.reasons import Reason

PAGE = Path(__file__).resolve().parents[1] / "docs" / "reasons.md"
INTRODUCTION = """# Reasons

Every "no" of the platform carries one of these codes: on the page, as `reason` in the JSON API's problem, and in the
log. The values in `%(…)s` are filled in, and sent beside the code. This page is made by `make docs`.
"""
TABLE = "| code | status | sentence | next |\n| --- | --- | --- | --- |\n"


def reasons() -> str:
    """A table a feature: code, HTTP status, sentence and next step."""
    members = sorted((member for family in all_reasons() for member in family), key=lambda member: member.code)
    page = [INTRODUCTION]
    for feature, group in groupby(members, key=lambda member: member.code.partition(".")[0]):
        page.append(f"\n## {feature.replace('_', ' ').capitalize()}\n\n{TABLE}")
        page += [f"| `{one.code}` | {one.status} | {one.text} | {one.next_text} |\n" for one in group]
    return "".join(page)


def all_reasons() -> list[type[Reason]]:
    """Every family of reasons: whichever module holds it, and whether or not the web application loads that."""
    for module in pkgutil.walk_packages(lms.__path__, "lms."):
        importlib.import_module(module.name)
    return Reason.__subclasses__()


def main(arguments: list[str]) -> int:
    text = reasons()
    if PAGE.exists() and PAGE.read_text() == text:
        return 0
    if "--check" in arguments:
        print("docs/reasons.md is not what the code says: run `make docs`", file=sys.stderr)
        return 1
    PAGE.write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
