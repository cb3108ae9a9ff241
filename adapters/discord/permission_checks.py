"""Permission checks of people: who may manage the subscriptions of a channel, and who may view it."""

from __future__ import annotations

from adapters.discord.interactions import IncomingInteraction, InteractionType
from adapters.discord.permissions import Permission
from adapters.discord.slash_commands import gated
from bot.domain.requests import Command


def may_manage(incoming: IncomingInteraction, command: Command | None, channel: str) -> bool:
    """Whether the person may manage the channel's subscriptions; `channel` is empty for the current channel.

    Discord checks its command permissions, which administrators may grant to any role, only for typed commands that
    are registered with `default_member_permissions` and used through the server's installation. They do not cover
    other channels, buttons, forms, or actions of a command that everybody may use.
    """
    if not incoming.server_installed:
        return False
    if incoming.permissions & Permission.MANAGE_SERVER:
        return True
    return incoming.kind is InteractionType.COMMAND and not channel and command is not None and gated(command)


def may_see(incoming: IncomingInteraction, channel: str) -> bool:
    """Whether the person may learn about another channel; not if Discord says that they cannot view it."""
    named = incoming.data.resolved.channels.get(channel)
    if named is None or named.permissions is None:
        return True
    return bool(int(named.permissions) & Permission.VIEW_CHANNELS)
