"""Every way in which an archive may lie, each refused with its own reason and nothing left behind."""

import contextlib
import gzip
import io
import json
import os
import struct
import tarfile
import tempfile
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.core.archives import ArchiveReason, Kind, Limits, kind_of, opened, safe_path
from lms.core.reasons import Refused

SMALL = Limits(total=1_000_000, ratio=100, ratio_free=10_000, entries=50)
Archive = Callable[..., Path]


def reason_of(source: Path, limits: Limits = SMALL) -> ArchiveReason:
    with pytest.raises(Refused) as refused, opened(source, limits=limits):
        pass
    assert isinstance(refused.value.reason, ArchiveReason)
    json.dumps(refused.value.values)
    return refused.value.reason


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A temporary directory of the test's own, which has to be empty again at its end."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    yield folder
    assert list(folder.iterdir()) == []


@pytest.fixture
def make_zip(tmp_path: Path) -> Archive:
    def make(*entries: tuple[str | zipfile.ZipInfo, bytes], name: str = "course.zip") -> Path:
        path = tmp_path / name
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for entry, content in entries:
                archive.writestr(entry, content)
        return path

    return make


@pytest.fixture
def make_tar(tmp_path: Path) -> Archive:
    def make(*members: tarfile.TarInfo | tuple[str, bytes], packed: bool = True) -> Path:
        path = tmp_path / "course.tar.gz"
        with tarfile.open(path, "w:gz") if packed else tarfile.open(path, "w:") as archive:
            for member in members:
                info, content = (member, b"") if isinstance(member, tarfile.TarInfo) else _file(*member)
                archive.addfile(info, io.BytesIO(content))
        return path

    return make


def _file(name: str, content: bytes) -> tuple[tarfile.TarInfo, bytes]:
    info = tarfile.TarInfo(name)
    info.size = len(content)
    return info, content


def member(name: str, kind: bytes, target: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, target
    return info


def zip_entry(name: str, mode: int) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.external_attr = mode << 16
    return info


def test_a_zip_a_tar_and_a_directory_give_the_same_tree(make_zip: Archive, make_tar: Archive, tmp_path: Path) -> None:
    folder = tmp_path / "course"
    (folder / "figures").mkdir(parents=True)
    (folder / "figures/a.svg").write_bytes(b"<svg/>")
    (folder / "course.yaml").write_bytes(b"format: 1")
    entries = (("course.yaml", b"format: 1"), ("figures/a.svg", b"<svg/>"))
    for source in (folder, make_zip(*entries), make_tar(*entries), make_tar(*entries, packed=False)):
        with opened(source) as tree:
            assert {path: tree.read(path) for path in tree} == dict(entries)
            assert list(tree.under("figures")) == ["a.svg"]
            assert "b.svg" not in tree


def test_the_kind_is_seen_in_the_content_whatever_the_name_says(make_zip: Archive, tmp_path: Path) -> None:
    assert kind_of(make_zip(("a", b"b"), name="a.tar.gz")) is Kind.zip
    (tmp_path / "picture.zip").write_bytes(b"\x89PNG")
    assert reason_of(tmp_path / "picture.zip") is ArchiveReason.TYPE
    assert reason_of(tmp_path / "nothing.zip") is ArchiveReason.MISSING


BAD_NAMES = [
    "../a",
    "a/../../b",
    "/etc/passwd",
    "C:/a",
    "c:a",
    "a\\b",
    "..\\a",
    "a\nb",
    "x" * 300,
    "a/" * 600 + "b",
]


@pytest.mark.parametrize("name", BAD_NAMES)
def test_a_name_that_leaves_its_folder_is_refused(name: str, make_zip: Archive, make_tar: Archive) -> None:
    assert reason_of(make_zip((name, b"x"))) is ArchiveReason.PATH
    assert reason_of(make_tar((name, b"x"))) is ArchiveReason.PATH


def test_a_nul_does_not_hide_the_rest_of_a_name(make_zip: Archive) -> None:
    path = make_zip(("good.txtZ/../../evil", b"x"))
    path.write_bytes(path.read_bytes().replace(b"good.txtZ", b"good.txt\0"))
    assert reason_of(path) in (ArchiveReason.PATH, ArchiveReason.BROKEN)


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        (tarfile.SYMTYPE, ArchiveReason.LINK),
        (tarfile.LNKTYPE, ArchiveReason.LINK),
        (tarfile.CHRTYPE, ArchiveReason.DEVICE),
        (tarfile.BLKTYPE, ArchiveReason.DEVICE),
        (tarfile.FIFOTYPE, ArchiveReason.DEVICE),
        (b"Z", ArchiveReason.DEVICE),
    ],
)
def test_a_tar_holds_files_and_folders_only(kind: bytes, reason: ArchiveReason, make_tar: Archive) -> None:
    assert reason_of(make_tar(("a", b"x"), member("b", kind, "/etc/passwd"))) is reason


