"""The installation's time zone, where neither the person nor the organisation says another."""

from __future__ import annotations

from zoneinfo import ZoneInfo

_default = ZoneInfo("UTC")


def set_default_zone(name: str) -> None:
    """Called once, by lms/app.py, with LMS_TIMEZONE."""
    global _default  # noqa: PLW0603 - one installation has one zone
    _default = ZoneInfo(name)


def zone_named(name: str | None) -> ZoneInfo:
    """A person's or an organisation's zone; the installation's where they name none."""
    return ZoneInfo(name) if name else _default
