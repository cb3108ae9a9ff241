"""The language of a page: `?lang=de` in the URL, else the reader's choice in a cookie, else `Accept-Language`."""

from __future__ import annotations

from collections.abc import Iterator

from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from adapters.web.urls import local_target
from bot.domain.i18n import tr
from bot.messages.catalogue import SOURCE_LANGUAGE, available, is_available, negotiate

#: the parameter for links that are shared in a language
PARAMETER = "lang"
_COOKIE = "paperboy_language"
_COOKIE_SECONDS = 365 * 24 * 3600
#: languages of an Accept-Language header that are read, and characters of it
_MOST_LANGUAGES, _LONGEST_HEADER = 20, 400


def language_of(request: Request) -> str:
    """Return the tag of the language in which a request is answered."""
    return chosen_language(request) or accepted_language(request.headers.get("accept-language", ""))


def chosen_language(request: Request) -> str:
    """Return the tag of the language that the reader has chosen, in the URL or before; empty if none."""
    return requested_language(request) or _known(request.cookies.get(_COOKIE, ""))


def requested_language(request: Request) -> str:
    """Return the tag of the language that the URL asks for; empty if it asks for none that there is."""
    return _known(request.query_params.get(PARAMETER, ""))


def accepted_language(header: str) -> str:
    """Return the tag of the first language of an Accept-Language header (RFC 9110) that there is; "en" if there is
    none.
    """
    weighted = sorted(_weighted(header[:_LONGEST_HEADER]), key=lambda each: -each[1])
    return next((_known(tag) for tag, weight in weighted if weight > 0 and _known(tag)), SOURCE_LANGUAGE)


def _weighted(header: str) -> Iterator[tuple[str, float]]:
    for item in header.split(",")[:_MOST_LANGUAGES]:
        tag, _, parameter = item.partition(";")
        name, _, weight = parameter.strip().partition("=")
        try:
            yield tag.strip(), float(weight) if name.strip() == "q" else 1.0
        except ValueError:
            continue


def _known(tag: str) -> str:
    return negotiate(tag) if tag and is_available(tag) else ""


class LanguageHeaders:
    """Middleware: name the language of HTML pages, and what it depends on, so that caches keep one copy for each."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        language = language_of(Request(scope))

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if headers.get("content-type", "").startswith("text/html"):
                    headers.setdefault("content-language", language)
                    headers.add_vary_header("Accept-Language, Cookie")
            await send(message)

        await self._app(scope, receive, sending)


async def _choose(request: Request) -> Response:
    """Keep the reader's choice in a cookie, and return to the page they came from."""
    tag = str(request.path_params["tag"])
    if tag not in available():
        raise HTTPException(404, tr("This site isn't available in that language."))
    target = local_target(request.query_params.get("to", ""), without=PARAMETER)
    response = RedirectResponse(target, 303, {"cache-control": "no-store"})
    secure = request.url.scheme == "https"
    response.set_cookie(_COOKIE, tag, max_age=_COOKIE_SECONDS, httponly=True, samesite="lax", secure=secure)
    return response


#: the links of the switch at the foot of each page; they work without JavaScript
ROUTES = (Route("/language/{tag}", _choose),)
