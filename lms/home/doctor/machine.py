"""The machine: room on the disk, who may read the data, fonts, libraries, time zones, the storage."""

from __future__ import annotations

import shutil
import stat
import zoneinfo
from ctypes.util import find_library
from pathlib import Path
from urllib.parse import unquote, urlsplit

from obstore.exceptions import BaseError

from certificates.fonts import packages_not_installed
from lms.core.config import MEBIBYTE, Settings
from lms.core.i18n import _
from lms.core.reasons import Refused
from lms.core.storage import Storage
from lms.home.doctor.finding import Finding, bad, good, warn

LITTLE_ROOM, NO_ROOM = 2048 * MEBIBYTE, 200 * MEBIBYTE
LIBRARIES = {
    "pango-1.0": "libpango-1.0-0",
    "pangoft2-1.0": "libpangoft2-1.0-0",
    "harfbuzz-subset": "libharfbuzz-subset0",
}
"""What WeasyPrint loads, and the Debian package that has it."""
PROBE = b"lms doctor"


def examine(settings: Settings) -> list[Finding]:
    return [*_rooms(settings), _readers(settings.data_dir), _time_zones(), _fonts(), _libraries()]


def _rooms(settings: Settings) -> list[Finding]:
    folders = [settings.data_dir]
    if settings.storage_url.startswith("file:"):
        folders.append(Path(unquote(urlsplit(settings.storage_url).path)))
    if settings.database_url.startswith("sqlite:"):
        folders.append(Path(settings.database_url.removeprefix("sqlite:///")).parent)
    disks = {folder.stat().st_dev: folder for folder in reversed(folders) if folder.is_dir()}
    return [_room(folder) for folder in disks.values()]


def _room(folder: Path) -> Finding:
    free = shutil.disk_usage(folder).free
    facts = {"folder": str(folder), "free": free // MEBIBYTE}
    if free > LITTLE_ROOM:
        return good("disk", _("There is room in %(folder)s: %(free)s MB.", **facts))
    mend = _("Make room or take a larger disk: when it is full, nobody can save anything.")
    what = _("There are only %(free)s MB left in %(folder)s.", **facts)
    return bad("disk", what, mend) if free < NO_ROOM else warn("disk", what, mend)


def _readers(data_dir: Path) -> Finding:
    mode = stat.S_IMODE(data_dir.stat().st_mode)
    if mode & 0o077 == 0:
        return good("permissions", _("Only the owner may read the data directory."))
    return warn(
        "permissions",
        _("Other users of this machine may look into %(folder)s, where names and answers lie.", folder=str(data_dir)),
        _("Run: chmod 700 %(folder)s", folder=str(data_dir)),
    )


def _time_zones() -> Finding:
    if "Europe/Brussels" in zoneinfo.available_timezones():
        return good("time_zones", _("Time zones are known."))
    return bad("time_zones", _("No time zones are known."), _("Install the package tzdata."))


def _fonts() -> Finding:
    missing = packages_not_installed()
    if not missing:
        return good("fonts", _("The fonts for certificates in all scripts are there."))
    return warn(
        "fonts",
        _("Fonts are missing: certificates for names in some scripts will be held."),
        _("Install %(packages)s, then start the worker again.", packages=", ".join(missing)),
    )


def _libraries() -> Finding:
    missing = [package for library, package in LIBRARIES.items() if find_library(library) is None]
    if not missing:
        return good("libraries", _("What draws certificates is installed."))
    return bad(
        "libraries",
        _("The libraries that draw certificates are missing, so the worker can't start."),
        _("Install %(packages)s.", packages=", ".join(missing)),
    )


def storage_keeps_files(storage: Storage) -> Finding:
    """Writes a small file, reads it and takes it away."""
    try:
        digest = storage.put(PROBE)
        kept = storage.get(digest) == PROBE
        storage.delete(digest)
    except (BaseError, OSError, Refused):
        kept = False
    if kept:
        return good("storage", _("The storage keeps files."))
    return bad(
        "storage",
        _("The storage keeps no files."),
        _("Are LMS_STORAGE_URL, LMS_STORAGE_KEY and LMS_STORAGE_SECRET right, may we write there, and is there room?"),
    )
