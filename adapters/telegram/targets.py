"""Parse chats that people name: @names, ids, and t.me links. Pure."""

from __future__ import annotations

import re

_NAME = re.compile(r"@[A-Za-z]\w{3,31}", re.ASCII)
_ID = re.compile(r"-\d{5,20}(?:/\d{1,12})?", re.ASCII)
_HOST = r"(?:https?://)?(?:www\.)?(?:t|telegram)\.(?:me|dog)/"
#: t.me/c/1234567890, optionally with a topic or message id
_PRIVATE = re.compile(rf"{_HOST}c/(\d{{5,17}})(?:/(\d{{1,12}}))?(?:/\d{{1,12}})?", re.ASCII | re.IGNORECASE)
_PUBLIC = re.compile(rf"{_HOST}(?:s/)?([A-Za-z]\w{{3,31}})(?:/(\d{{1,12}}))?(?:/\d{{1,12}})?", re.ASCII | re.IGNORECASE)
_SUBDOMAIN = re.compile(
    r"(?:https?://)?([A-Za-z]\w{3,31})\.t\.me(?:/(\d{1,12}))?(?:/\d{1,12})?", re.ASCII | re.IGNORECASE
)
_RESOLVE = re.compile(r"tg://resolve\?domain=([A-Za-z]\w{3,31})(?:&.*)?", re.ASCII | re.IGNORECASE)
_WEB = re.compile(
    r"(?:https?://)?web\.telegram\.org/\w{1,10}/#(@[A-Za-z]\w{3,31}|-100\d{5,17})(?:_(\d{1,12}))?",
    re.ASCII | re.IGNORECASE,
)
_INVITATION = re.compile(rf"{_HOST}(?:\+|joinchat/)[\w-]{{4,64}}", re.ASCII | re.IGNORECASE)
#: longer than any valid target
_LONGEST = 200
#: Telegram's own paths, none of which is a channel or group
_RESERVED = frozenset(
    "addstickers addemoji addtheme addlist boost invoice joinchat login proxy share socks giftcode".split()
)
_AROUND = "<>()[]\"'“”«»,;"


def target(word: str) -> str:
    """Return the chat that a word names: "@name", or its id with a topic: "-1001234567890/7".

    An invite link is returned unchanged, as bots cannot look it up. Empty if the word names no chat.
    """
    if len(word) > _LONGEST:
        return ""
    if _NAME.fullmatch(word) or _ID.fullmatch(word):
        return word
    return address(word)


def address(word: str) -> str:
    """Return the chat of a t.me link as `target` does; empty if it is none."""
    if len(word) > _LONGEST:
        return ""
    word = word.strip(_AROUND).partition("?")[0].rstrip("/.:") if not word.startswith("tg:") else word
    if found := _PRIVATE.fullmatch(word):
        return _with_topic(f"-100{found[1]}", found[2])
    for form in (_PUBLIC, _SUBDOMAIN, _RESOLVE):
        if (found := form.fullmatch(word)) and found[1].casefold() not in _RESERVED:
            return _with_topic(f"@{found[1]}", found[2] if form.groups > 1 else None)
    if found := _WEB.fullmatch(word):
        return _with_topic(found[1], found[2])
    return word if _INVITATION.fullmatch(word) else ""


def is_invitation(place: str) -> bool:
    """Whether it is an invite link, which only people can follow."""
    return bool(_INVITATION.fullmatch(place))


def _with_topic(place: str, topic: str | None) -> str:
    return f"{place}/{topic}" if topic else place
