"""The settings: every broken one, not the first alone; and those that can be used but hardly were meant."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from urllib.parse import urlsplit

from lms.core.config import Settings, SettingsError
from lms.core.i18n import _
from lms.home.doctor.finding import Finding, bad, good, warn

NAMED = re.compile(r"LMS_[A-Z_]+|PORT")
NEEDED = {"LMS_SECRET_KEY": secrets.token_hex(32)}
"""What stands in for a setting that can't be left out, while the others are looked at."""
MEND = "Mend it, then ask again. docs/operators.md lists all settings."
"""In English, as what a setting must be is: there is no application yet that knows a language."""
ON_THIS_MACHINE = ("127.0.0.1", "::1", "localhost")


def broken(environ: Mapping[str, str]) -> list[Finding]:
    """A finding for each setting that can't be used: the first is mended in thought, then the next is looked for."""
    left, found = dict(environ), []
    for _time in range(len(environ) + 1):
        try:
            Settings.from_env(left)
        except SettingsError as error:
            named = NAMED.search(str(error))
            found.append(bad("setting", f"{error}.", MEND))
            if named is None or not _leave_out(left, named[0]):
                break
            continue
        break
    return found


def _leave_out(environ: dict[str, str], name: str) -> bool:
    """False where that changes nothing."""
    before = environ.get(name)
    environ.pop(name, None)
    if name in NEEDED:
        environ[name] = NEEDED[name]
    return environ.get(name) != before


def of_installation(settings: Settings) -> list[Finding]:
    return [_environment(settings), _address(settings), *_proxies(settings)]


def _environment(settings: Settings) -> Finding:
    if settings.production:
        return good("environment", _("It runs in production."))
    return warn(
        "environment",
        _("It runs in development: certificates say “sample”, and mail is not sent."),
        _("For real work set LMS_ENV=production, LMS_SECRET_KEY and LMS_BASE_URL."),
    )


def _address(settings: Settings) -> Finding:
    if not settings.base_url_is_set:
        return bad(
            "base_url",
            _("No public address is set, so no certificate is issued."),
            _("Set LMS_BASE_URL to the https address at which people find this: certificates carry it for decades."),
        )
    if settings.base_url.startswith("https://") or _is_here(settings):
        return good("base_url", _("The public address is %(address)s.", address=settings.base_url))
    return warn(
        "base_url",
        _("The public address %(address)s is not https: passwords travel in the open.", address=settings.base_url),
        _("Put a proxy with a certificate in front, and set LMS_BASE_URL to its https address."),
    )


def _proxies(settings: Settings) -> list[Finding]:
    """We speak no TLS ourselves: behind an https address there is a proxy."""
    if settings.trusted_proxies or _is_here(settings) or not settings.base_url.startswith("https://"):
        return []
    return [
        warn(
            "proxies",
            _("No proxy is trusted, so everybody seems to come from the proxy's address and shares its limits."),
            _("Set LMS_TRUSTED_PROXIES to the number of proxies in front, usually 1."),
        )
    ]


def _is_here(settings: Settings) -> bool:
    return urlsplit(settings.base_url).hostname in ON_THIS_MACHINE
