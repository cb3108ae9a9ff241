"""Request grammar around a topic: "could you show me the 3 latest papers that propose ...", "... please".

The patterns are matched against normalized words with one blank after each.
"""

from __future__ import annotations

import re
from dataclasses import replace

from bot.query.calendar import of_months
from bot.query.dates import NUMBERS, number
from bot.query.filter_phrases import limited
from bot.query.model import Order, Query
from bot.query.tokens import Match, QueryLine

_ORDERS = {
    **dict.fromkeys(("latest", "newest", "most recent"), Order.NEW),
    **dict.fromkeys(("trending", "hottest", "hot"), Order.TRENDING),
    **dict.fromkeys(("most voted", "most upvoted", "most popular", "most liked"), Order.VOTES),
    "most relevant": Order.RELEVANCE,
}
_PAPERS = "papers? works? study studies research articles? publications? preprints? literature"
_STEMS = """
    propose discuss introduce explore focus investigate study examine present develop address consider mention describe
    cover review use utilize utilise apply employ leverage adopt touch report analyze analyse evaluate assess provide
    demonstrate create extend treat tackle look concentrate highlight suggest offer design establish document conduct
    attempt try aim contribute relate concern involve work perform advance deal
"""


def _forms(stem: str) -> tuple[str, ...]:
    """Return inflected forms of a verb: "study", "studies", "studied", "studying"."""
    if stem.endswith("y") and stem[-2] not in "aeiou":
        return stem, f"{stem[:-1]}ies", f"{stem[:-1]}ied", f"{stem}ing"
    root = stem.removesuffix("e")
    return stem, f"{stem}s", f"{stem}es", f"{root}ed", f"{root}ing"


#: word classes; in the patterns below "@kind" matches any word of the class and the blank after it
_KINDS = {
    "can": "can could would will",
    "give": "show give find list name recommend suggest provide mention tell point refer direct share get send cite",
    "me": "me us",
    "learn": "see read find know learn",
    "determiner": "the a an any some all more other such my few several many these those this of much",
    "adjective": """
        recent new good great interesting notable relevant important representative existing prior previous current
        early earlier best key seminal related influential scientific academic scholarly research different possible
        prominent popular well-known must-read must read cool nice awesome favourite favorite
    """,
    "noun": f"{_PAPERS} researches references? examples? stuff efforts something anything everything",
    "number": " ".join(("[0-9]{1,2}", *NUMBERS)),
    "which": "that which who where whose",
    "auxiliary": "have has had is are was were be been being do does did can could also there i we",
    "adverb": """
        recently specifically also further extensively mainly primarily explicitly successfully first formally mostly
        experimentally previously directly particularly
    """,
    "tell": " ".join(
        (
            *(form for stem in _STEMS.split() for form in _forms(stem)),
            "shown shows? done made makes? built builds? gave",
        )
    ),
    "on": "on about in of for to regarding concerning upon into towards toward around with",
    "notion": """
        use usage concept idea notion topic subject problem field area task study development applications? issue
        question
    """,
}
_PATTERNS = {kind: f"(?:{'|'.join(words.split())}) " for kind, words in _KINDS.items()} | {
    "order": f"(?:{'|'.join(_ORDERS)}) ",
    "greeting": "(?:(?:hi|hello|hey|please|ok|okay|so|and) (?:, )?)*",
    "iam": "(?:i am|i'm|im|we are|we're|i was) (?:also |currently )?",
    "to": "(?:(?:to|towards?|out|with|about|of) )*",
    "ahead": r"(?=(?:[^\s,]+ ){1,4}papers )",
}


def _pattern(*parts: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"@([a-z]+)", lambda kind: _PATTERNS[kind[1]], "".join(parts)))


