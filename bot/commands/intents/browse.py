"""Rules for trending papers and for saved papers."""

from __future__ import annotations

import re
from datetime import date, timedelta

from bot.commands.intents.model import Context, Intent, Run
from bot.commands.intents.phrases import Phrases
from bot.commands.intents.utterance import Utterance
from bot.query.dates import date_at

_TRENDING = Phrases(
    "[{show}] [me|us] [what's|what is] [the|some|any] [daily|weekly|monthly] {hot} [and {hot}] [<count:#>]"
    " [{papers}] [{when}] [{about} <topic>] [{when}]",
    "(what's|what is|whats|what are|what) [currently|really|actually] [the] ({hot}|going on|up|happening|the news"
    "|buzz|trend) [and {hot}] [{papers}] [{when}] [{about} <topic>] [{when}]",
    "(what|which) [{papers}] (is|are|was|were|got|gets|has|have been|people|does everyone|everybody) [currently]"
    " ({hot}|reading|talking about|discussed|the most votes) [{when}] [{about} <topic>] [{when}]",
    "(anything|something|any news|what) [new|interesting|hot|good|exciting|cool] (new|interesting|hot|good|worth"
    " reading|exciting|cool|to read|happened|happening|did i miss|have i missed) [{when}] [{about} <topic>] [{when}]",
    "any news [{when}] [{about} <topic>] [{when}]",
    "what (should|could|can|do) i (read|look at|check out|know) [{when}]",
    "(today|yesterday|this week|this month|last week|last month|the week|the day|the month|tonight) [{hot}]"
    " [{papers}] [{about} <topic>]",
    "(today'?s|yesterday'?s|this week's|this month's|last week's|last month's) [{hot}] [{papers}|digest|list]"
    " [{about} <topic>]",
    "[the] [{hot}] ({papers}|list|digest) (of|for|from) (the|this) (day|week|month) [{about} <topic>]",
    "[{show}] [me|us] [the|a|my] [hf|hugging face] (daily|weekly|monthly) ({papers}|digest|top|trending|list|picks)"
    " [{about} <topic>]",
    "[{show}] [me|us] [the] (news|digest|headlines|front page|leaderboard|trends?|trending page|daily) [{when}]",
    "(surprise me|inspire me|recommend [me] something|recommendations?|feed me|hf|hugging face)",
    "(which|what) <topic> {papers} (is|are) {hot} [{when}]",
    "(trending|hot) (in|on|about) <topic> [{when}]",
)
_SAVED = Phrases(
    "[{show}|what are|what is|what's|where is|where's|where are] [me] [in|on] [all] [my|the] {saved} [papers|list]",
    "[{show}] [me] [all|all the|the] [papers|ones|what|everything] [that] i ['ve|have] (saved|kept|bookmarked|starred)",
    "(what|which) [papers|ones|articles] (did|have) i (saved?|kept|keep|bookmark(?:ed)?|star(?:red)?) [so far|already]",
)
_WEEK = re.compile(r"\b(?:week|weekly|7 days|lately|recently|these days)\b")
_MONTH = re.compile(r"\b(?:month|monthly|30 days)\b")
_YESTERDAY = re.compile(r"\byesterday(?:'?s)?\b")
_BY_VOTES = re.compile(r"\b(?:most (?:up)?vote[ds]|upvoted|most liked|the most votes)\b")
_RISING = re.compile(r"\brising\b")
_COUNTED = re.compile(r"\b(?:top|best|hottest|newest|latest|first) (\d{1,2})\b")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b(?!-)")
_POPULAR = re.compile(r"\b(?:trend\w*|hot|hottest|popular|happening|happened|going on|buzz\w*|upvoted|top \d+)\b")
#: words that ask for the list of a day or period rather than for the best papers on a topic
_TIMED = re.compile(r"\b(?:today|tonight|week|month|daily|weekly|monthly|yesterday|day|now|this morning|so far)\b")
_PLAINLY = re.compile(
    r"\b(?:trend\w*|hot|hottest|happening|going on|buzz\w*|news|rising|what'?s new|whats new|anything|did i miss)\b"
)
#: the vocabulary of a line that asks for the list of a period in any other order
_PERIODS = frozenset(
    """
    today today's todays tonight yesterday yesterday's yesterdays day day's week week's month month's daily weekly
    monthly rn now currently lately recently nowadays days moment weekend night
    """.split()
)
_LISTED = frozenset(
    """
    trending hot hottest popular top best biggest new newest latest interesting important big notable buzz buzzing viral
    highlight highlights pick picks headline headlines news must-reads must-read favourites favorites winners upvoted
    voted liked like likes love loved discussed talked talking reading read happening happened going up miss missed
    paper papers article articles research preprints publications reads digest list selection roundup round-up
    """.split()
)
_AROUND = frozenset(
    """
    i me us we you my our the a an any some all of in on from for at to about by with what what's whats which who is
    are was were has have had been being did do does get got gets give show send see tell list want find check out
    look anything something everything everyone everybody anyone people community folks else most more really very
    this that these those past last there recommend suggest worth tonight should could can ai ml field published
    released out dropped landed came good great cool exciting here hf
    """.split()
)
#: "what's everyone talking about" is about today
_PEOPLE = frozenset({"everyone", "everybody", "people"})
#: "with code", "without surveys" behind the rest
_CONDITION = re.compile(r" (?P<topic>(?:with|without|by|from) (?!(?:the|this|last|today|yesterday)\b).+)$")
_ADJECTIVES = frozenset("new top best good interesting big cool important fresh fast latest".split())


