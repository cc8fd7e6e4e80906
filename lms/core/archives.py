"""Uploads are hostile: zip, tar and directories opened only after everything in them was looked at.

`opened()` first walks the whole archive (names, kinds, sizes, ratio, number) without writing a byte, then
unpacks into a temporary directory under names of its own: no name from outside becomes a path on our disk.
"""

from __future__ import annotations

import gzip
import io
import os
import re
import shutil
import stat
import struct
import tarfile
import tempfile
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import IO, BinaryIO, cast

from lms.core.reasons import Reason, Refused
from lms.core.texts import N_

KIBIBYTE = 1024
MEBIBYTE = 1024 * KIBIBYTE


class ArchiveReason(Reason):
    """Why an archive is not opened. `entry` is the name as the archive gives it."""

    MISSING = ("archive.missing", 404, N_("There is no file or folder %(name)s."))
    TYPE = (
        "archive.type",
        415,
        N_("%(name)s is neither a zip nor a tar archive. We look at the content, not at the name."),
        N_("Pack the course as .zip or .tar.gz and send it again."),
    )
    BROKEN = (
        "archive.broken",
        422,
        N_("%(name)s is damaged or not complete: %(detail)s."),
        N_("Export or download it again, and check that the whole file arrives."),
    )
    TOO_LARGE = ("archive.too_large", 413, N_("%(name)s unpacks to more than %(limit)s MB."))
    RATIO = (
        "archive.ratio",
        413,
        N_("%(entry)s in %(name)s unpacks to more than %(limit)s times its packed size."),
    )
    ENTRIES = ("archive.entries", 413, N_("%(name)s holds more than %(limit)s files."))
    PATH = ("archive.path", 422, N_("%(name)s names a file outside of its own folder: %(entry)s."))
    LINK = ("archive.link", 422, N_("%(name)s holds a link: %(entry)s. We take files only."))
    DEVICE = ("archive.device", 422, N_("%(name)s holds something that is not a file: %(entry)s."))
    DUPLICATE = ("archive.duplicate", 422, N_("%(name)s holds %(entry)s twice."))
    ENCRYPTED = (
        "archive.encrypted",
        422,
        N_("%(name)s is locked with a password."),
        N_("Pack it again without a password."),
    )


@dataclass(frozen=True)
class Limits:
    """What an archive may be at most, in bytes; the ratio counts only above `ratio_free` unpacked bytes."""

    total: int = 2048 * MEBIBYTE
    ratio: int = 100
    ratio_free: int = 16 * MEBIBYTE
    entries: int = 20_000


class Kind(StrEnum):
    """What a source is, by its content."""

    directory = "directory"
    zip = "zip"
    tar = "tar"


class Tree:
    """The files of an opened source by their path in it ("a/b.md"), sorted; folders are not listed."""

    def __init__(self, name: str, kind: Kind, files: dict[str, Path]) -> None:
        self.name = name
        self.kind = kind
        self._files = dict(sorted(files.items()))

    def __contains__(self, path: object) -> bool:
        return path in self._files

    def __iter__(self) -> Iterator[str]:
        return iter(self._files)

    def __len__(self) -> int:
        return len(self._files)

    def path(self, path: str) -> Path:
        """Where its bytes lie while the source is open; KeyError where there is no such file."""
        return self._files[path]

    def size(self, path: str) -> int:
        return self._files[path].stat().st_size

    def read(self, path: str) -> bytes:
        return self._files[path].read_bytes()

    def under(self, folder: str) -> Tree:
        """The same files seen from `folder` ("" = this tree)."""
        if not folder:
            return self
        prefix = folder.rstrip("/") + "/"
        inside = {name.removeprefix(prefix): path for name, path in self._files.items() if name.startswith(prefix)}
        return Tree(self.name, self.kind, inside)


def kind_of(source: Path) -> Kind | None:
    """Zip, tar (also gzipped) or directory by the first bytes, not by the name; None for all else."""
    if source.is_dir():
        return Kind.directory
    with source.open("rb") as file:
        head = file.read(512)
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return Kind.zip
    return Kind.tar if head.startswith(b"\x1f\x8b") or _is_tar_header(head) else None


