"""The custom ids of buttons and menus (callback data): the command itself, so that buttons keep working after
restarts.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

#: characters of a custom id
_LONGEST = 100
#: incremented when ids change their meaning
_VERSION = "1"


class ButtonAction(StrEnum):
    """What happens when a button is pressed."""

    #: run the command
    RUN = "d"
    #: run the command, and show the answer to everybody
    SHARE = "s"
    #: run the command that was chosen in the menu
    CHOOSE = "c"
    #: show another part of the answer in place of this one
    PAGE = "t"
    #: show a form, or accept a submitted one
    MODAL = "f"


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomId:
    """The content of a custom id."""

    act: ButtonAction = ButtonAction.RUN
    #: the command with its argument, without the slash
    command: str = ""
    #: id of the channel that it is about, if not the one it is shown in
    channel: str = ""
    #: index of the part of an answer in several parts, from 0
    part: int = 0

    @property
    def id(self) -> str:
        """The custom id; it may be too long, see `fits`."""
        return "|".join((_VERSION, self.act, self.channel, str(self.part) if self.part else "", self.command))

    @property
    def fits(self) -> bool:
        """Whether the custom id is short enough for a button."""
        return len(self.id) <= _LONGEST


def parse_custom_id(id: str) -> CustomId | None:
    """Parse a custom id; None if it is not this bot's, or of another version."""
    version, *rest = id.split("|", 4)
    if version != _VERSION or len(rest) != 4 or rest[0] not in list(ButtonAction):
        return None
    act, channel, part, command = rest
    return CustomId(act=ButtonAction(act), channel=channel, part=int(part) if part.isdecimal() else 0, command=command)
