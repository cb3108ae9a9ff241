"""No secret is printed or logged, in whatever spelling it stands there."""

from __future__ import annotations

import io
import json
import logging
import time
from collections.abc import Iterator
from typing import Annotated
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import AfterValidator, BaseModel, SecretBytes, SecretStr

from bot.app import logs, settings
from bot.app.settings import Settings, is_secret, secret_values
from bot.domain.errors import SettingsError
from bot.domain.log import Log
from bot.domain.redaction import MASK, Redactor, WithPassword
from bot.domain.requests import AbandonedInteraction, Chat, Request

SECRETS = st.text(st.characters(exclude_categories=["Cs"], min_codepoint=0x20), min_size=6, max_size=20).map(
    lambda text: f"k3y{text}z9"
)
AWKWARD = 'pa"ss\\w/ö%41@&é '


@pytest.fixture(autouse=True)
def _same_logging_afterwards() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


def line_of(secret: str, form: str) -> str:
    """Log a secret in every way that a line has."""
    out = io.StringIO()
    logs.configure("info", form, (secret,), out)
    Log("bot").info(
        f"event {secret}",
        plain=secret,
        nested={"deep": [{"er": (secret,)}]},
        error=ValueError(secret),
        raw=secret.encode(),
    )
    logging.getLogger("library").warning("to %s with %r", f"https://a/{quote(secret, safe='')}", secret)
    try:
        try:
            raise KeyError(secret)
        except KeyError as error:
            raise RuntimeError(json.dumps({"token": secret})) from error
    except RuntimeError:
        Log("bot").exception("failed", reference="r1")
    return out.getvalue()


@pytest.mark.parametrize("form", ["json", "pretty"])
@pytest.mark.parametrize("secret", [AWKWARD, "plain-token-77", "日本語の鍵", "a\nb\tc", "42:canary-canary", "'\"'"])
def test_a_secret_is_blanked_in_every_spelling(form: str, secret: str) -> None:
    told = line_of(secret, form)

    spellings = {
        secret,
        quote(secret, safe=""),
        json.dumps(secret)[1:-1],
        repr(secret)[1:-1],
        repr(secret.encode())[2:-1],
    }
    assert not [each for each in spellings if each in told]
    assert told.count(MASK) >= 8
    assert "RuntimeError" in told
    assert "KeyError" in told
    if form == "json":
        first = json.loads(told.splitlines()[0])
        assert first["nested"] == {"deep": [{"er": [MASK]}]}


@pytest.mark.parametrize("form", ["json", "pretty"])
def test_what_an_interaction_arrived_as_is_never_logged(form: str) -> None:
    origin = json.dumps({"token": "a canary"})
    request = Request(chat=Chat("discord", "1"), command="vote", interaction="7", origin=origin)
    out = io.StringIO()
    logs.configure("debug", form, (), out)

    Log("bot").error("failed", request=request, abandoned=AbandonedInteraction("discord", "7", origin))

    assert "vote" in out.getvalue()
    assert "canary" not in out.getvalue()


@given(SECRETS, st.text(max_size=30), st.text(max_size=30))
def test_whatever_a_secret_is_no_text_shows_it(secret: str, before: str, behind: str) -> None:
    redact = Redactor([secret])
    spellings = (secret, quote(secret), quote(secret, safe=""), json.dumps(secret), repr(secret), json.dumps([secret]))
    for spelled in spellings:
        assert spelled.strip('"[]') not in redact.text(f"{before} {spelled} {behind}")


@pytest.mark.parametrize("place", ["db/x", "db:5432/x?sslmode=require", "[::1]/x"])
def test_the_password_of_any_address_is_blanked(place: str) -> None:
    redacted = Redactor().text(f"no way to postgresql://ada:other-{MASK[:0]}word@{place} at all")

    assert "other-word" not in redacted
    assert f"://ada:{MASK}@{place}" in redacted


def test_what_is_no_password_stays() -> None:
    text = "see https://example.org:8080/a@b and http://127.0.0.1:80 or ada@example.org"

    assert Redactor(["k3y"]).text(text) == text


class _Inner(BaseModel):
    token: SecretStr
    name: str = "told"


class _Grown(Settings):
    """Settings as somebody may extend them tomorrow."""

    new_token: SecretStr = SecretStr("new-token-1")
    maybe: SecretStr | None = SecretStr("maybe-2")
    many: tuple[SecretStr, ...] = (SecretStr("many-3"), SecretStr("many-4"))
    named: dict[str, SecretStr] = {"a": SecretStr("named-5")}  # noqa: RUF012 - pydantic copies it
    raw: SecretBytes = SecretBytes(b"raw-6")
    checked: Annotated[SecretStr, AfterValidator(lambda value: value)] = SecretStr("checked-7")
    inner: _Inner = _Inner(token=SecretStr("inner-8"))
    address: Annotated[SecretStr, WithPassword()] = SecretStr("https://ada:address-9%21@host/?password=query-10")
    plain: str = "told"


def test_a_new_secret_setting_is_blanked_without_a_word_more(monkeypatch: pytest.MonkeyPatch) -> None:
    found = set(secret_values(_Grown()))

    assert found == {
        *("new-token-1", "maybe-2", "many-3", "many-4", "named-5", "raw-6", "checked-7", "inner-8"),
        *("address-9%21", "address-9!", "query-10"),
    }


#: a value that each kind of secret setting accepts, with a canary in it
_ACCEPTED = {
    "database_url": "postgresql://ada:canary%21@db/x",
    "smtp_url": "smtp://ada:canary%21@post",
    "telegram_token": "42:canary-canary-canary-canary",
}


@pytest.mark.parametrize("name", [name for name, field in Settings.model_fields.items() if is_secret(field.annotation)])
def test_every_secret_setting_is_blanked(name: str) -> None:
    value = _ACCEPTED.get(name, "canary-of-a-new-setting")
    chosen = Settings(**{name: value}, _env_file=None)  # type: ignore[arg-type]
    redact = Redactor(chosen.secrets)

    assert chosen.secrets
    assert "canary" not in repr(chosen)
    assert "canary" not in redact.text(f"{value} and {quote(value, safe='')}")


@pytest.mark.parametrize("name", [name for name, field in Settings.model_fields.items() if "SecretStr" in repr(field)])
def test_no_secret_setting_is_overlooked_by_its_type(name: str) -> None:
    assert is_secret(Settings.model_fields[name].annotation)


def told(address: str) -> str:
    """What people see of an address in the settings, accepted or not."""
    try:
        return Redactor(settings.load().secrets).text(address)
    except SettingsError as error:
        return str(error)


@pytest.mark.parametrize("password", ["p#ss", "p?ss", "p/ss", "p:ss", "p@ss", "p[ss", "p ss"])
def test_an_odd_password_is_in_no_sentence(monkeypatch: pytest.MonkeyPatch, password: str) -> None:
    for name, address in (("SMTP_URL", "smtp://ada:{}canary@post"), ("DATABASE_URL", "postgresql://ada:{}canary@db/x")):
        monkeypatch.setenv(f"PAPERBOY_{name}", address.format(password))
        assert "canary" not in told(address.format(password))
        monkeypatch.delenv(f"PAPERBOY_{name}")


@pytest.mark.parametrize("unit", ["://", "://a:", ":", "@", "x", "://a:b@"])
def test_long_texts_take_little_time(unit: str) -> None:
    redact = Redactor(["k3y", AWKWARD])
    began = time.process_time()
    redact.text(unit * (100_000 // len(unit)))
    assert time.process_time() - began < 0.3
