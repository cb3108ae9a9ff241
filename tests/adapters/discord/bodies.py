"""The documented limits of a message, and those that only issues tell of."""

from __future__ import annotations

from collections.abc import Iterator

from tests.adapters.discord.world import Json

ACTION_ROW, BUTTON, SELECT, SECTION, TEXT, THUMBNAIL, SEPARATOR, CONTAINER = 1, 2, 3, 9, 10, 11, 14, 17
CHANNEL_SELECT = 8
#: a button that opens a URL
LINK = 5
V2, EPHEMERAL, SILENT = 1 << 15, 1 << 6, 1 << 12


def components(found: list[Json]) -> Iterator[Json]:
    """Every component, however deep."""
    for component in found:
        yield component
        yield from components(component.get("components") or [])
        if "accessory" in component:
            yield component["accessory"]


def texts(body: Json) -> list[str]:
    """Every text of a message, in order."""
    embeds = [embed.get(name, "") for embed in body.get("embeds") or [] for name in ("title", "description")]
    displays = [each["content"] for each in components(body.get("components") or []) if each["type"] == TEXT]
    return [text for text in [body.get("content") or "", *embeds, *displays] if text]


def fault(body: Json) -> str:
    """What Discord would refuse a message for; empty where it would take it."""
    if (body.get("flags") or 0) & V2:
        return _v2(body)
    if len(body.get("content") or "") > 2000:
        return "BASE_TYPE_MAX_LENGTH content"
    embeds = body.get("embeds") or []
    if len(embeds) > 10 or sum(_letters(embed) for embed in embeds) > 6000:
        return "MAX_EMBED_SIZE_EXCEEDED"
    if any(len(embed.get("title", "")) > 256 or len(embed.get("description", "")) > 4096 for embed in embeds):
        return "BASE_TYPE_MAX_LENGTH embed"
    if not (body.get("content") or embeds or body.get("components")):
        return "empty"
    rows = body.get("components") or []
    if any(row["type"] != ACTION_ROW for row in rows) or len(rows) > 5:
        return "UNION_TYPE_CHOICES components"
    return _parts(rows)


def _letters(embed: Json) -> int:
    footer = (embed.get("footer") or {}).get("text", "")
    return len(embed.get("title", "")) + len(embed.get("description", "")) + len(footer)


def _v2(body: Json) -> str:
    if body.get("content") or body.get("embeds"):
        return "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2"
    every = list(components(body.get("components") or []))
    if not 1 <= len(every) <= 40:
        return f"COMPONENT_MAX_TOTAL {len(every)}"
    displays = [each["content"] for each in every if each["type"] == TEXT]
    if any(not text for text in displays):
        return "BASE_TYPE_REQUIRED content"
    if sum(map(len, displays)) > 4000:
        return "COMPONENT_TEXT_DISPLAY_TOTAL"
    return _parts(every)


def heavy(body: Json) -> bool:
    """Whether it is over the size that is answered with an error of the server (discord-api-docs#8554)."""
    displays = [each["content"] for each in components(body.get("components") or []) if each["type"] == TEXT]
    return sum(len(text.encode()) for text in displays) + 12 * len(displays) > 10170


def _parts(every: list[Json]) -> str:
    ids = [each["custom_id"] for each in components(every) if "custom_id" in each]
    if len(set(ids)) != len(ids) and not _nested(every):
        return "COMPONENT_CUSTOM_ID_DUPLICATED"
    for component in components(every):
        if reason := _component(component):
            return reason
    return ""


def _nested(every: list[Json]) -> bool:
    """Whether some stand in the list twice: themselves, and inside another one."""
    seen = list(components(every))
    ids = [each["custom_id"] for each in {id(each): each for each in seen}.values() if "custom_id" in each]
    return len(ids) == len(set(ids))


def _component(component: Json) -> str:
    match component["type"]:
        case 1 if not 1 <= len(component["components"]) <= 5:
            return "BASE_TYPE_BAD_LENGTH row"
        case 2:
            return _button(component)
        case 3:
            return _select(component)
        case 9 if not 1 <= len(component["components"]) <= 3 or "accessory" not in component:
            return "SECTION"
        case 9 if component["accessory"]["type"] not in (BUTTON, THUMBNAIL):
            return "UNION_TYPE_CHOICES accessory"
        case 11:
            return _thumbnail(component)
        case _:
            return ""


def _button(component: Json) -> str:
    link = component["style"] == LINK
    if link is not ("url" in component) or link is ("custom_id" in component):
        return "BUTTON_URL"
    if len(component.get("url", "")) > 512 or len(component.get("custom_id", "")) > 100:
        return "BASE_TYPE_MAX_LENGTH button"
    return "" if 1 <= len(component.get("label", "x")) <= 80 else "BASE_TYPE_BAD_LENGTH label"


def _select(component: Json) -> str:
    options = component["options"]
    long = any(len(o["label"]) > 100 or len(o["value"]) > 100 or len(o.get("description", "")) > 100 for o in options)
    values = {option["value"] for option in options}
    return "BASE_TYPE_MAX_LENGTH select" if not 1 <= len(options) <= 25 or long or len(values) != len(options) else ""


def _thumbnail(component: Json) -> str:
    url = component["media"]["url"]
    if not url.startswith(("https://", "http://")) or len(url) > 2048:
        return "URL_TYPE_INVALID_URL"
    return "" if 1 <= len(component.get("description", "x")) <= 1024 else "BASE_TYPE_BAD_LENGTH description"
