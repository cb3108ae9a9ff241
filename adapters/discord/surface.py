"""The Discord surface."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AsyncExitStack
from datetime import datetime
from types import TracebackType
from typing import TYPE_CHECKING, Self

from adapters.discord.access import Access
from adapters.discord.leasing import process_name
from adapters.discord.posting import WAITS, Posts
from adapters.discord.refusals import delivery_error
from adapters.discord.render import parts
from adapters.discord.rest import ANSWER_SECONDS, Refusal, Rest, Unanswered, Waiting
from bot.desk import Desk
from bot.models import Chat, Finding
from bot.page import Page
from bot.rates import Allowance

if TYPE_CHECKING:
    from adapters.discord.replying import Timing

#: Discord lets 50 requests of a bot arrive within a second, and counts them where it is, not where we are
ALLOWANCE = Allowance(per_second=48.4, taken_per_second=50)


class Discord:
    """Posts digests, and answers people. Posting needs no gateway."""

    name = "discord"
    nonced = True

    def __init__(
        self,
        access: Access,
        *,
        allowance: Allowance = ALLOWANCE,
        waits: Sequence[float] = WAITS,
        answer_seconds: float = ANSWER_SECONDS,
        timing: Timing | None = None,
    ) -> None:
        """`waits` are the seconds between tries of one message, `answer_seconds` how long Discord may take over one."""
        self.allowance = allowance
        #: within which times people are answered, from the next time that it listens; None for Discord's
        self.timing = timing
        self._access = access
        self._rest = Rest(access.api, access.token, contact=access.contact, answer_seconds=answer_seconds)
        self._posts = Posts(self._rest, crosspost=access.crosspost, waits=waits)
        self._owner = process_name()
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        await self._stack.enter_async_context(self._rest)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stack.aclose()

    def parts(self, page: Page) -> Sequence[Page]:
        """The page cut into messages."""
        return parts(page)

    async def send(self, chat: Chat, part: Page, *, nonce: str, silent: bool, role: str) -> str:
        """Post one part; the id of its message. Raises `DeliveryError`."""
        try:
            return await self._posts.post(chat.id, part, nonce=nonce, silent=silent, role=role)
        except (Refusal, Waiting, Unanswered) as error:
            raise delivery_error(chat, error) from error

    async def reread(self, chat: Chat, part: Page, *, nonce: str, since: datetime) -> str | None:
        """The message that a part became; "" for none, None where that cannot be told. Raises `DeliveryError`."""
        try:
            return await self._posts.arrived(chat.id, part, nonce=nonce, since=since)
        except (Refusal, Waiting, Unanswered) as error:
            raise delivery_error(chat, error) from error

    async def listen(self, desk: Desk) -> None:
        """Answer people until cancelled. Raises `SettingsError` where the operator must act."""
        # discord.py costs 0.2 s, and posting needs none of it
        from adapters.discord.listening import listen
        from adapters.discord.replying import Timing

        await listen(self._access, self._rest, desk, owner=self._owner, timing=self.timing or Timing())

    async def examine(self) -> Sequence[Finding]:
        """Ask Discord whether the token is good, and how the bot is invited."""
        from adapters.discord.examining import examine

        return await examine(self._rest)
