"""People, as they sit before the client: they type commands, press buttons, choose, and fill in forms."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from fnmatch import fnmatch

from adapters.discord.custom_ids import ButtonAction, CustomId, parse_custom_id
from tests.adapters.discord.bodies import BUTTON, CHANNEL_SELECT, EPHEMERAL, SELECT, components, texts
from tests.adapters.discord.interactions import FORM, Interaction
from tests.adapters.discord.server import LocalDiscord
from tests.adapters.discord.world import APPLICATION, Channel, Json, Kind, May, Message, user

_WITHIN = 10.0


@dataclass(frozen=True, slots=True)
class Seen:
    """What a person sees for something that they did."""

    interaction: Interaction
    #: the message as it was then; it may say something else by now
    body: Json

    @property
    def message(self) -> Message:
        """The message."""
        return self.interaction.messages[-1]

    @property
    def text(self) -> str:
        """All of it, as it reads: marks and addresses are not seen."""
        return read(self.body)

    @property
    def alone(self) -> bool:
        """Whether nobody else sees it."""
        return bool((self.body.get("flags") or 0) & EPHEMERAL)

    @property
    def title(self) -> str:
        """The first line."""
        return self.text.partition("\n")[0]

    @property
    def buttons(self) -> list[str]:
        """The labels of its buttons."""
        return labels_of(self.body)

    def has(self, what: str | ButtonAction) -> bool:
        """Whether it has a button that `Person.press` would find."""
        return bool(_buttons(self.body, what))

    @property
    def choices(self) -> list[str]:
        """The lines of its menu."""
        return choices_of(self.body)


def _buttons(body: Json, what: str | ButtonAction) -> list[Json]:
    every = [each for each in components(body.get("components") or []) if each["type"] == BUTTON]
    return [each for each in every if (id := parse_custom_id(each.get("custom_id", ""))) and _does(id, what)]


def _does(id: CustomId, what: str | ButtonAction) -> bool:
    if isinstance(what, ButtonAction):
        return id.act is what
    return id.act in (ButtonAction.RUN, ButtonAction.MODAL) and fnmatch(id.command, what)


def choices_of(body: Json) -> list[str]:
    """The lines of the menu of a message."""
    every = components(body.get("components") or [])
    return [option["label"] for each in every if each["type"] == SELECT for option in each["options"]]


def labels_of(body: Json) -> list[str]:
    """The labels of the buttons of a message."""
    return [each["label"] for each in components(body.get("components") or []) if each["type"] == BUTTON]


def standing_in(field: Json) -> str:
    """What stands in a field of a form before anybody changes it."""
    chosen = [option["value"] for option in field.get("options", []) if option.get("default")]
    return str(chosen[0] if chosen else field.get("value", ""))


def _resolved(channels: tuple[Channel, ...]) -> Json:
    return {
        each.id: {"id": each.id, "name": each.name, "type": int(each.kind), "app_permissions": str(int(each.may))}
        for each in channels
    }


def read(body: Json) -> str:
    """What stands in a message, without marks and addresses; mentions of commands as the client shows them."""
    bare = re.sub(r"<(/[^:>]+):\d+>", r"\1", "\n".join(texts(body)))
    bare = re.sub(r"(?<!\\)\]\([^)]*\)|(?m:^(?:-# |#+ |> ))|(?<!\\)(?:\*\*|\[)", "", bare)
    return re.sub(r"\\(.)", r"\1", bare)


class Person:
    """Somebody in a channel."""

    def __init__(
        self,
        local: LocalDiscord,
        channel: Channel,
        *,
        manages: bool = False,
        id: str = "222222222222222222",
        visiting: bool = False,
        locale: str = "en-US",
    ) -> None:
        """`visiting`: the bot is no member of the server, the person has brought it along; `locale` of the client."""
        self._locale = locale
        self.local = local
        self.channel = channel
        self.id = id
        self._may = May.VIEW | May.SEND | (May.MANAGE_GUILD if manages else May(0))
        self._visiting = visiting

    async def type(
        self, command: str, /, channels: tuple[Channel, ...] = (), views: May | None = None, **fields: str | int
    ) -> Seen:
        """A command with its fields; `channels` are those that a field names, `views` what the person may do there."""
        data = self._command(command, fields, channels)
        if views is not None:
            for named in data["resolved"]["channels"].values():
                named["permissions"] = str(int(views))
        return await self._seen(2, data)

    async def fill(self, command: str, fields: dict[str, str | int], *channels: Channel) -> Seen:
        """A command with its fields by name."""
        return await self._seen(2, self._command(command, fields, channels))

    async def completed(self, command: str, field: str, typed: str) -> list[str]:
        """What is suggested while somebody types into a field."""
        data = self._command(command, {field: typed}, ())
        data["options"][0]["focused"] = True
        seen = await self._seen(4, data)
        return [choice["name"] for choice in seen.interaction.data["choices"]]

    async def press(self, on: Seen | Message, what: str | ButtonAction) -> Seen:
        """The first button that runs a command such as "vote * up", or does something else."""
        message = on if isinstance(on, Message) else on.message
        button, *_ = _buttons(message.body, what)
        return await self._seen(3, {"custom_id": button["custom_id"], "component_type": 2}, message)

    async def choose(self, on: Seen | Message, label: str) -> Seen:
        """A line of a menu that begins like this, or the button with its number."""
        message = on if isinstance(on, Message) else on.message
        shown = list(components(message.body["components"]))
        if number := next((each for each in shown if each.get("label") == label.rstrip(".")), None):
            return await self._seen(3, {"custom_id": number["custom_id"], "component_type": 2}, message)
        menu = next(each for each in shown if each["type"] == SELECT)
        option = next(each for each in menu["options"] if fnmatch(each["label"], f"{label}*"))
        data = {"custom_id": menu["custom_id"], "component_type": 3, "values": [option["value"]]}
        return await self._seen(3, data, message)

    async def submit(self, form: Seen, channels: tuple[Channel, ...] = (), **fields: str) -> Seen:
        """A form that was shown, with what stands in it and what is changed; `channels` are those that are chosen."""
        assert form.interaction.answered == FORM
        shown = form.interaction.data
        filled = []
        for label in shown["components"]:
            field = label["component"]
            value = fields.pop(field["custom_id"], standing_in(field))
            chooses = field["type"] in (SELECT, CHANNEL_SELECT)
            said: Json = {"values": [value] if value else []} if chooses else {"value": value}
            inner = {"type": field["type"], "id": 1, "custom_id": field["custom_id"], **said}
            filled.append({"type": 18, "id": 2, "component": inner})
        assert not fields
        data: Json = {"custom_id": shown["custom_id"], "components": filled}
        if channels:
            data["resolved"] = {"channels": _resolved(channels)}
        return await self._seen(5, data, form.interaction.on)

    async def done(self, interaction: Interaction) -> Seen:
        """What is seen when the answer has come."""
        async with asyncio.timeout(_WITHIN):
            await interaction.done.wait()
        return Seen(interaction, interaction.messages[-1].body if interaction.messages else {})

    async def begin(self, kind: int, data: Json, on: Message | None = None, changed: Json | None = None) -> Interaction:
        """Do something, and wait for nothing; `changed` takes the place of parts of what Discord tells of it."""
        interaction = self.unheard(on)
        await self.tell(interaction, kind, data, changed)
        return interaction

    def unheard(self, on: Message | None = None) -> Interaction:
        """Do something that nobody of ours is told of."""
        return self.local.interactions.begin(self.id, self.channel.id, asyncio.get_running_loop().time(), on)

    async def tell(self, interaction: Interaction, kind: int, data: Json, changed: Json | None = None) -> None:
        """Let the gateway tell of something that was done, perhaps once more."""
        told = self._told(interaction, kind, data) | (changed or {})
        await self.local.gateway.tell("INTERACTION_CREATE", told, self.channel.guild)

    async def _seen(self, kind: int, data: Json, on: Message | None = None) -> Seen:
        return await self.done(await self.begin(kind, data, on))

    def command(self, name: str, **fields: str | int) -> Json:
        """A command, as `begin` takes it."""
        return self._command(name, fields, ())

    def _command(self, name: str, fields: dict[str, str | int], channels: tuple[Channel, ...]) -> Json:
        registered = next((each for each in self.local.world.commands if each["name"] == name), None)
        assert registered is not None, f"/{name} is not registered"
        types = {option["name"]: option["type"] for option in registered.get("options", [])}
        options = [{"name": field, "type": types[field], "value": value} for field, value in fields.items()]
        resolved = _resolved(channels)
        data: Json = {"id": registered["id"], "name": name, "type": 1, "options": options}
        return data | ({"resolved": {"channels": resolved}} if resolved else {})

    def _told(self, interaction: Interaction, kind: int, data: Json) -> Json:
        channel = self.channel
        told: Json = {
            "id": interaction.id,
            "application_id": APPLICATION,
            "type": kind,
            "token": interaction.token,
            "version": 1,
            "data": data,
            "channel_id": channel.id,
            "channel": channel.shown,
            "app_permissions": str(int(channel.may)),
            "locale": self._locale,
            "entitlements": [],
            "attachment_size_limit": 1,
            "authorizing_integration_owners": {"1": self.id} if self._visiting else {"0": channel.guild or "0"},
            "context": 0 if channel.guild else 1 if channel.kind is Kind.DM else 2,
        }
        if interaction.on is not None:
            told["message"] = interaction.on.shown
        if not channel.guild:
            return told | {"user": user(self.id)}
        member = {"user": user(self.id), "roles": [], "joined_at": "2026-01-01T00:00:00+00:00", "flags": 0}
        member |= {"deaf": False, "mute": False, "permissions": str(int(self._may))}
        locale = self.local.world.guilds[channel.guild].locale
        guild = {"id": channel.guild, "features": [], "locale": locale}
        return told | {"member": member, "guild_id": channel.guild, "guild": guild, "guild_locale": locale}