def saved(utterance: Utterance, context: Context) -> Intent | None:
    """Match a request for the saved papers."""
    return Run("saved") if _SAVED.match(utterance.plain) else None


def trending(utterance: Utterance, context: Context) -> Intent | None:
    """Match a request for trending papers, with a period, topic and order."""
    said = _with_iso_day(utterance.plain, context.now.date())
    if not said or said in _ADJECTIVES or _YEAR.search(said):
        return None
    phrased = (found.groupdict().get("topic") or "" for found in _TRENDING.all(said))
    return next((run for topic in phrased if (run := _run(said, topic.strip()))), None) or _in_any_order(said)


def _with_iso_day(said: str, today: date) -> str:
    """Return a line that asks what was popular on a day with this day as 2026-04-21: "what was hot on april 21st"."""
    if not _POPULAR.search(said):
        return said
    words = said.split()
    for place in range(len(words)):
        dated = date_at(words, place, today)
        before = words[:place]
        if dated is None or not (dated.clear or before[-1:] == ["on"]) or words[place] == "yesterday":
            continue
        if dated.span and dated.span.end == dated.span.first + timedelta(days=1):
            if before[-1:] in (["the"], ["on"]):
                before.pop()
            return " ".join((*before, dated.span.first.isoformat(), *words[dated.end :]))
    return said


def _in_any_order(said: str) -> Run | None:
    """Match a line that names a period and a list, and has no word outside the vocabulary of asking for them."""
    condition = _CONDITION.search(said)
    topic = condition["topic"] if condition else ""
    words = set(re.findall(r"[\w'-]+", said.removesuffix(topic)))
    counts = {word for word in words if word.isdecimal() and len(word) <= 2}
    timed = words & _PERIODS or words & _PEOPLE
    if not timed or not words & _LISTED or words - counts - _PERIODS - _LISTED - _AROUND:
        return None
    return _run(said, topic)


def _run(said: str, topic: str) -> Run | None:
    around = said.replace(topic, " ") if topic else said
    if topic and not (_TIMED.search(around) or _PLAINLY.search(around)):
        # "best papers on X", "newest papers about X": a search, which says best or newest by itself
        return None
    window = "month" if _MONTH.search(around) else "week" if _WEEK.search(around) else "day"
    day = "yesterday" if _YESTERDAY.search(around) else next(iter(re.findall(r"\d{4}-\d\d-\d\d", around)), "")
    order = "votes" if _BY_VOTES.search(around) else "rising" if _RISING.search(around) else ""
    count = _COUNTED.search(around)
    words = (window, day, order, topic, f"top {count[1]}" if count else "")
    return Run("trending", " ".join(filter(None, words)))


RULES = (saved, trending)
