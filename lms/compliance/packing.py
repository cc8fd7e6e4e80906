"""The zip of a pack, as a stream: certificates one by one, each compared with its digest, then the list of all."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from io import BytesIO, RawIOBase
from typing import Any
from zoneinfo import ZoneInfo

from zipstream import ZIP_DEFLATED, ZipStream

from lms.compliance.presenting import STATE_WORDS
from lms.compliance.queries.packs import Proof
from lms.compliance.reasons import ComplianceReason
from lms.compliance.rules.file_names import certificate_name
from lms.core.i18n import _, translate
from lms.core.reasons import Refused
from lms.core.spreadsheets import Cell, write_csv, write_xlsx
from lms.core.storage import StorageReason, storage

FOLDER = "certificates"
LISTED = "list"
"""Name of the tables in the zip: before the folder of certificates, wherever names are sorted."""


@dataclass
class Packing:
    """Writes a pack piece by piece; `lines` are what it held, and what is missing, once all was read.

    `name` is its own, unlike any other's: so no two packs are the same file.
    """

    name: str
    zone: ZoneInfo
    progress: Callable[[int], None]
    lines: list[Proof] = field(default_factory=list)

    @property
    def missing(self) -> list[Proof]:
        return [line for line in self.lines if line.missing]

    def counts(self, people: int) -> dict[str, int]:
        return {"certificates": len(self.lines) - len(self.missing), "missing": len(self.missing), "people": people}

    def pieces(self, proofs: Sequence[Proof]) -> Iterator[bytes]:
        """The zip. PDFs are stored as they are, since they are packed already."""
        archive: Any = ZipStream()
        archive.comment = self.name
        for number, proof in enumerate(proofs, 1):
            line, document = _read(proof)
            self.lines.append(line)
            if document is not None:
                archive.add(document, f"{FOLDER}/{_name(line)}")
                yield from archive.all_files()
            self.progress(number)
        rows = [_row(line, self.zone) for line in sorted(self.lines, key=_missing_first)]
        archive.add(b"".join(write_csv(headers(), rows)), f"{LISTED}.csv", compress_type=ZIP_DEFLATED)
        archive.add(_workbook(rows), f"{LISTED}.xlsx")
        yield from archive.finalize()


def _read(proof: Proof) -> tuple[Proof, bytes | None]:
    """The document with its line; a file that is gone or not what was issued is missing, and said to be."""
    if proof.missing:
        return proof, None
    try:
        document = storage().get(proof.digest)
    except Refused as refused:
        if refused.reason is not StorageReason.MISSING:
            raise
        return replace(proof, missing=Refused(ComplianceReason.MISSING_FILE)), None
    if hashlib.sha256(document).hexdigest() != proof.digest:
        return replace(proof, missing=Refused(ComplianceReason.MISSING_CHANGED)), None
    return proof, document


def _name(proof: Proof) -> str:
    return certificate_name(proof.person, proof.title, proof.public_id)


def _missing_first(proof: Proof) -> tuple[bool, str, str]:
    return proof.missing is None, proof.person.casefold(), proof.title.casefold()


def headers() -> list[str]:
    return [
        _("Certificate"), _("Person"), _("Number"), _("Course"), _("Title"), _("Status"), _("Issued on"), _("Valid to"),
        _("SHA-256 of the document"), _("File"), _("Why it is missing"),
    ]  # fmt: skip


def _row(proof: Proof, zone: ZoneInfo) -> list[Cell]:
    status = translate(STATE_WORDS[proof.status]) if proof.status else None
    cells: list[Cell] = [proof.public_id, proof.person, proof.number, proof.slug, proof.title, status]
    cells += [_day(proof.issued_at, zone), _day(proof.expires_at, zone)]
    if proof.missing:
        return [*cells, None, None, proof.missing.sentence()]
    return [*cells, proof.digest, f"{FOLDER}/{_name(proof)}", None]


def _day(at: datetime | None, zone: ZoneInfo) -> Cell:
    return at.astimezone(zone).date() if at else None


def _workbook(rows: Iterable[Sequence[Cell]]) -> bytes:
    file = BytesIO()
    write_xlsx(file, headers(), rows, title=_("Certificates"))
    return file.getvalue()


class Reader(RawIOBase):
    """An iterator of bytes as a stream to read from."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._rest:  # a piece may be empty, and that is not the end
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._rest = piece
        taken = self._rest[: len(buffer)]
        buffer[: len(taken)] = taken
        self._rest = self._rest[len(taken) :]
        return len(taken)
