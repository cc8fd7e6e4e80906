"""The measurement of requests (PostgreSQL, demo), run at a small size for the number of their queries."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
MOST_QUERIES = {
    "floor: /health/live": 0,
    "home": 6,
    "catalogue": 6,
    "course page": 4,
    "activity page": 4,
    "quiz page": 4,
    "enrolment (API)": 4,
    "attempt page": 4,
    "save of an answer (API)": 4,
    "verify page": 3,
    "  the page before it": 4,
    "  start of an attempt (API)": 5,
    "  attempt page": 4,
    "  saves of 20 answers (API)": 60,
    "  submission (API)": 8,
    "  page of the result": 6,
    "a whole test, 20 questions": 86,
}


def test_no_request_asks_the_database_more_often_than_agreed():
    command = [sys.executable, "-m", "bench.requests", "2"]
    done = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    rows = re.findall(r"^(.*?\S) +(\d+) +([\d.]+) +(\d+)$", done.stdout, re.MULTILINE)
    queries = {name: int(number) for name, number, _milliseconds, _size in rows}
    assert queries.keys() == MOST_QUERIES.keys()
    assert {name: number for name, number in queries.items() if number > MOST_QUERIES[name]} == {}
