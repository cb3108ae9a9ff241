"""Answers: posted in their chat, to one person in a group, or in a private chat."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from telegram import InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import Forbidden

from adapters.telegram import render, rich_messages
from adapters.telegram.api import Api
from adapters.telegram.callback_data import CommandLine, encode_payload
from adapters.telegram.chats import NAME, format_chat, is_public, parse_chat, private_chat
from adapters.telegram.ephemeral import Ephemeral, Receiver
from adapters.telegram.incoming_command import IncomingCommand, in_language
from adapters.telegram.keyboards import KeyboardContext, keyboard
from adapters.telegram.outbound import Outbound
from adapters.telegram.prompts import Prompts
from adapters.telegram.senders import is_person
from adapters.telegram.target_hints import is_about_chat, with_target
from bot.commands.facade import BotService
from bot.domain.errors import StoreError
from bot.domain.i18n import joined, tr
from bot.domain.identifiers import handle
from bot.domain.log import Log
from bot.domain.pages import Page
from bot.domain.requests import Chat, Door, Tally
from bot.messages.localization import text_in

log = Log(__name__)

_FOR_ONE = Page(
    title=tr("Only you can see this answer"), intro=tr("Open our private chat to read it. The group doesn't see it.")
)


@dataclass(frozen=True, slots=True)
class Answer:
    """A page, and the chat and command it belongs to."""

    page: Page
    #: the chat it is about, if not the one of the request
    target: str = ""
    #: name of the command; plain text is mapped to a command too
    command: str = ""
    #: the chat in which votes on its papers count, if not the one in which it is shown
    votes_in: str = ""


class Answers:
    """Posts answers, and remembers which of them ask for a reply."""

    def __init__(
        self,
        api: Api,
        service: BotService,
        outbound: Outbound,
        *,
        managing: Collection[str],
        with_target: Collection[str],
    ) -> None:
        """`managing` are the commands that change subscriptions, `with_target` those that may name another chat."""
        self.prompts = Prompts()
        self.ephemeral = Ephemeral(outbound)
        self._api = api
        self._service = service
        self._outbound = outbound
        self._managing = managing
        self._with_target = with_target

    async def post(self, chat: Chat, answer: Answer, *, reply_to: int | None = None) -> None:
        """Post every part of a page, each when the rate limits allow. Raise as `Outbound.say`."""
        for part in rich_messages.parts(answer.page):
            markup = keyboard(part, await self.keyboard_context(chat, part, answer.target, answer.votes_in))
            message = await self._outbound.say(chat, part, markup, reply_to=reply_to)
            self.note_prompt(chat, message.message_id, answer)
        await self.post_sample(chat, answer)

    async def post_sample(self, chat: Chat, answer: Answer) -> None:
        """Post the sample of what was chosen, if there is one, below the answer. Raise as `post`."""
        if answer.page.sample is not None:
            await self.post(chat, Answer(answer.page.sample))

    def note_prompt(self, chat: Chat, message_id: int, answer: Answer) -> None:
        """If the page asks a question, let replies to the message complete its command."""
        if answer.page.prompt:
            command, _, argument = answer.page.prompt.partition(" ")
            self.prompts.add(chat, message_id, CommandLine(command, argument, answer.target))

    async def post_privately(self, incoming: IncomingCommand, answer: Answer, *, reply_to: int | None) -> None:
        """Show the answer in the group to this person only, else post it to their private chat.

        If they have not started the bot, post a link to it in the group.
        """
        if await self.post_ephemerally(incoming, answer):
            return
        if not await self.post_to_person(incoming.person, self.moved_to_private_chat(incoming, answer)):
            await self._post_private_link(incoming, reply_to, answer.page)

    async def post_ephemerally(self, incoming: IncomingCommand, answer: Answer) -> bool:
        """Show an answer in the group to the person who asked only. Return False if that is not possible."""
        if not is_public(incoming.chat) or not is_person(incoming.person) or incoming.taken_up:
            return False
        if answer.page.sample is not None:
            # rich messages are not sent to one person
            return False
        query = incoming.interaction if incoming.door is Door.BUTTON else ""
        receiver = Receiver(incoming.chat, incoming.person, query)
        for number, part in enumerate(render.parts(answer.page)):
            markup = keyboard(part, await self.keyboard_context(incoming.chat, part))
            if not await self.ephemeral.say(receiver, part, markup):
                # what is seen already is not sent again elsewhere
                return number > 0
        return True

    def moved_to_private_chat(self, incoming: IncomingCommand, answer: Answer) -> Answer:
        """Return an answer to somebody in a group as it is posted in their private chat.

        What it says and offers there stays about the group.
        """
        here = format_chat(incoming.chat)
        if answer.target or not is_public(incoming.chat):
            return answer
        if not self._is_about_chat(incoming.line):
            return replace(answer, votes_in=here)
        page = with_target(answer.page, here, self._with_target)
        if not page.refused:
            page = replace(page, title=joined(": ", incoming.title, page.title))
        return replace(answer, page=page, target=here, votes_in=here)

    def _is_about_chat(self, line: CommandLine) -> bool:
        return is_about_chat(line.command, line.argument, self._with_target)

    async def refuse(self, incoming: IncomingCommand, answer: Answer, *, reply_to: int | None) -> None:
        """Send a refusal to the person only; it is not shown in the group.

        Anonymous administrators and people posting as a channel have no private chat: they get a link to one, which
        does not mention the reason.
        """
        if not is_person(incoming.person):
            await self._post_private_link(incoming, reply_to)
        elif await self.post_ephemerally(incoming, answer):
            return
        elif not await self.post_to_person(incoming.person, self.moved_to_private_chat(incoming, answer)):
            log.info("refusal not sent", surface=NAME, chat=str(incoming.chat), reason="no private chat")

    async def keyboard_context(self, chat: Chat, page: Page, target: str = "", votes_in: str = "") -> KeyboardContext:
        """Return what the keyboard depends on: chat type, target chat, bot name, votes."""
        public = is_public(chat)
        return KeyboardContext(
            public=public,
            target=target,
            bot=await self._api.name() if public else "",
            managing=self._managing,
            with_target=self._with_target,
            tallies=await self._tallies(parse_chat(votes_in) if votes_in else chat, page),
            here=format_chat(chat),
            votes_in=votes_in,
        )

    async def _tallies(self, chat: Chat, page: Page) -> Mapping[str, Tally]:
        """Return the votes on a page's papers; none if they cannot be read, as the page can be shown without."""
        if not page.cards:
            return {}
        try:
            return await self._service.tallies(chat, [card.key for card in page.cards])
        except StoreError as error:
            log.warning("votes not read", surface=NAME, reason=str(error))
            return {}

    async def post_to_person(self, person: str, answer: Answer) -> bool:
        """Post to a person's private chat; return False if there is none."""
        if not is_person(person):
            return False
        try:
            await self.post(private_chat(person), answer)
        except Forbidden:
            return False
        return True

    async def _post_private_link(
        self, incoming: IncomingCommand, reply_to: int | None, answered: Page | None = None
    ) -> None:
        """Post a link to the private chat in the group that does not reveal the answer."""
        payload = encode_payload(self._line_in_private_chat(incoming, answered))
        link = f"https://t.me/{await self._api.name()}?start={payload or 'help'}"
        page = await in_language(self._service, incoming, _FOR_ONE)
        button = InlineKeyboardButton(text_in(tr("Open private chat"), page.language), url=link)
        markup = InlineKeyboardMarkup([[button]])
        await self._outbound.say(incoming.chat, page, markup, silent=True, reply_to=reply_to)

    def _line_in_private_chat(self, incoming: IncomingCommand, answered: Page | None) -> CommandLine:
        """Return the line that asks for the same in the private chat.

        It names the group, and a paper by its id, as the numbers of the private chat's list are others.
        """
        line = incoming.line
        if self._is_about_chat(line):
            return replace(line, target=format_chat(incoming.chat))
        number, _, rest = line.argument.partition(" ")
        if line.command in self._managing or not number.lstrip("#").isdecimal():
            return line
        card = answered.cards[0] if answered and len(answered.cards) == 1 else None
        return replace(line, argument=f"{handle(card.key)} {rest}".strip()) if card else CommandLine("help")
