"""Taste of people and chats: learned from votes, saved papers and words that were said, and kept in memory only."""

from __future__ import annotations

import asyncio
import hashlib
from collections import Counter, OrderedDict, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.digests.taste import DocumentFrequencies, Profile, Taste, TasteEvidence, learn, reordered, separation, telling
from bot.digests.taste.profile import FEWEST_LIKES
from bot.domain.errors import StoreError
from bot.domain.log import Log
from bot.domain.papers import Paper
from bot.domain.requests import Chat, Door, Request
from bot.domain.taste import Opinion, SaidWord, Strength, TasteSettings
from bot.domain.trending import Trend
from bot.storage import Store
from bot.storage.taste import Owner

log = Log(__name__)

#: papers of the store that words are counted in, the newest
_MOST_PAPERS = 20_000
#: papers that are read and counted at once; the event loop runs between two pieces
_PIECE = 100
#: papers stored by other processes are counted after so long
_REFRESHED = timedelta(hours=1)
#: opinions and passed-over papers that a profile is learned from, the newest
_MOST_OPINIONS, _MOST_PASSED_OVER = 1_000, 100
#: papers that are offered to begin with, and those whose order is compared
_TO_START = _FIRST = 10
#: profiles that are kept in memory
_REMEMBERED = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnedTaste:
    """One taste with everything that it was learned from."""

    owner: Owner
    settings: TasteSettings
    evidence: TasteEvidence
    #: people whose opinions were used
    people: frozenset[str]
    #: ready to be applied; None with too little evidence
    taste: Taste | None

    @property
    def strength(self) -> Strength:
        """How much it changes the order of papers."""
        return self.settings.strength or Strength.STRONG

    def open_to(self, person: str) -> bool:
        """Return whether a person may read its words. What only one person's votes taught is that person's."""
        return bool(self.owner.person) or len(self.people) != 1 or person in self.people


