"""Files by digest, in a directory and in a real S3: whole, in parts, and on the disk before they are named."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import time
from io import BytesIO
from pathlib import Path

import pytest

from lms.core.config import Settings
from lms.core.reasons import Refused
from lms.core.storage import CHUNK, INCOMING, Storage
from tests.services.processes import free_port
from tests.services.s3 import BUCKET


def s3_settings(data_dir: Path, endpoint: str, prefix: str = "files") -> dict[str, str]:
    return {
        "LMS_DATA_DIR": str(data_dir),
        "LMS_STORAGE_URL": f"s3://{BUCKET}/{prefix}?endpoint={endpoint}",
        "LMS_STORAGE_KEY": "key",
        "LMS_STORAGE_SECRET": "secret",
    }


@pytest.fixture(params=["directory", "s3"])
def store(request, tmp_path):
    if request.param == "directory":
        return Storage.open(Settings.from_env({"LMS_DATA_DIR": str(tmp_path)}))
    endpoint = request.getfixturevalue("s3_url")
    return Storage.open(Settings.from_env(s3_settings(tmp_path, endpoint, prefix=tmp_path.name)))


def test_bytes_come_back_under_their_digest(store):
    digest = store.put(b"first")
    assert digest == hashlib.sha256(b"first").hexdigest()
    assert store.get(digest) == b"first"
    assert store.has(digest)


def test_the_same_bytes_again_change_nothing(store):
    assert store.put(b"again") == store.put(b"again") == store.put_stream(BytesIO(b"again"))[0]
    assert store.get(store.put(b"again")) == b"again"


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, 2 * CHUNK + 1, 7 * CHUNK])
def test_a_stream_of_any_size_is_stored_whole(store, size):
    data = os.urandom(size)
    digest, stored = store.put_stream(BytesIO(data))
    assert (digest, stored) == (hashlib.sha256(data).hexdigest(), size)
    assert b"".join(store.stream(digest)) == data


@pytest.mark.parametrize(
    ("start", "end"), [(0, 1), (5, 5), (CHUNK - 1, CHUNK + 1), (CHUNK, None), (3, 10**9), (10**9, None)]
)
def test_a_part_is_what_was_asked_for(store, start, end):
    data = os.urandom(2 * CHUNK + 7)
    digest = store.put(data)
    assert b"".join(store.stream(digest, start, end)) == data[start:end]


def test_a_stream_comes_in_pieces_that_fit_in_memory(store):
    digest = store.put(bytes(3 * CHUNK))
    assert [len(piece) for piece in store.stream(digest)] == [CHUNK] * 3


@pytest.mark.parametrize("ask", [Storage.get, Storage.stream])
def test_a_file_that_nobody_has_is_said_to_be_missing(store, ask):
    with pytest.raises(Refused) as refused:
        ask(store, "0" * 64)
    assert refused.value.reason.code == "storage.missing"
    assert not store.has("0" * 64)


def test_a_deleted_file_is_gone(store):
    digest = store.put(b"to be erased")
    store.delete(digest)
    assert not store.has(digest)


class Breaks(BytesIO):
    """A stream that breaks off, as a connection does."""

    def read(self, size: int | None = -1) -> bytes:
        if piece := super().read(size):
            return piece
        raise ConnectionError("gone")


def test_a_stream_that_breaks_off_leaves_nothing(tmp_path):
    store = Storage.open(Settings.from_env({"LMS_DATA_DIR": str(tmp_path)}))
    with pytest.raises(ConnectionError):
        store.put_stream(Breaks(b"half a file"))
    assert [path for path in (tmp_path / "files").rglob("*") if path.is_file()] == []


def test_what_a_dead_process_left_half_written_is_cleared_away_a_day_later(tmp_path):
    settings = Settings.from_env({"LMS_DATA_DIR": str(tmp_path)})
    Storage.open(settings).put(b"x")
    old, new = tmp_path / "files" / INCOMING / "old", tmp_path / "files" / INCOMING / "new"
    for path in (old, new):
        path.write_bytes(b"half")
    os.utime(old, (time.time() - 100_000,) * 2)
    Storage.open(settings)
    assert (old.exists(), new.exists()) == (False, True)


def test_a_folder_whose_name_holds_spaces_is_found(tmp_path):
    store = Storage.open(Settings.from_env({"LMS_DATA_DIR": str(tmp_path / "our files")}))
    assert store.get(store.put(b"x")) == b"x"
    assert (tmp_path / "our files" / "files").is_dir()


SYSTEM_CALLS = """
import os, sys
calls = []
def note(name, real):
    def call(*args, **more):
        calls.append(name)
        return real(*args, **more)
    return call
os.fsync, os.replace = note("fsync", os.fsync), note("rename", os.replace)
from lms.core.config import Settings
from lms.core.storage import Storage
store = Storage.open(Settings.from_env({"LMS_DATA_DIR": sys.argv[1]}))
calls.clear()
store.put(b"certificate")
print(*calls)
"""


def test_the_bytes_are_on_the_disk_before_their_name_is_and_the_name_before_put_returns(tmp_path):
    """What a power failure may take is what was not synced: the order of the system calls is the promise."""
    done = subprocess.run(
        [sys.executable, "-c", SYSTEM_CALLS, tmp_path], check=True, capture_output=True, text=True, cwd=Path.cwd()
    )
    first, named, *folders = done.stdout.split()
    assert (first, named) == ("fsync", "rename")
    assert folders == ["fsync"] * 3


def test_a_store_that_does_not_answer_is_given_up_in_seconds(tmp_path):
    store = Storage.open(Settings.from_env(s3_settings(tmp_path, f"http://127.0.0.1:{free_port()}")))
    began = time.monotonic()
    with pytest.raises(Exception, match=r"(?i)connect|request|retry"):
        store.put(b"x")
    assert time.monotonic() - began < 15
