from __future__ import annotations

import io

from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document
from rich.console import Console as Terminal

from adapters.console.prompt import CommandCompleter
from adapters.console.render import render
from bot.commands import COMMANDS
from bot.domain.pages import Action, Card, Link, Page, Row, Section


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
        "Try /trending week",
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


def test_a_topic_is_left_alone() -> None:
    assert completions("trending") == []
