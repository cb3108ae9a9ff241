"""All services of a process in one object, which commands receive."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.domain.operator import UNNAMED, Operator
from bot.domain.ports import PaperLookup
from bot.domain.spreading import NOT_SPREAD, Spreading
from bot.search.budget import Ration
from bot.search.remote import RemoteSearch
from bot.services.deliveries import DeliveryService
from bot.services.details import DetailService
from bot.services.digests import DigestService
from bot.services.drafts import DraftService
from bot.services.languages import LanguageService
from bot.services.managed_chats import ManagedChatService
from bot.services.paper_signals import ALL_SIGNALS, ScoredSignals
from bot.services.papers import PaperService
from bot.services.personal_data import PersonalDataService
from bot.services.search import SearchService
from bot.services.subscriptions import SubscriptionService
from bot.services.taste import TasteService
from bot.services.topic_meaning import TopicMeaning
from bot.services.votes import VoteService
from bot.storage import Store

if TYPE_CHECKING:
    from bot.search.finder import Finder
    from bot.services.mailboxes.mailing import Mailing


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """Every use case of the application."""

    #: transactions, and reads and writes that need no service (see docs/design.md)
    store: Store
    #: categories that the sources list in full
    listed: Set[str]
    papers: PaperService
    search: SearchService
    digests: DigestService
    subscriptions: SubscriptionService
    managed_chats: ManagedChatService
    drafts: DraftService
    languages: LanguageService
    tastes: TasteService
    votes: VoteService
    deliveries: DeliveryService
    personal_data: PersonalDataService
    details: DetailService
    #: subscriptions by mail; None if no mail server is configured
    mailboxes: Mailing | None = None
    #: whether answers show pictures of papers
    thumbnails: bool = True
    #: who runs this installation
    operator: Operator = UNNAMED


def build_services(
    store: Store,
    catalogues: Sequence[PaperLookup] = (),
    finder: Finder | None = None,
    *,
    remote: RemoteSearch | None = None,
    prior: float = 0.0,
    ration: Ration | None = None,
    mailboxes: Mailing | None = None,
    taste_from_opened: bool = False,
    details: DetailService | None = None,
    listed: Set[str] = frozenset(),
    thumbnails: bool = True,
    spreading: Spreading = NOT_SPREAD,
    operator: Operator = UNNAMED,
    scored: ScoredSignals = ALL_SIGNALS,
) -> Services:
    """Return the services over a store.

    `catalogues` are asked for papers that the store lacks, `remote` for topics of which it has little. Without a
    `finder` (the full-text index) words are looked up in the store. `prior` says how much votes and age count in a
    search, from 0 to 1; `ration` limits how often catalogues are asked for a paper; `taste_from_opened` says whether
    papers that a person opens count as liked, `thumbnails` whether answers show pictures of papers; `listed` are the
    categories that the sources list in full; `spreading` says which slots are spread, `operator` who runs the
    installation. `details` asks other sources about papers; without it only what is stored is shown. `scored` are the
    signals that order papers without votes.
    """
    tastes = TasteService(store, from_opened=taste_from_opened)
    meaning = TopicMeaning(store, finder.semantic if finder else None)
    digests = DigestService(store, tastes, scored, meaning)
    papers = PaperService(store, catalogues, finder, ration)
    return Services(
        store=store,
        listed=listed,
        papers=papers,
        search=SearchService(store, digests, finder, remote, prior),
        digests=digests,
        subscriptions=SubscriptionService(store, listed, spreading),
        managed_chats=ManagedChatService(store, spreading),
        drafts=DraftService(store, digests, listed, spreading),
        languages=LanguageService(store),
        tastes=tastes,
        votes=VoteService(store),
        deliveries=DeliveryService(store),
        personal_data=PersonalDataService(store, papers),
        details=details or DetailService(store),
        mailboxes=mailboxes,
        thumbnails=thumbnails,
        operator=operator,
    )
