"""Settings: read once from the environment, checked at start, a wrong one refused by its name."""

from __future__ import annotations

import ipaddress
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

CHECKOUT = Path(__file__).resolve().parents[2]
MEBIBYTE = 1024 * 1024
SHORTEST_SECRET = 32


class SettingsError(Exception):
    """A setting can't be used; the message names it and says what it must be."""


@dataclass(frozen=True)
class Settings:
    """What an installation can choose; every field is the environment variable LMS_<NAME> (docs/operators.md)."""

    env: str
    data_dir: Path
    database_url: str
    redis_url: str | None
    storage_url: str
    storage_key: str | None
    storage_secret: str | None
    secret_key: str
    base_url: str
    base_url_is_set: bool
    mail_url: str | None
    mail_from: str
    timezone: str
    trusted_proxies: int
    metrics_allow: tuple[str, ...]
    signup: str
    max_upload: int
    name: str

    @property
    def production(self) -> bool:
        return self.env == "production"

    @classmethod
    def from_env(cls, environ: Mapping[str, str] = os.environ) -> Settings:
        """Raises SettingsError for the first setting that can't be used."""
        read = {key.removeprefix("LMS_"): value for key, value in environ.items() if key.startswith("LMS_")}
        env = _one_of(read, "ENV", ("development", "production"))
        data_dir = Path(read.get("DATA_DIR") or CHECKOUT / "var").resolve()
        port = environ.get("PORT") or "8000"
        if not port.isdigit():
            raise SettingsError(f"PORT must be a number, not {port!r}")
        base_url = (read.get("BASE_URL") or f"http://127.0.0.1:{port}").rstrip("/")
        _check_base_url(base_url, env, is_set="BASE_URL" in read)
        return cls(
            env=env,
            data_dir=data_dir,
            database_url=_database_url(read.get("DATABASE_URL"), data_dir),
            redis_url=_url(read, "REDIS_URL", ("redis", "rediss")),
            storage_url=read.get("STORAGE_URL") or (data_dir / "files").as_uri(),
            storage_key=read.get("STORAGE_KEY"),
            storage_secret=read.get("STORAGE_SECRET"),
            secret_key=_secret(read.get("SECRET_KEY"), env, data_dir),
            base_url=base_url,
            base_url_is_set="BASE_URL" in read or env == "development",
            mail_url=_url(read, "MAIL_URL", ("smtp", "smtps")),
            mail_from=read.get("MAIL_FROM") or "no-reply@localhost",
            timezone=_timezone(read.get("TIMEZONE") or "Europe/Brussels"),
            trusted_proxies=_number(read, "TRUSTED_PROXIES", 0),
            metrics_allow=_networks(read.get("METRICS_ALLOW") or "127.0.0.0/8,::1/128"),
            signup=_one_of(read, "SIGNUP", ("open", "invite")),
            max_upload=_number(read, "MAX_UPLOAD", 512 * MEBIBYTE),
            name=read.get("NAME") or "Sample Skills Alliance",
        )


def _one_of(read: Mapping[str, str], name: str, allowed: tuple[str, ...]) -> str:
    value = read.get(name) or allowed[0]
    if value not in allowed:
        raise SettingsError(f"LMS_{name} must be one of {', '.join(allowed)}, not {value!r}")
    return value


def _number(read: Mapping[str, str], name: str, default: int) -> int:
    value = read.get(name)
    if value is None or value == "":
        return default
    if not value.isdigit():
        raise SettingsError(f"LMS_{name} must be a whole number, not {value!r}")
    return int(value)


def _url(read: Mapping[str, str], name: str, schemes: tuple[str, ...]) -> str | None:
    value = read.get(name) or None
    if value and urlsplit(value).scheme not in schemes:
        raise SettingsError(f"LMS_{name} must start with {' or '.join(s + '://' for s in schemes)}")
    return value


def _database_url(value: str | None, data_dir: Path) -> str:
    if not value:
        return f"sqlite:///{data_dir / 'lms.db'}"
    scheme = value.split(":", 1)[0]
    if scheme in ("postgresql", "postgres", "postgresql+psycopg"):
        return "postgresql+psycopg:" + value.split(":", 1)[1]
    if scheme == "sqlite":
        return value
    raise SettingsError("LMS_DATABASE_URL must start with postgresql:// or sqlite:///")


def _check_base_url(base_url: str, env: str, *, is_set: bool) -> None:
    parts = urlsplit(base_url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise SettingsError("LMS_BASE_URL must be a web address such as https://learn.example.org")
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
    """Made once and kept in the data directory, so that a restart signs nobody out."""
    path = data_dir / "secret_key"
    data_dir.mkdir(parents=True, exist_ok=True)
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_hex(32))
    except FileExistsError:
        pass
    return path.read_text()


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
