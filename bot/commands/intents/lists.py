"""Rules for the last list: paging, resizing, and refining its query."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from bot.commands.intents.model import Context, Intent, LastList, Run
from bot.commands.intents.phrases import Phrases
from bot.commands.intents.utterance import Utterance
from bot.query import Query, parse, show

_MORE = Phrases(
    "[and|ok|yes|show|give|get|send|list|see|load|are there|got|have you got|have you|do you have|what] [me|us]"
    " [a few|some|a couple|a couple of|several|even|any|the] [<before:#>] (more|next|others?|rest|further"
    "|additional|another|remaining)"
    " [<behind:#>|one|page|few|batch|set] [{papers}|of them|of these|hits?|items|entries|matches] [please] [(from"
    "|on|of) (the|this|that) list]",
    "(go on|continue|keep going|carry on|what else [is there|do you have]|anything else|and then|more more|moar"
    "|anything else [on (this|that|it)|here]|any others [on (this|that|it)]|load more|scroll [down]|further down"
    "|keep scrolling|what comes next|next please|is that all|that's it|weiter|mehr|suivants?|la suite|más|siguiente"
    "|ещё|еще|дальше|更多|下一页|もっと|次)",
    "(mehr davon|noch mehr davon|encore|ancora|de nuevo)",
    "(mehr|noch mehr|weitere|plus de|d'autres|más|otros|più|altri|mais|outros|ещё|еще|больше) (ergebnisse"
    "|resultate|treffer"
    "|paper|papers|artikel|arbeiten|résultats|articles|resultados|artículos|risultati|articoli|artigos|результатов|статей"
    "|bitte|por favor|per favore|s'il te plaît|пожалуйста)",
    "page <_>",
)
_REPLACING = Phrases(
    "[and] (what|how) about <what>",
    "[and|now|do|run|try|show|give] [me] [the] same [thing|question|search|list|papers] [again] [but]"
    " [for|on|about|with|in|by] <what> [instead|please|too]",
    "(and for|now for|instead|try|rather|switch to|make it) <what>",
    "[rather|better|now] <what> instead",
    "[no|sorry|oops|ah] [i] [actually] (mean|meant|was thinking of|was looking for) <what>",
    "(rather|better) (for|on|about|with) <what>",
)
_NARROWING = Phrases(
    "[but|and|now|ok] [show|give|keep|list] [me] (only|just|restrict [it] to|limit [it] to|filter [by|for|to|on]"
    "|narrow [it] [down] to|but only|those|the ones|ones|any|anything|something|which ones|which of (them"
    "|these|those)) [is|are]"
    " <what>",
    "(but|and|also|plus|additionally|now) <what>",
    "<what> only",
)
_COUNT = Phrases(
    "[only|just|show|give|limit] [me] [to] [the] (top|first|best) <count:#> [{papers}|of them] [only|please]",
    "(only|just|make it|make that|limit it to) <count:#> [{papers}|of them]",
    "[at most|max|no more than] <count:#> {papers}",
)
#: the number may also be that of a paper, unless the list is shorter
_BEYOND = Phrases("(show|give|list|send) [me] <count:#> [{papers}|of them]")
_FEWER = Phrases(
    "[show|give] [me] (fewer|less) [{papers}|of them|results]",
    "[that's|these are] too many [{papers}]",
    "shorter [list]",
)
_MORE_OF = Phrases("[show|give] [me] a longer list", "too few [{papers}]")
#: words at the start of a line that refine the last query
_FILTER = re.compile(
    r"^(?:not|no|without|except|excluding|exclude|minus|drop|remove|skip|hide|leave out|less|omit|ignore|with|has"
    r"|having|by|from|since|after|before|until"
    r"|in (?:\d{4}|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)|published|this (?:week|month|year)|last (?:week"
    r"|month|year)|sort|order|rank"
    r"|newest|latest|newer|most recent|recent|oldest|older|most (?:voted|upvoted|liked|popular)|more (?:popular"
    r"|recent)|popular|by (?:votes|date)"
    r"|(?:at least|more than|over|above|>=?) ?\d+ (?:up)?votes|-\w|\w+:\S)"
)
_ORDERS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(rf"\b(?:{words})\b"), order)
    for words, order in (
        (
            "newest|newer|latest|(?:most|more) recent|recent|new(?:est)? first|by date|by recency|fresher|freshest"
            "|by time|chronological\\w*",
            "sort:new",
        ),
        (
            "most (?:up)?vote[ds]?|most liked|(?:most|more) popular|by (?:up)?votes|by likes|popular(?:ity)?"
            "|(?:up)?votes first|highest voted",
            "sort:votes",
        ),
        ("trending|hottest|hot|rising", "sort:trending"),
        ("by relevance|most relevant|best match(?:es)?|by match", "sort:relevance"),
    )
)
_ASKING = frozenset("what what's which who is are was were how".split())
_SORTING = re.compile(
    r"\b(?:first|by|sort(?:ed)?|order(?:ed)?|rank(?:ed)?|arrange|please|the|ones?|papers?|results?|show|me|them|it"
    r"|on top|date)\b"
)
_ONES = re.compile(
    r"\b(?:(?:the )?ones?|those|these|them|papers?|results?|that are|which are|that have|which have|that is|having"
    r"|please|any|of them)\b"
)
#: "the ones that have code"
_HAVING = re.compile(r"\b(?:(?:that|which|who) (?:have|has|come with|include|offer|provide|got)|having|including)\b")
_EXCLUDING = re.compile(
    r"^(?:not|no|without|excluding|exclude|except(?: for)?|minus|drop|remove|skip|hide|leave out|omit|ignore"
    r"|less(?: about| of)?|nothing (?:on|about))\s+"
    r"(?:the |any |those |anything )?(?:papers )?(?:on |about |with )?"
)
#: commands whose results have further pages
_GOES_ON = frozenset({"papers", "trending"})
_MOST_WORDS = 12
_SIZES = (1, 3, 5, 8, 10, 15, 20, 25)
#: any day; what is parsed with it is only compared
_DAY = date(2026, 1, 1)


def more(utterance: Utterance, context: Context) -> Intent | None:
    """Match a request for the next page of the last list; without a list, trending papers."""
    last = context.last
    found = _MORE.match(utterance.plain)
    if found is None:
        return None
    if last.command not in _GOES_ON or not last.ids:
        return Run("trending")
    groups = found.groupdict()
    number = groups.get("before") or groups.get("behind")
    argument = _with_limit(last.argument, int(number)) if number and last.command == "papers" else last.argument
    return Run(last.command, f"{argument} more:{last.start + len(last.ids)}".strip())


def resized(utterance: Utterance, context: Context) -> Intent | None:
    """Match a request for another number of papers."""
    last, said = context.last, utterance.plain
    if last.command not in _GOES_ON:
        return None
    if found := _COUNT.match(said) or _BEYOND.match(said):
        number = int(found["count"])
        if number <= len(last.ids) and _BEYOND.match(said):
            return None
    elif _FEWER.match(said):
        number = max([size for size in _SIZES if size < len(last.ids)], default=1)
    elif _MORE_OF.match(said):
        number = min([size for size in _SIZES if size > len(last.ids)], default=_SIZES[-1])
    else:
        return None
    return Run(last.command, _with_limit(last.argument, number))


def _with_limit(argument: str, number: int) -> str:
    rest = re.sub(r"\btop[: ]?\d+", "", argument).strip()
    return f"{rest} top:{number}".strip()


def refined(utterance: Utterance, context: Context) -> Intent | None:
    """Match a refinement of the last query: "only with code", "newer ones", "not surveys", "same for audio"."""
    if context.last.command not in _GOES_ON or not utterance.plain or len(utterance.words) > _MOST_WORDS:
        return None
    if context.last.command == "trending":
        return _trending(utterance, context.last)
    change = _change(utterance)
    return Run("papers", _merged(context.last.argument, *change)) if change else None


def _change(utterance: Utterance) -> tuple[str, bool] | None:
    """Return the refinement in the query language, and whether it replaces the old words."""
    said, replacing, narrowing = _typed(utterance), False, False
    if found := _REPLACING.match(said):
        said, replacing = re.sub(r" (?:instead|too|please|then|now)$", "", found["what"]), True
    elif found := _NARROWING.match(said):
        said, narrowing = found["what"], True
    said = re.sub(r"^(?:only|just|but|and)\s+", "", said)
    if order := next((order for pattern, order in _ORDERS if pattern.search(said)), ""):
        for pattern, _ in _ORDERS:
            said = pattern.sub(" ", said)
        rest = _SORTING.sub(" ", said).split()
        beyond = [word for word in rest if word not in _ASKING]
        if beyond and len(beyond) < len(rest):
            # a question of its own: "what was popular in april"
            return None
        return f"{' '.join(beyond)} {order}".strip(), False
    if not (replacing or narrowing or _FILTER.match(said)):
        return None
    said = re.sub(r"^(?:about|on|for|regarding)\s+", "", said)
    said = _EXCLUDING.sub("without ", _HAVING.sub("with", said))
    said = " ".join(_ONES.sub(" ", said).split()) or said
    said = re.sub(r"^(?:about|on|for|regarding)\s+", "", said)
    return f"in {said}" if narrowing and _is_bare_date(said) else said, replacing


def _is_bare_date(said: str) -> bool:
    """Return whether it is a date only behind a preposition, as "april" in "limit it to april"."""
    alone, led = parse(said, _DAY), parse(f"in {said}", _DAY)
    return bool(alone.words) and not led.words and (led.after or led.before) is not None


def _typed(utterance: Utterance) -> str:
    """Return the request as typed if it has quotes or fields, else in lower case."""
    if '"' in utterance.request or ":" in utterance.request:
        return " ".join(utterance.request.split()).strip(" .!?,;…")
    return utterance.plain


def _merged(argument: str, change: str, replacing: bool) -> str:
    """Return the old query with the refinement; single-valued fields are replaced."""
    old, new, nothing = parse(argument, _DAY), parse(change, _DAY), Query()
    kept = argument
    if replacing and (new.words or new.phrases):
        rest = show(replace(old, words=(), phrases=()))
        kept = "" if rest == "everything" else rest
    for field, names in _SAID_ONCE:
        if getattr(new, field) != getattr(nothing, field):
            kept = re.sub(rf"(?<!\S)-?(?:{names})[: ]\S+", "", kept)
    known = {word.casefold() for word in kept.split()}
    words = [word for word in change.split() if word.casefold() not in known]
    return " ".join(f"{kept} {' '.join(words)}".split())


_SAID_ONCE = (
    ("sort", "sort"),
    ("limit", "top"),
    ("after", "after|since|from|year|in"),
    ("before", "before|until"),
    ("min_votes", "votes"),
)


_WINDOWS = {
    "day": re.compile(r"^(?:(?:for|in|over|of) )?(?:the )?(?:today|day|daily)$"),
    "week": re.compile(
        r"^(?:(?:for|in|over|of) )?(?:the |this |last |past |the last |the past )?(?:week|weekly|7 days)$"
    ),
    "month": re.compile(
        r"^(?:(?:for|in|over|of) )?(?:the |this |last |past |the last |the past )?(?:month|monthly|30 days)$"
    ),
}
_TRENDING_ORDERS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(rf"\b(?:{words})\b"), order)
    for words, order in (
        ("newest|newer|latest|(?:most|more) recent|by date|new first", "new"),
        (
            "most (?:up)?vote[ds]?|most liked|(?:most|more) popular|by (?:up)?votes|by likes|popularity|(?:up)?votes",
            "votes",
        ),
        ("rising|fastest|climbing|by speed", "rising"),
    )
)


def _trending(utterance: Utterance, last: LastList) -> Run | None:
    """Return /trending with another period, day, order or topic."""
    said = utterance.plain
    found = _REPLACING.match(said) or _NARROWING.match(said)
    what = found["what"] if found else said
    window, order, rest = _parts(last.argument)
    if spoken := next((name for name, pattern in _WINDOWS.items() if pattern.match(what)), ""):
        return _run(spoken, order, re.sub(r"\b\d{4}-\d\d-\d\d\b|\byesterday\b", "", rest))
    if day := re.fullmatch(r"(?:(?:for|on|from) )?(\d{4}-\d\d-\d\d|yesterday)", what):
        return _run("day", day[1], order, re.sub(r"\b\d{4}-\d\d-\d\d\b|\byesterday\b", "", rest))
    if not found and not _FILTER.match(said):
        return None
    for pattern, name in _TRENDING_ORDERS:
        if pattern.search(what):
            return _run(window, name, rest)
    change = _change(utterance)
    return _run(window, order, _merged(rest, *change)) if change else None


def _run(*words: str) -> Run:
    return Run("trending", " ".join(word.strip() for word in words if word.strip()))


def _parts(argument: str) -> tuple[str, str, str]:
    """Return period, order and the rest of the argument of /trending."""
    window = order = ""
    words = argument.split()
    while words:
        word = words[0].casefold()
        if word in _WINDOWS:
            window = word
        elif word in ("trending", "votes", "new", "rising"):
            order = word
        else:
            break
        words = words[1:]
    return window, order, " ".join(words)


PAGING = (more, resized)
RULES = (refined,)
