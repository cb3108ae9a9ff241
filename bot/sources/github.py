"""GitHub API client: stars of repositories by day.

`GET /repos/{owner}/{repo}/stargazers/history`, available since September 2026. Without a token 60 requests an hour are
free for each address, with one 5,000; answers that have not changed (304) are free with a token.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import urlsplit

from pydantic import SecretStr

from bot.domain.repositories import RepositoryStars, RepositoryState
from bot.domain.source_troubles import SourceTrouble, TroubleCode
from bot.domain.sources import FetchResult, Quota
from bot.sources.github_schema import first_day, read_weeks, star_days
from bot.sources.http import FetchPolicy, RateLimitedClient, Redirected, SourceResponse, WebSource
from bot.sources.json_body import parsed

NAME = "github"
MANNERS = FetchPolicy(pace=0.2, connections=1)

_NO_TOKEN = SecretStr("")
_HISTORY = "stargazers/history"
#: where GitHub redirects after a repository was renamed or transferred
_MOVED = re.compile(r"/(repositories/\d{1,12}|repos/[\w.-]{1,39}/[\w.-]{1,100})/stargazers/history", re.ASCII)
#: deleted or private, blocked for legal reasons
_MISSING = frozenset({404, 410, 451})
_UNAUTHORIZED = 401


class GitHub(WebSource):
    """`StarHistories` for GitHub."""

    name = NAME

    def __init__(
        self, base_url: str, *, contact: str = "", token: SecretStr = _NO_TOKEN, manners: FetchPolicy = MANNERS
    ) -> None:
        headers = _headers(token.get_secret_value())
        self.has_token = "Authorization" in headers
        self._host = urlsplit(base_url).netloc
        super().__init__(RateLimitedClient(NAME, base_url, manners, contact=contact, headers=headers))

    async def stars(self, repository: str, moved_to: str, now: datetime) -> FetchResult:
        """Return the stars of a repository by day, for the last seven months. Raise `FetchError`.

        `moved_to` is its path as known from an earlier answer. A renamed repository is followed once.
        """
        path = moved_to or f"repos/{repository}"
        try:
            answer = await self._web.get(f"/{path}/{_HISTORY}", {}, now)
        except Redirected as redirect:
            path = self._new_path(redirect)
            answer = await self._web.get(f"/{path}/{_HISTORY}", {}, now)
        known = RepositoryStars(
            repository=repository, asked_at=now, moved_to="" if path == f"repos/{repository}" else path
        )
        return FetchResult(
            source=NAME, seen_at=now, repositories=(self._read(answer, known),), requests=answer.requests
        )

    async def quota(self, now: datetime) -> Quota:
        """Return what is left of the quota; the request itself is free. Raise `FetchError`."""
        answer = await self._web.get("/rate_limit", {}, now)
        match self._content(answer):
            case {"resources": {"core": {"limit": int(limit), "remaining": int(remaining), "reset": int(reset)}}}:
                return Quota(limit, remaining, datetime.fromtimestamp(min(max(reset, 0), 2**32), UTC))
        raise self._web.unusable(answer, SourceTrouble(TroubleCode.NOT_JSON))

    def _read(self, answer: SourceResponse, known: RepositoryStars) -> RepositoryStars:
        if answer.status in _MISSING:
            return _with_state(known, RepositoryState.MISSING)
        weeks = self._content(answer)
        if not isinstance(weeks, list):
            raise self._web.unusable(answer, SourceTrouble(TroubleCode.NOT_A_LIST))
        read = read_weeks(weeks)
        if weeks and not read:
            raise self._web.unusable(answer, SourceTrouble(TroubleCode.NOT_A_LIST))
        days = star_days(read, known.asked_at.date())
        return RepositoryStars(
            repository=known.repository,
            asked_at=known.asked_at,
            moved_to=known.moved_to,
            first_day=first_day(days, has_next=answer.has_next, last_page=answer.last_page),
            days=days,
        )

    def _content(self, answer: SourceResponse) -> object:
        if answer.status == _UNAUTHORIZED:
            raise self._web.unusable(answer, SourceTrouble(TroubleCode.TOKEN))
        return parsed(self._web, answer)

    def _new_path(self, redirect: Redirected) -> str:
        """Return the path in a redirect. Raise it again unless it leads to stars on the same host."""
        parts = urlsplit(redirect.location)
        found = _MOVED.fullmatch(parts.path)
        if found is None or parts.netloc not in ("", self._host):
            raise redirect
        return found[1]


def _with_state(known: RepositoryStars, state: RepositoryState) -> RepositoryStars:
    return RepositoryStars(repository=known.repository, asked_at=known.asked_at, moved_to=known.moved_to, state=state)


def _headers(token: str) -> Mapping[str, str]:
    told = {"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28"}
    return told | ({"Authorization": f"Bearer {token}"} if token else {})
