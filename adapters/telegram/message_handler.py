"""Answer messages: run each request, and post the answer in the chat or privately."""

from __future__ import annotations

from dataclasses import replace

from telegram import Message

from adapters.telegram.callback_data import CommandLine
from adapters.telegram.channels import picker
from adapters.telegram.chats import chat_of, is_public
from adapters.telegram.incoming_command import IncomingCommand
from adapters.telegram.message_parser import MessageRequest, RequestKind
from adapters.telegram.posting import Answer
from adapters.telegram.responder import Responder
from adapters.telegram.senders import sender_of
from bot.domain.i18n import tr
from bot.domain.pages import Page, Trouble
from bot.domain.requests import Door

_OTHER_CHAT = Page(
    title=tr("Send this in our private chat"),
    intro=tr("Channels and other groups are managed there, not in this group."),
    trouble=Trouble.REFUSED,
)
_UNREADABLE = Page(
    title=tr(
        "I can only read text, and PDFs named by an arXiv id or a DOI, such as {example}.", example="2604.01234.pdf"
    )
)


async def respond(
    responder: Responder,
    message: Message,
    request: MessageRequest,
    interaction: str,
    *,
    origin: str = "",
    taken_up: bool = False,
    done: bool = False,
) -> None:
    """Answer one request of a message. Raise as `Responder.answer`, and as `Outbound.say`."""
    incoming = replace(
        incoming_command(message, request.line, door=request.door),
        interaction=interaction,
        origin=origin,
        taken_up=taken_up,
        done=done,
    )
    match request.kind:
        case RequestKind.PICKER:
            await picker(responder, incoming)
        case RequestKind.UNREADABLE:
            await responder.answers.post(incoming.chat, Answer(await responder.in_language(incoming, _UNREADABLE)))
        case RequestKind.OTHER_CHAT:
            answer = Answer(await responder.in_language(incoming, _OTHER_CHAT))
            await responder.answers.refuse(incoming, answer, reply_to=message.message_id)
        case RequestKind.LINE:
            await _reply(responder, incoming, await responder.answer(incoming), message)
    if not is_public(incoming.chat):
        await responder.languages.suggest(incoming.chat, _language(message))


def incoming_command(message: Message, line: CommandLine, *, door: Door = Door.TYPED) -> IncomingCommand:
    """Return a command line with the sender, the chat and the language of its message."""
    sender = sender_of(message)
    return IncomingCommand(
        line=line,
        chat=chat_of(message),
        title=message.chat.title or "",
        person=sender.id,
        manages=sender.is_group,
        locale=_language(message) or "en",
        door=door,
    )


def _language(message: Message) -> str:
    """Return the language of the sender's app; empty if Telegram does not tell."""
    return (message.from_user.language_code if message.from_user else None) or ""


async def _reply(responder: Responder, incoming: IncomingCommand, answer: Answer, message: Message) -> None:
    if answer.page.trouble is Trouble.REPEATED:
        return
    if not is_public(incoming.chat):
        await responder.answers.post(incoming.chat, answer)
    elif answer.page.refused:
        await responder.answers.refuse(incoming, answer, reply_to=message.message_id)
    elif answer.command in responder.private:
        await responder.answers.post_privately(incoming, answer, reply_to=message.message_id)
    else:
        await responder.answers.post(incoming.chat, answer, reply_to=message.message_id)
