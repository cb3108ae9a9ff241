from __future__ import annotations

from pathlib import Path

import pytest

from bot.app import settings
from bot.app.settings import Settings
from bot.domain.errors import SettingsError


@pytest.fixture(autouse=True)
def _nothing_is_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"PAPERBOY_{name.upper()}", raising=False)
    monkeypatch.chdir(tmp_path)


def test_nothing_needs_to_be_set() -> None:
    chosen = settings.load()

    assert chosen.database == f"sqlite+aiosqlite:///{chosen.data_dir / 'paperboy.db'}"
    assert chosen.secrets == ()
    assert not chosen.offline


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("sqlite:////var/lib/p.db", "sqlite+aiosqlite:////var/lib/p.db"),
        ("postgres://a:b@db/x", "postgresql+psycopg://a:b@db/x"),
        ("postgresql://a:b@db/x", "postgresql+psycopg://a:b@db/x"),
        ("postgresql+psycopg://a:b@db/x", "postgresql+psycopg://a:b@db/x"),
    ],
)
def test_a_database_is_named_as_people_name_it(monkeypatch: pytest.MonkeyPatch, given: str, used: str) -> None:
    monkeypatch.setenv("PAPERBOY_DATABASE_URL", given)

    assert settings.load().database == used


def test_a_password_is_a_secret_and_is_not_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAPERBOY_DATABASE_URL", "postgresql://paperboy:p@ss@db/x")

    chosen = settings.load()

    assert chosen.secrets == ("p@ss",)
    assert "p@ss" not in repr(chosen)


def test_a_token_is_a_secret_and_is_not_quoted_where_it_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAPERBOY_TELEGRAM_TOKEN", "42:canary-canary-canary-canary")
    chosen = settings.load()
    monkeypatch.setenv("PAPERBOY_TELEGRAM_TOKEN", "canary")

    assert chosen.secrets == ("42:canary-canary-canary-canary",)
    assert "canary" not in repr(chosen)
    with pytest.raises(SettingsError, match=r"^PAPERBOY_TELEGRAM_TOKEN: ") as raised:
        settings.load()
    assert "canary" not in str(raised.value)


def test_a_token_is_a_secret_and_is_not_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAPERBOY_DISCORD_TOKEN", "canary")

    chosen = settings.load()

    assert chosen.secrets == ("canary",)
    assert "canary" not in repr(chosen)


def test_shards_are_a_part_of_a_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAPERBOY_DISCORD_SHARDS", "4-7/16")
    assert settings.load().shards == (4, 7, 16)

    monkeypatch.setenv("PAPERBOY_DISCORD_SHARDS", "4-16/16")
    with pytest.raises(SettingsError, match="PAPERBOY_DISCORD_SHARDS is '4-16/16'"):
        settings.load()


def test_an_env_file_is_read_and_the_environment_wins(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("PAPERBOY_COLLECT_MINUTES=45\nPAPERBOY_CONTACT=me@example.org\nOTHER=1\n")
    monkeypatch.setenv("PAPERBOY_COLLECT_MINUTES", "15")

    chosen = settings.load()

    assert (chosen.collect_minutes, chosen.contact) == (15, "me@example.org")


def test_addresses_lose_their_last_slash(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAPERBOY_HUGGINGFACE_URL", "http://127.0.0.1:8000/")

    assert settings.load().huggingface_url == "http://127.0.0.1:8000"


def test_a_wrong_value_is_quoted_with_what_is_accepted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAPERBOY_COLLECT_MINUTES", "2")

    with pytest.raises(SettingsError, match=r"^PAPERBOY_COLLECT_MINUTES is '2': should be greater than or equal to 5$"):
        settings.load()


def test_a_name_that_is_none_is_found_with_the_nearest() -> None:
    strangers = settings.unknown({"PAPERBOY_OFLINE": "1", "PAPERBOY_XYZZY": "1", "PAPERBOY_OFFLINE": "1", "HOME": "/"})

    assert strangers == {"PAPERBOY_OFLINE": "PAPERBOY_OFFLINE", "PAPERBOY_XYZZY": ""}


@pytest.mark.parametrize("content", [b"PAPERBOY_CONTACT=caf\xe9\n", "PAPERBOY_CONTACT=x\n".encode("utf-16")])
def test_a_file_of_settings_that_is_not_utf_8_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / ".env").write_bytes(content)

    with pytest.raises(SettingsError, match=r"^\.env is not UTF-8 text\."):
        settings.load()
