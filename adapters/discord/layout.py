"""Pure: the components of a message (Components V2), each with its measure and its JSON."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from typing import TypeAlias

from adapters.discord.markup import legible
from bot.domain.text import shorten

#: what is written to Discord; its own description of the API is what it is checked against
Json: TypeAlias = dict[str, object]

#: components in a message, buttons in a row, choices in a menu
MOST_COMPONENTS, IN_A_ROW, MOST_CHOICES = 40, 5, 25
#: characters of all texts together
MOST_LETTERS = 4000
#: bytes of all texts and 12 for each, above which the platform fails (discord-api-docs#8554: 10,170)
MOST_BYTES, _BYTES_EACH = 10_000, 12
_LONGEST_LABEL, _LONGEST_CHOICE = 80, 100


class Style(IntEnum):
    """Colours of buttons."""

    BLUE = 1
    GREY = 2
    GREEN = 3
    RED = 4


@dataclass(frozen=True, slots=True)
class Text:
    """Markdown."""

    content: str

    @property
    def json(self) -> Json:
        """As Discord takes it."""
        return {"type": 10, "content": self.content}


@dataclass(frozen=True, slots=True)
class Separator:
    """A thin line."""

    @property
    def json(self) -> Json:
        """As Discord takes it."""
        return {"type": 14}


@dataclass(frozen=True, slots=True)
class Button:
    """Sends its id when it is pressed."""

    label: str
    id: str
    style: Style = Style.GREY

    @property
    def json(self) -> Json:
        """As Discord takes it."""
        label = shorten(legible(self.label), _LONGEST_LABEL) or "…"
        return {"type": 2, "style": int(self.style), "label": label, "custom_id": self.id}


@dataclass(frozen=True, slots=True)
class Choice:
    """A line of a menu."""

    label: str
    value: str
    description: str = ""

    @property
    def json(self) -> Json:
        """As Discord takes it."""
        told: Json = {"label": shorten(legible(self.label), _LONGEST_CHOICE) or "…", "value": self.value}
        description = shorten(legible(self.description), _LONGEST_CHOICE)
        return told | ({"description": description} if description else {})


@dataclass(frozen=True, slots=True)
class Menu:
    """Sends its id and the value that was chosen."""

    id: str
    placeholder: str
    choices: tuple[Choice, ...]

    @property
    def json(self) -> Json:
        """As Discord takes it."""
        options = [choice.json for choice in self.choices[:MOST_CHOICES]]
        return {"type": 3, "custom_id": self.id, "placeholder": self.placeholder, "options": options}


@dataclass(frozen=True, slots=True)
class Row:
    """Up to five buttons, or one menu."""

    parts: tuple[Button | Menu, ...]

    @property
    def json(self) -> Json:
        """As Discord takes it."""
        return {"type": 1, "components": [part.json for part in self.parts]}


@dataclass(frozen=True, slots=True)
class Beside:
    """A text with a button at its right."""

    text: Text
    button: Button

    @property
    def json(self) -> Json:
        """As Discord takes it."""
        return {"type": 9, "components": [self.text.json], "accessory": self.button.json}


Part: TypeAlias = Text | Separator | Beside | Row


@dataclass(frozen=True, slots=True)
class Box:
    """Everything in one frame with a coloured edge."""

    parts: tuple[Part, ...]
    colour: int
    #: tells this message from others when it is read back; 0 for none
    mark: int = 0

    @property
    def json(self) -> Json:
        """As Discord takes it."""
        told: Json = {"type": 17, "accent_color": self.colour, "components": [part.json for part in self.parts]}
        return told | ({"id": self.mark} if self.mark else {})

    @property
    def size(self) -> int:
        """How many components it is, itself included."""
        return 1 + sum(_size(part) for part in self.parts)

    @property
    def fits(self) -> bool:
        """Whether Discord takes it."""
        texts = [text for part in self.parts for text in _texts(part)]
        weight = sum(len(text.encode()) + _BYTES_EACH for text in texts)
        return self.size <= MOST_COMPONENTS and sum(map(len, texts)) <= MOST_LETTERS and weight <= MOST_BYTES


def rows(buttons: Iterable[Button]) -> tuple[Row, ...]:
    """The buttons in rows, in their order; of those that would do the same only the first."""
    different = list({button.id: button for button in buttons}.values())
    return tuple(Row(tuple(different[start : start + IN_A_ROW])) for start in range(0, len(different), IN_A_ROW))


def _size(part: Part) -> int:
    match part:
        case Row(parts=parts):
            return 1 + len(parts)
        case Beside():
            return 3
        case _:
            return 1


def _texts(part: Part) -> tuple[str, ...]:
    match part:
        case Text(content=content):
            return (content,)
        case Beside(text=text):
            return (text.content,)
        case _:
            return ()
