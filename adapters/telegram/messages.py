"""Answer messages: run each request, and post the answer in the chat or privately."""

from __future__ import annotations

from telegram import Message

from adapters.telegram.addressed import is_public, place
from adapters.telegram.answering import Answer, Answering, IncomingMessage
from adapters.telegram.channels import picker
from adapters.telegram.hearing import Kind, MessageRequest
from adapters.telegram.senders import sender_of
from bot.domain.pages import Page, Trouble

_ELSEWHERE = Page(
    title="That is for our private chat",
    intro="Another channel or group is managed from the private chat, not from here.",
    trouble=Trouble.REFUSED,
)
_UNREADABLE = Page(title="I can only read text, or a PDF named by its arXiv id: 2604.01234.pdf")


async def respond(answering: Answering, message: Message, request: MessageRequest, interaction: str) -> None:
    """Answer one request of a message. Raise `TelegramError` if the answer cannot be sent."""
    chat, sender = place(message), sender_of(message)
    incoming = IncomingMessage(
        line=request.line,
        chat=chat,
        person=sender.id,
        manages=sender.is_group,
        locale=(message.from_user.language_code if message.from_user else None) or "en",
        door=request.door,
        interaction=interaction,
    )
    match request.kind:
        case Kind.PICKER:
            await picker(answering, chat)
        case Kind.UNREADABLE:
            await answering.post(chat, Answer(_UNREADABLE))
        case Kind.ELSEWHERE:
            await answering.refuse(incoming, Answer(_ELSEWHERE), reply_to=message.message_id)
        case Kind.LINE:
            await _reply(answering, incoming, await answering.answer(incoming), message)


async def _reply(answering: Answering, incoming: IncomingMessage, answer: Answer, message: Message) -> None:
    if answer.page.trouble is Trouble.REPEATED:
        return
    if not is_public(incoming.chat):
        await answering.post(incoming.chat, answer)
    elif answer.page.refused:
        await answering.refuse(incoming, answer, reply_to=message.message_id)
    elif answer.command in answering.private:
        await answering.post_privately(incoming, answer, reply_to=message.message_id)
    else:
        await answering.post(incoming.chat, answer, reply_to=message.message_id)