@contextmanager
def opened(source: Path, *, limits: Limits = Limits(), name: str | None = None) -> Iterator[Tree]:
    """The files of a directory, zip or tar while the `with` lasts; refused whole where anything is wrong.

    `name` is what people call it (default: the file's name). Raises Refused(ArchiveReason.…).
    """
    called = name or source.name
    if not source.exists():
        raise Refused(ArchiveReason.MISSING, name=called)
    kind = kind_of(source)
    if kind is None:
        raise Refused(ArchiveReason.TYPE, name=called)
    if kind is Kind.directory:
        yield Tree(called, kind, _Survey(called, limits).directory(source))
        return
    unpack = _unpack_zip if kind is Kind.zip else _unpack_tar
    with tempfile.TemporaryDirectory(prefix="lms-archive-") as folder, _broken_is_refused(called):
        files = unpack(source, Path(folder), _Survey(called, limits))
        yield Tree(called, kind, files)


def safe_path(name: str) -> str | None:
    """`name` as a clean relative path ("./a//b" → "a/b"); None where it leaves or could be read so."""
    if not name or len(name.encode("utf-8", "replace")) > 1024 or name.startswith("/"):
        return None
    if "\\" in name or re.match(r"[A-Za-z]:", name) or any(unicodedata.category(c) in ("Cc", "Cs") for c in name):
        return None
    parts = [part for part in name.split("/") if part not in ("", ".")]
    if not parts or ".." in parts or any(len(part.encode()) > 255 for part in parts):
        return None
    return unicodedata.normalize("NFC", "/".join(parts))


