"""Resolve references to a paper of the last list or to a subscription: number, ordinal, words of the title."""

from __future__ import annotations

import re

from bot.commands.intents.model import Context
from bot.domain.identifiers import paper_id

ORDINALS = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8,
    "ninth": 9, "tenth": 10,
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "top": 1, "last": -1, "bottom": -1, "final": -1,
}  # fmt: skip
_THING = r"(?:one|paper|result|item|entry|hit|article|subscription|digest|preprint|work)"
_NUMBER = r"(?:#|no\.? ?|nr\.? ?|num(?:ber)? ?)?(?P<number>\d{1,2})(?:st|nd|rd|th)?\b\.?"
#: "the second one", "number 3", "#2", "paper 4", "the last paper"
REFERENCE = (
    rf"(?:the |that |this |my )?(?:{_THING} )?(?:{_NUMBER}"
    rf"|(?:number |no\.? |nr\.? )?(?P<ordinal>{'|'.join(ORDINALS)})\b)"
    rf"(?: {_THING}\b)?(?: (?:on|of|in|from) (?:the|that|this|your) list)?"
)
#: the paper that was shown alone
_IT = re.compile(r"^(?:it|this|that|this one|that one|this paper|that paper|the paper|this article|the article)$")
_REFERENCE = re.compile(rf"^{REFERENCE}$")
#: fewest characters and most words of a short title
_SHORTEST_NAME, _LONGEST_NAME = 3, 4
_WORD = re.compile(r"\w+")
#: "the try-on one", "the one about time series"
_DESCRIBED = re.compile(
    r"the (.+) (?:one|paper|article)|the (?:one|paper|article) (?:about|on|with|from|for|called) (.+)"
)
_NAME = re.compile(r"[a-z][A-Z]|[A-Z]{2}.*[a-z]|[A-Za-z].*\d")


def number_of(words: str, length: int) -> int | None:
    """Return the position (from 1) that a reference names; it may exceed `length`. Return None if it names none."""
    found = _REFERENCE.match(words.strip(" .!?,"))
    if found is None:
        return None
    if found["number"]:
        return int(found["number"])
    place = ORDINALS[found["ordinal"]]
    return place if place > 0 else max(length, 1)


def paper_of(words: str, context: Context) -> str | None:
    """Return the referenced paper as an argument of /paper (number or id), or None."""
    said = words.strip(" .!?,'\"")
    if found := paper_id(said):
        return found
    if (number := number_of(said, len(context.last.ids))) is not None:
        return str(number) if context.last.ids else None
    if _IT.match(said):
        return context.paper or (context.last.ids[0] if len(context.last.ids) == 1 else None)
    return _by_title(said, context)


def _by_title(words: str, context: Context) -> str | None:
    """Return the id of the only paper of the last list with this short title ("OpenGame")."""
    said = re.sub(r"^(?:the |that )|(?: (?:paper|one|article))$", "", words.casefold()).strip()
    if len(said) < _SHORTEST_NAME:
        return None
    found = [key for key, title in context.last.titles.items() if said in _names(title)]
    if not found and (described := _DESCRIBED.fullmatch(words.casefold())):
        described_as = described[1] or described[2]
        wanted = set(_WORD.findall(described_as))
        found = [key for key, title in context.last.titles.items() if wanted <= set(_WORD.findall(title.casefold()))]
    return found[0] if len(found) == 1 else None


def named_in(said: str, context: Context) -> str:
    """Return the short title of a paper of the last list that stands in a line; "" if there is none, or several."""
    names = {name for title in context.last.titles.values() for name in _names(title) if len(name) > _SHORTEST_NAME}
    found = [name for name in names if re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", said)]
    return max(found, key=len) if len({_by_title(name, context) for name in found}) == 1 else ""


def _names(title: str) -> set[str]:
    """Return short titles: the part before a colon, and words with inner capitals or digits."""
    head, colon, _ = title.partition(":")
    found = {head.casefold().strip()} if colon and len(head.split()) <= _LONGEST_NAME else set()
    return found | {word.casefold() for word in re.findall(r"[\w-]+", title) if _NAME.search(word)}


_SUBSCRIPTION = re.compile(
    r"(?:#|\b(?:no\.? ?|number |subscription |digest ))(\d{1,2})\b|\b(?:the )?(first|second|third|fourth|fifth"
    r"|last)(?: one| digest| subscription)?\b"
)


def subscription_of(said: str, context: Context) -> int | None:
    """Return the number of the referenced subscription ("the second one", "agents"); None if none or several match."""
    for found in _SUBSCRIPTION.finditer(said):
        number = int(found[1]) if found[1] else number_of(found[2], len(context.subscriptions))
        if number and number <= len(context.subscriptions):
            return number
    queries = [each.query.casefold() for each in context.subscriptions]
    named = [number for number, query in enumerate(queries, 1) if query and re.search(rf"\b{re.escape(query)}\b", said)]
    return named[0] if len(named) == 1 else None
