"""Public, read-only routes: lists, papers, digests, feeds. Responses are cached by language; feeds have an ETag and
Last-Modified.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from urllib.parse import urlencode

from starlette.requests import Request as HttpRequest
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from adapters.web import urls
from adapters.web.feeds import atom
from adapters.web.languages import PARAMETER, language_of, requested_language
from adapters.web.plot import plot
from adapters.web.render import PageContext, html, title
from adapters.web.validators import Validators
from bot.commands.facade import BotService
from bot.domain.errors import StoreError
from bot.domain.i18n import listing, tr
from bot.domain.pages import Page, Trouble
from bot.domain.papers import ListRange
from bot.domain.requests import Chat, Door, Request
from bot.messages.catalogue import SOURCE_LANGUAGE
from bot.messages.localization import text_in
from bot.messages.named_commands import without_commands
from bot.services.cache import TTLCache

Make = Callable[[], Awaitable["PageAnswer"]]

#: an anonymous reader: nothing is remembered
NOBODY = Chat("web", "")
_STATUS = {
    Trouble.NONE: 200,
    Trouble.REFUSED: 404,
    Trouble.NOT_ALLOWED: 403,
    Trouble.BUSY: 503,
    Trouble.NOT_READY: 503,
    Trouble.REPEATED: 409,
    Trouble.FAULT: 500,
}
#: longer queries are cut, as on every surface
_LONGEST_QUERY = 1_000
#: a DOI may be the last part of a URL
_LONGEST_ID = 300
_FRESH = {"cache-control": "public, max-age=60"}
_NOT_KEPT = {"cache-control": "no-store"}


@dataclass(frozen=True, slots=True)
class PageAnswer:
    """A response, ready to be sent again from the cache."""

    body: bytes
    status: int = 200
    kind: str = "text/html"


class PageRoutes:
    """The read-only routes."""

    def __init__(self, service: BotService, cache: TTLCache[PageAnswer], *, site: str, mail: bool = False) -> None:
        """`site` is the public URL without a trailing slash."""
        self._service = service
        self._cache = cache
        self._site = site
        self._mail = mail
        self._validators = Validators()

    @property
    def routes(self) -> Sequence[Route]:
        """The routes by path."""
        return (
            *(Route("/" if window == "day" else f"/{window}", self.list) for window in ("day", "week", "month")),
            Route("/search", self.search),
            Route("/help", self.help),
            Route("/privacy", self.privacy),
            Route("/terms", self.terms),
            Route("/papers/{id:path}/why", self.of_a_paper),
            Route("/papers/{id:path}/similar", self.of_a_paper),
            Route("/papers/{id:path}/bibtex", self.of_a_paper),
            Route("/papers/{id:path}", self.paper),
            Route("/digests/{id}", self.digest),
            Route("/feed.atom", self.feed),
        )

    async def list(self, request: HttpRequest) -> Response:
        """Show what is trending on a day, in a week or in a month."""
        window = request.url.path.strip("/") or "day"
        query = _query(request)
        typed = urls.listed(
            window, _day(request, self._service.now()), request.query_params.get("sort", "")[:20], query
        )
        return await self._answered(request, "trending", typed, query=query, here=window, window=window)

    async def search(self, request: HttpRequest) -> Response:
        """Search papers."""
        query = _query(request)
        return await self._answered(request, "papers", query, query=query, window="")

    async def help(self, request: HttpRequest) -> Response:
        """Show the help page."""
        return await self._answered(request, "help", "")

    async def privacy(self, request: HttpRequest) -> Response:
        """Show who is responsible, what is stored and for how long."""
        return await self._policy(request, "/privacy", self._service.privacy_policy)

    async def terms(self, request: HttpRequest) -> Response:
        """Show the terms of use."""
        return await self._policy(request, "/terms", self._service.terms)

    async def _policy(self, request: HttpRequest, url: str, policy: Callable[[str], Page]) -> Response:
        context = PageContext(language=language_of(request), url=url, mail=self._mail)

        async def make() -> PageAnswer:
            page = policy(context.language)
            return PageAnswer(html("page.html", context, page=page, title=title(page)))

        return await self._cached((url, context), make)

    async def digest(self, request: HttpRequest) -> Response:
        """Show a digest by its id."""
        return await self._answered(request, "digest", request.path_params["id"][:_LONGEST_ID])

    async def of_a_paper(self, request: HttpRequest) -> Response:
        """Show why a paper trends, similar papers, or its BibTeX."""
        command = request.url.path.rpartition("/")[2]
        return await self._answered(request, command, request.path_params["id"][:_LONGEST_ID])

    async def paper(self, request: HttpRequest) -> Response:
        """Show a paper with its votes over time, similar papers, and its BibTeX."""
        id = request.path_params["id"][:_LONGEST_ID]
        context = self._context(request, "paper", id)
        return await self._cached(("paper", id, context), lambda: self._paper(id, context))

    async def feed(self, request: HttpRequest) -> Response:
        """Return a list or a search as an Atom feed.

        Its language depends on the URL alone, so that all readers of one feed get the same.
        """
        language = requested_language(request) or SOURCE_LANGUAGE
        query, named = _query(request), request.query_params.get("window", "")
        if named not in {"", *ListRange}:
            message = tr(
                "Choose {windows} as the window, or leave it out.", windows=listing(ListRange, alternatives=True)
            )
            return PlainTextResponse(f"{text_in(message, language)}\n", 400, _NOT_KEPT)
        # without parameters, the list of the day
        window = ListRange(named) if named else (None if query else ListRange.DAY)
        key = ("feed", window, query, language)
        try:
            answer = await self._cache.get(key, lambda: self._feed(window, query, language))
        except StoreError as error:
            return PlainTextResponse(f"{error}\n", 503, _NOT_KEPT)
        validator = self._validators.of(key, answer.body, self._service.now())
        headers = {**_FRESH, **validator.headers, "content-language": language}
        if validator.still_good(request.headers):
            return Response(status_code=304, headers=headers)
        return Response(answer.body, headers=headers, media_type=answer.kind)

    async def _answered(
        self,
        request: HttpRequest,
        command: str,
        argument: str,
        *,
        query: str = "",
        here: str = "",
        window: str | None = None,
    ) -> Response:
        context = replace(self._context(request, command, argument), query=query, here=here)
        if window is not None:
            context = replace(context, feed=_feed(window, query, context.language))

        async def make() -> PageAnswer:
            page = await self._page(command, argument, context.language)
            body = html("page.html", context, page=page, title=title(page))
            return PageAnswer(body, _STATUS[page.trouble])

        return await self._cached((command, argument, context), make)

    def _context(self, request: HttpRequest, command: str, argument: str) -> PageContext:
        """Return the context of a page; its URL is the canonical one, as it is part of the cache's key."""
        url = urls.address(f"{command} {argument}".strip())
        return PageContext(language=language_of(request), url=url, mail=self._mail)

    async def _cached(self, key: tuple[object, ...], make: Make) -> Response:
        answer = await self._cache.get(key, make)
        return Response(answer.body, answer.status, _FRESH if answer.status == 200 else _NOT_KEPT, answer.kind)

    async def _page(self, command: str, argument: str, language: str) -> Page:
        request = Request(chat=NOBODY, command=command, argument=argument, door=Door.LINK, locale=language)
        # pages of the site have no last list, whose numbers a command could mean
        return without_commands(await self._service.handle(request), urls.counts_in_a_list)

    async def _paper(self, id: str, context: PageContext) -> PageAnswer:
        language = context.language
        page = await self._page("paper", id, language)
        if page.trouble is not Trouble.NONE:
            return PageAnswer(html("page.html", context, page=page, title=title(page)), _STATUS[page.trouble])
        card = page.cards[0]
        history = await self._service.history(card.key)
        similar = await self._page("similar", card.key, language)
        body = html(
            "paper.html",
            context,
            page=page,
            title=f"{card.title} · Paperboy",
            why=await self._page("why", card.key, language),
            plot=plot(history.observations, language) if history else "",
            similar=similar,
            citation=await self._page("bibtex", card.key, language),
        )
        return PageAnswer(body)

    async def _feed(self, window: ListRange | None, query: str, language: str) -> PageAnswer:
        feed = await self._service.feed(window, query)
        papers = {paper.id: paper for paper in await self._service.papers([card.key for card in feed.cards])}
        command = f"trending {window} {query}".strip() if window else f"papers {query}"
        here = f"{self._site}{_feed(window or '', query, language)}"
        page_url = f"{self._site}{urls.with_parameter(urls.address(command), PARAMETER, _named(language))}"
        body = atom(feed, papers, here=here, page_url=page_url, language=language)
        return PageAnswer(body, kind="application/atom+xml")


def _query(request: HttpRequest) -> str:
    return " ".join(request.query_params.get("q", "")[:_LONGEST_QUERY].split())


def _day(request: HttpRequest, now: datetime) -> str:
    """Return the requested day; empty if it is invalid, today, or in the future."""
    try:
        day = date.fromisoformat(request.query_params.get("day", ""))
    except ValueError:
        return ""
    return str(day) if day < now.date() else ""


def _feed(window: str, query: str, language: str) -> str:
    """Return the URL of a feed. That of the English one names no language, so it stays as it has always been."""
    fields = {"window": window, "q": query, PARAMETER: _named(language)}
    return f"/feed.atom?{urlencode({name: value for name, value in fields.items() if value})}"


def _named(language: str) -> str:
    return "" if language == SOURCE_LANGUAGE else language
