"""Where a browser is sent after a form: within this installation only."""

from __future__ import annotations


def own_path(target: str | None) -> str:
    """`target` where it is a path of ours, else the start page: never another host.

    Browsers read \\ as / and drop tabs and line ends, so that //, /\\ and the like would lead elsewhere.
    """
    path = target or "/"
    is_ours = path.startswith("/") and not path.startswith("//") and "\\" not in path and path.isprintable()
    return path if is_ours else "/"
