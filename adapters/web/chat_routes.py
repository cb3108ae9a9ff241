"""The chat in the browser: the same commands as in the console, without JavaScript."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.exceptions import HTTPException
from starlette.requests import Request as HttpRequest
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from adapters.web.conversations import Conversations, Exchange
from adapters.web.forms import read
from adapters.web.render import PageContext, html
from bot.commands.facade import BotService
from bot.commands.typed import typed
from bot.domain.pages import Page
from bot.domain.requests import Chat
from bot.services.mailboxes.addresses import network

_COOKIE = "paperboy_chat"
_LONGEST_LINE = 4_096
_BY_MAIL = Page(title="Papers by mail", intro="This site has a page for that: /subscribe, at the foot of every page.")


class ChatRoutes:
    """The routes of the chat."""

    def __init__(self, service: BotService, *, mail: bool = False) -> None:
        self._service = service
        self._around = PageContext(here="chat", mail=mail)
        self._conversations = Conversations()

    @property
    def routes(self) -> Sequence[Route]:
        """The routes by path."""
        return (Route("/chat", self.show), Route("/chat", self.say, methods=["POST"]))

    async def show(self, request: HttpRequest) -> Response:
        """Show the conversation. Text from a link's query is only filled into the form, never sent."""
        id = self._conversations.valid_id(request.cookies.get(_COOKIE, ""))
        conversation = self._conversations.find(id)
        response = Response(
            html(
                "chat.html",
                self._around,
                title="Chat · Paperboy",
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
            raise HTTPException(403, "This form is too old, or not ours. Open the chat again.")
        line = form.get("line", "")[:_LONGEST_LINE].strip()
        if line:
            conversation = self._conversations.begun(id, network(request.client.host if request.client else ""))
            said = typed(line, Chat("web", id[:16]), person=id[:16])
            # a browser can start any number of conversations, so subscriptions by mail are limited per network
            answer = (
                _BY_MAIL
                if said.command.casefold() == "email" and self._around.mail
                else await self._service.handle(said)
            )
            conversation.exchanges.append(Exchange(line, answer))
        return RedirectResponse("/chat#newest", 303)
