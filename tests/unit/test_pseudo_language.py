"""Every page in a language that puts all translations into brackets: what is outside cannot be translated."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, time, timedelta

from bot.commands import COMMANDS, Commands
from bot.commands.typed import SAY
from bot.domain.i18n import DayStyle
from bot.domain.pages import Page, Trouble
from bot.domain.papers import Paper
from bot.domain.requests import Chat, ChatDetails, Command, Door, Reach, Request
from bot.domain.sources import FetchResult
from bot.domain.subscriptions import Pause
from bot.messages.catalogue import available, own_name
from bot.messages.localization import rendered, rendered_command
from bot.messages.subscription_form import STEPS
from bot.services.bundle import build_services
from bot.sources.registry import SOURCES
from bot.storage import Store
from tests.builders import NOON, listing, observation, paper
from tests.storage.ledger import DUE, subscription

CHAT, OTHER = Chat("console", "1"), Chat("console", "2")
#: beside the examples of all commands: what leads to other pages, in the order in which a person would type it
LINES = (
    "/trending week",
    "/trending month agents",
    "/trending 2026-04-22",
    "/trending day no:paper:has:this",
    "/paper 1",
    "/why 1",
    "/why 99",
    "/similar 1",
    "/vote 1 up",
    "/vote 1 none",
    "/save 1",
    "/save 2",
    "/saved",
    "/unsave 1",
    "/papers agents newest first",
    "/papers video generation top 3",
    "/papers zzzyyyxxx",
    "/preview agents at 9:00 Berlin",
    "/subscribe agents",
    "/subscribe agents at 9:00 Europe/Berlin weekdays top 5",
    "/subscribe fewer",
    "/subscribe save",
    "/subscribe agents at 9:00 Europe/Berlin weekdays top 5 save",
    "/subscribe video on announce in Tokyo votes:20 empty:best repeat:30 silent:yes save",
    "/subscribe models weekly at 9:00 Berlin empty:nothing save",
    "/subscribe models every other day",
    "/subscribe models monthly at 9:00 Berlin",
    "/subscriptions",
    "/subscriptions here",
    "/subscriptions edit 1 at 18:30 top 3",
    "/subscriptions edit 1 at 18:30 top 3",
    "/subscriptions show 1",
    "/subscriptions form 1",
    *(f"/subscriptions form 1 {step}" for step in sorted(STEPS)),
    "/subscriptions set 1 agents at 18:30 top 3",
    "/subscriptions export 1",
    "/subscriptions move 1",
    "/subscriptions move 1 to there",
    "/status",
    "/preview 1",
    "/preview 3",
    "/preview",
    "/pause 1",
    "/pause 1",
    "/status",
    "/subscriptions",
    "/resume 1",
    "/resume 1",
    "/resume 99",
    "/pause all",
    "/resume all",
    "/resend",
    "/export",
    "/import agents top:5 weekdays at 09:00 Europe/Berlin",
    "/unsubscribe 3",
    "/unsubscribe",
    "/forget",
    "/forget me",
    "/privacy",
    "/language en",
    "/language chat en",
    "/language xx",
    "/nosuchcommand",
    "/digest 2026-04-24-aaaaaaaa",
    "hello",
    "thanks",
    "who are you?",
    "who cites 1",
    "translate 1 to German",
)
#: links to what changes something, which are answered with a page that asks
LINKS = (
    *("/vote 1 up", "/save 1", "/unsave 1", "/subscribe agents at 9:00 Berlin", "/subscribe agents", "/pause all"),
    *("/resume all", "/unsubscribe all", "/subscriptions edit 1 top 3", "/import agents at 9:00 Berlin", "/resend 1"),
    *("/forget everything", "/forget me", "/stop", "/email you@example.org agents at 9:00 Berlin"),
)
#: words of the query and schedule syntax, which is the same in every language, and names
SYNTAX = frozenset(
    "after before since until top votes repeat empty note best nothing silent yes no role name more new relevance "
    "trending daily weekdays weekly monthly on announce at in and or mon tue wed thu fri sat sun by order code "
    "europe berlin asia tokyo america new york utc subscribe edit save everything never cite "
    "paperboy discord telegram arxiv bibtex ai semantic scholar google huggingface co org papers submit help".split()
)
WORD = re.compile(r"(?<![\w./@:-])[^\W\d_]{2,}(?![\w@]*[\d@])")


class Brackets:
    """A language that shows which text it was asked for. Implements `bot.domain.i18n.Language`."""

    def message(self, template: str) -> str:
        parts = re.split(r"(\{\w+\})", template)
        return "".join(part if part.startswith("{") or not part else f"⟦{part}⟧" for part in parts)

    def plural(self, singular: str, plural: str, count: int) -> str:
        return self.message(singular if count == 1 else plural)

    def number(self, value: int) -> str:
        return f"⟦{value}⟧"

    def compact(self, value: int) -> str:
        return f"⟦{value}⟧"

    def decimal(self, value: float) -> str:
        return f"⟦{value}⟧"

    def day(self, value: date, style: DayStyle) -> str:
        return f"⟦{value}⟧"

    def clock(self, value: time) -> str:
        return f"⟦{value}⟧"

    def span(self, length: timedelta) -> str:
        return f"⟦{length}⟧"

    def relative(self, offset: timedelta) -> str:
        return f"⟦{offset}⟧"

    def listing(self, items: Iterable[str], *, alternatives: bool) -> str:
        return "⟦ or ⟧".join(items) if alternatives else "⟦ and ⟧".join(items)

    def language_name(self, tag: str) -> str:
        return f"⟦{tag}⟧"


def texts(page: Page) -> Iterator[str]:
    """Every text of a page but commands, addresses, and what is to be copied."""
    yield from (page.title, page.intro, page.footer, *(moment.text for moment in page.moments))
    yield from (action.label for action in page.actions)
    for section in page.sections:
        yield from (section.heading, section.text)
        for row in section.rows:
            yield from (row.label, row.text, row.action.label if row.action else "")
        for card in section.cards:
            yield from (card.title, card.byline, card.reason, card.body, card.body_by)
            yield from (link.label for link in card.links)
            yield from (action.label for action in card.actions)


def descriptions(command: Command) -> Iterator[str]:
    """Every text of a command but its syntax."""
    yield command.summary
    yield from (option.description for option in command.options)


def words(*texts: str) -> set[str]:
    return {word.casefold() for text in texts for word in re.findall(r"[^\W\d_]{2,}", text)}


def of_papers(papers: Iterable[Paper]) -> set[str]:
    """The words of papers and of their authors."""
    return {
        word
        for paper in papers
        for word in words(
            *(paper.title, paper.abstract, paper.summary, paper.summary_by, paper.organization),
            *(*paper.authors, *paper.keywords, *paper.categories),
        )
    }


def invented() -> list[Paper]:
    """Papers whose words stand in no sentence of the bot."""
    topics = ("agents", "video", "models")
    return [
        paper(
            f"2604.{number:05}",
            title=f"Zorblax {topics[number % 3]} qwix{number}",
            abstract=f"Vumpa {topics[number % 3]} frobnak.",
            summary="Frobnak vumpa." if number % 2 else "",
            summary_by="Zumfa" if number % 2 else "",
            authors=("Ada Lovelace", "Emmy Noether", "Mary Wrinch", "Sofja Kowalewskaja")[: 1 + number % 4],
            organization="Blorp",
            listed_on=NOON.date() - timedelta(days=number % 4),
        )
        for number in range(1, 13)
    ]


def fetched(papers: Sequence[Paper]) -> FetchResult:
    """The papers with their lists and votes."""
    return FetchResult(
        source="huggingface",
        seen_at=NOON,
        papers=tuple(papers),
        listings=tuple(listing(each.id, each.listed_on) for each in papers if each.listed_on),
        observations=tuple(
            observation(each.id, votes=10 * number, comments=number, stars=1000 * number)
            for number, each in enumerate(papers, 1)
        ),
    )


def known_words(papers: Iterable[Paper]) -> set[str]:
    """The words that may stand outside of a translation."""
    found = (
        of_papers(papers) | words(*LINES, *(source.title for source in SOURCES), *map(own_name, available())) | SYNTAX
    )
    for command in COMMANDS:
        found |= words(command.name, command.usage, *command.aliases, *command.examples)
        for option in command.options:
            found |= words(option.name, option.typed, *option.choices)
    return found


def outside(text: str, known: set[str]) -> set[str]:
    """The words of a text that are in no brackets and are not known."""
    rest = re.sub(r"⟦[^⟦⟧]*⟧", " ", text)
    return {word for word in WORD.findall(rest) if word.casefold() not in known}


def requests() -> Iterator[tuple[str, Request]]:
    # a page in another language than English is translated already
    examples = [each for command in COMMANDS for each in command.examples if not each.startswith("/language ")]
    bare = [f"/{command.name}" for command in COMMANDS]
    helped = [f"/help {command.name}" for command in COMMANDS]
    for door, lines in ((Door.TYPED, [*LINES, *examples, *bare, *helped]), (Door.LINK, LINKS)):
        for line in lines:
            command, _, argument = line.removeprefix("/").partition(" ")
            typed = (SAY, line) if not line.startswith("/") else (command, argument)
            yield (
                f"{door}: {line}",
                Request(
                    chat=CHAT,
                    person="7",
                    may_manage=True,
                    command=typed[0],
                    argument=typed[1],
                    door=door,
                    reach=Reach(chats=frozenset({OTHER.id})),
                ),
            )


async def other_chat(store: Store) -> None:
    """Another chat of the person's, with a digest that waits and subscriptions that are paused."""
    for reason in (None, Pause.PERSON, Pause.PLATFORM):
        kept = await store.subscriptions.add(subscription(chat=OTHER, query="agents"))
        if reason is not None:
            await store.subscriptions.pause(kept.id, reason, NOON)
    await store.deliveries.plan(DUE)


