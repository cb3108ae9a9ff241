"""The site as an ASGI application: routes, middleware, error pages, /healthz and /metrics."""

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

from adapters.web import languages, metrics_access
from adapters.web.chat_routes import ChatRoutes
from adapters.web.metrics import Metrics
from adapters.web.middleware import Guard, VisitorLimiter
from adapters.web.page_routes import PageAnswer, PageRoutes
from adapters.web.render import PageContext, html, icon, style, title
from bot.commands.facade import BotService
from bot.domain.i18n import tr
from bot.domain.pages import Action, Page, Trouble
from bot.messages.localization import localized
from bot.services.cache import TTLCache

#: how long responses stay in the cache, in seconds
_KEPT_SECONDS = 30
_FOR_EVER = {"cache-control": "public, max-age=31536000, immutable"}
_ROBOTS = "\n".join(("User-agent: *", *(f"Disallow: {path}" for path in ("/chat", "/search", "/language")), ""))


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteOptions:
    """The operator's configuration of the site."""

    #: the public URL without a trailing slash; feeds are identified by it, regardless of the Host header
    url: str
    #: the token required for /metrics; empty: /metrics is for local addresses only
    metrics_token: str = field(default="", repr=False)


def site(
    service: BotService,
    options: SiteOptions,
    *,
    visitors: VisitorLimiter | None = None,
    more: Sequence[BaseRoute] = (),
    mail: bool = False,
) -> Starlette:
    """Return the application; `more` are further routes."""
    pages = PageRoutes(
        service, TTLCache[PageAnswer](time.monotonic, seconds=_KEPT_SECONDS), site=options.url, mail=mail
    )

    async def error_page(request: Request, error: Exception) -> Response:
        return await refused(request, error, mail=mail)

    app = Starlette(
        routes=[
            *pages.routes,
            *ChatRoutes(service, mail=mail).routes,
            *languages.ROUTES,
            *more,
            *_monitoring(service, options.metrics_token),
            Route("/robots.txt", _robots),
            Route("/style.css", _stylesheet),
            Route("/icon.svg", _favicon),
        ],
        middleware=[
            Middleware(Guard, visitors=visitors or VisitorLimiter(time.monotonic)),
            Middleware(languages.LanguageHeaders),
            Middleware(GZipMiddleware, minimum_size=1000),
        ],
        exception_handlers={HTTPException: error_page, 404: error_page},
    )
    # Starlette's redirect would use the Host header of the request
    app.router.redirect_slashes = False
    return app


def _monitoring(service: BotService, metrics_token: str) -> Sequence[Route]:
    """Return the routes for monitors: health checks and metrics."""
    metrics = Metrics(service)

    async def healthz(request: Request) -> Response:
        findings = await service.health()
        facts = {finding.name: finding.detail for finding in findings}
        return JSONResponse(facts, 200 if all(finding.ok for finding in findings) else 503)

    async def metrics_page(request: Request) -> Response:
        metrics_access.check(request, metrics_token)
        return Response(await metrics.text(), media_type="text/plain; version=0.0.4")

    return (Route("/healthz", healthz), Route("/metrics", metrics_page))


async def _robots(request: Request) -> Response:
    return PlainTextResponse(_ROBOTS)


async def _stylesheet(request: Request) -> Response:
    return Response(style(), media_type="text/css", headers=_FOR_EVER)


async def _favicon(request: Request) -> Response:
    return Response(icon(), media_type="image/svg+xml", headers=_FOR_EVER)


async def refused(request: Request, error: Exception, *, mail: bool = False) -> Response:
    """Return an error page in the site's layout."""
    status = error.status_code if isinstance(error, HTTPException) else 404
    if status == 404 and request.method in ("GET", "HEAD") and (elsewhere := _without_slash(request)):
        return RedirectResponse(elsewhere, 307)
    message = error.detail if isinstance(error, HTTPException) and status != 404 else tr("This page doesn't exist.")
    context = PageContext(language=languages.language_of(request), url=_own_url(request), mail=mail)
    page = Page(title=message, actions=(Action(tr("Trending papers"), "trending"),), trouble=Trouble.REFUSED)
    page = localized(page, context.language)
    body = html("page.html", context, page=page, title=title(page))
    headers = {"cache-control": "no-store", **((isinstance(error, HTTPException) and error.headers) or {})}
    return Response(body, status, headers, "text/html")


def _own_url(request: Request) -> str:
    """Return the URL of a page that can be opened again; "/" if it was the answer to a form."""
    return quote(str(request.scope["path"])) if request.method in ("GET", "HEAD") else "/"


def _without_slash(request: Request) -> str:
    """Return the same path without trailing slashes; empty if it has none."""
    path = str(request.scope["path"])
    if path == path.rstrip("/") or not path.strip("/"):
        return ""
    query = f"?{request.url.query}" if request.url.query else ""
    return f"/{quote(path.strip('/'))}{query}"
