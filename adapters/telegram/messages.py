"""What people write."""

from __future__ import annotations

from telegram import Message

from adapters.telegram.addressed import NAME, addressed, is_public, place
from adapters.telegram.answering import Answer, Answering, Asked
from adapters.telegram.channels import PICKER, picked, picker
from adapters.telegram.lines import Line, aimed, opened
from bot.commands.typed import typed
from bot.models import Chat


async def hear(answering: Answering, message: Message) -> None:
    """Answer a message that is meant for the bot."""
    if message.chat_shared is not None:
        await picked(answering, message)
        return
    said = addressed(message, await answering.api.name(), answering.names)
    if not said:
        return
    chat = place(message)
    asked = _asked(message, chat, said, answering)
    if asked.line.command == PICKER and not is_public(chat):
        await picker(answering, chat)
        return
    answer = await answering.answer(asked)
    await _reply(answering, asked, answer, message)


async def _reply(answering: Answering, asked: Asked, answer: Answer, message: Message) -> None:
    if not is_public(asked.chat):
        await answering.post(asked.chat, answer)
    elif asked.line.command in answering.private:
        await answering.post_privately(asked, answer, reply_to=message.message_id)
    else:
        await answering.post(asked.chat, answer, reply_to=message.message_id)


def _asked(message: Message, chat: Chat, said: str, answering: Answering) -> Asked:
    hidden = message.sender_chat is not None and message.sender_chat.id == message.chat.id
    person = message.from_user
    return Asked(
        line=_line(said, chat, answering),
        chat=chat,
        person="" if hidden or person is None else str(person.id),
        manages=hidden,
        locale=(person.language_code if person else None) or "en",
    )


def _line(said: str, chat: Chat, answering: Answering) -> Line:
    request = typed(said, Chat(NAME, chat.id))
    command = request.command.casefold()
    if is_public(chat):
        return Line(command, request.argument)
    if command == "start" and request.argument:
        return opened(request.argument)
    return aimed(command, request.argument) if command in answering.about_places else Line(command, request.argument)
