"""The registry of sources: one entry each. Pure data, so that messages may read titles and links from it.

A client is imported only where it is opened, because HTTP and feed libraries take 0.15 s to load.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from types import MappingProxyType

from bot.domain.identifiers import is_doi
from bot.domain.ports import (
    CategoryListings,
    DailyLists,
    Discussions,
    PaperLookup,
    SourceTurns,
    StarHistories,
)
from bot.domain.servers import OPENRXIV_DOIS, quoted
from bot.domain.sources import SAMPLE
from bot.domain.subject_areas import AREAS
from bot.query.arxiv import LISTED

Client = DailyLists | PaperLookup | CategoryListings | StarHistories | Discussions


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The registry entry of a source."""

    #: in the database and in logs; of a source with a client also the first part of its setting `NAME_url`
    name: str
    #: as people read it
    title: str
    #: "package.module:Class", called with the base URLs and `contact`; empty where nothing is read over the network
    client: str = ""
    #: first parts of the settings of further base URLs: "arxiv_listing" for `arxiv_listing_url`
    further_urls: tuple[str, ...] = ()
    #: further arguments of the client -> setting: {"holidays": "arxiv_holidays"}
    options: Mapping[str, str] = field(default_factory=dict)
    #: whether its terms allow one request at a time to all processes; its client is then called with `turns` too
    takes_turns: bool = False
    #: the URL of a paper's page there, with `{id}`; empty where papers have none, or only on their preprint server
    page: str = ""
    #: whether it counts votes; it then links only to papers that it has listed
    votes: bool = False
    #: name of the source whose pages are linked for papers on its lists, if not its own
    linked: str = ""
    #: whether it knows papers by their arXiv ids
    arxiv_ids: bool = True
    #: what the DOIs start with that it is asked for: "10.1101/", or "10." for all
    dois: tuple[str, ...] = ()
    #: categories and archives of which it lists every paper; empty where it lists a choice from all of them
    categories: tuple[str, ...] = ()
    #: whether its papers have categories
    has_categories: bool = True
    #: whether it is asked for topics of which few papers are stored
    searched: bool = True
    #: whether it is asked for what the daily lists leave out: categories, authors, abstracts
    completes: bool = False
    #: id of a paper that it certainly knows, for `paperboy doctor`
    known_paper: str = "1706.03762"
    #: the setting that switches it off; empty where it is always asked. Such a source knows no papers, only what they
    #: are worth elsewhere
    switch: str = ""

    def takes(self, paper_id: str) -> bool:
        """Return whether it is asked for papers with such an id."""
        return paper_id.startswith(self.dois) if is_doi(paper_id) else self.arxiv_ids

    def page_of(self, paper_id: str) -> str:
        """Return the URL of a paper's page, "" where the source has none."""
        return self.page.format(id=quoted(paper_id)) if self.takes(paper_id) else ""


#: in the order in which they are asked for a paper that is not stored
SOURCES = (
    Source(
        name="huggingface",
        title="Hugging Face",
        client="bot.sources.huggingface:HuggingFace",
        page="https://huggingface.co/papers/{id}",
        votes=True,
    ),
    Source(
        name="arxiv",
        title="arXiv",
        client="bot.sources.arxiv:Arxiv",
        completes=True,
        takes_turns=True,
    ),
    Source(
        name="arxiv_feed",
        title="arXiv listings",
        client="bot.sources.arxiv_listings:ArxivListings",
        further_urls=("arxiv_listing",),
        options={"holidays": "arxiv_holidays"},
        takes_turns=True,
        searched=False,
        categories=LISTED,
    ),
    Source(
        name="biorxiv",
        title="bioRxiv/medRxiv",
        client="bot.sources.biorxiv:Biorxiv",
        takes_turns=True,
        searched=False,
        arxiv_ids=False,
        dois=OPENRXIV_DOIS,
        categories=AREAS,
        known_paper="10.1101/029900",
    ),
    Source(
        name="europepmc",
        title="Europe PMC",
        client="bot.sources.europepmc:EuropePmc",
        arxiv_ids=False,
        dois=("10.",),
        has_categories=False,
        known_paper="10.1371/journal.pone.0307156",
    ),
    Source(
        name="github",
        title="GitHub",
        client="bot.sources.github:GitHub",
        options={"token": "github_token"},
        switch="github_stars",
        searched=False,
    ),
    Source(
        name="hackernews",
        title="Hacker News",
        client="bot.sources.hackernews:HackerNews",
        switch="hacker_news",
        searched=False,
    ),
    Source(name=SAMPLE, title="bundled sample", votes=True, linked="huggingface"),
)
#: those that are read over the network
REMOTE = tuple(source for source in SOURCES if source.client)
#: the source whose answer about one paper has the models, datasets and Spaces linked to it
ARTIFACTS_FROM = "huggingface"
#: those that are asked about a paper that somebody opens
DETAILS_FROM = (ARTIFACTS_FROM, "hackernews")
_BY_NAME = {source.name: source for source in SOURCES}


def find(name: str) -> Source:
    """Return the entry of a source. Raise `KeyError` where there is none."""
    return _BY_NAME[name]


def asked_for(name: str, paper_id: str) -> bool:
    """Return whether a source is asked for papers with such an id; one that is not registered, for arXiv ids."""
    source = _BY_NAME.get(name)
    return source.takes(paper_id) if source else not is_doi(paper_id)


def connect(
    source: Source,
    *base_urls: str,
    contact: str,
    turns: SourceTurns | None = None,
    options: Mapping[str, object] = MappingProxyType({}),
) -> AbstractAsyncContextManager[Client]:
    """Return the client of a remote source, not opened yet. `options` are the values for `Source.options`."""
    build: Callable[..., AbstractAsyncContextManager[Client]] = pkgutil.resolve_name(source.client)
    shared = {"turns": turns} if source.takes_turns else {}
    return build(*base_urls, contact=contact, **shared, **options)
