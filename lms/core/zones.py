"""The installation's time zone, where neither the person nor the organisation says another."""

from __future__ import annotations

from functools import cache
from zoneinfo import ZoneInfo, available_timezones

_default = ZoneInfo("UTC")


def set_default_zone(name: str) -> None:
    """Called once, by lms/app.py, with LMS_TIMEZONE."""
    global _default  # noqa: PLW0603 - one installation has one zone
    _default = ZoneInfo(name)


def zone_named(name: str | None) -> ZoneInfo:
    """A person's or an organisation's zone; the installation's where they name none."""
    return ZoneInfo(name) if name else _default


@cache
def zones() -> tuple[str, ...]:
    """The zones that a person may choose, by their names of the form Europe/Berlin, and UTC."""
    areas = ("Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")
    return ("UTC", *sorted(name for name in available_timezones() if name.partition("/")[0] in areas))


def is_zone(name: str) -> bool:
    """Whether it may be chosen."""
    return name in zones()
