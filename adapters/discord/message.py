"""The JSON body of a message, in the forms that Discord may accept: components, embed, plain text."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from dataclasses import replace

from adapters.discord import fallback
from adapters.discord.components import Container, Json
from adapters.discord.render import RenderContext, box, mention
from adapters.discord.schema import PostedMessage
from bot.domain.pages import Page, without_thumbnails

V2, SILENT = 1 << 15, 1 << 12
#: embeds have no ids, so the mark is the last word of the footer
_FOOTER_MARK = re.compile(r"#([0-9]{1,10})\Z")
_ROLE = re.compile(r"<@&(\d{1,20})>|(\d{1,20})")


def mark(nonce: str) -> int:
    """Derive a component id (31 bits, not 0) from a nonce: invisible to readers, and returned when the message is
    read back.
    """
    return (zlib.crc32(nonce.encode()) & 0x3FFFFFFF) | 0x40000000


def marked(message: PostedMessage, number: int) -> bool:
    """Return whether a message carries the mark: as a component's id, or in an embed's footer (`fallback.embed`)."""
    footers = (_FOOTER_MARK.search(embed.footer.text) for embed in message.embeds if embed.footer)
    ids = [part.id for part in message.components]
    return number in ids or any(found is not None and int(found[1]) == number for found in footers)


def role_id(role: str) -> str:
    """Return the id of the role that a subscription mentions; empty if it is not a Discord role."""
    found = _ROLE.fullmatch(role.strip())
    return (found[1] or found[2]) if found else ""


def forms(page: Page, context: RenderContext, *, flags: int = 0, rendered: Container | None = None) -> Iterator[Json]:
    """Yield the bodies in order of preference: components, without pictures, embed, plain text."""
    yield components(page, context, flags=flags, rendered=rendered)
    if (bare := without_thumbnails(page)) is not page:
        yield components(bare, context, flags=flags)
    above = mention(page, context)
    plainly: Json = {"allowed_mentions": mentions(context.role), "flags": flags}
    yield plainly | {"embeds": [fallback.embed(page, context)]} | ({"content": above} if above else {})
    yield plainly | {"content": "\n".join(filter(None, (above, fallback.content(page, context, above))))}


def components(page: Page, context: RenderContext, *, flags: int = 0, rendered: Container | None = None) -> Json:
    """Return the body with components.

    `rendered` is the same page rendered without options, but for the ids of commands, if available.
    """
    same = rendered if context == RenderContext(mark=context.mark, commands=context.commands) else None
    shown = replace(same, mark=context.mark) if same else box(page, context)
    return {
        "components": shown.message,
        "flags": flags | V2,
        "allowed_mentions": mentions(context.role),
    }


def mentions(role: str) -> Json:
    """Return `allowed_mentions`: nobody but the chosen role is notified."""
    return {"parse": [], "roles": [role]} if role else {"parse": []}
