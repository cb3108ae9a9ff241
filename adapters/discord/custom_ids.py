"""The custom ids of buttons and menus (callback data): the command itself, so that buttons keep working after
restarts. Pure.
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
    DO = "d"
    #: run the command, and show the answer to everybody
    SHARE = "s"
    #: run the command that was chosen in the menu
    CHOOSE = "c"
    #: show another part of the answer in place of this one
    TURN = "t"
    #: show a form, or accept a submitted one
    FORM = "f"


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomId:
    """The content of a custom id."""

    act: ButtonAction = ButtonAction.DO
    #: the command with its argument, without the slash
    command: str = ""
    #: id of the channel that it is about, if not the one it is shown in
    place: str = ""
    #: index of the part of an answer in several parts, from 0
    part: int = 0

    @property
    def id(self) -> str:
        """The custom id; it may be too long, see `fits`."""
        return "|".join((_VERSION, self.act, self.place, str(self.part) if self.part else "", self.command))

    @property
    def fits(self) -> bool:
        """Whether the custom id is short enough for a button."""
        return len(self.id) <= _LONGEST


def parse_custom_id(id: str) -> CustomId | None:
    """Parse a custom id; None if it is not this bot's, or of another version."""
    version, *rest = id.split("|", 4)
    if version != _VERSION or len(rest) != 4 or rest[0] not in list(ButtonAction):
        return None
    act, place, part, command = rest
    return CustomId(act=ButtonAction(act), place=place, part=int(part) if part.isdecimal() else 0, command=command)