class TasteService:
    """Reads opinions, and learns profiles from them. Nothing derived is stored, so that a vote counts at once."""

    def __init__(self, store: Store, *, from_opened: bool = False) -> None:
        self._store = store
        #: whether papers that a person opens count as liked
        self.from_opened = from_opened
        self._lexicon = DocumentFrequencies()
        self._counted: tuple[datetime, int] | None = None
        self._counting = asyncio.Lock()
        self._profiles: OrderedDict[str, Profile] = OrderedDict()

    async def of_reader(self, request: Request, now: datetime, *, private: bool) -> Taste | None:
        """Return the taste that orders what a person is shown: their own in their own chat, else the chat's.

        `private` is whether the answer is for this person alone; otherwise everybody in the chat may read its words.
        """
        asker = asking(request) if private or is_readers_own(request) else ""
        return (await self.learned(reader(request), now, asker=asker)).taste

    async def of_chat(self, chat: Chat, now: datetime, strength: Strength | None = None) -> Taste | None:
        """Return the taste that orders a chat's digests. `strength` overrides what was said in the chat."""
        taste = (await self.learned(await self._reader_of(chat), now)).taste
        return replace(taste, strength=strength) if taste and strength else taste

    async def chats_with_taste(self) -> frozenset[Chat]:
        """Return all chats that may have a taste, so that digests of the others need not ask. Quick."""
        chats = await self._store.votes.chats_with_opinions(FEWEST_LIKES)
        people = await self._store.votes.people_with_opinions(FEWEST_LIKES) | await self._store.saved.people(1)
        for owner in await self._store.tastes.owners():
            if owner.person:
                people.add((owner.surface, owner.person))
            else:
                chats.add(Chat(owner.surface, owner.chat, owner.thread))
        return frozenset(chats | {own_chat(surface, person) for surface, person in people})

    async def learned(self, owner: Owner, now: datetime, *, asker: str = "") -> LearnedTaste:
        """Return a taste as of a moment. `asker` is who reads it."""
        settings = await self._store.tastes.settings(owner)
        opinions = await self._opinions(owner, settings, now)
        weights = person_weights(opinions)
        values: defaultdict[str, float] = defaultdict(float)
        for opinion in opinions:
            values[opinion.paper_id] += opinion.value * weights[opinion.person]
        liked = [id for id, value in values.items() if value > 0]
        people = frozenset(opinion.person for opinion in opinions)
        nothing = LearnedTaste(owner=owner, settings=settings, evidence=TasteEvidence(), people=people, taste=None)
        if not liked and not settings.words:
            return nothing
        passed_over = await self._passed_over(owner, opinions)
        found = {paper.id: paper for paper in await self._store.papers.many([*values, *passed_over])}
        evidence = TasteEvidence(
            liked=[found[id] for id in liked if id in found],
            disliked=[found[id] for id, value in values.items() if value < 0 and id in found],
            passed_over=[found[id] for id in passed_over if id in found],
            said=settings.words,
            weights={id: abs(value) for id, value in values.items()},
        )
        learned = replace(nothing, evidence=evidence)
        if not evidence.enough:
            return learned
        return replace(learned, taste=await self._taste(learned, now, asker))

    async def opened(self, request: Request, paper_id: str, now: datetime) -> None:
        """Count a paper that a person opened as liked, where the installation allows that."""
        if self.from_opened:
            if request.door in (Door.LINK, Door.INLINE):
                return
            person = asking(request)
            try:
                await self._store.tastes.opened(request.chat.surface, person, paper_id, now)
            except StoreError as error:
                log.warning("opened paper not counted", surface=request.chat.surface, reason=str(error))

    async def say(self, owner: Owner, word: str, value: int, now: datetime) -> SaidWord:
        """Want more (1) or less (-1) of a word. Return it with how often that was said."""
        word = await self._as_said(owner, word)
        await self._store.tastes.say(owner, word, value, now)
        return next(said for said in (await self._store.tastes.settings(owner)).words if said.word == word)

    async def unsay(self, owner: Owner, word: str) -> bool:
        """Remove a word. Return False if it was not said."""
        return await self._store.tastes.unsay(owner, await self._as_said(owner, word))

    async def _as_said(self, owner: Owner, word: str) -> str:
        """Return the word in the spelling in which it was said before, if it was."""
        known = (await self._store.tastes.settings(owner)).words
        return next((said.word for said in known if said.word.casefold() == word.casefold()), word)

    async def like(self, request: Request, ids: Sequence[str], now: datetime) -> None:
        """Count papers that a person named as liked."""
        await self._store.tastes.like(request.chat.surface, asking(request), ids, now)

    async def telling(self, trends: Sequence[Trend], now: datetime) -> list[Paper]:
        """Return recent papers whose votes would tell most about a taste."""
        return telling(trends, await self.lexicon(now), _TO_START)

    def separation(self, learned: LearnedTaste, trends: Sequence[Trend]) -> float | None:
        """Return above which share of ranked papers a liked paper stands if the others are learned from."""
        if learned.taste is None:
            return None
        lexicon, known = learned.taste.lexicon, learned.evidence.ids
        others = [lexicon.vector(trend.paper) for trend in trends if trend.paper.id not in known]
        return separation(learned.evidence, lexicon, others)

    def moved(self, taste: Taste, trends: Sequence[Trend]) -> int:
        """Return how many of the first ten ranked papers are there because of a taste."""
        plain = {trend.paper.id for trend in trends[:_FIRST]}
        return sum(trend.paper.id not in plain for trend in reordered(trends, taste)[:_FIRST])

    def recommended(
        self, taste: Taste, trends: Sequence[Trend], seen: Collection[str]
    ) -> list[tuple[Trend, tuple[str, ...]]]:
        """Return the ranked papers that were not seen, best first, each with the words that speak for it."""
        unseen = [trend for trend in trends if trend.paper.id not in seen]
        # an explicit request is answered even if taste is off for digests
        used = replace(taste, strength=Strength.STRONG) if taste.strength is Strength.OFF else taste
        return [(trend, used.reasons(trend.paper)) for trend in reordered(unseen, used)]

    async def exported(self, owner: Owner, now: datetime) -> list[str]:
        """Return what a person or a chat said about taste, as lines that can be typed again.

        A chat's lines have no papers: votes belong to the people who gave them.
        """
        learned = await self.learned(owner, now)
        prefix = "/taste" if owner.person else "/taste chat"
        said = [f"{prefix} {learned.settings.strength}"] if learned.settings.strength else []
        verbs = {1: "more", -1: "less"}
        said += [f"{prefix} {verbs[said.value]} {said.word}" for said in learned.settings.words]
        if owner.person and learned.evidence.liked:
            said.append(f"/taste like {' '.join(paper.id for paper in learned.evidence.liked)}")
        return said

    async def lexicon(self, now: datetime) -> DocumentFrequencies:
        """Return the words of the stored papers, with those that arrived since."""
        async with self._counting:
            known = self._counted
            if known is None or known[1] != self._store.learned or abs(now - known[0]) >= _REFRESHED:
                ids = await self._store.papers.newest_ids(_MOST_PAPERS)
                missing = [id for id in ids if id not in self._lexicon]
                for start in range(0, len(missing), _PIECE):
                    for paper in await self._store.papers.many(missing[start : start + _PIECE]):
                        self._lexicon.add(paper)
                    await asyncio.sleep(0)
                if missing:
                    self._profiles.clear()
                self._counted = (now, self._store.learned)
        return self._lexicon

    async def _opinions(self, owner: Owner, settings: TasteSettings, now: datetime) -> list[Opinion]:
        """Return opinions since the last reset, newest first; each person has at most one about a paper.

        Saved, imported and opened papers belong to the person alone, so a chat's taste has votes only.
        """
        votes, liked = self._store.votes, list[Opinion]()
        if owner.person:
            voted = await votes.opinions_of_person(owner.surface, owner.person, now)
            liked += await self._store.saved.opinions(owner.surface, owner.person, now)
            liked += await self._store.tastes.liked(owner.surface, owner.person, now)
        else:
            voted = await votes.opinions_of_chat(Chat(owner.surface, owner.chat, owner.thread), now)
        found: dict[tuple[str, str], Opinion] = {}
        for opinion in (*voted, *liked):
            if settings.reset_at is None or opinion.at > settings.reset_at:
                found.setdefault((opinion.person, opinion.paper_id), opinion)
        return sorted(found.values(), key=lambda opinion: opinion.at, reverse=True)[:_MOST_OPINIONS]

    async def _passed_over(self, owner: Owner, opinions: Sequence[Opinion]) -> list[str]:
        """Return papers that a person was sent alone, before the last opinion, and did not choose; newest first."""
        if not owner.person or not opinions:
            return []
        shown = await self._store.shown_papers.moments(own_chat(owner.surface, owner.person))
        chosen = {opinion.paper_id for opinion in opinions}
        ids = [id for id, at in shown.items() if at <= opinions[0].at and id not in chosen]
        return sorted(ids, key=lambda id: (shown[id], id), reverse=True)[:_MOST_PASSED_OVER]

    async def _taste(self, learned: LearnedTaste, now: datetime, asker: str) -> Taste:
        lexicon, version = await self.lexicon(now), _version(learned)
        profile = self._profiles.pop(version, None) or learn(learned.evidence, lexicon)
        self._profiles[version] = profile
        if len(self._profiles) > _REMEMBERED:
            self._profiles.popitem(last=False)
        return Taste(profile, lexicon, learned.strength, version, learned.open_to(asker))

    async def _reader_of(self, chat: Chat) -> Owner:
        """Return whose taste orders a chat's digests; nobody asks for them, so only the chat's id tells."""
        for person in (chat.id, str(chat)):
            if is_own_chat(chat, person) and await self._store.tastes.is_person(chat.surface, person):
                return Owner.of_person(chat.surface, person)
        return Owner.of_chat(chat)


