"""The permissions that the bot needs in a channel, their names in Discord's client, and the invitation link."""

from __future__ import annotations

from enum import IntFlag

from bot.domain.i18n import Message, tr

#: channel types: text, announcement, threads (three kinds), forum
TEXT, ANNOUNCEMENT, THREADS, FORUM = 0, 5, frozenset({10, 11, 12}), 15
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


_NAMES = {
    Permission.MANAGE_SERVER: tr("Manage Server"),
    Permission.VIEW_CHANNELS: tr("View Channels"),
    Permission.SEND_MESSAGES: tr("Send Messages"),
    Permission.EMBED_LINKS: tr("Embed Links"),
    Permission.READ_MESSAGE_HISTORY: tr("Read Message History"),
    Permission.SEND_MESSAGES_IN_THREADS: tr("Send Messages in Threads"),
}

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


def missing(channel_type: int, granted: int) -> Permission:
    """Return the missing permissions without which nothing can be posted."""
    return needed(channel_type) & ~Permission(granted & int(INVITED))


def advised(channel_type: int, granted: int) -> Permission:
    """Return the missing permissions that are optional.

    Without Embed Links there is no form between components and plain text. Without Read Message History a digest
    whose response was lost cannot be looked up. In a forum, a day's second digest is a message in a thread.
    """
    advice = Permission.EMBED_LINKS | Permission.READ_MESSAGE_HISTORY
    if channel_type in FORUMS:
        advice |= Permission.SEND_MESSAGES_IN_THREADS
    return advice & ~Permission(granted & int(INVITED))


def names(permissions: Permission) -> tuple[Message, ...]:
    """Return the names of permissions as Discord's client shows them."""
    return tuple(_NAMES[each] for each in permissions)


def invitation(application_id: str) -> str:
    """Return the link with which an administrator adds the bot to a server with exactly these permissions."""
    scopes = "bot%20applications.commands"
    return f"https://discord.com/oauth2/authorize?client_id={application_id}&permissions={int(INVITED)}&scope={scopes}"
