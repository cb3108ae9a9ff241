"""Europe PMC client: preprints and journal articles of the life sciences, by words and by DOI.

`GET /search`, documented at https://europepmc.org/RestfulWebService. No key is needed; use is
to be moderate.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from functools import partial

from bot.domain.identifiers import is_doi
from bot.domain.source_troubles import SourceTrouble, TroubleCode
from bot.domain.sources import FetchResult
from bot.domain.text import plain
from bot.sources.europepmc_schema import PREPRINTS, dois_by_id, read_result, result_label
from bot.sources.http import FetchPolicy, RateLimitedClient, SourceResponse, WebSource
from bot.sources.json_body import read_json
from bot.sources.result_builder import FetchResultBuilder

NAME = "europepmc"
MANNERS = FetchPolicy(pace=0.5, connections=2)

#: DOIs in one request
_BATCH = 20
_MOST_WORDS, _MOST_HITS = 12, 100
#: fewer results may all be unusable by chance; a few have no DOI
_FEW = 5
_WORD = re.compile(r"[\w+]+(?:[-'./][\w+]+)*")


class EuropePmc(WebSource):
    """`Catalogue` for Europe PMC."""

    name = NAME

    def __init__(self, base_url: str, *, contact: str = "", manners: FetchPolicy = MANNERS) -> None:
        super().__init__(RateLimitedClient(NAME, base_url, manners, contact=contact))

    async def papers(self, ids: Sequence[str], now: datetime) -> FetchResult:
        """Return the papers with these DOIs that it knows, requesting 20 at a time. Raise `FetchError`."""
        builder = FetchResultBuilder(NAME, now)
        known = [id for id in dict.fromkeys(ids) if is_doi(id)]
        for start in range(0, len(known), _BATCH):
            batch = known[start : start + _BATCH]
            asked = " OR ".join(f'DOI:"{_quotable(id)}"' for id in batch)
            # several versions of a preprint are results of their own
            await self._add(builder, asked, 3 * len(batch), now)
        return builder.build()

    async def search(self, words: str, limit: int, now: datetime) -> FetchResult:
        """Return at most `limit` papers (up to 100) with every word in title, abstract or authors, best first.

        Raise `FetchError`.
        """
        builder = FetchResultBuilder(NAME, now)
        query = search_query(words)
        if query and limit > 0:
            await self._add(builder, query, min(limit, _MOST_HITS), now)
        return builder.build(limit)

    async def _add(self, builder: FetchResultBuilder, query: str, most: int, now: datetime) -> None:
        asked = {"query": query, "resultType": "core", "format": "json", "pageSize": str(most)}
        answer = await self._web.get("/search", asked, now)
        builder.count_requests(answer.requests)
        results = self._results(answer)
        dois = dois_by_id(results)
        for number, result in enumerate(results, 1):
            builder.add(result_label(result, number), partial(read_result, result, now, dois))
        if len(results) >= _FEW and not builder.papers:
            raise self._web.unusable(answer, SourceTrouble(TroubleCode.UNREADABLE))

    def _results(self, answer: SourceResponse) -> Sequence[object]:
        """Return the results. Raise `FetchError` for an error, which is often sent with status 200."""
        if answer.status != 200:
            raise self._web.unusable(answer, SourceTrouble(TroubleCode.STATUS, str(answer.status)))
        match read_json(self._web, answer):
            case {"errCode": code, **rest}:
                said = plain(str(rest.get("errMsg", "")))[:200]
                raise self._web.unusable(answer, SourceTrouble(TroubleCode.STATUS, f"{str(code)[:10]} ({said})"))
            case {"resultList": {"result": list(results)}}:
                return results
        raise self._web.unusable(answer, SourceTrouble(TroubleCode.NOT_A_LIST))


def search_query(words: str) -> str:
    """Return a query for preprints and articles that contain all words, each quoted so that none is an operator."""
    known = list(dict.fromkeys(word.lower() for word in _WORD.findall(words)))[:_MOST_WORDS]
    if not known:
        return ""
    every = " AND ".join(f'(TITLE_ABS:"{word}" OR AUTH:"{word}")' for word in known)
    return f"(SRC:{PREPRINTS} OR SRC:MED) AND {every}"


def _quotable(id: str) -> str:
    return id.replace("\\", "").replace('"', "")
