from __future__ import annotations

import asyncio
import io
import logging
from pathlib import Path

import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.data_structures import Size
from prompt_toolkit.document import Document
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput
from prompt_toolkit.output.vt100 import Vt100_Output
from rich.console import Console as Terminal

from adapters.console.locales import environment_locale
from adapters.console.prompt import CommandCompleter, logs_above, session
from adapters.console.render import render
from adapters.console.surface import Console
from bot.commands import COMMANDS
from bot.domain.i18n import tr
from bot.domain.pages import Action, Card, Link, Page, Row, Section
from bot.domain.requests import Request


def screen(page: Page, width: int = 72) -> str:
    out = io.StringIO()
    Terminal(file=out, width=width, color_system=None, highlight=False).print(render(page))
    return out.getvalue()


def escaped(page: Page) -> str:
    out = io.StringIO()
    Terminal(file=out, width=72, force_terminal=True, color_system="standard", highlight=False).print(render(page))
    return out.getvalue()


def completions(line: str) -> list[str]:
    found = CommandCompleter(COMMANDS).get_completions(Document(line), CompleteEvent())
    return [completion.text for completion in found]


CARD = Card(
    key="2604.00001",
    number=1,
    title="Attention is not quite all you need",
    url="https://huggingface.co/papers/2604.00001",
    byline="Ada Lovelace · Fri 24 Apr",
    reason="▲ 41 votes in 6 h",
    links=(Link("Hugging Face", "https://huggingface.co/papers/2604.00001"), Link("code", "https://example.org/code")),
    body="It shows what else is needed, at some length, so that one line of a terminal cannot hold it.",
)
PAGE = Page(
    title="Trending papers",
    intro="1 of 9 papers",
    sections=(Section(cards=(CARD,)), Section(heading="Sources", rows=(Row("arXiv", "well"),))),
    footer="just now",
    actions=(Action("Week", "trending week"),),
)


def test_a_page_as_a_terminal_shows_it() -> None:
    assert [line.rstrip() for line in screen(PAGE).splitlines()] == [
        "Trending papers",
        "1 of 9 papers",
        "",
        " 1. Attention is not quite all you need",
        "    Ada Lovelace · Fri 24 Apr",
        "    ▲ 41 votes in 6 h",
        "    Hugging Face · code",
        "    It shows what else is needed, at some length, so that one line of a…",
        "",
        "Sources",
        "  arXiv  well",
        "",
        "just now",
        f"{tr('Try:')} /trending week",
    ]


def test_a_paper_alone_is_unfolded() -> None:
    alone = Page(title="Paper", sections=(Section(cards=(Card(key="k", title="T", url="u", body="word " * 40),)),))

    assert screen(alone).count("word") == 40


def test_addresses_lie_behind_words() -> None:
    assert "\x1b]8;" in escaped(PAGE)
    assert "https://example.org/code" in escaped(PAGE)


def test_nothing_from_outside_is_markup_or_a_control_sequence() -> None:
    page = Page(
        title="[bold red]T[/]",
        sections=(Section(cards=(Card(key="k", number=1, title="\x1b[2J[link=x]y", url="u", body="\u202eevil\x07"),)),),
    )

    shown = screen(page)

    assert "[bold red]T[/]" in shown
    assert "[link=x]y" in shown
    assert not set(shown) & {"\x1b", "\x07", "\u202e"}


def test_commands_are_completed_with_what_they_do() -> None:
    assert completions("/tr") == ["trending"]
    assert completions("/") == [command.name for command in COMMANDS]


def test_choices_are_completed_behind_their_command() -> None:
    assert completions("/trending w") == ["week"]
    assert completions("/trending week v") == ["votes"]


class Screen(io.StringIO):
    """A terminal that remembers all that was written to it."""

    def __init__(self) -> None:
        super().__init__()
        self._news = asyncio.Event()

    def isatty(self) -> bool:
        return True

    def write(self, text: str) -> int:
        self._news.set()
        return super().write(text)

    async def until(self, text: str) -> None:
        """Wait for a text."""
        async with asyncio.timeout(30):
            while text not in self.getvalue():
                self._news.clear()
                await self._news.wait()


async def test_log_lines_are_written_above_the_prompt_while_it_waits(tmp_path: Path) -> None:
    screen, terminal = Screen(), Screen()
    root = logging.getLogger()
    handler = logging.StreamHandler(terminal)
    root.addHandler(handler)
    output = Vt100_Output(screen, lambda: Size(rows=20, columns=80), enable_cpr=False)
    try:
        with create_pipe_input() as keys, create_app_session(input=keys, output=output):
            prompt = session(COMMANDS, tmp_path / "history")
            with logs_above(terminal):
                typing = asyncio.create_task(prompt.prompt_async())
                keys.send_text("half a li")
                await screen.until("half a li")
                root.error("the network is gone")
                await screen.until("the network is gone")
                keys.send_text("ne\r")
                line = await typing
            root.error("afterwards")
    finally:
        root.removeHandler(handler)

    assert line == "half a line"
    assert "paperboy›" in screen.getvalue().partition("the network is gone")[2]
    assert terminal.getvalue() == "afterwards\n"


@pytest.mark.parametrize(("keys", "ends"), [("\x03", True), ("half a line\x03\x03", True), ("x\x03y\r", False)])
async def test_ctrl_c_clears_the_line_and_leaves_on_an_empty_one(keys: str, ends: bool, tmp_path: Path) -> None:
    with create_pipe_input() as typed, create_app_session(input=typed, output=DummyOutput()):
        prompt = session(COMMANDS, tmp_path / "history")
        typed.send_text(keys)
        if ends:
            with pytest.raises(EOFError):
                await prompt.prompt_async()
        else:
            assert await prompt.prompt_async() == "y"


@pytest.mark.parametrize(
    ("environment", "tag"),
    [
        ({}, "en"),
        ({"LANG": "de_DE.UTF-8"}, "de-DE"),
        ({"LANG": "de"}, "de"),
        ({"LANG": "sr_RS@latin"}, "sr-RS"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "POSIX"}, "en"),
        ({"LANG": "de_DE", "LC_ALL": "C"}, "en"),
        ({"LANG": "en_US.UTF-8", "LC_MESSAGES": "de_AT.UTF-8"}, "de-AT"),
        ({"LANG": "de_DE", "LC_MESSAGES": "fr_FR", "LC_ALL": "pt_BR"}, "pt-BR"),
        ({"LANG": "de_DE", "LC_ALL": ""}, "de-DE"),
    ],
)
def test_the_language_is_that_of_the_environment(environment: dict[str, str], tag: str) -> None:
    assert environment_locale(environment) == tag


class Recorder:
    """Answers every request, and remembers it."""

    def __init__(self) -> None:
        self.requests: list[Request] = []

    async def handle(self, request: Request) -> Page:
        self.requests.append(request)
        return PAGE


async def test_requests_of_a_terminal_carry_its_language(tmp_path: Path) -> None:
    recorder = Recorder()
    for locale in ("en", "de-AT"):
        await Console(recorder, COMMANDS, tmp_path / "history", locale=locale).say("/trending", io.StringIO())

    assert [(request.locale, request.may_manage) for request in recorder.requests] == [("en", True), ("de-AT", True)]


def test_a_topic_is_left_alone() -> None:
    assert completions("trending") == []
