from __future__ import annotations

from bot.domain.pages import Action, Card, Link, Page, Row, Section
from bot.messages.plain_text import plain

PAGE = Page(
    title="Trending papers · Fri 24 Apr 2026",
    intro="2 of 9 papers, trending first.",
    sections=(
        Section(
            cards=(
                Card(
                    key="2604.00001",
                    number=1,
                    title="Attention is not quite all you need",
                    url="https://arxiv.org/abs/2604.00001",
                    byline="Ada Lovelace · Analytical Engines · Fri 24 Apr",
                    reason="▲ 41 votes in 6 h",
                    links=(Link("arXiv", "https://arxiv.org/abs/2604.00001"), Link("code", "https://example.org/code")),
                    body="It shows what else is needed.",
                    body_by="Summary by Paperboy",
                ),
            )
        ),
        Section(heading="Sources", rows=(Row("arXiv", "well"), Row("Hugging Face", "cannot be reached"))),
    ),
    footer="Hugging Face 5 min ago",
    actions=(Action("Week", "trending week"),),
)


def test_a_page_reads_well_as_plain_text() -> None:
    assert plain(PAGE, 72) == (
        "Trending papers · Fri 24 Apr 2026\n"
        "─────────────────────────────────\n"
        "2 of 9 papers, trending first.\n"
        "\n"
        " 1. Attention is not quite all you need\n"
        "    Ada Lovelace · Analytical Engines · Fri 24 Apr\n"
        "    ▲ 41 votes in 6 h\n"
        "    https://arxiv.org/abs/2604.00001 · https://example.org/code\n"
        "      It shows what else is needed. (Summary by Paperboy)\n"
        "\n"
        "Sources\n"
        "arXiv         well\n"
        "Hugging Face  cannot be reached\n"
        "\n"
        "Hugging Face 5 min ago\n"
        "Try: /trending week\n"
    )


def test_an_address_is_never_broken() -> None:
    address = "https://example.org/" + "x" * 200
    page = Page(title="T", sections=(Section(cards=(Card(key="k", title="T", url="u", links=(Link("a", address),)),)),))

    assert address in plain(page, 40).splitlines()


def test_control_characters_from_outside_do_not_reach_the_terminal() -> None:
    page = Page(title="T\x1b[31m\u202e", intro="a\x07b\x9bc", sections=(Section(text="x\x00y"),))

    written = plain(page)

    assert not any(character in written for character in "\x1b\u202e\x07\x9b\x00")
