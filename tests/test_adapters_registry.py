from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from adapters.kit.registration import Adapter, AdapterSettings
from bot.app import settings
from bot.app.adapters import ADAPTERS, builder, configured, open_adapters
from bot.app.settings import Settings
from bot.domain.errors import SettingsError

ROOT = Path(__file__).parents[1]
#: folders of adapters that need no registration: what adapters share, and the terminal of the command line itself
UNREGISTERED = {"kit", "console"}
MODELS = [model for model in Settings.__bases__ if issubclass(model, AdapterSettings)]


def clock() -> datetime:
    return datetime(2026, 4, 25, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _nothing_is_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"PAPERBOY_{name.upper()}", raising=False)
    monkeypatch.chdir(tmp_path)


def test_every_folder_of_an_adapter_is_registered() -> None:
    folders = {path.parent.name for path in (ROOT / "adapters").glob("*/__init__.py")}

    assert {adapter.name for adapter in ADAPTERS} == folders - UNREGISTERED


@pytest.mark.parametrize("adapter", ADAPTERS, ids=lambda adapter: adapter.name)
def test_every_entry_names_a_builder_and_settings_that_exist(adapter: Adapter) -> None:
    assert callable(builder(adapter))
    assert set(adapter.configured_by) <= set(Settings.model_fields)
    assert not configured(adapter, settings.load())


def test_no_two_adapters_share_a_setting() -> None:
    names = [name for model in MODELS for name in model.model_fields]

    assert len(names) == len(set(names))


async def test_exactly_the_configured_adapters_are_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    given = {
        "SMTP_URL": "smtp+plain://127.0.0.1:2525",
        "MAIL_FROM": "papers@example.org",
        "PUBLIC_URL": "https://papers.example.org",
        "DISCORD_TOKEN": "token",
        "TELEGRAM_TOKEN": "42:canary-canary-canary-canary",
        "WEB_ADDRESS": "127.0.0.1:0",
    }
    async with open_adapters(settings.load(), clock) as none:
        for name, value in given.items():
            monkeypatch.setenv(f"PAPERBOY_{name}", value)
        async with open_adapters(settings.load(), clock) as every:
            monkeypatch.delenv("PAPERBOY_DISCORD_TOKEN")
            async with open_adapters(settings.load(), clock) as others:
                opened = [[adapter.name for adapter in found] for found in (none, every, others)]

    assert opened == [[], ["email", "discord", "telegram", "web"], ["email", "telegram", "web"]]


async def test_half_configured_mail_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAPERBOY_MAIL_FROM", "papers@example.org")

    with pytest.raises(SettingsError, match="PAPERBOY_SMTP_URL is not"):
        async with open_adapters(settings.load(), clock):
            pass


def test_a_start_imports_no_client_library() -> None:
    libraries = "discord telegram aiosmtplib starlette uvicorn aiohttp httpx feedparser"
    program = f"import sys, bot.app.adapters; print(*[n for n in '{libraries}'.split() if n in sys.modules])"

    found = subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True, capture_output=True, text=True)

    assert found.stdout.split() == []
