"""The Discord adapter: delivers digests over REST, and answers interactions received through the gateway."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from datetime import datetime
from types import TracebackType
from typing import TYPE_CHECKING, Self

from adapters.discord.api_errors import delivery_error, edit_error, thread_error
from adapters.discord.config import DiscordConfig
from adapters.discord.context import RegisteredCommands
from adapters.discord.message_editor import MessageEditor
from adapters.discord.message_sender import WAITS, MessageSender, NothingToPost
from adapters.discord.render import parts
from adapters.discord.rest import ANSWER_SECONDS, ApiError, NoResponse, RequestDeferred, Rest
from adapters.discord.schema import Channel, ServerChannels
from adapters.kit.leases import process_name
from bot.commands.facade import BotService
from bot.domain.errors import DeliveryError
from bot.domain.health import HealthCheck
from bot.domain.i18n import tr
from bot.domain.operator import Operator
from bot.domain.pages import Page
from bot.domain.rate_limits import Allowance
from bot.domain.requests import Chat, Tally

if TYPE_CHECKING:
    from adapters.discord.interaction_reply import Deadlines

#: Discord counts at most 50 requests per second on arrival, so fewer are sent per second
ALLOWANCE = Allowance(per_second=48.4, taken_per_second=50)


class Discord:
    """Deliver digests and answer people. Delivering needs no gateway connection."""

    name = "discord"
    nonced = True

    def __init__(
        self,
        access: DiscordConfig,
        *,
        allowance: Allowance = ALLOWANCE,
        waits: Sequence[float] = WAITS,
        answer_seconds: float = ANSWER_SECONDS,
        deadlines: Deadlines | None = None,
    ) -> None:
        """`waits` are the seconds between attempts for one message; `answer_seconds` is the time-out of one request."""
        self.allowance = allowance
        #: deadlines for answers, effective from the next call of `listen`; None for Discord's own
        self.deadlines = deadlines
        self._access = access
        self._rest = Rest(access.api, access.token, contact=access.contact, answer_seconds=answer_seconds)
        self._commands = RegisteredCommands()
        self._posts = MessageSender(self._rest, crosspost=access.crosspost, waits=waits, commands=self._commands)
        self._edits = MessageEditor(self._rest, self._posts, commands=self._commands)
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
        """Split a page into messages."""
        return parts(page)

    async def send(self, chat: Chat, part: Page, *, nonce: str, silent: bool, role: str) -> str:
        """Post one part; return the id of its message. Raise `DeliveryError`."""
        try:
            return await self._posts.post(chat.id, part, nonce=nonce, silent=silent, role=role)
        except NothingToPost as error:
            raise DeliveryError(chat, tr("no new papers"), unneeded=True) from error
        except (ApiError, RequestDeferred, NoResponse) as error:
            raise delivery_error(chat, error) from error

    async def edit(
        self, chat: Chat, message_id: str, part: Page, *, nonce: str, role: str, tallies: Mapping[str, Tally]
    ) -> None:
        """As in `EditableSurface.edit`."""
        try:
            await self._edits.edit(chat.id, message_id, part, nonce=nonce, role=role, tallies=tallies)
        except (ApiError, RequestDeferred, NoResponse) as error:
            raise edit_error(chat, error) from error

    async def open_thread(self, chat: Chat, message_id: str, name: str) -> bool:
        """As in `ThreadedSurface.open_thread`."""
        try:
            return await self._edits.open_thread(chat.id, message_id, name)
        except (ApiError, RequestDeferred, NoResponse) as error:
            raise thread_error(chat, error) from error

    async def reread(self, chat: Chat, part: Page, *, nonce: str, since: datetime) -> str | None:
        """Return the id of the message that a part became; "" if there is none, None if unknown. Raise
        `DeliveryError`.
        """
        try:
            return await self._posts.arrived(chat.id, part, nonce=nonce, since=since)
        except (ApiError, RequestDeferred, NoResponse) as error:
            raise delivery_error(chat, error) from error

    manages_privately = False

    async def private_chat(self, person: str) -> Chat:
        """As in `ManagerContacts.private_chat`."""
        try:
            opened = await self._rest.post("/users/@me/channels", {"recipient_id": person}, Channel)
        except (ApiError, RequestDeferred, NoResponse) as error:
            raise delivery_error(Chat(self.name, person), error) from error
        return Chat(self.name, opened.id)

    async def admin_chat(self, space: str) -> Chat | None:
        """As in `ManagerContacts.admin_chat`: where Discord tells moderators of its news, else the system channel."""
        try:
            server = await self._rest.get(f"/guilds/{space}", ServerChannels)
        except (ApiError, RequestDeferred, NoResponse) as error:
            raise delivery_error(Chat(self.name, space), error) from error
        channel = server.public_updates_channel_id or server.system_channel_id
        return Chat(self.name, channel) if channel else None

    async def listen(self, service: BotService) -> None:
        """Answer people until cancelled. Raise `SettingsError` if the operator must act."""
        # importing discord.py takes 0.2 s, and delivering does not need it
        from adapters.discord.interaction_reply import Deadlines
        from adapters.discord.listener import listen

        await listen(
            self._access,
            self._rest,
            service,
            owner=self._owner,
            deadlines=self.deadlines or Deadlines(),
            registered=self._commands,
        )

    async def examine(self) -> Sequence[HealthCheck]:
        """Check the token and how the bot is invited."""
        from adapters.discord.diagnostics import examine

        return await examine(self._rest)

    async def examine_public(self, operator: Operator) -> Sequence[HealthCheck]:
        """As in `PublicDiagnosable`."""
        from adapters.discord.public_checks import examine_public

        return await examine_public(self._rest, operator)
