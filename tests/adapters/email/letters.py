"""Letters and options for tests, each whole, each easy to vary."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.mail import ActionLinks, OutgoingMail
from bot.domain.pages import Card, Link, Page, Section
from bot.domain.requests import Chat
from bot.services.mailboxes.mail_options import MailOptions, MailServer

ADA = Chat("email", "ada@example.org")
ACTION_LINKS = ActionLinks(
    unsubscribe="https://papers.example.org/a/rather/long/way/down/to/u/u7-eqo6fzlnnuaxu7jhq6e7huas44",
    unsubscribe_by_mail="mailto:stop@example.org?subject=u7-eqo6fzlnnuaxu7jhq6e7huas44",
    change="https://papers.example.org/change/c7-3ees336kykrkma7koquvc37flm",
    why="You get this because ada@example.org asked for it and confirmed it.",
    tag="b7-aaaaaaaaaaaaaaaaaaaaaaaaaa",
)
NOWHERE = MailServer(host="localhost", port=1, secured="smtp")  # type: ignore[arg-type]


def page(title: str = "Trending papers · Fri 24 Apr 2026", cards: int = 2) -> Page:
    """A digest with some papers."""
    return Page(
        title=title,
        intro="2 of 13 papers",
        sections=(Section(cards=tuple(card(number) for number in range(1, cards + 1))),),
        footer="Digest 2026-04-24-abc",
    )


def card(number: int = 1, **facts: str) -> Card:
    """A paper."""
    made = Card(
        key=f"2604.{number:05}",
        number=number,
        title=f"Paper {number}",
        url=f"https://huggingface.co/papers/2604.{number:05}",
        byline="Ada Lovelace · Fri 24 Apr 2026",
        reason="▲ 41 votes in 6 h",
        links=(Link("arXiv", f"https://arxiv.org/abs/2604.{number:05}"),),
        body="What it is about.",
    )
    return replace(made, **facts)  # type: ignore[arg-type]


def letter(
    chat: Chat = ADA, nonce: str = "n1", of: Page | None = None, action_links: ActionLinks = ACTION_LINKS
) -> OutgoingMail:
    """A digest for Ada."""
    return OutgoingMail(chat=chat, page=of or page(), action_links=action_links, nonce=nonce)


def options(server: MailServer = NOWHERE, **facts: object) -> MailOptions:
    """Mails from papers@example.org."""
    made = MailOptions(server=server, name="Paperboy", address="papers@example.org")
    return replace(made, **facts)  # type: ignore[arg-type]