class _Survey:
    """Counts what an archive says it holds and refuses as soon as one limit is passed."""

    def __init__(self, name: str, limits: Limits) -> None:
        self.name = name
        self.limits = limits
        self._entries = 0
        self._total = 0
        self._paths: set[str] = set()

    def refuse(self, reason: ArchiveReason, **values: object) -> Refused:
        return Refused(reason, name=self.name, **values)

    def broken(self, detail: str) -> Refused:
        return self.refuse(ArchiveReason.BROKEN, detail=detail)

    def count(self, number: int = 1) -> None:
        self._entries += number
        if self._entries > self.limits.entries:
            raise self.refuse(ArchiveReason.ENTRIES, limit=self.limits.entries)

    def file(self, name: str, size: int, packed: int | None = None) -> str:
        """The clean path of a file entry. `packed` is its own packed size where the format knows one."""
        path = self.folder(name)
        if path in self._paths:
            raise self.refuse(ArchiveReason.DUPLICATE, entry=_shown(name))
        self._paths.add(path)
        self._add(size)
        if packed is not None and size > max(self.limits.ratio_free, packed * self.limits.ratio):
            raise self.refuse(ArchiveReason.RATIO, entry=_shown(name), limit=self.limits.ratio)
        return path

    def folder(self, name: str) -> str:
        path = safe_path(name)
        if path is None:
            raise self.refuse(ArchiveReason.PATH, entry=_shown(name))
        return path

    def _add(self, size: int) -> None:
        if size < 0:
            raise self.broken("a size is negative")
        self._total += size
        if self._total > self.limits.total:
            raise self.refuse(ArchiveReason.TOO_LARGE, limit=self.limits.total // MEBIBYTE)

    def directory(self, root: Path) -> dict[str, Path]:
        """Files under `root`; names that start with a dot (version control, editors) are passed over."""
        files: dict[str, Path] = {}
        for folder, folders, names in os.walk(root):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            for name in [*folders, *sorted(names)]:
                self._look_at(Path(folder) / name, root, files)
        return files

    def _look_at(self, path: Path, root: Path, files: dict[str, Path]) -> None:
        name, facts = path.relative_to(root).as_posix(), path.lstat()
        if path.name.startswith("."):
            return
        if stat.S_ISLNK(facts.st_mode):
            raise self.refuse(ArchiveReason.LINK, entry=_shown(name))
        if stat.S_ISDIR(facts.st_mode):
            return
        if not stat.S_ISREG(facts.st_mode):
            raise self.refuse(ArchiveReason.DEVICE, entry=_shown(name))
        self.count()
        files[self.file(name, facts.st_size)] = path


def _shown(name: str) -> str:
    """A name from outside, fit to be printed: no control characters, not endless."""
    clean = "".join(c if c.isprintable() else "�" for c in name)
    return clean if len(clean) <= 120 else clean[:119] + "…"


@contextmanager
def _broken_is_refused(name: str) -> Iterator[None]:
    """What the libraries raise on damaged input becomes one refusal."""
    try:
        yield
    except (
        zipfile.BadZipFile,
        tarfile.TarError,
        zlib.error,
        gzip.BadGzipFile,
        struct.error,
        EOFError,
    ) as error:
        raise Refused(ArchiveReason.BROKEN, name=name, detail=_shown(str(error) or "it ends too early")) from error
    except (NotImplementedError, RecursionError, UnicodeDecodeError, OverflowError) as error:
        raise Refused(
            ArchiveReason.BROKEN, name=name, detail="it uses a form of packing that we do not read"
        ) from error


# --- zip


def _unpack_zip(source: Path, folder: Path, survey: _Survey) -> dict[str, Path]:
    with source.open("rb") as file:
        _look_at_zip_end(file, survey)
        with zipfile.ZipFile(file) as archive:
            entries = {path: info for info in archive.infolist() if (path := _look_at_zip_entry(info, survey))}
            _refuse_overlaps(archive, survey)
            return {
                path: _copy(archive.open(info), info.file_size, folder / str(number), survey)
                for number, (path, info) in enumerate(entries.items())
            }


def _look_at_zip_end(file: BinaryIO, survey: _Survey) -> None:
    """Refuses by the record at the end, before the library reads a million entries into memory."""
    size = file.seek(0, io.SEEK_END)
    file.seek(max(0, size - 65_557))
    tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < 22:
        raise survey.broken("its table of contents is missing")
    count, directory_size = struct.unpack("<10xHL6x", tail[at : at + 22])
    if b"PK\x06\x07" in tail[max(0, at - 20) : at]:
        count, directory_size = _zip64_end(file, tail[at - 20 : at], survey)
    if count > survey.limits.entries or directory_size > survey.limits.entries * 400:
        raise survey.refuse(ArchiveReason.ENTRIES, limit=survey.limits.entries)
    file.seek(0)


def _zip64_end(file: BinaryIO, locator: bytes, survey: _Survey) -> tuple[int, int]:
    """(entries, bytes of the directory) of an archive in the 64-bit form."""
    if len(locator) != 20 or not locator.startswith(b"PK\x06\x07"):
        raise survey.broken("its table of contents is missing")
    file.seek(struct.unpack("<8xQ4x", locator)[0])
    record = file.read(56)
    if len(record) != 56 or not record.startswith(b"PK\x06\x06"):
        raise survey.broken("its table of contents is missing")
    count, directory_size = struct.unpack("<32xQQ8x", record)
    return count, directory_size


def _look_at_zip_entry(info: zipfile.ZipInfo, survey: _Survey) -> str | None:
    """The clean path of a file, None for a folder."""
    survey.count()
    if info.flag_bits & 0x41:
        raise survey.refuse(ArchiveReason.ENCRYPTED)
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind == stat.S_IFLNK:
        raise survey.refuse(ArchiveReason.LINK, entry=_shown(info.filename))
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise survey.refuse(ArchiveReason.DEVICE, entry=_shown(info.filename))
    if info.filename.endswith("/"):  # is_dir() fails on an empty name
        survey.folder(info.orig_filename)
        return None
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise survey.broken("it uses a form of packing that we do not read")
    # orig_filename: the library cuts `filename` at a NUL, which would hide the rest from the check
    return survey.file(info.orig_filename, info.file_size, info.compress_size)


def _refuse_overlaps(archive: zipfile.ZipFile, survey: _Survey) -> None:
    """Entries that share their packed bytes multiply a small file without a bad ratio of any one."""
    end = 0
    for info in sorted(archive.infolist(), key=lambda info: info.header_offset):
        if info.header_offset < end:
            raise survey.broken("its entries overlap")
        end = info.header_offset + 30 + info.compress_size


# --- tar


def _unpack_tar(source: Path, folder: Path, survey: _Survey) -> dict[str, Path]:
    """Reads the stream twice: once to look at everything, once to write."""
    files: dict[str, Path] = {}
    _walk_tar(source, survey, lambda *_: None)

    def write(path: str, archive: tarfile.TarFile, member: tarfile.TarInfo) -> None:
        content = cast(IO[bytes], archive.extractfile(member))
        files[path] = _copy(content, member.size, folder / str(len(files)), survey)

    _walk_tar(source, _Survey(survey.name, survey.limits), write)
    return files


TarVisit = Callable[[str, tarfile.TarFile, tarfile.TarInfo], None]


def _walk_tar(source: Path, survey: _Survey, visit: TarVisit) -> None:
    with source.open("rb") as file:
        stream = _Bounded(file, source.stat().st_size, survey)
        with tarfile.open(fileobj=cast(IO[bytes], stream), mode="r:") as archive:
            while (member := archive.next()) is not None:
                path = _look_at_tar_member(member, survey)
                if path is not None:
                    visit(path, archive, member)
                _forget_members(archive, survey)
            _look_at_tar_end(archive.offset, stream, survey)


def _look_at_tar_member(member: tarfile.TarInfo, survey: _Survey) -> str | None:
    """The clean path of a file, None for a folder."""
    survey.count()
    if member.issym() or member.islnk():
        raise survey.refuse(ArchiveReason.LINK, entry=_shown(member.name))
    if member.isdir():
        if member.name.strip("./"):
            survey.folder(member.name)
        return None
    if not member.isreg() or member.issparse():
        raise survey.refuse(ArchiveReason.DEVICE, entry=_shown(member.name))
    return survey.file(member.name, member.size)


def _forget_members(archive: tarfile.TarFile, survey: _Survey) -> None:
    """The library keeps every header it has read; a hostile archive would fill the memory with them."""
    archive.members = []  # type: ignore[attr-defined]  # documented habit, missing in the stubs
    if len(archive.pax_headers) > 100:
        raise survey.broken("its headers are too many")


def _look_at_tar_end(offset: int, stream: _Bounded, survey: _Survey) -> None:
    """The library takes a damaged header for the end: a real end is a block of zeros, or nothing."""
    stream.seek(offset)
    if stream.read(tarfile.BLOCKSIZE).strip(b"\0"):
        raise survey.broken("a header in it can not be read")


def _is_tar_header(head: bytes) -> bool:
    return head[257:262] == b"ustar"


class _Bounded(io.RawIOBase):
    """A (gunzipped) stream that refuses to go further than the limits, and to hand out much at once.

    The second keeps a header that claims to be a gigabyte long from being read into memory.
    """

    MOST_AT_ONCE = 256 * KIBIBYTE

    def __init__(self, file: BinaryIO, packed: int, survey: _Survey) -> None:
        zipped = file.read(2) == b"\x1f\x8b"
        file.seek(0)
        self._file = gzip.GzipFile(fileobj=file) if zipped else file
        self._survey = survey
        limits = survey.limits
        self._by_ratio = max(limits.ratio_free, packed * limits.ratio)
        # headers and padding: a block or two for each entry beside the content itself
        self._by_size = limits.total + limits.entries * 4 * tarfile.BLOCKSIZE

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._file.tell()

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self._check(offset)
        return self._file.seek(offset, whence)

    def read(self, size: int = -1) -> bytes:
        if not 0 <= size <= self.MOST_AT_ONCE:
            raise self._survey.broken("a header in it is too long")
        self._check(self.tell() + size - tarfile.BLOCKSIZE)
        return self._file.read(size)

    def _check(self, position: int) -> None:
        survey = self._survey
        if position < 0:
            raise survey.broken("a size is negative")
        if position > self._by_size:
            raise survey.refuse(ArchiveReason.TOO_LARGE, limit=survey.limits.total // MEBIBYTE)
        if position > self._by_ratio:
            raise survey.refuse(ArchiveReason.RATIO, entry=survey.name, limit=survey.limits.ratio)


def _copy(content: IO[bytes], size: int, target: Path, survey: _Survey) -> Path:
    """Writes exactly the `size` bytes that were announced, or refuses."""
    with content, target.open("wb") as file:
        shutil.copyfileobj(content, file, 64 * KIBIBYTE)
        if file.tell() != size:
            raise survey.broken("a file in it is not as long as announced")
    return target
