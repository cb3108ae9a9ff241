from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest

from bot.app import logs
from bot.domain.log import Log
from bot.domain.redaction import MASK

CANARY = "canary-token-77"


@pytest.fixture(autouse=True)
def _same_logging_afterwards() -> Iterator[None]:
    root = logging.getLogger()
    handlers, levels = root.handlers[:], {name: logging.getLogger(name).level for name in ("", "bot", "adapters")}
    yield
    root.handlers[:] = handlers
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


def test_a_line_is_an_event_with_facts() -> None:
    out = io.StringIO()
    logs.configure("info", "json", stream=out)

    Log("bot.services.collecting").info("fetched", source="arxiv", papers=3)

    line = json.loads(out.getvalue())
    assert (line["event"], line["source"], line["papers"], line["level"]) == ("fetched", "arxiv", 3, "info")
    assert line["timestamp"].endswith("Z")


def test_lines_of_libraries_take_the_same_form() -> None:
    out = io.StringIO()
    logs.configure("info", "json", stream=out)

    logging.getLogger("somebody.else").warning("it took %s s", 3)

    assert json.loads(out.getvalue())["event"] == "it took 3 s"


@pytest.mark.parametrize("library", ["httpx", "discord.http", "telegram.ext", "some.other.package"])
def test_libraries_may_name_addresses_with_tokens_and_are_quiet(library: str) -> None:
    out = io.StringIO()
    logs.configure("debug", "json", stream=out)

    logging.getLogger(library).info("HTTP Request: POST https://example.org/bot%s/sendMessage", CANARY)

    assert out.getvalue() == ""


@pytest.mark.parametrize("form", ["json", "pretty"])
def test_a_secret_is_blanked_wherever_it_stands(form: str) -> None:
    out = io.StringIO()
    logs.configure("info", form, secrets=(CANARY, ""), stream=out)

    Log("bot").info(f"with {CANARY}", address=f"https://example.org/{CANARY}/x")
    try:
        raise ValueError(f"no {CANARY} here")
    except ValueError:
        Log("bot").exception("failed", reference=CANARY)

    assert CANARY not in out.getvalue()
    assert out.getvalue().count(MASK) >= 4
    assert "ValueError" in out.getvalue()


def test_a_terminal_gets_pretty_lines() -> None:
    out = io.StringIO()
    logs.configure("info", "pretty", stream=out)

    Log("bot").warning("rejected", what="item 7")

    assert "rejected" in out.getvalue()
    assert "what" in out.getvalue()
    assert not out.getvalue().startswith("{")
