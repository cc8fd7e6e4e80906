"""Settings: read once from the environment, checked at start, a wrong one refused by its name."""

from __future__ import annotations

import difflib
import fcntl
import ipaddress
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit
from zoneinfo import ZoneInfo

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

CHECKOUT = Path(__file__).resolve().parents[2]
MEBIBYTE = 1024 * 1024
SHORTEST_SECRET = 32
LONGEST_NAME = 200
DERIVED = {"BASE_URL_IS_SET"}
NOT_SETTINGS = ("SHARED_DATA", "TESTS_")
"""Beginnings of what the tests read from the environment."""


class SettingsError(Exception):
    """A setting can't be used; the message names it and says what it must be."""


@dataclass(frozen=True)
class Settings:
    """What an installation can choose; every field is the environment variable LMS_<NAME> (docs/operators.md)."""

    env: str
    data_dir: Path
    database_url: str = field(repr=False)
    redis_url: str | None = field(repr=False)
    storage_url: str
    storage_key: str | None
    storage_secret: str | None = field(repr=False)
    secret_key: str = field(repr=False)
    base_url: str
    base_url_is_set: bool
    mail_url: str | None = field(repr=False)
    mail_from: str
    timezone: str
    trusted_proxies: int
    metrics_allow: tuple[str, ...]
    signup: str
    second_step: str
    demo: str
    max_upload: int
    name: str

    @property
    def production(self) -> bool:
        return self.env == "production"

    @classmethod
    def from_env(cls, environ: Mapping[str, str] = os.environ) -> Settings:
        """Raises SettingsError for the first setting that can't be used."""
        read = {key.removeprefix("LMS_"): value for key, value in environ.items() if key.startswith("LMS_")}
        _check_names(read)
        env = _one_of(read, "ENV", ("development", "production"))
        data_dir = _folder("DATA_DIR", Path(read.get("DATA_DIR") or CHECKOUT / "var").resolve())
        base_url = (read.get("BASE_URL") or f"http://127.0.0.1:{read_port(environ)}").rstrip("/")
        is_set = bool(read.get("BASE_URL"))
        _check_base_url(base_url, env, is_set=is_set)
        return cls(
            env=env,
            data_dir=data_dir,
            database_url=_database_url(read.get("DATABASE_URL"), data_dir),
            redis_url=_url(read, "REDIS_URL", ("redis", "rediss")),
            storage_key=read.get("STORAGE_KEY"),
            storage_secret=read.get("STORAGE_SECRET"),
            base_url=base_url,
            base_url_is_set=is_set or env == "development",
            mail_url=_url(read, "MAIL_URL", ("smtp", "smtps")),
            mail_from=_address(read.get("MAIL_FROM") or "no-reply@localhost"),
            timezone=_timezone(read.get("TIMEZONE") or "Europe/Brussels"),
            trusted_proxies=_number(read, "TRUSTED_PROXIES", 0),
            metrics_allow=_networks(read.get("METRICS_ALLOW") or "127.0.0.0/8,::1/128"),
            signup=_one_of(read, "SIGNUP", ("open", "invite")),
            second_step=_one_of(read, "SECOND_STEP", ("chosen", "administrators", "staff")),
            demo=_one_of(read, "DEMO", ("whole", "small", "none")),
            max_upload=_number(read, "MAX_UPLOAD", 512 * MEBIBYTE, least=1),
            name=_name(read.get("NAME") or "Sample Skills Alliance"),
            # last what makes something in the data directory: not while another setting is wrong
            secret_key=_secret(read.get("SECRET_KEY"), env, data_dir),
            storage_url=_storage_url(read.get("STORAGE_URL"), data_dir),
        )


def read_port(environ: Mapping[str, str] = os.environ) -> int:
    """PORT, the one setting without our prefix, since hosts set it."""
    value = environ.get("PORT") or "8000"
    if not _is_number(value) or not 0 < int(value) < 65536:
        raise SettingsError(f"PORT must be a number from 1 to 65535, not {value!r}")
    return int(value)


def _check_names(read: Mapping[str, str]) -> None:
    """A misspelt name would silently leave the default in force, such as files on this disk instead of S3."""
    names = {setting.name.upper() for setting in fields(Settings)} - DERIVED
    for name in read:
        if name in names or name.startswith(NOT_SETTINGS):
            continue
        close = difflib.get_close_matches(name, names, n=1)
        raise SettingsError(f"LMS_{name} is no setting{f'; LMS_{close[0]} is one' if close else ''}")


def _folder(name: str, path: Path) -> Path:
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)  # people's names and answers will lie there
    except OSError as error:
        raise SettingsError(f"LMS_{name} can't be used: {path}: {error.strerror}") from error
    if not os.access(path, os.W_OK):
        raise SettingsError(f"LMS_{name} can't be used: {path}: nothing may be written there")
    return path


