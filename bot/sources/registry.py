"""The registry of sources: one entry each. Pure data, so that messages may read titles and links from it.

A client is imported only where it is opened, because HTTP and feed libraries take 0.15 s to load.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

from bot.domain.identifiers import is_doi
from bot.domain.ports import Catalogue, DailyLists, Discussions, StarHistories
from bot.domain.servers import quoted
from bot.domain.sources import SAMPLE

Client = DailyLists | Catalogue | StarHistories | Discussions


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The registry entry of a source."""

    #: in the database and in logs; of a source with a client also the first part of its setting `NAME_url`
    name: str
    #: as people read it
    title: str
    #: "package.module:Class", called with the base URL and `contact`; empty where nothing is read over the network
    client: str = ""
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
    #: whether it is asked for what the daily lists leave out: categories, authors, abstracts
    completes: bool = False
    #: the setting that switches it off; empty where it is always asked. Such a source knows no papers, only what they
    #: are worth elsewhere
    switch: str = ""
    #: whether it takes a token, from its setting `NAME_token`
    token: bool = False

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
    ),
    Source(
        name="github",
        title="GitHub",
        client="bot.sources.github:GitHub",
        switch="github_stars",
        token=True,
    ),
    Source(
        name="hackernews",
        title="Hacker News",
        client="bot.sources.hackernews:HackerNews",
        switch="hacker_news",
    ),
    Source(name=SAMPLE, title="bundled sample", votes=True, linked="huggingface"),
)
#: those that are read over the network
REMOTE = tuple(source for source in SOURCES if source.client)
#: those that know papers, and may be sent a person's words
CATALOGUES = tuple(source for source in REMOTE if not source.switch)
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


def connect(source: Source, base_url: str, *, contact: str, token: str = "") -> AbstractAsyncContextManager[Client]:
    """Return the client of a remote source, not opened yet."""
    build: Callable[..., AbstractAsyncContextManager[Client]] = pkgutil.resolve_name(source.client)
    return build(base_url, contact=contact, token=token) if source.token else build(base_url, contact=contact)
