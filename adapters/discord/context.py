"""What a message contains besides its page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from adapters.discord.components import Button
from bot.domain.requests import Tally


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderContext:
    """What a message contains besides its page."""

    #: id of the channel that the buttons are about, if it is another one
    channel: str = ""
    tallies: Mapping[str, Tally] = field(default_factory=dict)
    #: id of a role to mention at the top
    role: str = ""
    mark: int = 0
    #: buttons for other parts of the page, before the page's own, so that they stay in the same position
    paging: tuple[Button, ...] = ()
    #: further buttons behind the page's own
    more: tuple[Button, ...] = ()
    #: ids of the registered commands by name, empty until they are known
    commands: Mapping[str, str] = field(default_factory=dict)


class RegisteredCommands:
    """The ids of the registered commands by name, which are known once the listener has registered them."""

    def __init__(self) -> None:
        self.ids: Mapping[str, str] = {}
