"""What this installation is called and where it stands, as others have to know it."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import current_app

from lms.core.actor import ADMINISTRATOR
from lms.core.config import Settings

CAREFUL_ROLES = {
    "chosen": frozenset[str](),
    "administrators": frozenset({ADMINISTRATOR}),
    "staff": frozenset({ADMINISTRATOR, "hr"}),
}


@dataclass(frozen=True)
class Site:
    """`name` as people know it; `origin` scheme, host and port; `host` without the port.

    `is_open`: anybody may sign up; otherwise accounts are made by invitation. `careful_roles` count only for who
    signed in with a second step.
    """

    name: str
    origin: str
    host: str
    is_open: bool
    careful_roles: frozenset[str]

    @property
    def has_name(self) -> bool:
        """Whether the host is a name, not a number: browsers keep passkeys for names only (WebAuthn, 5.1.3)."""
        try:
            ipaddress.ip_address(self.host)
        except ValueError:
            return True
        return False


def site() -> Site:
    """By LMS_NAME, LMS_BASE_URL, LMS_SIGNUP and LMS_SECOND_STEP."""
    settings: Settings = current_app.extensions["settings"]
    parts = urlsplit(settings.base_url)
    return Site(
        name=settings.name,
        origin=f"{parts.scheme}://{parts.netloc}",
        host=parts.hostname or "",
        is_open=settings.signup == "open",
        careful_roles=CAREFUL_ROLES[settings.second_step],
    )
