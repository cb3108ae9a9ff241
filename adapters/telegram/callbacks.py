"""Callback queries (button presses): run the command in the callback data, edit or post the page, redraw vote
counts; each press is acknowledged.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from telegram import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, MaybeInaccessibleMessage, Message
from telegram.error import BadRequest, Forbidden, TelegramError

from adapters.telegram import rich_messages
from adapters.telegram.api_errors import query_expired
from adapters.telegram.callback_data import CommandLine, decode, encode_payload
from adapters.telegram.chats import NAME, chat_of, is_public, parse_chat, private_chat
from adapters.telegram.ephemeral import Receiver, ephemeral_id
from adapters.telegram.incoming_command import IncomingCommand
from adapters.telegram.keyboards import ANSWERED_IN_PLACE, keyboard
from adapters.telegram.outbound import NoTurn
from adapters.telegram.posting import Answer
from adapters.telegram.responder import Responder
from adapters.telegram.senders import presser_of
from bot.domain.errors import StoreError
from bot.domain.i18n import tr
from bot.domain.log import Log
from bot.domain.pages import Page, Trouble
from bot.domain.requests import Chat, Door, Tally
from bot.domain.text import shorten
from bot.messages.localization import text_in

log = Log(__name__)

#: maximum characters of an alert
_ALERT = 200
_MARKS = {"up": "👍", "down": "👎"}
_OTHER_CHAT = Page(title=tr("Channels and other groups are managed in our private chat, not in this group."))
_SENT_PRIVATELY = tr("I sent it to our private chat.")
#: commands that replace a list in place; everything else opened from a list is posted below it
_REPLACING_LISTS = frozenset({"trending"})
#: commands whose answer is posted below the page
_BESIDE = frozenset({"paper", "similar", "bibtex", "help", "saved", "papers", "preview"})


async def press(
    responder: Responder, query: CallbackQuery, *, origin: str = "", taken_up: bool = False, done: bool = False
) -> None:
    """Answer a press; it is acknowledged whatever happens. Raise as `Responder.answer` and `Answers.post`."""
    if query.message is None or not query.data:
        await _Notice(responder, query).end()
        return
    incoming = replace(_incoming(query, query.message, query.data), origin=origin, taken_up=taken_up, done=done)
    notice = _Notice(responder, query)
    try:
        await _handle(responder, query, query.message, incoming, notice)
    finally:
        await notice.end()


class _Notice:
    """The acknowledgement of a press; until it is sent, the client shows a spinner on the button."""

    def __init__(self, responder: Responder, query: CallbackQuery) -> None:
        self._outbound = responder.outbound
        self._query = query
        self._done = False

    async def say(self, text: str = "", *, alert: bool = False) -> bool:
        """Show a notification or an alert to the person. Return False if the press is too old for one."""
        self._done = True
        try:
            await self._outbound.answer_press(self._query, shorten(text, _ALERT), alert=alert)
        except TelegramError as error:
            # too late for a notification, but what follows is still useful
            log.info("press not answered", surface=NAME, reason=type(error).__name__)
            return not query_expired(error)
        return True

    async def open(self, url: str) -> None:
        """Open a link to the bot in the person's client."""
        self._done = True
        try:
            await self._outbound.open_link(self._query, url)
        except TelegramError as error:
            log.info("press not answered", surface=NAME, reason=type(error).__name__)

    async def end(self) -> None:
        """Acknowledge the press if that has not happened."""
        if not self._done:
            await self.say()


