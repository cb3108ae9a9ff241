"""Phrases: a small notation for the ways in which people say the same thing, compiled to regular expressions.

Words stand as they are said, in lower case. `[a|b]` may be missing, `(a|b)` is one of these, `{name}` is a word list of
the vocabulary, `<name>` catches one word or more, `<_>` the same without a name, `<name:#>` a number of one or two
digits. A word may be a small regular expression without blanks ("papers?"). "[show] [me] (more|others) [of them]"
matches "show me more".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cached_property

_TOKEN = re.compile(r"\[|\]|\((?!\?)|\)(?![?*+])|\||<(\w+)(:#)?>|\{(\w+)\}|(?:\(\?:[^\s()]*\)[?*+]?|[^\s\[\]()|<>{}])+")
#: opening bracket -> end of its group in the regular expression
_OPENING, _CLOSING = {"[": ")?", "(": ")"}, "])"


def compiled(templates: Iterable[str], vocabulary: Mapping[str, str]) -> tuple[re.Pattern[str], ...]:
    """Return a pattern for each template, for text with a blank after each word."""
    return tuple(re.compile(f"{_expanded(template, vocabulary)}$") for template in templates)


def _expanded(template: str, vocabulary: Mapping[str, str]) -> str:
    """Return a template as a regular expression in which a blank follows every word."""
    pieces: list[str] = []
    closing: list[str] = []
    for found in _TOKEN.finditer(template):
        mark = found[0]
        if mark in _OPENING:
            pieces.append("(?:")
            closing.append(_OPENING[mark])
        elif mark in _CLOSING:
            pieces.append(closing.pop())
        elif mark == "|":
            pieces.append("|")
        elif found[3]:
            pieces.append(f"(?:{_expanded(vocabulary[found[3]], vocabulary)})")
        elif found[1] == "_":
            pieces.append("(?:.+? )")
        elif found[1]:
            pieces.append(rf"(?P<{found[1]}>\d{{1,2}}) " if found[2] else f"(?P<{found[1]}>.+?) ")
        else:
            pieces.append(f"{mark} ")
    return "".join(pieces)


class Phrases:
    """Templates with the same meaning, compiled at their first use: all of them take 0.1 s, and many processes none."""

    def __init__(self, *templates: str, vocabulary: Mapping[str, str] | None = None) -> None:
        self._templates, self._vocabulary = templates, vocabulary

    @cached_property
    def _patterns(self) -> tuple[re.Pattern[str], ...]:
        return compiled(self._templates, self._vocabulary or VOCABULARY)

    def match(self, said: str) -> re.Match[str] | None:
        """Return the match of the first template that matches the whole text, or None."""
        line = f"{said} "
        return next((found for pattern in self._patterns if (found := pattern.match(line))), None)

    def all(self, said: str) -> Iterable[re.Match[str]]:
        """Return the matches of all templates that match, in order."""
        line = f"{said} "
        return (found for pattern in self._patterns if (found := pattern.match(line)))


#: lists of words that several rules share
VOCABULARY: Mapping[str, str] = {
    "show": "show|give|send|get|tell|list|see|fetch|open|display|find|want|view|read",
    "papers": "papers?|articles?|research|preprints?|stuff|things?|ones?|publications?|reads?|reading|works?|results?",
    "digest": "digests?|newsletters?|mails?|e-?mails?|messages?|updates?|alerts?|notifications?|lists?|papers|posts?",
    "subscription": "subscriptions?|subs|digests?|alerts?|feeds?|topics?|follows|newsletters?|schedules?",
    "this": "it|this|that|this one|that one|this paper|that paper|the paper|this article|them|these",
    "hot": "trending|hot|hottest|popular|most popular|buzzing|top|best|new|newest|latest|interesting|most interesting"
    "|important|must-?read|most upvoted|most voted|upvoted|most liked|big|exciting|notable|happening|fresh|rising"
    "|fastest rising|rising fastest|worth reading|good|cool",
    "period": "day|week|month|24 hours|7 days|30 days",
    "when": "today|tonight|now|right now|rn|nowadays|this morning|at the moment|lately|recently|these days"
    "|currently|yesterday"
    "|so far"
    "|[for|of|from|in|over|during] (the|this|last|past|the last|the past|the current) {period}|(of|from|for) (today"
    "|yesterday)"
    r"|[on] \d\d\d\d-\d\d-\d\d",
    "about": "in|on|about|for|around|regarding|within|related to|from the field of",
    "saved": "saved|bookmarked|kept|starred|favou?rites?|bookmarks?|saves|library|shelf|reading list|collection",
    "people": "there|all|everyone|everybody|guys|folks|team|bot|paperboy|paper bot|you|u|mate|man|again|friend"
    "|buddy|then|bro|dude|sir",
    "nice": "great|good|awesome|amazing|cool|nice|helpful|useful|the best|brilliant|smart|perfect|fantastic"
    "|wonderful|lovely"
    "|excellent|clever|superb|impressive|neat",
    "awful": "bad|stupid|dumb|useless|terrible|awful|annoying|wrong|crap|rubbish|garbage|broken|slow|horrible"
    "|boring|confusing"
    "|silly|ridiculous|not helpful|no good",
    "service": "slack|twitter|linkedin|facebook|reddit|mastodon|bluesky|whatsapp|teams|instagram|wechat|signal"
    "|matrix|irc|x",
    "manager": "zotero|mendeley|notion|obsidian|endnote|readwise|pocket|evernote|google drive|google docs|google"
    " scholar|overleaf"
    "|kindle|ipad|printer|dropbox|onenote|trello|jira|excel|csv|a csv|a spreadsheet|papers app",
    "language": "german|french|spanish|chinese|japanese|korean|russian|italian|portuguese|arabic|hindi|turkish"
    "|english|dutch"
    "|polish|ukrainian|my language",
    "facet": "abstract|summary|tl;?dr|pdf|link|url|authors?|code|repo(?:sitory)?|github|details?|info(?:rmation)?"
    "|votes?|upvotes"
    "|title|date|affiliations?|full text|text|project page|website|more info(?:rmation)?|more details?|more",
}
