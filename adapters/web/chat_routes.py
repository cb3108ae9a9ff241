"""The chat in the browser: the same commands as in the console, without JavaScript."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.exceptions import HTTPException
from starlette.requests import Request as HttpRequest
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from adapters.web.conversations import Exchange, WebConversations
from adapters.web.forms import read
from adapters.web.languages import language_of
from adapters.web.render import PageContext, html
from bot.commands.facade import BotService
from bot.commands.typed import typed
from bot.domain.i18n import tr
from bot.domain.pages import Page
from bot.domain.requests import Chat, Request
from bot.messages.localization import localized, text_in
from bot.services.mailboxes.mail_addresses import network

_COOKIE = "paperboy_chat"
_LONGEST_LINE = 4_096
_TITLE = tr("Chat")
_BY_MAIL = Page(
    title=tr("Papers by mail"),
    intro=tr("Use the form on this site. The link “{link}” is at the foot of every page.", link=tr("By mail")),
)


class ChatRoutes:
    """The routes of the chat."""

    def __init__(self, service: BotService, *, mail: bool = False) -> None:
        self._service = service
        self._mail = mail
        self._conversations = WebConversations()

    @property
    def routes(self) -> Sequence[Route]:
        """The routes by path."""
        return (Route("/chat", self.show), Route("/chat", self.say, methods=["POST"]))

    async def show(self, request: HttpRequest) -> Response:
        """Show the conversation. Text from a link's query is only filled into the form, never sent."""
        id = self._conversations.valid_id(request.cookies.get(_COOKIE, ""))
        conversation = self._conversations.find(id)
        context = PageContext(language=language_of(request), url="/chat", here="chat", mail=self._mail)
        response = Response(
            html(
                "chat.html",
                context,
                title=f"{text_in(_TITLE, context.language)} · Paperboy",
                exchanges=conversation.exchanges if conversation else (),
                token=self._conversations.token(id),
                line=request.query_params.get("say", "")[:_LONGEST_LINE],
            ),
            media_type="text/html",
            headers={"cache-control": "no-store"},
        )
        secure = request.url.scheme == "https"
        response.set_cookie(_COOKIE, id, httponly=True, samesite="strict", secure=secure, path="/chat")
        return response

    async def say(self, request: HttpRequest) -> Response:
        """Answer a line, then show the conversation."""
        form = await read(request)
        id = request.cookies.get(_COOKIE, "")
        if not self._conversations.genuine(id, form.get("token", "")):
            raise HTTPException(403, tr("This form has expired. Open the chat again."))
        line = form.get("line", "")[:_LONGEST_LINE].strip()
        if line:
            conversation = self._conversations.begun(id, network(request.client.host if request.client else ""))
            asked = typed(line, Chat("web", id[:16]), person=id[:16], locale=language_of(request))
            conversation.exchanges.append(Exchange(line, await self._answer(asked)))
        return RedirectResponse("/chat#newest", 303)

    async def _answer(self, asked: Request) -> Page:
        # a browser can start any number of conversations, so subscriptions by mail are limited per network
        if self._mail and asked.command.casefold() == "email":
            return localized(_BY_MAIL, await self._service.language(asked))
        return await self._service.handle(asked)
