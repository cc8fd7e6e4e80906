"""Whether a certificate counts: what the record says of a number or of a file. Nothing is changed by asking."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import datetime

from lms.core.canonical import digest_bytes
from lms.credentials import queries
from lms.credentials.queries import AwardView
from lms.credentials.rules import snapshots
from lms.credentials.rules.statuses import EXPIRED, REVOKED

CHECKS = ("recorded", "unchanged", "name", "not_revoked", "not_expired", "document")


@dataclass(frozen=True)
class Check:
    """One thing that was looked at: `name` is one of CHECKS."""

    name: str
    passed: bool


@dataclass(frozen=True)
class Verification:
    """The answer to whoever asks whether a certificate counts."""

    view: AwardView
    checks: tuple[Check, ...]
    name: str = ""
    """As the document has it, where the record no longer has, and its digest says that it is right."""

    @property
    def is_valid(self) -> bool:
        """In force, and nothing that was looked at is wrong."""
        return self.view.status.is_in_force and all(check.passed for check in self.checks)


def verify_award(public_id: str, *, at: datetime) -> Verification:
    """What the record says of a number. Refused: credentials.unknown."""
    view = queries.find_award(public_id, at)
    return Verification(view, _checks(view))


def verify_name(public_id: str, name: str, salt: str, *, at: datetime) -> Verification:
    """What the record says of a name and of the key that is printed beside it, when only the holder has them still.

    Refused: credentials.unknown.
    """
    view = queries.find_award(public_id, at)
    same = _is_name(view, " ".join(unicodedata.normalize("NFC", name).split()), "".join(salt.split()).lower())
    return Verification(view, _with(_checks(view), Check("name", same)))


def verify_document(document: bytes, *, at: datetime, public_id: str = "") -> Verification:
    """What the record says of a file: genuine only where it is, byte for byte, the document that was issued.

    With a number, where it is the document of that award. Refused: credentials.unknown, credentials.not_genuine.
    """
    if public_id:
        view = queries.find_award(public_id, at)
        same = view.document is not None and view.document.digest == digest_bytes(document)
    else:
        view, same = queries.find_by_document(digest_bytes(document), at), True
    checks = (*_checks(view), Check("document", same))
    if view.holder is None and same:
        return _verify_printed_name(view, document, checks)
    return Verification(view, checks)


def _verify_printed_name(view: AwardView, document: bytes, checks: tuple[Check, ...]) -> Verification:
    """The holder was erased: the document alone has the name and its key, and the record has their digest."""
    from certificates.reading import read_holder  # noqa: PLC0415 - loads a PDF library that other requests never need

    read = read_holder(document, view.award.facts["title"])
    if read is None:
        return Verification(view, checks)
    name, keys = read
    named = Check("name", any(_is_name(view, name, key) for key in keys))
    return Verification(view, _with(checks, named), name if named.passed else "")


def _is_name(view: AwardView, name: str, salt: str) -> bool:
    return snapshots.name_digest(salt, name) == view.award.name_digest


def _with(checks: tuple[Check, ...], one: Check) -> tuple[Check, ...]:
    """In the order of CHECKS, `one` in place of what was known of it."""
    others = [check for check in checks if check.name != one.name]
    return tuple(sorted([*others, one], key=lambda check: CHECKS.index(check.name)))


def _checks(view: AwardView) -> tuple[Check, ...]:
    """Digests are computed anew, so that a record that somebody changed in the database does not pass."""
    award, holder = view.award, view.holder
    computed = snapshots.award_digest(
        public_id=award.public_id,
        achievement=award.achievement,
        cycle=award.cycle,
        facts=award.facts,
        name=award.name_digest,
        evidence=award.evidence_digest,
        issued_at=award.issued_at,
        expires_on=award.expires_on,
    )
    named = (Check("name", snapshots.name_digest(holder.salt, holder.name) == award.name_digest),) if holder else ()
    kinds = {happening.kind for happening in view.happenings}
    return (
        Check("recorded", True),
        Check("unchanged", computed == award.digest),
        *named,
        Check("not_revoked", REVOKED not in kinds),
        Check("not_expired", view.status.name != EXPIRED),
    )
