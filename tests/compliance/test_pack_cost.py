"""A pack is written piece by piece: neither memory nor time grow beyond what was promised. `bench.packs` has 10,000."""

from __future__ import annotations

import pytest

from bench.packs import main

NUMBER = 300


@pytest.mark.slow
def test_hundreds_of_certificates_take_little_memory_and_time(tmp_path):
    found = main(NUMBER, tmp_path)
    assert (found["certificates"], found["entries"]) == (NUMBER, NUMBER + 2)
    assert found["bytes"] > NUMBER * 28_000
    assert found["megabytes"] < 300
    assert found["cpu_seconds_without_start"] < 2, "2 s for each 1,000 is the promise"
