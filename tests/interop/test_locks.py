"""An import reads for long: nobody else has to wait for it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from lms.core.actor import SYSTEM
from lms.core.config import CHECKOUT
from lms.core.db import db
from lms.interop import services
from lms.organisations.services import add_organisation


@pytest.fixture
def course() -> Path:
    return next(path for path in sorted((CHECKOUT / "lms" / "demo" / "courses").iterdir()) if path.is_dir())


def test_others_write_while_a_course_is_read(
    session: Any, course: Path, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_organisation("academy", name="Academy", by=SYSTEM, at=clock)
    session.commit()
    settled, written = services._settled, []

    def meanwhile(*arguments: Any) -> Any:
        with db.engine.begin() as other:
            other.execute(sa.text("UPDATE organisation SET name = 'Renamed'"))
        written.append(True)
        return settled(*arguments)

    monkeypatch.setattr(services, "_settled", meanwhile)
    services.import_course(course, publish=True, slug=None, organisation="academy", by=SYSTEM, at=clock)
    assert written == [True]