@pytest.mark.parametrize(
    ("mode", "reason"),
    [(0o120777, ArchiveReason.LINK), (0o020666, ArchiveReason.DEVICE), (0o010666, ArchiveReason.DEVICE)],
)
def test_a_zip_holds_files_and_folders_only(mode: int, reason: ArchiveReason, make_zip: Archive) -> None:
    assert reason_of(make_zip((zip_entry("b", mode), b"/etc/passwd"))) is reason


def test_a_directory_may_not_hold_links_or_pipes(tmp_path: Path) -> None:
    folder = tmp_path / "course"
    folder.mkdir()
    (folder / "link").symlink_to("/etc")
    assert reason_of(folder) is ArchiveReason.LINK
    (folder / "link").unlink()
    os.mkfifo(folder / "pipe")
    assert reason_of(folder) is ArchiveReason.DEVICE


def test_a_name_may_stand_once(make_zip: Archive, make_tar: Archive) -> None:
    assert reason_of(make_tar(("a", b"1"), ("./a", b"2"))) is ArchiveReason.DUPLICATE
    with pytest.warns(UserWarning, match="Duplicate"):
        twice = make_zip(("a", b"1"), ("a", b"2"))
    assert reason_of(twice) is ArchiveReason.DUPLICATE


def test_an_encrypted_zip_is_refused(make_zip: Archive) -> None:
    path = make_zip(("a", b"secret"))
    content = bytearray(path.read_bytes())
    content[content.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(content)
    assert reason_of(path) is ArchiveReason.ENCRYPTED


def test_a_bomb_is_refused_by_its_ratio(make_zip: Archive, make_tar: Archive) -> None:
    zeros = b"\0" * 900_000
    assert reason_of(make_zip(("zeros", zeros))) is ArchiveReason.RATIO
    assert reason_of(make_tar(("zeros", zeros))) is ArchiveReason.RATIO


def test_more_than_the_limit_is_refused(make_zip: Archive, make_tar: Archive) -> None:
    noise = os.urandom(600_000)
    assert reason_of(make_zip(("a", noise), ("b", noise))) is ArchiveReason.TOO_LARGE
    assert reason_of(make_tar(("a", noise), ("b", noise))) is ArchiveReason.TOO_LARGE


def test_a_size_that_lies_is_found_out(make_zip: Archive) -> None:
    path = make_zip(("zeros", b"\0" * 50_000), ("tail", b"x"))
    lie = path.read_bytes().replace(struct.pack("<L", 50_000), struct.pack("<L", 10))
    path.write_bytes(lie)
    assert reason_of(path) is ArchiveReason.BROKEN


def test_entries_that_share_their_bytes_are_refused(make_zip: Archive) -> None:
    path = make_zip(("a", os.urandom(1000)), ("b", os.urandom(1000)))
    content = bytearray(path.read_bytes())
    second = content.rindex(b"PK\x01\x02")
    content[second + 42 : second + 46] = struct.pack("<L", 0)
    path.write_bytes(content)
    assert reason_of(path) is ArchiveReason.BROKEN


def test_a_million_members_of_a_tar_are_refused_early(tmp_path: Path) -> None:
    path = tmp_path / "million.tar.gz"
    block = b"".join(member(f"f{number:03}", tarfile.DIRTYPE).tobuf() for number in range(1000))
    with gzip.open(path, "wb", compresslevel=1) as file:
        for _ in range(1000):
            file.write(block)
    tracemalloc.start()
    assert reason_of(path, Limits()) is ArchiveReason.ENTRIES
    assert tracemalloc.get_traced_memory()[1] < 20_000_000
    tracemalloc.stop()


def test_too_many_entries_are_refused(make_zip: Archive, make_tar: Archive) -> None:
    many = [(f"f{number}", b"") for number in range(51)]
    assert reason_of(make_zip(*many)) is ArchiveReason.ENTRIES
    assert reason_of(make_tar(*many)) is ArchiveReason.ENTRIES


def test_a_table_of_contents_that_denies_its_length_is_not_read(make_zip: Archive) -> None:
    path = make_zip(*[(f"{number:0200}", b"") for number in range(200)])
    content = bytearray(path.read_bytes())
    end = content.rindex(b"PK\x05\x06")
    content[end + 8 : end + 12] = struct.pack("<HH", 1, 1)
    path.write_bytes(content)
    assert reason_of(path) is ArchiveReason.ENTRIES


def test_a_header_that_claims_to_be_huge_is_not_read_into_memory(tmp_path: Path) -> None:
    header = member("pax", tarfile.XHDTYPE)
    header.size = 900_000
    path = tmp_path / "huge.tar.gz"
    with gzip.open(path, "wb") as file:
        file.write(header.tobuf() + os.urandom(900_000))
    assert reason_of(path, Limits()) is ArchiveReason.BROKEN


def test_headers_without_end_are_refused(tmp_path: Path) -> None:
    header = member("pax", tarfile.XHDTYPE)
    header.size = 12
    path = tmp_path / "deep.tar"
    path.write_bytes((header.tobuf() + b"12 a=bbbbbb\n".ljust(512, b"\0")) * 2000)
    assert reason_of(path, Limits()) is ArchiveReason.BROKEN


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_half_an_archive_is_refused(share: float, make_zip: Archive, make_tar: Archive) -> None:
    entries = [(f"file{number}", os.urandom(3000)) for number in range(20)]
    for whole in (make_zip(*entries), make_tar(*entries), make_tar(*entries, packed=False)):
        content = whole.read_bytes()
        # the last tenth of a plain tar is padding after its end
        share_of_content = min(share, 0.85) if whole.read_bytes()[257:262] == b"ustar" else share
        whole.write_bytes(content[: int(len(content) * share_of_content)])
        assert reason_of(whole) is ArchiveReason.BROKEN


def test_a_damaged_header_is_not_taken_for_the_end(make_tar: Archive) -> None:
    path = make_tar(("a", b"x"), ("b", b"y"), packed=False)
    content = bytearray(path.read_bytes())
    content[1024 + 148 : 1024 + 156] = b"garbage!"
    path.write_bytes(content)
    assert reason_of(path) is ArchiveReason.BROKEN


@given(st.binary(max_size=200), st.integers(0, 400), st.sampled_from(["zip", "tar"]))
def test_whatever_is_damaged_is_opened_or_refused_never_a_crash(noise: bytes, at: int, kind: str) -> None:
    buffer = io.BytesIO()
    if kind == "zip":
        with zipfile.ZipFile(buffer, "w") as archive:
            archive.writestr("a.txt", b"content")
    else:
        with tarfile.open(fileobj=buffer, mode="w") as tar:
            tar.addfile(_file("a.txt", b"content")[0], io.BytesIO(b"content"))
    content = bytearray(buffer.getvalue())
    content[at : at + len(noise)] = noise
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "noise"
        path.write_bytes(content)
        with contextlib.suppress(Refused), opened(path, limits=SMALL) as tree:
            assert all(safe_path(name) == name for name in tree)


@given(st.text(max_size=60))
def test_a_clean_path_stays_inside_and_is_clean_again(name: str) -> None:
    path = safe_path(name)
    if path is not None:
        assert not path.startswith("/")
        assert ".." not in path.split("/")
        assert safe_path(path) == path
