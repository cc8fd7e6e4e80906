"""How much room the installation takes."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import current_app

from lms.core.config import Settings
from lms.core.db import db
from lms.courses.models import CourseFile
from lms.credentials.models import AwardDocument

Document = dict[str, Any]


def room() -> Document:
    """{kind, database_bytes, free_bytes, files: [{kind, count, bytes}]}, as rows know it.

    The store itself is not listed, which can take minutes.
    """
    settings: Settings = current_app.extensions["settings"]
    return {
        "kind": settings.storage_url.partition(":")[0],
        "database_bytes": _database(settings),
        "free_bytes": shutil.disk_usage(settings.data_dir).free,
        "files": [
            {"kind": "course_file", **_sum(CourseFile.size)},
            {"kind": "certificate", **_sum(AwardDocument.size + AwardDocument.picture_size)},
        ],
    }


def _sum(size: Any) -> Document:
    count, total = db.session.execute(sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(size), 0))).one()
    return {"count": count, "bytes": int(total)}


def _database(settings: Settings) -> int:
    if settings.database_url.startswith("sqlite:"):
        path = Path(settings.database_url.removeprefix("sqlite:///"))
        return sum(one.stat().st_size for one in path.parent.glob(f"{path.name}*"))
    return int(db.session.scalar(sa.text("SELECT pg_database_size(current_database())")) or 0)
