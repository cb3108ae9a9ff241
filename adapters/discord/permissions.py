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


#: everything that the invitation asks for: to post, in channels, threads and forums, and to read back what was posted
INVITED = (
    Permission.VIEW_CHANNELS
    | Permission.SEND_MESSAGES
    | Permission.EMBED_LINKS
    | Permission.READ_MESSAGE_HISTORY
    | Permission.SEND_MESSAGES_IN_THREADS
)


def needed(channel_type: int) -> Permission:
    """Return what is needed to post in a channel of a type. A post in a forum is a message in a channel."""
    sending = Permission.SEND_MESSAGES_IN_THREADS if channel_type in THREADS else Permission.SEND_MESSAGES
    return Permission.VIEW_CHANNELS | sending


def missing(channel_type: int, granted: int) -> tuple[str, ...]:
    """Return the names of what is lacking, as Discord shows them: "Send Messages in Threads"."""
    return _names(needed(channel_type), granted)


def advised(channel_type: int, granted: int) -> tuple[str, ...]:
    """Return the names of what is lacking and not required.

    Without Embed Links a digest has no form between components and plain text, and without Read Message History one
    whose arrival is in doubt cannot be looked for. In a forum the second digest of a day is a message in a thread.
    """
    advice = Permission.EMBED_LINKS | Permission.READ_MESSAGE_HISTORY
    return _names(advice | (Permission.SEND_MESSAGES_IN_THREADS if channel_type in FORUMS else advice), granted)


def _names(wanted: Permission, granted: int) -> tuple[str, ...]:
    lacking = wanted & ~Permission(granted & int(INVITED))
    return tuple((each.name or "").replace("_", " ").title().replace(" In ", " in ") for each in lacking)


def invitation(application_id: str) -> str:
    """Return where an administrator adds the bot to a server, with these permissions and no others."""
    scopes = "bot%20applications.commands"
    return f"https://discord.com/oauth2/authorize?client_id={application_id}&permissions={int(INVITED)}&scope={scopes}"
