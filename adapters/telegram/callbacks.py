"""Callback queries (button presses): run the command in the callback data, edit or post the page, redraw vote
counts; each press is acknowledged.
"""

from __future__ import annotations

from collections.abc import Mapping

from telegram import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message
from telegram.error import BadRequest, Forbidden, TelegramError

from adapters.telegram.addressed import NAME, is_public, place
from adapters.telegram.answering import Answer, Answering, IncomingMessage
from adapters.telegram.callback_data import Line, read
from adapters.telegram.keyboards import ANSWERED_IN_PLACE, keyboard
from adapters.telegram.outbound import NoTurn
from adapters.telegram.render import parts
from adapters.telegram.senders import presser_of
from bot.domain.errors import StoreError
from bot.domain.log import Log
from bot.domain.pages import Page, Trouble
from bot.domain.requests import Chat, Door, Tally
from bot.domain.text import shorten

log = Log(__name__)

#: maximum characters of an alert
_ALERT = 200
_MARKS = {"up": "👍", "down": "👎"}
_ELSEWHERE = "Another channel or group is managed from our private chat, not from here."
#: commands that replace a list in place; everything else opened from a list is posted below it
_REPLACING_LISTS = frozenset({"trending"})
#: commands whose answer is posted below the page
_BESIDE = frozenset({"paper", "similar", "bibtex", "help", "saved", "papers", "preview"})


async def press(answering: Answering, query: CallbackQuery) -> None:
    """Answer a press; it is acknowledged whatever happens."""
    notice = _Notice(answering, query)
    try:
        await _handle(answering, query, notice)
    finally:
        await notice.end()


class _Notice:
    """The acknowledgement of a press; until it is sent, the client shows a spinner on the button."""

    def __init__(self, answering: Answering, query: CallbackQuery) -> None:
        self._outbound = answering.outbound
        self._query = query
        self._done = False

    async def say(self, text: str = "", *, alert: bool = False) -> None:
        """Show a notification or an alert to the person."""
        self._done = True
        try:
            await self._outbound.answer_press(self._query, shorten(text, _ALERT), alert=alert)
        except TelegramError as error:
            # too late for a notification, but what follows is still useful
            log.info("press not answered", surface=NAME, reason=type(error).__name__)

    async def end(self) -> None:
        """Acknowledge the press if that has not happened."""
        if not self._done:
            await self.say()


async def _handle(answering: Answering, query: CallbackQuery, notice: _Notice) -> None:
    if query.message is None or not query.data:
        return
    chat = place(query.message) if isinstance(query.message, Message) else Chat(NAME, str(query.message.chat.id))
    incoming = IncomingMessage(
        line=read(query.data),
        chat=chat,
        person=presser_of(query).id,
        locale=query.from_user.language_code or "en",
        door=Door.BUTTON,
        interaction=query.id,
    )
    if is_public(chat) and incoming.line.target:
        # other chats are managed in private only; no page of the bot in a group has such a button
        await notice.say(_ELSEWHERE, alert=True)
        return
    answer = await answering.answer(incoming)
    if answer.page.trouble is Trouble.REPEATED:
        return
    if answer.page.refused:
        await _refused(answering, incoming, answer, notice)
    elif incoming.line.command in ANSWERED_IN_PLACE:
        await notice.say(_alert(incoming.line, answer.page), alert=incoming.line.command == "why")
        if incoming.line.command == "vote":
            _redraw_votes(answering, chat, query.message.message_id, _markup(query))
    elif is_public(chat) and incoming.line.command not in answering.managing:
        await _answer_privately(answering, incoming, answer, notice)
    else:
        # in a group, a manager's dialogue continues in place
        await notice.say()
        await _show(answering, query, incoming.line, answer, chat)


async def _refused(answering: Answering, incoming: IncomingMessage, answer: Answer, notice: _Notice) -> None:
    """Show a refusal to the person who pressed, and leave the page unchanged."""
    sentence = _sentence(answer.page)
    if len(sentence) > _ALERT and not is_public(incoming.chat):
        await notice.say()
        await answering.post(incoming.chat, answer)
    else:
        await notice.say(sentence, alert=True)


