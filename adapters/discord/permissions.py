"""Pure: what the bot must be allowed to do, in Discord's words, and the link that invites it with exactly that."""

from __future__ import annotations

from enum import IntFlag

#: channel types: announcements, threads (three kinds), forums and galleries
ANNOUNCEMENT, THREADS, FORUM = 5, frozenset({10, 11, 12}), 15
#: galleries are forums of pictures
FORUMS = frozenset({FORUM, 16})


class Permission(IntFlag):
    """Bits as Discord numbers them."""

    MANAGE_SERVER = 1 << 5
    VIEW_CHANNELS = 1 << 10
    SEND_MESSAGES = 1 << 11
    EMBED_LINKS = 1 << 14
    READ_MESSAGE_HISTORY = 1 << 16
    SEND_MESSAGES_IN_THREADS = 1 << 38


#: everything that Paperboy ever needs: to post, in channels, threads and forums, and to read back what it posted
NEEDED = (
    Permission.VIEW_CHANNELS
    | Permission.SEND_MESSAGES
    | Permission.EMBED_LINKS
    | Permission.READ_MESSAGE_HISTORY
    | Permission.SEND_MESSAGES_IN_THREADS
)
_HERE = Permission.VIEW_CHANNELS | Permission.EMBED_LINKS | Permission.READ_MESSAGE_HISTORY


def needed(channel_type: int) -> Permission:
    """What is needed to post in a channel of a type. A post in a forum is a message in a channel."""
    if channel_type in FORUMS:
        return _HERE | Permission.SEND_MESSAGES | Permission.SEND_MESSAGES_IN_THREADS
    return _HERE | (Permission.SEND_MESSAGES_IN_THREADS if channel_type in THREADS else Permission.SEND_MESSAGES)


def missing(channel_type: int, granted: int) -> tuple[str, ...]:
    """The names of what is lacking, as Discord shows them: "Send Messages in Threads"."""
    lacking = needed(channel_type) & ~Permission(granted & int(NEEDED))
    return tuple((each.name or "").replace("_", " ").title().replace(" In ", " in ") for each in lacking)


def invitation(application_id: str) -> str:
    """Where an administrator adds the bot to a server, with these permissions and no others."""
    scopes = "bot%20applications.commands"
    return f"https://discord.com/oauth2/authorize?client_id={application_id}&permissions={int(NEEDED)}&scope={scopes}"
