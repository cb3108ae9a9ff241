"""The components of a message (Components V2): size, text length and JSON of each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from typing import TypeAlias

from adapters.discord.markup import legible
from bot.domain.text import shorten

#: a JSON body for Discord; the tests check it against Discord's API description
Json: TypeAlias = dict[str, object]

#: components per message, buttons per row, choices per menu
MOST_COMPONENTS, IN_A_ROW, MOST_CHOICES = 40, 5, 25
#: total characters of all texts
MOST_LETTERS = 4000
#: total bytes of all texts plus 12 each; Discord answers with a server error above 10,170 (discord-api-docs#8554)
MOST_BYTES, _BYTES_EACH = 10_000, 12
_LONGEST_LABEL, _LONGEST_CHOICE = 80, 100
#: characters of a picture's description, of a link button's URL, and of a picture's URL
_LONGEST_DESCRIPTION, LONGEST_LINK, LONGEST_PICTURE = 256, 512, 2048


class ButtonStyle(IntEnum):
    """Button colours."""

    BLUE = 1
    GREY = 2
    GREEN = 3
    RED = 4


@dataclass(frozen=True, slots=True)
class TextDisplay:
    """A text in Markdown."""

    content: str

    @property
    def json(self) -> Json:
        """The JSON for Discord."""
        return {"type": 10, "content": self.content}


@dataclass(frozen=True, slots=True)
class Separator:
    """A thin line."""

    @property
    def json(self) -> Json:
        """The JSON for Discord."""
        return {"type": 14}


@dataclass(frozen=True, slots=True)
class Button:
    """A button with its label and custom id."""

    label: str
    id: str
    style: ButtonStyle = ButtonStyle.GREY

    @property
    def json(self) -> Json:
        """The JSON for Discord."""
        label = shorten(legible(self.label), _LONGEST_LABEL) or "…"
        return {"type": 2, "style": int(self.style), "label": label, "custom_id": self.id}


@dataclass(frozen=True, slots=True)
class LinkButton:
    """A button that opens a URL."""

    label: str
    url: str

    @property
    def id(self) -> str:
        """What distinguishes it from other buttons."""
        return self.url

    @property
    def json(self) -> Json:
        """The JSON for Discord."""
        return {"type": 2, "style": 5, "label": shorten(legible(self.label), _LONGEST_LABEL) or "…", "url": self.url}


@dataclass(frozen=True, slots=True)
class Thumbnail:
    """A small picture beside a text, with its description for people who do not see it."""

    url: str
    description: str

    @property
    def json(self) -> Json:
        """The JSON for Discord."""
        described = shorten(legible(self.description), _LONGEST_DESCRIPTION)
        return {"type": 11, "media": {"url": self.url}} | ({"description": described} if described else {})


@dataclass(frozen=True, slots=True)
class SelectOption:
    """An option of a select menu."""

    label: str
    value: str
    description: str = ""

    @property
    def json(self) -> Json:
        """The JSON for Discord."""
        body: Json = {"label": shorten(legible(self.label), _LONGEST_CHOICE) or "…", "value": self.value}
        description = shorten(legible(self.description), _LONGEST_CHOICE)
        return body | ({"description": description} if description else {})


@dataclass(frozen=True, slots=True)
class SelectMenu:
    """A select menu with its custom id."""

    id: str
    placeholder: str
    choices: tuple[SelectOption, ...]

    @property
    def json(self) -> Json:
        """The JSON for Discord."""
        options = [choice.json for choice in self.choices[:MOST_CHOICES]]
        return {"type": 3, "custom_id": self.id, "placeholder": self.placeholder, "options": options}


@dataclass(frozen=True, slots=True)
class ActionRow:
    """Up to five buttons, or one menu."""

    parts: tuple[Button | LinkButton | SelectMenu, ...]

    @property
    def json(self) -> Json:
        """The JSON for Discord."""
        return {"type": 1, "components": [part.json for part in self.parts]}


@dataclass(frozen=True, slots=True)
class TextBeside:
    """A text with a button or a picture on its right."""

    text: TextDisplay
    accessory: Button | Thumbnail

    @property
    def json(self) -> Json:
        """The JSON for Discord."""
        return {"type": 9, "components": [self.text.json], "accessory": self.accessory.json}


Part: TypeAlias = TextDisplay | Separator | TextBeside | ActionRow


@dataclass(frozen=True, slots=True)
class Container:
    """A container with a coloured edge that holds a message, except for the text above it."""

    parts: tuple[Part, ...]
    colour: int
    #: identifies this message when the channel is read back; 0 for none
    mark: int = 0
    #: text before the container: phones do not show what is in a container in a notification
    above: str = ""

    @property
    def message(self) -> list[Json]:
        """The components of the whole message."""
        return [*([TextDisplay(self.above).json] if self.above else []), self.json]

    @property
    def json(self) -> Json:
        """The JSON for Discord."""
        body: Json = {"type": 17, "accent_color": self.colour, "components": [part.json for part in self.parts]}
        return body | ({"id": self.mark} if self.mark else {})

    @property
    def size(self) -> int:
        """Number of components of the message, including the container."""
        return 1 + bool(self.above) + sum(_size(part) for part in self.parts)

    @property
    def fits(self) -> bool:
        """Whether the message is within Discord's limits."""
        texts = [*filter(None, (self.above,)), *(text for part in self.parts for text in _texts(part))]
        weight = sum(len(text.encode()) + _BYTES_EACH for text in texts)
        return self.size <= MOST_COMPONENTS and sum(map(len, texts)) <= MOST_LETTERS and weight <= MOST_BYTES


def rows(buttons: Iterable[Button | LinkButton]) -> tuple[ActionRow, ...]:
    """Return the buttons in rows, in order; of buttons with the same id only the first."""
    different = list({button.id: button for button in buttons}.values())
    return tuple(ActionRow(tuple(different[start : start + IN_A_ROW])) for start in range(0, len(different), IN_A_ROW))


def _size(part: Part) -> int:
    match part:
        case ActionRow(parts=parts):
            return 1 + len(parts)
        case TextBeside():
            return 3
        case _:
            return 1


def _texts(part: Part) -> tuple[str, ...]:
    match part:
        case TextDisplay(content=content):
            return (content,)
        case TextBeside(text=text):
            return (text.content,)
        case _:
            return ()
