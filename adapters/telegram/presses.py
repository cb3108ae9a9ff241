"""Buttons: a press is a line that somebody else has typed, and is always answered."""

from __future__ import annotations

from telegram import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message
from telegram.error import BadRequest, Forbidden, TelegramError

from adapters.telegram.addressed import NAME, is_public, place
from adapters.telegram.answering import Answer, Answering, Asked
from adapters.telegram.keyboards import ANSWERED_IN_PLACE, keyboard
from adapters.telegram.lines import Line, read
from adapters.telegram.refusals import unchanged
from adapters.telegram.render import parts
from bot.logs import Log
from bot.models import Chat, Tally
from bot.page import Page
from bot.text import shorten

log = Log(__name__)

#: characters that Telegram shows over the chat
_ALERT = 200
#: what turns one list into another; all else below a list stands beside it
_TURNS_LISTS = frozenset({"trending"})
#: what is read beside a page and does not take its place
_BESIDE = frozenset({"paper", "similar", "bibtex", "help", "saved", "papers", "preview"})


async def press(answering: Answering, query: CallbackQuery) -> None:
    """Answer one press, whatever comes of it."""
    told = _Told(query)
    try:
        await _pressed(answering, query, told)
    finally:
        await told.end()


class _Told:
    """The one answer that a press gets: until it is there, the button turns."""

    def __init__(self, query: CallbackQuery) -> None:
        self._query = query
        self._done = False

    async def say(self, text: str = "", *, alert: bool = False) -> None:
        """A word over the chat, that only the person sees."""
        self._done = True
        try:
            await self._query.answer(shorten(text, _ALERT) or None, show_alert=alert or None)
        except TelegramError as error:
            # it may be too late for an answer, and never for what comes after it
            log.info("press not answered", surface=NAME, reason=type(error).__name__)

    async def end(self) -> None:
        """Nothing more comes."""
        if not self._done:
            await self.say()


async def _pressed(answering: Answering, query: CallbackQuery, told: _Told) -> None:
    if query.message is None or not query.data:
        return
    chat = place(query.message) if isinstance(query.message, Message) else Chat(NAME, str(query.message.chat.id))
    person = query.from_user
    asked = Asked(line=read(query.data), chat=chat, person=str(person.id), locale=person.language_code or "en")
    answer = await answering.answer(asked)
    if asked.line.command in ANSWERED_IN_PLACE:
        await told.say(_alert(asked.line, answer.page), alert=asked.line.command == "why")
        if asked.line.command == "vote":
            await _recount(answering, chat, query.message.message_id, _markup(query), asked.line)
        return
    if is_public(chat):
        await _among_others(answering, query, asked, answer, told)
        return
    await told.say()
    await _show(answering, query, asked.line, answer, chat)


async def _among_others(answering: Answering, query: CallbackQuery, asked: Asked, answer: Answer, told: _Told) -> None:
    """A manager's conversation goes on where it stands; everything else is for the person alone."""
    if asked.line.command in answering.managing and not _is_refusal(answer.page):
        await told.say()
        await _show(answering, query, asked.line, answer, asked.chat)
        return
    if _is_refusal(answer.page):
        await told.say(_sentence(answer.page), alert=True)
        return
    try:
        await answering.post(Chat(NAME, asked.person), answer)
        await told.say("It is in our private chat.")
    except Forbidden:
        await told.say(f"Open a private chat with @{await answering.api.name()} first, then press again.", alert=True)


async def _show(answering: Answering, query: CallbackQuery, line: Line, answer: Answer, chat: Chat) -> None:
    """In place of the page with the button, or below it."""
    message, pieces = query.message, parts(answer.page)
    if not isinstance(message, Message) or not _replaces(line, message.reply_markup) or len(pieces) > 1:
        await answering.post(chat, answer)
        return
    markup = keyboard(pieces[0], await answering.surroundings(chat, pieces[0], answer.target))
    if not await answering.granted(chat):
        return
    try:
        await answering.api.change(chat, message.message_id, pieces[0], markup)
    except BadRequest as error:
        # deleted meanwhile, or too old to be changed
        if not unchanged(error):
            await answering.post(chat, answer)


def _replaces(line: Line, markup: InlineKeyboardMarkup | None) -> bool:
    if line.command in _BESIDE:
        return False
    return line.command in _TURNS_LISTS or not _is_list(markup)


def _is_list(markup: InlineKeyboardMarkup | None) -> bool:
    """Whether papers stand there: their numbers or their votes are among the buttons."""
    commands = {read(str(button.callback_data)).command for button in _buttons(markup) if button.callback_data}
    return bool(commands & {"paper", "vote"})


async def _recount(
    answering: Answering, chat: Chat, message_id: int, markup: InlineKeyboardMarkup | None, line: Line
) -> None:
    """The chat's votes on the buttons, where they are others now."""
    paper = line.argument.partition(" ")[0]
    tallies = await answering.desk.tallies(chat, [paper])
    if markup is None:
        return
    counted = _counted(markup, paper, tallies.get(paper, Tally(0, 0)))
    if counted.to_dict() == markup.to_dict() or not await answering.granted(chat):
        return
    try:
        await answering.api.relabel(chat, message_id, counted)
    except TelegramError as error:
        # the vote counts all the same, and the next one shows it
        log.info("votes not shown", surface=NAME, chat=str(chat), reason=type(error).__name__)


def _counted(markup: InlineKeyboardMarkup, paper: str, tally: Tally) -> InlineKeyboardMarkup:
    votes = {f"vote {paper} up": ("👍", tally.up), f"vote {paper} down": ("👎", tally.down)}

    def relabelled(button: InlineKeyboardButton) -> InlineKeyboardButton:
        if button.callback_data not in votes:
            return button
        mark, count = votes[str(button.callback_data)]
        return InlineKeyboardButton(f"{mark} {count}" if count else mark, callback_data=button.callback_data)

    return InlineKeyboardMarkup([[relabelled(button) for button in row] for row in markup.inline_keyboard])


def _markup(query: CallbackQuery) -> InlineKeyboardMarkup | None:
    return query.message.reply_markup if isinstance(query.message, Message) else None


def _buttons(markup: InlineKeyboardMarkup | None) -> list[InlineKeyboardButton]:
    return [button for row in markup.inline_keyboard for button in row] if markup else []


def _is_refusal(page: Page) -> bool:
    """Whether it says only that something cannot be had; such a page offers help and shows nothing."""
    return not page.sections and [action.command for action in page.actions] == ["help"]


def _alert(line: Line, page: Page) -> str:
    """What fits over the chat of a page: why a paper is here, or what became of a vote."""
    if line.command != "why" or not page.sections:
        return _sentence(page)
    rows = [f"{row.label.strip()} {row.text.partition(':')[0]}" for section in page.sections for row in section.rows]
    standing = next((section.text for section in page.sections if section.text), "").partition(". ")[0]
    reason = page.intro.splitlines()[-1] if page.intro else ""
    return "\n".join(filter(None, (standing.rstrip("."), reason, " · ".join(rows))))


def _sentence(page: Page) -> str:
    return "\n".join(filter(None, (page.title, *page.intro.splitlines()[-1:])))