async def _answer_privately(answering: Answering, incoming: IncomingMessage, answer: Answer, notice: _Notice) -> None:
    """Post the answer to the person's private chat."""
    try:
        await answering.post(Chat(NAME, incoming.person), answer)
        await notice.say("It is in our private chat.")
    except Forbidden:
        await notice.say(f"Open a private chat with @{await answering.api.name()} first, then press again.", alert=True)


async def _show(answering: Answering, query: CallbackQuery, line: Line, answer: Answer, chat: Chat) -> None:
    """Replace the page with the button, or post below it."""
    message, pieces = query.message, parts(answer.page)
    if not isinstance(message, Message) or not _replaces(line, message.reply_markup) or len(pieces) > 1:
        await answering.post(chat, answer)
        return
    markup = keyboard(pieces[0], await answering.keyboard_context(chat, pieces[0], answer.target))
    try:
        await answering.outbound.change(chat, message.message_id, pieces[0], markup)
        answering.note_prompt(chat, message.message_id, answer)
    except BadRequest:
        # the message was deleted, or is too old to be edited
        await answering.post(chat, answer)


def _replaces(line: Line, markup: InlineKeyboardMarkup | None) -> bool:
    if line.command in _BESIDE:
        return False
    return line.command in _REPLACING_LISTS or not _is_list(markup)


def _is_list(markup: InlineKeyboardMarkup | None) -> bool:
    """Whether the message is a list of papers, judging by its buttons."""
    commands = {read(str(button.callback_data)).command for button in _buttons(markup) if button.callback_data}
    return bool(commands & {"paper", "vote"})


def _redraw_votes(answering: Answering, chat: Chat, message_id: int, markup: InlineKeyboardMarkup | None) -> None:
    """Redraw the vote counts on the buttons; concurrent presses are coalesced into few edits."""
    papers = _voted_on(markup)
    if markup is None or not papers:
        return

    async def draw() -> InlineKeyboardMarkup:
        return _counted(markup, await answering.service.tallies(chat, papers))

    async def redraw() -> None:
        try:
            await answering.outbound.relabel(chat, message_id, draw)
        except (TelegramError, NoTurn, StoreError) as error:
            # the vote is counted, and the next redraw shows it
            log.info("votes not shown", surface=NAME, chat=str(chat), reason=type(error).__name__)

    answering.redraws.request((chat.id, message_id), redraw)


def _voted_on(markup: InlineKeyboardMarkup | None) -> list[str]:
    """Return the ids of the papers that have vote buttons."""
    lines = (read(str(button.callback_data)) for button in _buttons(markup) if button.callback_data)
    return list(dict.fromkeys(line.argument.partition(" ")[0] for line in lines if line.command == "vote"))


def _counted(markup: InlineKeyboardMarkup, tallies: Mapping[str, Tally]) -> InlineKeyboardMarkup:
    def relabelled(button: InlineKeyboardButton) -> InlineKeyboardButton:
        words = str(button.callback_data).split(" ")
        if len(words) != 3 or words[0] != "vote" or words[2] not in _MARKS:
            return button
        tally = tallies.get(words[1], Tally(0, 0))
        mark, count = _MARKS[words[2]], tally.up if words[2] == "up" else tally.down
        return InlineKeyboardButton(f"{mark} {count}" if count else mark, callback_data=button.callback_data)

    return InlineKeyboardMarkup([[relabelled(button) for button in row] for row in markup.inline_keyboard])


def _markup(query: CallbackQuery) -> InlineKeyboardMarkup | None:
    return query.message.reply_markup if isinstance(query.message, Message) else None


def _buttons(markup: InlineKeyboardMarkup | None) -> list[InlineKeyboardButton]:
    return [button for row in markup.inline_keyboard for button in row] if markup else []


def _alert(line: Line, page: Page) -> str:
    """Return the text of a notification: why a paper is listed, or the result of a vote."""
    if line.command != "why" or not page.sections:
        return _sentence(page)
    rows = [f"{row.label.strip()} {row.text.partition(':')[0]}" for section in page.sections for row in section.rows]
    standing = next((section.text for section in page.sections if section.text), "").partition(". ")[0]
    reason = page.intro.splitlines()[-1] if page.intro else ""
    return "\n".join(filter(None, (standing.rstrip("."), reason, " · ".join(rows))))


def _sentence(page: Page) -> str:
    return "\n".join(filter(None, (page.title, *page.intro.splitlines()[-1:])))
