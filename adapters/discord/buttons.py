"""Pure: what a button remembers. It survives restarts, as there is nothing else that it needs."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

#: characters of an id
_LONGEST = 100
#: goes up when ids mean something else
_VERSION = "1"


class Act(StrEnum):
    """What happens when it is pressed."""

    #: the command is answered
    DO = "d"
    #: the command is answered for everybody to see
    SHARE = "s"
    #: what is chosen from the menu is the command
    CHOOSE = "c"
    #: another part of the answer takes the place of this one
    TURN = "t"
    #: a form is shown, or what was filled in is taken
    FORM = "f"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pressed:
    """Everything that an id says."""

    act: Act = Act.DO
    #: the command with its argument, without slash
    command: str = ""
    #: the place that it is about, where that is another one than where it stands
    place: str = ""
    #: of an answer in several parts, from 0
    part: int = 0

    @property
    def id(self) -> str:
        """As Discord keeps it; may be too long for that."""
        return "|".join((_VERSION, self.act, self.place, str(self.part) if self.part else "", self.command))

    @property
    def fits(self) -> bool:
        """Whether a button can carry it."""
        return len(self.id) <= _LONGEST


def pressed(id: str) -> Pressed | None:
    """What an id says; None where it is none of ours, or one of another version."""
    version, *rest = id.split("|", 4)
    if version != _VERSION or len(rest) != 4 or rest[0] not in list(Act):
        return None
    act, place, part, command = rest
    return Pressed(act=Act(act), place=place, part=int(part) if part.isdecimal() else 0, command=command)
