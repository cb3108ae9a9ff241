"""Pages in the language of their reader."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bot.domain.i18n import Language, commands, instants, into, tr
from bot.domain.pages import Action, Card, Link, Moment, Page, Row, RowKind, Section
from bot.domain.requests import Command, Option
from bot.messages.catalogue import language_of, negotiate


def localized(page: Page, tag: str) -> Page:
    """Return a page in the language of a tag ("de-AT"); titles, names and commands stay as they are."""
    page = replace(page, moments=_moments(page), commands=_commands(page))
    language = language_of(tag)
    return page if language is None else replace(rendered(page, language), language=negotiate(tag))


def _moments(page: Page) -> tuple[Moment, ...]:
    """Return the moments that a page names, including those in its translatable texts."""
    found = (Moment(each, each.at, each.relative) for text in _texts(page) for each in instants(text))
    return tuple({moment.text: moment for moment in (*found, *page.moments)}.values())


def _commands(page: Page) -> tuple[str, ...]:
    """Return the commands that a page names, in order."""
    rows = (row for section in page.sections for row in section.rows)
    labels = (row.label for row in rows if row.kind is RowKind.COMMAND)
    found = (each for text in (*_texts(page), *labels) for each in commands(text))
    return tuple(dict.fromkeys((*found, *page.commands)))


def _texts(page: Page) -> Iterator[str]:
    """Yield the page's own texts."""
    yield from (page.intro, *(section.text for section in page.sections))
    yield from (row.text for section in page.sections for row in section.rows)
    yield page.footer


def heading(page: Page) -> str:
    """Return the title to show; on further parts of a page it says that they continue."""
    return continued(page.title, page.language) if page.continues else page.title


def continued(title: str, tag: str) -> str:
    """Return the title of a further part of something."""
    return text_in(tr("{title} (continued)", title=title), tag)


def text_in(text: str, tag: str) -> str:
    """Return a text in the language of a tag."""
    language = language_of(tag)
    return text if language is None else into(text, language)


def command_in(command: Command, tag: str) -> Command:
    """Return a command with its descriptions in the language of a tag."""
    language = language_of(tag)
    return command if language is None else rendered_command(command, language)


def rendered_command(command: Command, language: Language) -> Command:
    """Return a command with its descriptions in a language."""
    options = tuple(_option(option, language) for option in command.options)
    return replace(command, summary=into(command.summary, language), options=options)


def rendered(page: Page, language: Language) -> Page:
    """Return a page with its texts in a language."""
    return replace(
        page,
        title=into(page.title, language),
        intro=into(page.intro, language),
        sections=tuple(_section(section, language) for section in page.sections),
        footer=into(page.footer, language),
        actions=_actions(page.actions, language),
        links=_links(page.links, language),
        moments=tuple(replace(moment, text=into(moment.text, language)) for moment in page.moments),
        sample=page.sample and rendered(page.sample, language),
    )


def _section(section: Section, language: Language) -> Section:
    return replace(
        section,
        heading=into(section.heading, language),
        text=into(section.text, language),
        rows=tuple(_row(row, language) for row in section.rows),
        cards=tuple(_card(card, language) for card in section.cards),
    )


def _row(row: Row, language: Language) -> Row:
    action = replace(row.action, label=into(row.action.label, language)) if row.action else None
    return replace(row, label=into(row.label, language), text=into(row.text, language), action=action)


def _card(card: Card, language: Language) -> Card:
    return replace(
        card,
        title=into(card.title, language),
        byline=into(card.byline, language),
        reason=into(card.reason, language),
        body=into(card.body, language),
        body_by=into(card.body_by, language),
        links=_links(card.links, language),
        actions=_actions(card.actions, language),
    )


def _links(links: tuple[Link, ...], language: Language) -> tuple[Link, ...]:
    return tuple(Link(into(link.label, language), link.url) for link in links)


def _actions(actions: tuple[Action, ...], language: Language) -> tuple[Action, ...]:
    return tuple(replace(action, label=into(action.label, language)) for action in actions)


def _option(option: Option, language: Language) -> Option:
    return replace(option, description=into(option.description, language))
