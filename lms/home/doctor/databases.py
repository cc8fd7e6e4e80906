"""The database: does it answer, are its tables those of this release, does it keep what it promised."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from lms.core import schema
from lms.core.audit import AuditEntry
from lms.core.config import Settings
from lms.core.db import db
from lms.core.i18n import _
from lms.home.doctor.finding import Finding, bad, good, warn

NETWORK = ("nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph", "glusterfs", "fuse.sshfs", "fuse.glusterfs")
MOST_SECONDS_APART = 5
OFF = "off"


def examine(settings: Settings, at: datetime) -> list[Finding]:
    try:
        found = [*glance(settings, at), *_durable()]
        return found if any(one.bad for one in found) else [*found, _clock(at)]
    except DBAPIError:
        db.session.remove()
        return [
            bad(
                "database.answers",
                _("The database does not answer."),
                _("Is LMS_DATABASE_URL right, the server up, and may this user sign in there?"),
            )
        ]


def glance(settings: Settings, _at: datetime) -> list[Finding]:
    return [good("database.answers", _("The database answers.")), _tables(), *_network_disk(settings)]


def _tables() -> Finding:
    current, newest = schema.current_of(db.session.connection()), schema.newest()
    if current == newest:
        return good("database.tables", _("The tables are those of this release."))
    if current and current not in {script.revision for script in schema.history().walk_revisions()}:
        return bad(
            "database.tables",
            _("The tables are those of a later release: %(revision)s.", revision=current),
            _("Install the later release again, or restore a backup of this one."),
        )
    return bad("database.tables", _("The tables are not up to date."), _("Run: lms db upgrade"))


def _network_disk(settings: Settings) -> list[Finding]:
    """SQLite's locks do not hold on network file systems (sqlite.org/wal.html: all processes on one machine)."""
    if not settings.database_url.startswith("sqlite:"):
        return []
    path = Path(settings.database_url.removeprefix("sqlite:///"))
    kind = file_system_of(path, Path("/proc/mounts"))
    if kind not in NETWORK:
        return []
    return [
        bad(
            "database.network_disk",
            _("The database lies on a network disk (%(kind)s), where SQLite can lose what was saved.", kind=kind),
            _("Move it to a disk of this machine, or set LMS_DATABASE_URL to a PostgreSQL server."),
        )
    ]


def file_system_of(path: Path, mounts: Path) -> str:
    """The kind of the file system that holds `path`, from a table of mounts as /proc/mounts has it; "" if unknown."""
    try:
        lines = [line.split() for line in mounts.read_text().splitlines()]
    except OSError:
        return ""
    holding = [(fields[1], fields[2]) for fields in lines if path.is_relative_to(fields[1].replace("\\040", " "))]
    return max(holding, key=lambda one: len(one[0]), default=("", ""))[1]


def _durable() -> list[Finding]:
    """Whether a commit is on the disk when the answer that it is kept goes out (PostgreSQL's settings may say no)."""
    if db.engine.dialect.name != "postgresql":
        return []
    names = ("fsync", "synchronous_commit", "full_page_writes")
    off = [name for name in names if db.session.scalar(sa.text("SELECT current_setting(:name)"), {"name": name}) == OFF]
    if not off:
        return [good("database.durable", _("What PostgreSQL has acknowledged survives a power failure."))]
    return [
        warn(
            "database.durable",
            _("PostgreSQL may lose what it has acknowledged: %(settings)s off.", settings=", ".join(off)),
            _("Switch it on in postgresql.conf: no acknowledged answer may be lost."),
        )
    ]


def _clock(at: datetime) -> Finding:
    """Against the database server's clock, and against the youngest entry of the audit."""
    there = db.session.scalar(sa.text("SELECT now()")) if db.engine.dialect.name == "postgresql" else None
    youngest = db.session.scalar(sa.select(AuditEntry.at).order_by(AuditEntry.id.desc()).limit(1))
    ahead = max(((one - at).total_seconds() for one in (youngest,) if one), default=0)
    apart = max(abs((datetime.now(UTC) - there).total_seconds()) if there else 0, ahead)
    if apart <= MOST_SECONDS_APART:
        return good("clock", _("The clocks agree."))
    return warn(
        "clock",
        _("The clock is %(seconds)s seconds off from that of the database.", seconds=round(apart)),
        _("Switch time synchronisation on, on both machines."),
    )
