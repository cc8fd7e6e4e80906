"""Settings: the defaults, and a wrong one refused at start by its name."""

from __future__ import annotations

import multiprocessing
import os
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest

from lms.core.config import Settings, SettingsError, read_port

SECRET = "b7f1c2d3e4a5968778695a4b3c2d1e0f-9"
PRODUCTION = {"LMS_ENV": "production", "LMS_SECRET_KEY": SECRET, "LMS_BASE_URL": "https://learn.example.org"}


def settings(data_dir: Path, **environ: str) -> Settings:
    return Settings.from_env({"LMS_DATA_DIR": str(data_dir), **environ})


def test_nothing_set_gives_a_development_installation_in_the_data_directory(tmp_path):
    made = settings(tmp_path)
    assert (made.env, made.base_url, made.signup) == ("development", "http://127.0.0.1:8000", "open")
    assert made.database_url == f"sqlite:///{tmp_path}/lms.db"
    assert made.storage_url == f"file://{tmp_path}/files"
    assert made.redis_url is None


def test_the_base_url_follows_the_port_until_it_is_set(tmp_path):
    assert settings(tmp_path, PORT="8123").base_url == "http://127.0.0.1:8123"
    assert settings(tmp_path, PORT="8123", LMS_BASE_URL="http://x.test/").base_url == "http://x.test"


WRONG = {
    "LMS_ENV": ["prod", "Production"],
    "LMS_DATA_DIR": ["/proc/nowhere", "/dev/null"],
    "LMS_DATABASE_URL": [
        "mysql://x/y",
        "lms.db",
        "sqlite://",
        "sqlite:///:memory:",
        "sqlite:x",
        "postgresql://h:port/x",
    ],
    "LMS_REDIS_URL": ["http://127.0.0.1", "redis://", "redis://h:port", "localhost:6379"],
    "LMS_STORAGE_URL": ["ftp://x", "/var/files", "file://host/x", "s3://", "s3:bucket", "gs://b", "file:///dev/null/x"],
    "LMS_BASE_URL": ["learn.example.org", "ftp://x", "https://", "https://x/learn", "https://x?a=b", "http://[::1"],
    "LMS_MAIL_URL": ["http://mail", "smtp://", "mail.example.org"],
    "LMS_MAIL_FROM": ["nobody", "@x", "a@b@c", "a@\nb"],
    "LMS_TIMEZONE": ["Mars/Olympus", "../etc/passwd", "CET+1\0"],
    "LMS_TRUSTED_PROXIES": ["-1", "one", "1.5", "²", "9" * 40],
    "LMS_METRICS_ALLOW": ["everybody", "10.0.0.0/33", "10.0.0.1,"],
    "LMS_SIGNUP": ["yes", "closed"],
    "LMS_MAX_UPLOAD": ["5MB", "-5", "0"],
    "LMS_NAME": [" ", "x" * 201, "a\nb"],
    "PORT": ["http", "0", "65536", "-1", "80 80"],
}


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in WRONG.items() for value in values])
def test_a_wrong_setting_is_refused_by_its_name(tmp_path, name, value):
    with pytest.raises(SettingsError, match=rf"^{name}\b"):
        Settings.from_env({"LMS_DATA_DIR": str(tmp_path), name: value})


@pytest.mark.parametrize("name", ["PORT", "LMS_SIGNUP", "LMS_DATABASE_URL", "LMS_BASE_URL", "LMS_NAME"])
def test_an_empty_setting_is_one_that_is_not_set(tmp_path, name):
    assert settings(tmp_path, **{name: ""}) == settings(tmp_path)


def test_a_setting_that_does_not_exist_is_refused_with_what_may_be_meant(tmp_path):
    with pytest.raises(SettingsError, match=r"LMS_STORAGE_URI.*LMS_STORAGE_URL"):
        settings(tmp_path, LMS_STORAGE_URI="s3://bucket")


def test_what_the_tests_read_is_no_wrong_setting(tmp_path):
    assert settings(tmp_path, LMS_SHARED_DATA="/x", LMS_TESTS_POSTGRESQL_PORT="1") == settings(tmp_path)


@pytest.mark.parametrize("secret", ["", "short", "a" * 64, "abcabcab" * 8])
def test_production_refuses_a_missing_or_weak_secret(tmp_path, secret):
    with pytest.raises(SettingsError, match=r"^LMS_SECRET_KEY"):
        settings(tmp_path, **{**PRODUCTION, "LMS_SECRET_KEY": secret})


def test_production_refuses_an_address_that_is_not_https(tmp_path):
    with pytest.raises(SettingsError, match=r"^LMS_BASE_URL.*https"):
        settings(tmp_path, **{**PRODUCTION, "LMS_BASE_URL": "http://learn.example.org"})


def test_production_without_an_address_knows_that_it_has_none(tmp_path):
    environ = {name: value for name, value in PRODUCTION.items() if name != "LMS_BASE_URL"}
    assert not settings(tmp_path, **environ).base_url_is_set
    assert settings(tmp_path, **PRODUCTION).base_url_is_set
    assert settings(tmp_path).base_url_is_set


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_postgresql_is_reached_through_psycopg(tmp_path, scheme):
    assert settings(tmp_path, LMS_DATABASE_URL=f"{scheme}://u@h/x").database_url == "postgresql+psycopg://u@h/x"


def test_a_relative_sqlite_file_is_found_again_from_elsewhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert settings(tmp_path, LMS_DATABASE_URL="sqlite:///here.db").database_url == f"sqlite:///{tmp_path}/here.db"


def test_a_message_about_an_address_does_not_repeat_its_password(tmp_path):
    with pytest.raises(SettingsError) as refused:
        settings(tmp_path, LMS_REDIS_URL="redis://user:geheim@h:port")
    assert "geheim" not in str(refused.value)


def test_secrets_do_not_show_when_settings_are_printed(tmp_path):
    made = settings(tmp_path, LMS_DATABASE_URL="postgresql://u:geheim@h/x", LMS_STORAGE_SECRET="geheim")
    assert "geheim" not in repr(made)
    assert made.secret_key not in repr(made)


def test_the_development_secret_outlives_a_restart_and_is_its_owners_alone(tmp_path):
    assert settings(tmp_path).secret_key == settings(tmp_path).secret_key
    assert (tmp_path / "secret_key").stat().st_mode & 0o077 == 0
    assert settings(tmp_path / "other").secret_key != settings(tmp_path).secret_key


def test_the_data_directory_is_its_owners_alone(tmp_path):
    settings(tmp_path / "new" / "data")
    assert (tmp_path / "new" / "data").stat().st_mode & 0o777 == 0o700


def test_a_development_secret_cut_short_by_a_power_failure_is_made_anew(tmp_path):
    (tmp_path / "secret_key").write_text("")
    assert len(settings(tmp_path).secret_key) == 64


def _secret_in(data_dir: str) -> str:
    return settings(Path(data_dir)).secret_key


def test_processes_that_start_at_the_same_moment_agree_on_the_development_secret(tmp_path):
    context = multiprocessing.get_context("spawn")
    folders = [str(tmp_path / str(number)) for number in range(20)]
    with ProcessPoolExecutor(2, mp_context=context) as pool:
        first, second = pool.map(_secret_in, folders * 2), [_secret_in(folder) for folder in folders]
        assert list(first) == second * 2


def test_the_port_alone_can_be_read():
    assert read_port({}) == 8000
    assert read_port({"PORT": "9000"}) == 9000
    assert read_port(os.environ) > 0
