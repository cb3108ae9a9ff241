"""The topic of a search without the words with which one asks for it: "what should I read to understand X"."""

from __future__ import annotations

import re

from bot.commands.intents.utterance import Utterance

_PAPERS = r"(?:papers?|articles?|preprints?|work|works|research|publications?|literature|material|results?)"
_LINK = r"(?:on|about|for|regarding|concerning|around|in|into|to do with|related to|dealing with)"
_SOMETHING = r"(?:something|anything|everything|all|stuff|things|whatever)"
_GOOD = (
    r"(?:good|great|nice|decent|solid|recommended|introductory|intro|beginner|beginner-friendly|accessible"
    r"|classic|seminal)"
)
#: what stands in front of the topic; several may follow each other
_FRAMES = tuple(
    re.compile(rf"^(?:{frame})(?=[\s:\"“(])[\s:,–-]*", re.IGNORECASE)
    for frame in (
        rf"(?:what|which)(?: {_PAPERS})? (?:should|could|can|do|must|would) (?:i|we|one|you) (?:read|look at|start"
        rf" with|recommend|suggest)"
        rf"(?: first| next)?(?: if i want)?(?: to (?:understand|learn(?: about)?|get into|get started (?:with|on"
        rf"|in)|know more about|catch up on)| {_LINK})",
        rf"(?:i(?:'m| am)|we(?:'re| are))? ?(?:very |really |currently )?(?:interested in|curious about|reading up"
        rf" on|working on|looking (?:for|into))(?: (?:some |any )?{_PAPERS}(?: {_LINK})?)?",
        rf"(?:pull|dig|bring|look|round) up(?: (?:me|us))?(?: (?:all|the|any|some|{_SOMETHING}))?(?: {_PAPERS})?(?:"
        rf" {_LINK})?",
        rf"(?:find|search|look|hunt|check|query|topic|subject|keywords?|search for|look for|looking for|find me|get"
        rf" me|show me|give me|send me|let me see|let's see)"
        rf"(?: (?:some|any|me|the))?(?: {_SOMETHING}(?: {_GOOD})?)?(?: you (?:have|know|can find))?(?: {_GOOD})?(?:"
        rf" (?:some|any))?(?: {_PAPERS})? {_LINK}",
        r"(?:find|search|look|query|topic|subject|keywords?|looking for|search term|search terms)(?= ?[:=])",
        r"(?:topic|subject|query) =",
        rf"{_SOMETHING}(?: (?:{_GOOD}|new|you (?:have|know)))* {_LINK}",
        rf"(?:some |any |a few )?(?:{_GOOD} )+(?:{_PAPERS}|overviews?|introductions?|reads?) (?:{_LINK}|to)",
        rf"(?:do|are there|is there|have)(?: you(?: have| know(?: of)?)?)?(?: any| some)? {_PAPERS} (?:that"
        rf" )?(?:propos\w+|introduc\w+|present\w*|describ\w+|discuss\w*|stud(?:y|ies|ying)|{_LINK})",
        rf"{_PAPERS} (?:abt|bout|re|wrt) ",
        r"(?:\((?:for|from) [^)]{1,40}\))",
        r"(?:with|containing|that (?:have|contain|mention)|mentioning)(?: the)? exact (?:phrase|words|wording|term)",
        rf"{_PAPERS} (?:with|containing|that (?:have|contain|mention)|mentioning)(?: the)? exact (?:phrase|words"
        rf"|wording|term)",
        r"(?:either of|any of|one of)",
    )
)
_MOST_FRAMES = 3


def topic(utterance: Utterance) -> str:
    """Return the request without the words in front of its topic; the request itself where nothing else is left."""
    rest = utterance.request
    if not utterance.plain:
        return rest
    for _ in range(_MOST_FRAMES):
        shorter = next((rest[found.end() :] for frame in _FRAMES if (found := frame.match(rest))), rest)
        if shorter == rest or not any(letter.isalnum() for letter in shorter):
            break
        rest = shorter.strip()
    return rest
