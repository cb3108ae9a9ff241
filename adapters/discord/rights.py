"""Pure: who may change what a place gets, and what stands in the way of posting there."""

from __future__ import annotations

from adapters.discord.asked import Asked, Kind
from adapters.discord.permissions import Permission
from adapters.discord.registration import gated
from bot.models import Command

#: who has the right, in words for a refusal
MANAGERS = "somebody who has the permission Manage Server"


def may_manage(asked: Asked, command: Command | None, place: str) -> bool:
    """Whether the person may change what a place gets; `place` is empty for the channel where they are.

    Discord has checked its own command permissions, which an administrator may have given to any role, only where a
    command that is registered with `default_member_permissions` was typed, by way of the server's installation. They
    say nothing of other channels, of buttons and forms, and of actions of a command that everybody may use.
    """
    if not asked.at_home:
        return False
    if asked.permissions & Permission.MANAGE_SERVER:
        return True
    return asked.kind is Kind.COMMAND and not place and command is not None and gated(command)


def may_see(asked: Asked, place: str) -> bool:
    """Whether the person may be told about another channel; one that Discord says they cannot view they may not."""
    named = asked.data.resolved.channels.get(place)
    if named is None or named.permissions is None:
        return True
    return bool(int(named.permissions) & Permission.VIEW_CHANNELS)
