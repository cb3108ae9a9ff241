"""Autocomplete suggestions for the fields of commands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from bot.domain.identifiers import handle
from bot.domain.papers import ListRange
from bot.domain.requests import Chat, Completion, Suggestion
from bot.domain.schedule import zone_names
from bot.domain.text import shorten
from bot.messages.catalogue import available, language_name, negotiate, own_name
from bot.messages.localization import text_in
from bot.messages.subscriptions import one_line
from bot.services.bundle import Services

#: no platform shows more suggestions
MOST = 25
_LONGEST_LABEL = 100


async def complete(
    services: Services, chat: Chat, completion: Completion, typed: str, now: datetime, language: str
) -> tuple[Suggestion, ...]:
    """Return at most 25 suggestions for a partly typed field, best first, with their labels in a language."""
    match completion:
        case Completion.QUERY:
            found = _plainly(await _queries(services, chat, now))
        case Completion.ZONE:
            found = _plainly(sorted(zone_names()))
        case Completion.PAPER:
            found = await _papers(services, chat)
        case Completion.SUBSCRIPTION:
            found = await _subscriptions(services, chat, language)
        case Completion.LANGUAGE:
            found = [Suggestion(_named(tag, language), tag) for tag in available()]
    return tuple(_fitting(found, typed)[:MOST])


def _named(tag: str, language: str) -> str:
    """Return a language in its own words and in the reader's, so that either can be typed."""
    own, known = own_name(tag), language_name(tag, negotiate(language))
    return own if own == known else f"{own} ({known})"


def _plainly(values: Iterable[str]) -> list[Suggestion]:
    return [Suggestion(value, value) for value in values if len(value) <= _LONGEST_LABEL]


def _fitting(found: Iterable[Suggestion], typed: str) -> list[Suggestion]:
    """Return the suggestions that contain the typed text, first those with a word that starts with it."""
    wanted = " ".join(typed.casefold().replace("_", " ").split())
    ranked: list[tuple[bool, Suggestion]] = []
    for suggestion in found:
        label = " " + suggestion.label.casefold().replace("_", " ").replace("/", " ")
        if wanted.replace("/", " ") in label:
            ranked.append((f" {wanted}" not in label, suggestion))
    return [suggestion for _, suggestion in sorted(ranked, key=lambda each: each[0])]


async def _queries(services: Services, chat: Chat, now: datetime) -> list[str]:
    """Return the queries of the chat's subscriptions, then topics and authors of the week."""
    own = [each.query for each in await services.store.subscriptions.of(chat) if each.query]
    known = await services.digests.snapshot(ListRange.WEEK, await services.digests.as_of(now))
    papers = [each.paper for each in known.histories]
    topics = Counter(keyword for paper in papers for keyword in paper.keywords)
    authors = Counter(author for paper in papers for author in paper.authors)
    named = [f'author:"{name}"' for name, _ in authors.most_common()]
    return list(dict.fromkeys([*own, *(topic for topic, _ in topics.most_common()), *named]))


async def _papers(services: Services, chat: Chat) -> list[Suggestion]:
    found = []
    for number, paper_id in enumerate(await services.papers.last_shown(chat), 1):
        if paper := await services.store.papers.get(paper_id):
            found.append(Suggestion(shorten(f"{number}. {paper.title}", _LONGEST_LABEL), handle(paper_id)))
    return found


async def _subscriptions(services: Services, chat: Chat, language: str) -> list[Suggestion]:
    found = await services.subscriptions.with_last_delivery(chat)
    labels = (f"{each.number}. {text_in(one_line(each), language)}" for each in found)
    return [
        Suggestion(shorten(label, _LONGEST_LABEL), str(each.number)) for each, label in zip(found, labels, strict=True)
    ]
