"""Pages for us, in development only: every component with its states."""

from __future__ import annotations

import re

from flask import Blueprint, render_template, request

from lms.core.reasons import CoreReason, Refused
from lms.core.web.static import FOLDER

bp = Blueprint("dev", __name__, url_prefix="/dev")

SYMBOL = re.compile(r'<symbol id="([^"]+)"')


@bp.get("/components")
def components() -> str:
    """`?dir=rtl` and `?theme=dark` show the page turned round and dark."""
    direction = "rtl" if request.args.get("dir") == "rtl" else "ltr"
    theme = request.args.get("theme") if request.args.get("theme") in ("light", "dark") else None
    return render_template(
        "dev/components.html",
        direction=direction,
        theme=theme,
        icons=_drawings("icons.svg"),
        plates=_drawings("plates.svg"),
    )


@bp.get("/reasons/<int:status>")
def reason(status: int) -> str:
    """The page of each refusal that core knows, by its status."""
    found = next((each for each in CoreReason if each.status == status), CoreReason.NOT_FOUND)
    raise Refused(found, seconds=30)


def _drawings(sprite: str) -> list[str]:
    return SYMBOL.findall((FOLDER / sprite).read_text())
