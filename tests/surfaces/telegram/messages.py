"""Messages as Telegram words them, read by the library."""

from __future__ import annotations

from typing import Any

from telegram import Message, Update, User

from tests.surfaces.telegram.server import entities_of

BOT = User(42, "Paperboy", True, username="paperboy_bot")
GROUP = {"id": -1001000000001, "type": "supergroup", "title": "Readers"}
PRIVATE = {"id": 7, "type": "private", "first_name": "Ada"}
ADA = {"id": 7, "is_bot": False, "first_name": "Ada"}


def message(text: str = "", *, chat: dict[str, Any] = PRIVATE, marked: bool = True, **facts: Any) -> Message:
    """What somebody writes, with the marks of a server unless told otherwise."""
    told: dict[str, Any] = {"message_id": 5, "date": 1_777_000_000, "chat": chat, "from": ADA}
    if text:
        told |= {"text": text, "entities": entities_of(text) if marked else []}
    if "caption" in facts:
        told |= {"caption_entities": entities_of(facts["caption"]) if marked else []}
    update = Update.de_json({"update_id": 1, "message": told | facts}, None)
    assert update is not None
    assert update.message is not None
    return update.message
