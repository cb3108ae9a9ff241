"""Pure: the body of a message, in the forms that Discord may take, the best first."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from dataclasses import replace

from adapters.discord import fallback
from adapters.discord.layout import Box, Json
from adapters.discord.render import RenderContext, box
from adapters.discord.schema import Message
from bot.domain.pages import Page

V2, EPHEMERAL, SILENT = 1 << 15, 1 << 6, 1 << 12
_ROLE = re.compile(r"<@&(\d{1,20})>|(\d{1,20})")


def mark(nonce: str) -> int:
    """A number that a message carries where nobody sees it, and that is given back when it is read: 31 bits, not 0."""
    return (zlib.crc32(nonce.encode()) & 0x3FFFFFFF) | 0x40000000


def marked(message: Message, number: int) -> bool:
    """Whether a message carries it."""
    footers = (embed.footer.text for embed in message.embeds if embed.footer)
    return any(part.id == number for part in message.components) or any(text.endswith(f"#{number}") for text in footers)


def role_id(role: str) -> str:
    """The id of a role that a subscription mentions; empty where it names none of Discord's."""
    found = _ROLE.fullmatch(role.strip())
    return (found[1] or found[2]) if found else ""


def forms(page: Page, setting: RenderContext, *, flags: int = 0, rendered: Box | None = None) -> Iterator[Json]:
    """As components; as an embed for who takes none; as plain text."""
    yield components(page, setting, flags=flags, rendered=rendered)
    mention = f"<@&{setting.role}>\n" if setting.role else ""
    plainly: Json = {"allowed_mentions": mentions(setting.role), "flags": flags}
    yield plainly | {"embeds": [fallback.embed(page, setting.mark)]} | ({"content": mention} if mention else {})
    yield plainly | {"content": f"{mention}{fallback.content(page)}"}


def components(page: Page, setting: RenderContext, *, flags: int = 0, rendered: Box | None = None) -> Json:
    """The first of these forms. `rendered` is the same page without any setting, where it is at hand."""
    same = rendered if setting == RenderContext(mark=setting.mark) else None
    shown = replace(same, mark=setting.mark) if same else box(page, setting)
    return {
        "components": [shown.json],
        "flags": flags | V2,
        "allowed_mentions": mentions(setting.role),
    }


def mentions(role: str) -> Json:
    """Nobody is notified, except the role that was chosen."""
    return {"parse": [], "roles": [role]} if role else {"parse": []}