def asking(request: Request) -> str:
    """Return the id of the person; on a surface without persons, that of the chat."""
    return request.person or str(request.chat)


def reader(request: Request) -> Owner:
    """Return whose taste orders what is shown: the person's where nobody else reads the chat, else the chat's."""
    if is_readers_own(request):
        return Owner.of_person(request.chat.surface, asking(request))
    return Owner.of_chat(request.chat)


def is_readers_own(request: Request) -> bool:
    """Return whether nobody but the person who asks reads the chat."""
    return request.direct or is_own_chat(request.chat, asking(request))


def own_chat(surface: str, person: str) -> Chat:
    """Return the chat that only this person reads, as far as its id is known."""
    return Chat(surface, person.removeprefix(f"{surface}:"))


def is_own_chat(chat: Chat, person: str) -> bool:
    """Return whether only this person reads a chat, by its id.

    On Telegram and on the site a private chat has the id of its person; a terminal or a mailbox has no persons, so the
    chat itself is one. Groups on Telegram have negative ids, and so have their anonymous administrators.
    """
    return not person.startswith("-") and chat == own_chat(chat.surface, person)


def person_weights(opinions: Sequence[Opinion]) -> dict[str, float]:
    """Return the weight of each person's opinions, such that nobody has more than half of the sum."""
    counts = Counter(opinion.person for opinion in opinions)
    others = {person: len(opinions) - count for person, count in counts.items()}
    return {person: min(1.0, others[person] / count) if others[person] else 1.0 for person, count in counts.items()}


def _version(learned: LearnedTaste) -> str:
    evidence = learned.evidence
    papers = (evidence.liked, evidence.disliked, evidence.passed_over)
    facts = (
        learned.owner,
        [[(paper.id, evidence.weights.get(paper.id)) for paper in _sorted(some)] for some in papers],
        evidence.said,
    )
    return hashlib.blake2b(repr(facts).encode(), digest_size=16).hexdigest()


def _sorted(papers: Sequence[Paper]) -> list[Paper]:
    return sorted(papers, key=lambda paper: paper.id)
