"""Rule for a line that names one paper of the last list and otherwise only asks: "where can I read the second one".

The words around the reference are a closed vocabulary; cue words among them decide the command. A line with any other
word, or with two references, is not matched.
"""

from __future__ import annotations

import re

from bot.commands.intents.model import Context, Intent, Run
from bot.commands.intents.pointing import ORDINALS, named_in, paper_of
from bot.commands.intents.utterance import Utterance

_MOST_WORDS = 16
#: words that say a place by themselves, and words that need "number" before them
_PLACES: tuple[str, ...] = (
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
)
_PLACES += ("last", "bottom", "final")
_COUNTED = tuple(word for word in ORDINALS if word not in (*_PLACES, "top"))
_THING = r"(?: (?:one|paper|result|item|entry|article)\b)?(?: (?:on|of|in|from) (?:the|that|this|your) list\b)?"
#: "number six", "the 4th one", "#2", "the last paper", "3"
_REFERENCE = re.compile(
    rf"(?<![\w:.])(?:(?:number|no\.?|nr\.?|num|paper) ?(?:#?\d{{1,2}}|(?:{'|'.join(_COUNTED)}))\b"
    rf"|(?:the |that |this )?(?:#?\d{{1,2}}(?:st|nd|rd|th)?|(?:{'|'.join(_PLACES)}))\b){_THING}(?![\w:]|\.\d)"
)
#: the paper shown last
_IT = re.compile(r"\b(?:this|that) (?:one|paper|article)\b|\b(?:it|this|that)\b")

_REASONING = frozenset(
    "why reason reasons relevant relevance why's high higher rank ranked ranking score recommended chosen".split()
)
_ALIKE = frozenset("similar related resembling resemble comparable alike same neighbours neighbors".split())
_OTHERS = frozenset("more papers something anything others other stuff works things articles".split())
_CITING = frozenset("bibtex bib bibliography cite citing citation latex reference ris".split())
_SAVING = frozenset("save saved bookmark bookmarks keep star store later favourite favorite library".split())
_TAKING = frozenset("remove unsave unbookmark unstar off delete".split())
_LIKING = frozenset("like likes liked love loved enjoy enjoyed thumbs upvote fan 👍 ❤️ ❤".split())
_DISLIKING = frozenset("dislike disliked hate hated bad boring useless downvote 👎".split())
_NEGATION = frozenset("not don't didn't do never down".split())
#: "I would like the PDF of 3" is no vote
_WISHING = frozenset("would i'd we'd".split())
_FACETS = frozenset(
    """
    abstract summary tldr pdf link links url author authors code repo repository github detail details info information
    votes upvotes title date affiliation affiliations website project page text full arxiv summarise summarize describe
    explain elaborate expand open read wrote written made published released
    """.split()
)
_CUES = _FACETS | _REASONING | _ALIKE | _CITING | _SAVING | _LIKING | _DISLIKING
#: words that decide nothing
_ASKING = frozenset(
    """
    i i'm i'd i've we me us you u my your the a an and or so ok okay please pls plz thanks want need would like can
    could
    should must may might will do does did is are was were be been has have had to for of in on about with from by as
    into behind here there at all what what's which who who's where where's when how let let's get give gimme show send
    tell see look looks sounds seems find check view click go take put add made makes main idea point gist key
    takeaway takeaways contribution nah makes say says saying
    interesting nice good great cool promising very really quite pretty most more any some it this that one ones paper
    article format entry version file list listed shown included reading come came know learn understand hear short
    quick just again now also too up exactly actually
    """.split()
)
#: a reference with only these asks for nothing
_SILENT = frozenset(
    "the a an and or so ok okay please to for of in on at by with as more any most one ones just now is be up".split()
)


def mentioned(utterance: Utterance, context: Context) -> Intent | None:
    """Match a line with one reference to a paper and no word outside the vocabulary of asking."""
    said = utterance.plain
    if not said or not (context.last.ids or context.paper) or len(said.split()) > _MOST_WORDS:
        return None
    found = [each[0].strip() for each in _REFERENCE.finditer(said)]
    title = "" if found else named_in(said, context)
    found = found or [title] * bool(title) or [each[0] for each in _IT.finditer(said)]
    pointers = {pointer for each in found if (pointer := paper_of(each, context))}
    if len(pointers) != 1 or (len(found) > 1 and not _IT.fullmatch(found[0])):
        return None
    around = frozenset(re.findall(r"[^\s,.;:!?()]+", _REFERENCE.sub(" ", said).replace(title or "\0", " ")))
    if title and not around & _CUES:
        # a title may also be a topic: "what about llms"
        return None
    command, way = _command(around)
    return Run(command, f"{pointers.pop()} {way}".strip()) if command else None


def _command(around: frozenset[str]) -> tuple[str, str]:
    """Return the command, and its argument behind the paper; "" if a word is unknown or nothing is asked."""
    command, cues = _cued(around)
    if not around <= _ASKING | _FACETS | cues or not around - _SILENT:
        return "", ""
    way = "down" if around & (_DISLIKING | _NEGATION - {"do"}) else "up"
    return command, way if command == "vote" else ""


def _cued(around: frozenset[str]) -> tuple[str, frozenset[str]]:
    """Return the command that the cue words ask for, and the further words that may stand with it."""
    if around & _REASONING:
        return "why", _REASONING
    if around & _ALIKE or ("like" in around and around & _OTHERS and "i" not in around):
        return "similar", _ALIKE | _OTHERS
    if around & _CITING:
        return "bibtex", _CITING
    if around & _TAKING and around & (_SAVING | {"list", "unsave", "unbookmark", "unstar"}):
        return "unsave", _TAKING | _SAVING
    if around & _SAVING or {"reading", "list"} <= around:
        return "save", _SAVING
    if around & (_LIKING | _DISLIKING) and not around & (_WISHING | _FACETS):
        return "vote", _LIKING | _DISLIKING | _NEGATION
    return "paper", frozenset()


RULES = (mentioned,)
