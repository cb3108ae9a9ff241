from __future__ import annotations

from pathlib import Path

import pytest

from adapters.email.settings import mail_options
from bot.app import settings
from bot.app.settings import Settings
from bot.domain.errors import SettingsError
from bot.services.mailboxes.mail_options import MailOptions, Secured

CANARY = "canary-7f3a"
COMPLETE = {
    "SMTP_URL": f"smtp://u:{CANARY}@h",
    "MAIL_FROM": "papers@example.org",
    "PUBLIC_URL": "https://p.example.org/",
}


@pytest.fixture(autouse=True)
def _nothing_is_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"PAPERBOY_{name.upper()}", raising=False)
    monkeypatch.chdir(tmp_path)


def _options(chosen: Settings) -> MailOptions | None:
    return mail_options(chosen, chosen.public_url)


def test_no_mail_is_wanted_where_nothing_is_set() -> None:
    assert _options(settings.load()) is None


def test_a_complete_set_is_understood(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "key.pem").write_text("-----BEGIN RSA PRIVATE KEY-----")
    given = {
        "SMTP_URL": "smtps://ada%40example.org:p%40ss@mail.example.org",
        "MAIL_FROM": "Papers <papers@Example.ORG>",
        "PUBLIC_URL": "https://p.example.org/",
        "DKIM_KEY_FILE": str(tmp_path / "key.pem"),
        "MAIL_PER_SECOND": "0.5",
    }
    for name, value in given.items():
        monkeypatch.setenv(f"PAPERBOY_{name}", value)

    chosen = settings.load()
    found = _options(chosen)

    assert found is not None
    assert (found.server.host, found.server.port, found.server.secured) == ("mail.example.org", 465, Secured.TLS)
    assert (found.server.user, found.server.password) == ("ada@example.org", "p@ss")
    assert (found.name, found.address, found.domain) == ("Papers", "papers@example.org", "example.org")
    assert found.dkim is not None
    assert (found.dkim.selector, found.dkim.domain) == ("paperboy", "example.org")
    assert chosen.public_url == "https://p.example.org"
    assert {"p@ss", "p%40ss"} <= set(chosen.secrets)
    assert "p@ss" not in repr(found)
    assert "p%40ss" not in repr(chosen)


def test_a_key_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "key.pem").write_text("-----BEGIN PUBLIC KEY-----")
    for name, value in {**COMPLETE, "DKIM_KEY_FILE": str(tmp_path / "key.pem")}.items():
        monkeypatch.setenv(f"PAPERBOY_{name}", value)

    with pytest.raises(SettingsError, match="PAPERBOY_DKIM_KEY_FILE"):
        _options(settings.load())


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (
            {"SMTP_URL": "smtp://mail.example.org"},
            "PAPERBOY_SMTP_URL is set, so PAPERBOY_MAIL_FROM must be set, too",
        ),
        (
            {"SMTP_URL": "smtp://mail.example.org", "MAIL_FROM": "papers@example.org"},
            "PAPERBOY_SMTP_URL is set, so PAPERBOY_PUBLIC_URL must be set, too",
        ),
        ({"MAIL_FROM": "papers@example.org"}, "PAPERBOY_MAIL_FROM is set, but PAPERBOY_SMTP_URL is not"),
        ({"SMTP_URL": f"http://u:{CANARY}@mail.example.org"}, "PAPERBOY_SMTP_URL: expected smtp://user"),
        ({"SMTP_URL": f"smtp+plain://u:{CANARY}@localhost"}, "PAPERBOY_SMTP_URL: a password is not sent"),
        ({"SMTP_URL": f"smtp://u:{CANARY}@mail.example.org:port"}, "PAPERBOY_SMTP_URL: "),
        ({"MAIL_FROM": "Papers"}, "PAPERBOY_MAIL_FROM is 'Papers': expected an address"),
        (
            {"PUBLIC_URL": "papers.example.org"},
            "PAPERBOY_PUBLIC_URL is 'papers.example.org': expected an address",
        ),
        ({**COMPLETE, "SMTP_URL": "smtp://h", "DKIM_KEY_FILE": "nowhere.pem"}, "cannot be read"),
    ],
)
def test_an_incomplete_setting_is_one_sentence_and_no_secret(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, str], sentence: str
) -> None:
    for name, value in given.items():
        monkeypatch.setenv(f"PAPERBOY_{name}", value)

    with pytest.raises(SettingsError) as caught:
        _options(settings.load())

    assert sentence in str(caught.value)
    assert CANARY not in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1


@pytest.mark.parametrize(("count", "accepted"), [(0, False), (1, True), (20, True), (21, False)])
def test_there_are_1_to_20_connections_to_the_mail_server(
    monkeypatch: pytest.MonkeyPatch, count: int, accepted: bool
) -> None:
    for name, value in (COMPLETE | {"MAIL_CONNECTIONS": str(count)}).items():
        monkeypatch.setenv(f"PAPERBOY_{name}", value)

    if not accepted:
        with pytest.raises(SettingsError, match="MAIL_CONNECTIONS"):
            settings.load()
        return
    assert settings.load().mail_connections == count