async def _handle(
    responder: Responder,
    query: CallbackQuery,
    message: MaybeInaccessibleMessage,
    incoming: IncomingCommand,
    notice: _Notice,
) -> None:
    chat = incoming.chat
    if is_public(chat) and incoming.line.target:
        # other chats are managed in private only; no page of the bot in a group has such a button
        await notice.say((await responder.in_language(incoming, _OTHER_CHAT)).title, alert=True)
        return
    answer = await responder.answer(incoming)
    if answer.page.trouble is Trouble.REPEATED:
        return
    if answer.page.refused:
        await _refused(responder, incoming, answer, notice)
    elif incoming.line.command in ANSWERED_IN_PLACE:
        shown = await notice.say(_alert(incoming.line, answer.page), alert=incoming.line.command == "why")
        if incoming.line.command == "vote":
            _redraw_votes(responder, incoming, message, _markup(query))
        if not shown:
            await _post_late(responder, incoming, answer)
    elif is_public(chat) and incoming.line.command not in responder.managing:
        await _answer_privately(responder, incoming, answer, notice)
    elif ephemeral_id(message):
        # what only this person sees must not continue where everybody does
        await _answer_privately(responder, incoming, answer, notice)
    else:
        # in a group, a manager's dialogue continues in place
        await notice.say()
        await _show(responder, query, incoming.line, answer, chat)


async def answer_overloaded(responder: Responder, query: CallbackQuery, notice: Page) -> None:
    """Answer a press that was dropped, as the person sends more than is answered."""
    if query.message is not None:
        page = await responder.in_language(_incoming(query, query.message, query.data or ""), notice)
        await responder.outbound.answer_press(query, page.title, alert=False)


def _incoming(query: CallbackQuery, message: MaybeInaccessibleMessage, data: str) -> IncomingCommand:
    return IncomingCommand(
        line=decode(data),
        chat=chat_of(message) if isinstance(message, Message) else Chat(NAME, str(message.chat.id)),
        person=presser_of(query).id,
        locale=query.from_user.language_code or "en",
        door=Door.BUTTON,
        interaction=query.id,
        title=message.chat.title or "",
    )


async def _refused(responder: Responder, incoming: IncomingCommand, answer: Answer, notice: _Notice) -> None:
    """Show a refusal to the person who pressed, and leave the page unchanged."""
    text = _summary(answer.page)
    if len(text) > _ALERT and not is_public(incoming.chat):
        await notice.say()
        await responder.answers.post(incoming.chat, answer)
    elif not await notice.say(text, alert=True):
        await _post_late(responder, incoming, answer)


async def _post_late(responder: Responder, incoming: IncomingCommand, answer: Answer) -> None:
    """Post what would have been a notification to the person's private chat, as the press was taken up too late."""
    if incoming.taken_up and not await responder.answers.post_to_person(
        incoming.person, responder.answers.moved_to_private_chat(incoming, answer)
    ):
        log.info("press not answered", surface=NAME, chat=str(incoming.chat), reason="no private chat")


async def _answer_privately(responder: Responder, incoming: IncomingCommand, answer: Answer, notice: _Notice) -> None:
    """Show the answer in the group to this person only, else post it to their private chat.

    If they have not started the bot, open that chat with a link.
    """
    if await responder.answers.post_ephemerally(incoming, answer):
        await notice.say()
        return
    try:
        await responder.answers.post(
            private_chat(incoming.person), responder.answers.moved_to_private_chat(incoming, answer)
        )
        await notice.say(text_in(_SENT_PRIVATELY, answer.page.language))
    except Forbidden:
        name = await responder.api.name()
        if payload := encode_payload(incoming.line):
            await notice.open(f"https://t.me/{name}?start={payload}")
            return
        bot = f"@{name}"
        text = tr("Start a private chat with {bot} first, then press again.", bot=bot)
        await notice.say(text_in(text, answer.page.language), alert=True)


async def _show(responder: Responder, query: CallbackQuery, line: CommandLine, answer: Answer, chat: Chat) -> None:
    """Replace the page with the button, or post below it."""
    message, pieces = query.message, rich_messages.parts(answer.page)
    if not isinstance(message, Message) or not _replaces(line, message.reply_markup) or len(pieces) > 1:
        await responder.answers.post(chat, answer)
        return
    markup = keyboard(pieces[0], await responder.answers.keyboard_context(chat, pieces[0], answer.target))
    try:
        await responder.outbound.change(chat, message.message_id, pieces[0], markup)
    except BadRequest:
        # the message was deleted, or is too old to be edited
        await responder.answers.post(chat, answer)
        return
    responder.answers.note_prompt(chat, message.message_id, answer)
    await responder.answers.post_sample(chat, answer)