async def test_every_page_of_every_command_can_be_translated(sqlite_store: Store) -> None:
    papers = invented()
    await sqlite_store.keep(fetched(papers))
    await sqlite_store.known_chats.put([ChatDetails(OTHER, "Zorblax")], NOON)
    await other_chat(sqlite_store)
    commands = Commands(build_services(sqlite_store), lambda: NOON)
    known = known_words(papers)

    pages = [(line, await commands.handle(request)) for line, request in requests()]

    assert [line for line, page in pages if page.trouble is Trouble.FAULT] == []
    found = {
        f"{line} → {text}": missing
        for line, page in pages
        for text in texts(rendered(page, Brackets()))
        if (missing := outside(text, known))
    }
    assert found == {}


def test_every_description_of_a_command_can_be_translated() -> None:
    known = known_words(())

    found = {
        f"/{command.name}: {text}": missing
        for command in COMMANDS
        for text in descriptions(rendered_command(command, Brackets()))
        if (missing := outside(text, known))
    }
    assert found == {}


def test_what_is_not_translatable_is_recognized() -> None:
    language = Brackets()

    assert language.message("Papers on {query}.") == "⟦Papers on ⟧{query}⟦.⟧"
    assert outside("⟦Papers on ⟧agents⟦.⟧", {"agents"}) == set()
    assert outside("⟦Papers on ⟧agents, best first", {"agents"}) == {"best", "first"}
    assert outside("12 papers", set()) == {"papers"}
    assert outside("2604.01234 2026-04-24-k7d2q you@example.org", set()) == set()
