"""Pages of /language."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bot.domain.i18n import lines, tr
from bot.domain.pages import Action, Page, Row, Section
from bot.messages.catalogue import available, own_name
from bot.messages.language_names import all_named, named


def shown(person: str, chat: str, *, direct: bool, may_manage: bool) -> Page:
    """Show the languages of the answers and of the chat's digests, with a button for each of the others.

    `person` is empty if the chat has no persons; `direct` says that the chat is private, so one choice sets both.
    """
    same = not person or (direct and chat == person)
    rows = (
        (Row(tr("Answers and digests"), named(chat)),)
        if same
        else (Row(tr("Answers to you"), named(person)), Row(tr("Digests in this chat"), named(chat)))
    )
    own = _buttons(person or chat) if person or may_manage else ()
    of_chat = _chat_buttons(chat) if person and may_manage and not direct else ()
    return Page(
        title=tr("Language"),
        intro=tr("I speak {languages}. Paper titles and abstracts stay in English.", languages=all_named()),
        sections=(Section(rows=rows),),
        footer="" if direct or not person or may_manage else who_manages(),
        actions=(*own, *of_chat),
    )


def chosen(tag: str, *, person: bool, chat: bool, chat_language: str = "", may_manage: bool = False) -> Page:
    """Confirm a language for a person's answers, for a chat's digests, or for both.

    `chat_language` is the one of the chat's digests, if it was not changed along.
    """
    if person and chat:
        title = tr("I'll answer and send digests in {language}", language=named(tag))
    elif person:
        title = tr("I'll answer you in {language}", language=named(tag))
    else:
        title = tr("Digests in this chat: {language}", language=named(tag))
    differs = bool(chat_language) and chat_language != tag
    stays = tr("Digests in this chat: {language}", language=named(chat_language)) if differs else ""
    return Page(
        title=title,
        intro=lines(stays, who_manages() if differs and not may_manage else ""),
        footer=tr("Paper titles and abstracts stay in English."),
        actions=tuple(_chat_buttons(chat_language, only=tag)) if differs and may_manage else (),
    )


def who_manages() -> str:
    """Say how the language of digests is changed, to somebody who may not do it."""
    return tr("To change it, somebody who manages this chat can send {command}.", command="/language chat de")


def _buttons(current: str) -> Iterator[Action]:
    return (Action(own_name(tag), f"language {tag}") for tag in _others(current))


def _chat_buttons(current: str, *, only: str = "") -> Iterator[Action]:
    wanted = (only,) if only else _others(current)
    return (Action(tr("Digests: {language}", language=named(tag)), f"language chat {tag}") for tag in wanted)


def _others(current: str) -> Iterable[str]:
    return (tag for tag in available() if tag != current)