def _replaces(line: CommandLine, markup: InlineKeyboardMarkup | None) -> bool:
    if line.command in _BESIDE:
        return False
    return line.command in _REPLACING_LISTS or not _is_list(markup)


def _is_list(markup: InlineKeyboardMarkup | None) -> bool:
    """Whether the message is a list of papers, judging by its buttons."""
    commands = {decode(str(button.callback_data)).command for button in _buttons(markup) if button.callback_data}
    return bool(commands & {"paper", "vote"})


def _redraw_votes(
    responder: Responder,
    incoming: IncomingCommand,
    message: MaybeInaccessibleMessage,
    markup: InlineKeyboardMarkup | None,
) -> None:
    """Redraw the vote counts on the buttons; concurrent presses are coalesced into few edits."""
    papers, chat = _voted_on(markup), incoming.chat
    votes_in = parse_chat(incoming.line.target) if incoming.line.target else chat
    seen_by_one = ephemeral_id(message)
    if markup is None or not papers:
        return

    async def draw() -> InlineKeyboardMarkup:
        return _counted(markup, await responder.service.tallies(votes_in, papers))

    async def redraw() -> None:
        try:
            if seen_by_one:
                await responder.answers.ephemeral.relabel(Receiver(chat, incoming.person), seen_by_one, await draw())
            else:
                await responder.outbound.relabel(chat, message.message_id, draw)
        except (TelegramError, NoTurn, StoreError) as error:
            # the vote is counted, and the next redraw shows it
            log.info("votes not shown", surface=NAME, chat=str(chat), reason=type(error).__name__)

    responder.redraws.request((chat.id, message.message_id, seen_by_one), redraw)


def _voted_on(markup: InlineKeyboardMarkup | None) -> list[str]:
    """Return the ids of the papers that have vote buttons."""
    lines = (decode(str(button.callback_data)) for button in _buttons(markup) if button.callback_data)
    return list(dict.fromkeys(line.argument.partition(" ")[0] for line in lines if line.command == "vote"))


def _counted(markup: InlineKeyboardMarkup, tallies: Mapping[str, Tally]) -> InlineKeyboardMarkup:
    def relabelled(button: InlineKeyboardButton) -> InlineKeyboardButton:
        line = decode(str(button.callback_data))
        key, _, vote = line.argument.partition(" ")
        if line.command != "vote" or vote not in _MARKS:
            return button
        tally = tallies.get(key, Tally(0, 0))
        mark, count = _MARKS[vote], tally.up if vote == "up" else tally.down
        return InlineKeyboardButton(f"{mark} {count}" if count else mark, callback_data=button.callback_data)

    return InlineKeyboardMarkup([[relabelled(button) for button in row] for row in markup.inline_keyboard])


def _markup(query: CallbackQuery) -> InlineKeyboardMarkup | None:
    return query.message.reply_markup if isinstance(query.message, Message) else None


def _buttons(markup: InlineKeyboardMarkup | None) -> list[InlineKeyboardButton]:
    return [button for row in markup.inline_keyboard for button in row] if markup else []


def _alert(line: CommandLine, page: Page) -> str:
    """Return the text of a notification: why a paper is listed, or the result of a vote."""
    if line.command != "why" or not page.sections:
        return _summary(page)
    rows = (f"{row.label.strip()} {row.text}" for section in page.sections for row in section.rows)
    return _first_lines((*page.intro.splitlines()[-1:], *rows, *(section.text for section in page.sections)))


def _first_lines(lines: Iterable[str]) -> str:
    """Return as many of the lines as an alert can show, those that are too long left out."""
    text = ""
    for line in filter(None, lines):
        longer = f"{text}\n{line}" if text else line
        text = longer if len(longer) <= _ALERT else text
    return text


def _summary(page: Page) -> str:
    """Return a page in two lines: its title, and the last line of its introduction."""
    return "\n".join(filter(None, (page.title, *page.intro.splitlines()[-1:])))
