"""The permissions that the bot needs in a channel, under Discord's names, and the invitation link. Pure."""

from __future__ import annotations

from enum import IntFlag

#: channel types: announcement, threads (three kinds), forum
ANNOUNCEMENT, THREADS, FORUM = 5, frozenset({10, 11, 12}), 15
#: forums and media channels
FORUMS = frozenset({FORUM, 16})


class Permission(IntFlag):
    """Permission bits as Discord numbers them."""

    MANAGE_SERVER = 1 << 5
    VIEW_CHANNELS = 1 << 10
    SEND_MESSAGES = 1 << 11
    EMBED_LINKS = 1 << 14
    READ_MESSAGE_HISTORY = 1 << 16
    SEND_MESSAGES_IN_THREADS = 1 << 38


#: the permissions that the invitation asks for: to post in channels, threads and forums, and to read messages back
INVITED = (
    Permission.VIEW_CHANNELS
    | Permission.SEND_MESSAGES
    | Permission.EMBED_LINKS
    | Permission.READ_MESSAGE_HISTORY
    | Permission.SEND_MESSAGES_IN_THREADS
)


def needed(channel_type: int) -> Permission:
    """Return the permissions needed to post in a channel type. A forum post counts as a message in a channel."""
    sending = Permission.SEND_MESSAGES_IN_THREADS if channel_type in THREADS else Permission.SEND_MESSAGES
    return Permission.VIEW_CHANNELS | sending


def missing(channel_type: int, granted: int) -> tuple[str, ...]:
    """Return the names of missing permissions as Discord shows them, such as "Send Messages in Threads"."""
    return _names(needed(channel_type), granted)


def advised(channel_type: int, granted: int) -> tuple[str, ...]:
    """Return the names of missing permissions that are optional.

    Without Embed Links there is no form between components and plain text. Without Read Message History a digest
    whose response was lost cannot be looked up. In a forum, a day's second digest is a message in a thread.
    """
    advice = Permission.EMBED_LINKS | Permission.READ_MESSAGE_HISTORY
    return _names(advice | (Permission.SEND_MESSAGES_IN_THREADS if channel_type in FORUMS else advice), granted)


def _names(wanted: Permission, granted: int) -> tuple[str, ...]:
    lacking = wanted & ~Permission(granted & int(INVITED))
    return tuple((each.name or "").replace("_", " ").title().replace(" In ", " in ") for each in lacking)


def invitation(application_id: str) -> str:
    """Return the link with which an administrator adds the bot to a server with exactly these permissions."""
    scopes = "bot%20applications.commands"
    return f"https://discord.com/oauth2/authorize?client_id={application_id}&permissions={int(INVITED)}&scope={scopes}"
