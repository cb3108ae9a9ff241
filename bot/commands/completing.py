"""What a field can be completed to while somebody types into it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from bot.commands.engine import Engine
from bot.commands.managing import standings
from bot.models import Chat, Completion, Suggestion, Window
from bot.schedule import zone_names
from bot.text import shorten
from bot.views.subscriptions import one_line

#: no platform shows more
MOST = 25
_LONGEST_LABEL = 100


async def complete(
    engine: Engine, chat: Chat, completion: Completion, typed: str, now: datetime
) -> tuple[Suggestion, ...]:
    """At most 25 ways to go on from what was typed so far, the likeliest first."""
    match completion:
        case Completion.QUERY:
            found = _plainly(await _queries(engine, chat, now))
        case Completion.ZONE:
            found = _plainly(sorted(zone_names()))
        case Completion.PAPER:
            found = await _papers(engine, chat)
        case Completion.SUBSCRIPTION:
            found = await _subscriptions(engine, chat)
    return tuple(_fitting(found, typed)[:MOST])


def _plainly(values: Iterable[str]) -> list[Suggestion]:
    return [Suggestion(value, value) for value in values if len(value) <= _LONGEST_LABEL]


def _fitting(found: Iterable[Suggestion], typed: str) -> list[Suggestion]:
    """Those that have what was typed, first those with a word that begins with it."""
    wanted = " ".join(typed.casefold().replace("_", " ").split())
    ranked: list[tuple[bool, Suggestion]] = []
    for suggestion in found:
        label = " " + suggestion.label.casefold().replace("_", " ").replace("/", " ")
        if wanted.replace("/", " ") in label:
            ranked.append((f" {wanted}" not in label, suggestion))
    return [suggestion for _, suggestion in sorted(ranked, key=lambda each: each[0])]


async def _queries(engine: Engine, chat: Chat, now: datetime) -> list[str]:
    """What this chat follows, then the topics of the week, then its authors."""
    own = [each.query for each in await engine.store.subscriptions.of(chat) if each.query]
    known = await engine.snapshot(Window.WEEK, await engine.as_of(now))
    papers = [each.paper for each in known.histories]
    topics = Counter(keyword for paper in papers for keyword in paper.keywords)
    authors = Counter(author for paper in papers for author in paper.authors)
    named = [f'author:"{name}"' for name, _ in authors.most_common()]
    return list(dict.fromkeys([*own, *(topic for topic, _ in topics.most_common()), *named]))


async def _papers(engine: Engine, chat: Chat) -> list[Suggestion]:
    found = []
    for number, paper_id in enumerate(await engine.last_shown(chat), 1):
        if paper := await engine.store.papers.get(paper_id):
            found.append(Suggestion(shorten(f"{number}. {paper.title}", _LONGEST_LABEL), paper_id))
    return found


async def _subscriptions(engine: Engine, chat: Chat) -> list[Suggestion]:
    found = await standings(engine, chat)
    return [Suggestion(shorten(f"{each.number}. {one_line(each)}", _LONGEST_LABEL), str(each.number)) for each in found]
