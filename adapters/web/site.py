"""The site: every route, and what stands before them."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import quote

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from adapters.web import metrics_access
from adapters.web.chat import Talking
from adapters.web.guard import Guard, Visitors
from adapters.web.looks import Around, html, icon, style, title
from adapters.web.metrics import Metrics
from adapters.web.reading import Answer, Reading
from bot.desk import Desk
from bot.page import Action, Page, Trouble
from bot.shelf import Shelf

#: an answer is given again for so long
_KEPT_SECONDS = 30
_FOR_EVER = {"cache-control": "public, max-age=31536000, immutable"}
_ROBOTS = "User-agent: *\nDisallow: /chat\nDisallow: /search\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteOptions:
    """What the operator chose about the site."""

    #: where it is reachable from outside, without a slash at its end: what feeds are known by, whatever a visitor says
    url: str
    #: what a monitor must show that reads /metrics; empty: it may be read from nearby
    metrics_token: str = field(default="", repr=False)


def site(
    desk: Desk,
    options: SiteOptions,
    *,
    visitors: Visitors | None = None,
    more: Sequence[BaseRoute] = (),
    mail: bool = False,
) -> Starlette:
    """The whole site; `more` are routes that belong to it and stand elsewhere."""
    reading = Reading(desk, Shelf[Answer](time.monotonic, seconds=_KEPT_SECONDS), site=options.url, mail=mail)
    metrics = Metrics(desk)

    async def healthz(asked: Request) -> Response:
        findings = await desk.health()
        facts = {finding.what: finding.told for finding in findings}
        return JSONResponse(facts, 200 if all(finding.well for finding in findings) else 503)

    async def measured(asked: Request) -> Response:
        metrics_access.check(asked, options.metrics_token)
        return Response(await metrics.text(), media_type="text/plain; version=0.0.4")

    async def robots(asked: Request) -> Response:
        return PlainTextResponse(_ROBOTS)

    async def styled(asked: Request) -> Response:
        return Response(style(), media_type="text/css", headers=_FOR_EVER)

    async def pictured(asked: Request) -> Response:
        return Response(icon(), media_type="image/svg+xml", headers=_FOR_EVER)

    made = Starlette(
        routes=[
            *reading.routes,
            *Talking(desk, mail=mail).routes,
            *more,
            Route("/healthz", healthz),
            Route("/metrics", measured),
            Route("/robots.txt", robots),
            Route("/style.css", styled),
            Route("/icon.svg", pictured),
        ],
        middleware=[
            Middleware(Guard, visitors=visitors or Visitors(time.monotonic)),
            Middleware(GZipMiddleware, minimum_size=1000),
        ],
        exception_handlers={HTTPException: refused, 404: refused},
    )
    # Starlette's own redirect leads to whatever host the visitor has named
    made.router.redirect_slashes = False
    return made


async def refused(asked: Request, error: Exception) -> Response:
    """A page that says what is wrong, in the manner of all others."""
    status = error.status_code if isinstance(error, HTTPException) else 404
    if status == 404 and asked.method in ("GET", "HEAD") and (elsewhere := _without_slash(asked)):
        return RedirectResponse(elsewhere, 307)
    told = error.detail if isinstance(error, HTTPException) and status != 404 else "There is no such page here."
    page = Page(title=told, actions=(Action("Trending", "trending"),), trouble=Trouble.REFUSED)
    body = html("page.html", Around(), page=page, title=title(page))
    headers = {"cache-control": "no-store", **((isinstance(error, HTTPException) and error.headers) or {})}
    return Response(body, status, headers, "text/html")


def _without_slash(asked: Request) -> str:
    """The same address without slashes at its end, on this site; empty where it has none."""
    path = str(asked.scope["path"])
    if path == path.rstrip("/") or not path.strip("/"):
        return ""
    query = f"?{asked.url.query}" if asked.url.query else ""
    return f"/{quote(path.strip('/'))}{query}"