_REQUEST = "|".join(
    (
        "@can(?:you )(?:please |kindly |also |help me )?@give(?:@me)?@to",
        "@give@me@to",
        "(?:search|look|looking|searching|searched) for ",
        "(?:find|list|recommend|suggest|get|any) (?:@me)?",
        "@iam(?:looking|searching|hunting) for ",
        "@iam(?:interested in|exploring|researching) ",
        "(?:i want|i need|i would like|i'd like) (?:to @learn)?(?:about )?",
        "where (?:can|could|might|may|do|should) (?:i|we|one) @learn@to",
        "do you (?:know|have) (?:of |about )?",
        "(?:are|is|were) there ",
        "(?:have|has|did) ",
        "(?:in )?(?:which|what) (?:are |is |were )?",
        "what'?s ",
    )
)
#: "could you show me the 3 latest papers that discuss the use of "
_ASKED = _pattern(
    f"@greeting(?P<request>{_REQUEST})?(?:@determiner|@adjective)*",
    "(?:top (?=@order|@number|@noun))?(?:first (?=@number))?(?P<count>@number)?",
    "(?:(?P<order>@order)(?P<few>@number)?)?(?:@determiner|@adjective)*(?P<year>(?:19|20)[0-9]{2} )?",
    "(?P<noun>@noun(?:(?:of )?@noun)?)",
    "(?P<rest>(?:, (?=that|which))?(?:@which)?(?:@auxiliary|@adverb){0,5}",
    "(?:@tell(?:that |how |whether )?)?(?:@adverb)?(?:@on)?",
    "(?:(?:the|a|an|any|some|these) )?(?:@notion(?:of|for) )?(?:(?:the|a|an) )?)",
)
#: nouns that mean papers even without a request, and the words that then follow them
_PAPER = re.compile("|".join((*_PAPERS.split(), "anything", "everything")))
_LEADS_ON = re.compile(
    "on|about|in|of|for|regarding|concerning|by|from|at|since|before|after|between|until|with|without|last|this|that"
    "|which|published|like|similar"
)
#: "latest in " and other requests without "papers", or with "papers" after the topic
_DIRECT = _pattern(
    "@greeting(?:",
    "|".join(
        (
            "(?:@can(?:you )(?:please )?)?(?:show|give|tell|find) me (?:about )?",
            "(?:search|look|looking|searching) for ",
            "@iam(?:looking|searching) for ",
            "i want to (?:read|learn) about ",
            "who (?:first )?(?:proposed|introduced|invented|discovered|coined) ",
            "(?P<new>(?:(?:what'?s|what is|anything) new|(?:what'?s |what is )?the latest|latest|newest|news) "
            "(?:in|on|about) )",
            "(?P<hot>(?:what'?s |what is )?(?:trending|hot) (?:in|on|about) )",
            "(?P<rising>(?:trending|hottest|hot) @ahead)",
            "(?:find|show|list|recommend|suggest|get|any) @ahead",
            "(?:the )?(?:best|top) (?P<best>@number)@ahead",
            "(?:the )?(?P<few>@number)(?:best |top |(?P<fresh>(?:newest|latest|most recent) )|(?P<hottest>(?:hottest"
            "|trending) )|(?P<liked>(?:most voted|most upvoted|most popular) ))@ahead",
            "(?P<newest>(?:latest|newest|most recent) (?:first )?)",
            "(?P<voted>(?:most voted|most upvoted) (?:first )?)",
        )
    ),
    ")(?:(?:the|a|an|any|some) )?",
)

#: number of words matched against the request patterns
_LONGEST_FRAME = 24
_COURTESIES = frozenset("please thanks thx pls plz".split())
_DIRECT_ORDERS = {
    "new": Order.NEW,
    "newest": Order.NEW,
    "hot": Order.TRENDING,
    "rising": Order.TRENDING,
    "voted": Order.VOTES,
    "fresh": Order.NEW,
    "hottest": Order.TRENDING,
    "liked": Order.VOTES,
}


def request_phrase(line: QueryLine, place: int) -> Match | None:
    """Parse a request at the start of a sentence, with the order, number and year that it gives."""
    text = _beginning(line, place)
    match = _ASKED.match(text)
    if match and (match["request"] or (place == 0 and _is_no_topic(match, text))):
        return Match(place + _length(match), _of_papers(match))
    if place == 0 and (match := _DIRECT.match(text)):
        said = [order for name, order in _DIRECT_ORDERS.items() if match[name]]
        count = number((match["best"] or match["few"] or "").strip())
        asks = Query() if count is None else limited(count)
        return Match(_length(match), replace(asks, sort=said[0] if said else None))
    return None


def courtesy_phrase(line: QueryLine, place: int) -> Match | None:
    """Parse "please" at the end."""
    if place > 0 and place + 1 == len(line) and line.word(place) in _COURTESIES:
        return Match(place + 1, Query())
    return None


def _beginning(line: QueryLine, place: int) -> str:
    said: list[str] = []
    for token in line.tokens[place : place + _LONGEST_FRAME]:
        if not token.plain:
            break
        said.append(f"{token.word} , " if token.closes else f"{token.word} ")
    return "".join(said)


def _length(match: re.Match[str]) -> int:
    return sum(word != "," for word in match[0].split())


def _is_no_topic(match: re.Match[str], text: str) -> bool:
    """Return whether "work" means a paper, as in "work on", rather than the topic, as in "work stealing"."""
    noun, behind = match["noun"].split(), text[match.start("rest") :].split()
    if not re.fullmatch(_PAPER, noun[-1]):
        return False
    return bool(_LEADS_ON.fullmatch(behind[0])) if behind else noun[-1] == "papers"


def _of_papers(match: re.Match[str]) -> Query:
    count = number((match["count"] or match["few"] or "").strip())
    asks = replace(Query() if count is None else limited(count), sort=_ORDERS.get((match["order"] or "").strip()))
    if match["year"] is None:
        return asks
    year = of_months(int(match["year"]), 1, 12)
    return replace(asks, after=year.first, before=year.end)