def _one_of(read: Mapping[str, str], name: str, allowed: tuple[str, ...]) -> str:
    value = read.get(name) or allowed[0]
    if value not in allowed:
        raise SettingsError(f"LMS_{name} must be one of {', '.join(allowed)}, not {value!r}")
    return value


def _number(read: Mapping[str, str], name: str, default: int, *, least: int = 0) -> int:
    value = read.get(name)
    if value is None or value == "":
        return default
    if not _is_number(value) or int(value) < least:
        raise SettingsError(f"LMS_{name} must be a whole number from {least} on, not {value!r}")
    return int(value)


def _is_number(value: str) -> bool:
    return value.isascii() and value.isdigit() and len(value) < 16


def _split(name: str, value: str) -> SplitResult:
    """Values are not repeated: an address may hold a password, and messages end in logs."""
    try:
        parts = urlsplit(value)
        parts.port  # noqa: B018 - raises where it is no number
    except ValueError as error:
        raise SettingsError(f"LMS_{name} is not a well-formed address: {error}") from error
    return parts


def _url(read: Mapping[str, str], name: str, schemes: tuple[str, ...]) -> str | None:
    value = read.get(name) or None
    if value and (_split(name, value).scheme not in schemes or not _split(name, value).hostname):
        raise SettingsError(f"LMS_{name} must be {' or '.join(s + '://HOST' for s in schemes)}")
    return value


def _database_url(value: str | None, data_dir: Path) -> str:
    value = value or f"sqlite:///{data_dir / 'lms.db'}"
    scheme = value.split(":", 1)[0]
    if scheme in ("postgresql", "postgres"):
        value = "postgresql+psycopg:" + value.split(":", 1)[1]
    try:
        url = make_url(value)
    except (ArgumentError, ValueError) as error:
        raise SettingsError("LMS_DATABASE_URL is not a well-formed address") from error
    if url.drivername == "postgresql+psycopg":
        return value
    if url.drivername != "sqlite" or url.database in (None, "", ":memory:") or url.host:
        raise SettingsError("LMS_DATABASE_URL must start with postgresql:// or name a file as sqlite:////path/lms.db")
    return f"sqlite:///{Path(str(url.database)).resolve()}"


def _storage_url(value: str | None, data_dir: Path) -> str:
    value = value or (data_dir / "files").as_uri()
    parts = _split("STORAGE_URL", value)
    is_folder = parts.scheme == "file" and not parts.netloc and parts.path.startswith("/")
    if not is_folder and not (parts.scheme == "s3" and parts.netloc):
        raise SettingsError("LMS_STORAGE_URL must be file:///path or s3://bucket/prefix?endpoint=https://host")
    if is_folder:
        _folder("STORAGE_URL", Path(unquote(parts.path)))
    return value


def _address(value: str) -> str:
    if value.count("@") != 1 or value.startswith("@") or value.endswith("@") or not value.isprintable():
        raise SettingsError(f"LMS_MAIL_FROM must be an e-mail address, not {value!r}")
    return value


def _name(value: str) -> str:
    if not value.strip() or len(value) > LONGEST_NAME or not value.isprintable():
        raise SettingsError(f"LMS_NAME must be 1 to {LONGEST_NAME} characters that can be printed")
    return value.strip()


def _check_base_url(base_url: str, env: str, *, is_set: bool) -> None:
    parts = _split("BASE_URL", base_url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path or parts.query or parts.fragment:
        raise SettingsError("LMS_BASE_URL must be a web address without a path, such as https://learn.example.org")
    if env == "production" and is_set and parts.scheme != "https":
        raise SettingsError(
            "LMS_BASE_URL must start with https:// in production: it is printed on certificates for decades"
        )


def _secret(value: str | None, env: str, data_dir: Path) -> str:
    if env == "production":
        if not value or len(value) < SHORTEST_SECRET or len(set(value)) < 8:
            raise SettingsError(
                f"LMS_SECRET_KEY must be set to at least {SHORTEST_SECRET} random characters in production"
            )
        return value
    return value or _development_secret(data_dir)


def _development_secret(data_dir: Path) -> str:
    """Made once and kept in the data directory, so that a restart signs nobody out.

    Web and worker may start at the same moment: the lock lets one make it and the other read it whole.
    """
    path = data_dir / "secret_key"
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        secret = file.read()
        if len(secret) < SHORTEST_SECRET:  # new, or cut short by a power failure
            secret = secrets.token_hex(32)
            file.seek(0)
            file.write(secret)
            file.flush()
            os.fsync(file.fileno())
    return secret


def _timezone(value: str) -> str:
    try:
        return ZoneInfo(value).key
    except (KeyError, ValueError, OSError) as error:
        raise SettingsError(f"LMS_TIMEZONE must be a zone such as Europe/Berlin, not {value!r}") from error


def _networks(value: str) -> tuple[str, ...]:
    try:
        return tuple(str(ipaddress.ip_network(part.strip(), strict=False)) for part in value.split(","))
    except ValueError as error:
        raise SettingsError(f"LMS_METRICS_ALLOW must be addresses or networks with commas between: {error}") from error
