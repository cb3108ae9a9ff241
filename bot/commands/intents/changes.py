"""Rules that change a subscription or an unsaved proposal: time, size, days, time zone, an excluded word."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, time

from bot.commands.intents.model import Context, Intent, Run, SmallTalk
from bot.commands.intents.phrases import Phrases
from bot.commands.intents.pointing import subscription_of
from bot.commands.intents.utterance import Utterance
from bot.domain import schedule
from bot.domain.requests import Chat
from bot.domain.subscriptions import Subscription
from bot.domain.talk import Talk
from bot.query.subscriptions.format import show
from bot.query.subscriptions.parser import change, read
from bot.services.subscriptions import blank

_YES = Phrases(
    "[yes|yep|yeah|yup|sure|ok|okay|y|fine|great|perfect|good|alright|looks good|sounds good] [please] (save|keep"
    "|confirm|do|go|go ahead|accept|submit|apply|take|add|use"
    "|subscribe|that's right|that is right|correct|sounds good|looks good|looks right|looks great|right|perfect"
    "|that works|works for me|works|make it so|let's go|let's do it"
    "|let's do that) [it|that|this|for it|ahead|me] [please]",
    "(yes|yep|yeah|yup|sure|ok|okay|y|fine|perfect|great|si|sí|ja|oui|да|はい|好|👍|✅|lgtm)",
)
_ASKS = re.compile(
    r"^(?:(?:can|could|should|may|would) (?:it|they|this|the digests?) (?:come|arrive|be)"
    r"|change|set|move|switch|make|put|shift|update|edit|adjust|reschedule|modify|turn (?:it|this)|send (?:it"
    r"|them|me only|only|\d)|deliver (?:it|them)|post it|add|use|rather"
    r"|(?:(?:i(?:'d| would) (?:rather|prefer(?: to)?) )?(?:get|have|receive)|want|need|i(?:'d| would) like|i want"
    r"|i need)"
    r" (?:it|them|this|the digests?|my digests?)"
    r"|(?:i|we)(?:'ve| have| am|'m)? ?(?:just |recently |now )?(?:moved|relocated|live|living|in)|my (?:time ?)?zone"
    r"|actually|but|only|just|no more than|max|limit|at most|also|without|exclude|excluding|no|not|instead|i(?:'d|"
    r" would) (?:rather|prefer)|prefer|top \d+|weekly|daily|weekdays|monthly|at \d)\b"
    r"|\b(?:instead(?: of \S+)?|from now on|later|earlier|sooner)$"
    r"|\b(?:is|would be) (?:enough|better|fine|nicer)$|^(?:i (?:want|need|prefer) )?\d{1,2} papers\b"
    r"|^(?:weekends?|weekdays|(?:mon|tues|wednes|thurs|fri|satur"
    r"|sun)days?)\b"
)
_LEAD = re.compile(
    r"^(?:(?:can|could|should|may|would) (?:it|they|this|the digests?) (?:come|arrive|be)"
    r"(?: sent| delivered| posted)?\s+)?"
    r"(?:(?:but|and|actually|rather|instead|better|no,|hm+,?)\s+)*"
    r"(?:(?:change|set|move|switch|make|put|shift|update|edit|adjust|reschedule|modify|turn|bring|send|deliver|post"
    r"|get|give|have|i want|i need|i'?d like"
    r"|i'?d (?:rather|prefer to) (?:get|have|receive)|i'?d prefer|prefer|use|do|add|go)\b(?: (?:me|us)\b)?\s*)?"
    r"(?:(?:the |my |this |that )?(?:time|hour|zone|time ?zone|days?|schedule|size|number of papers|count|frequency"
    r"|topic|query|it|them|this|that one|that|one|everything|digests?|subscriptions?"
    r"|(?:first|second|third|last)(?: one| digest| subscription)?|(?:number|no\.?|subscription|digest|#) ?\d+"
    r"|\d+(?= (?:to|at|on|for|with)\b))\s*)*"
    r"(?:(?:to (?:me|us)|to|at|on|into|as|be|with|for|comes?|arrives?|over to|instead)\b\s*)*"
)
_TAIL = re.compile(
    r"\s+(?:instead(?: of \S+(?: papers)?)?|please|from now on|from tomorrow|then|now|(?:in|from|to) (?:my"
    r"|the) digests?|per"
    r" digest|every time|each time|only|is enough|would be (?:enough|better|nice|good|great))$"
)
_SIZE = Phrases(
    "[only|just|max|maximum|at most|up to|no more than|the|top|limit|it|to|not more than] [only|just|max|top|to"
    "|than] <count:#> [{papers}|of them] [a day|per day|each day|each|every day|at a time|at most|max] [(not"
    "|instead of|rather than) <_>]"
)
_ABOUT_SIZE = re.compile(
    r"\b(?:papers?|only|just|max\w*|at most|top|limit|size|count|per day|a day|more than|number of|instead of|up"
    r" to)\b|^(?:send|give|post|deliver)\b"
)
_SHIFT = re.compile(
    r"\b(?P<amount>an|a|one|two|three|four|five|half an|\d{1,3}) ?(?P<unit>hours?|h|hrs?|minutes?|mins?)\b"
    r" (?P<way>later|earlier|sooner|before|after|ahead|back)\b"
)
_AMOUNTS = {"an": 1.0, "a": 1.0, "one": 1.0, "two": 2.0, "three": 3.0, "four": 4.0, "five": 5.0, "half an": 0.5}
_FEWER = Phrases(
    "[that's|this is|it's|these are|there are|i get|you send|you send me|still] [way|far|just|a bit] too (many|much"
    "|long) [{digest}] [(for|in|to) (me|us|my <_>|the <_>|read)|every day|a day|per day|each day|at once|today|now]",
    "[send|give|show|i want] [me] (fewer|less) [papers|of them] [per day|a day|in my digest|in the digest|each day]",
    "[make it|a bit] shorter [digests?]",
    "(shorten|reduce) [it|the digest|my digest|the number [of papers]|the size]",
    "not so many [papers]",
    "cut it down",
)
_MORE = Phrases(
    "too few [papers]",
    "[send|give] [me] more papers (per day|a day|each day|every day|each time|per digest|in (my|the|each"
    "|every) digests?)",
    "[make it|a bit] longer [digests?]",
    "not enough [papers]",
    "increase [the (number|size) [of papers]|it]",
)
_SIZES = (1, 3, 5, 10, 15, 20, 25)
#: "no more emails" ends a subscription and excludes nothing
_NO_MAIL = re.compile(
    r"^(?:no|not|without)(?: any)?(?: more)? (?:e-?mails?|mails?|messages?|digests?|papers|notifications?"
    r"|updates?|spam)\b"
)
_TOPIC = re.compile(
    r"^(?:change|set|switch|update|edit) (?:the |my )?(?:topic|query|subject|keywords?)(?P<which> of \S+(?: \S+)?)?"
    r" (?:to|into|as) (?P<topic>.+)$"
)
_DISMISS = Phrases(
    "[no|please] (cancel|discard|drop|abort|undo|scrap) [it|that|this|the subscription|the proposal]",
    "[no] (don't|do not) (save|subscribe|do|keep) [it|that|this|me]",
)
_ALSO = re.compile(r"^(?:also|add|plus|and)\b|\b(?:too|also|as well)$")
_EXCLUDES = re.compile(r"^(?:-\w|(?:without|no|not|exclude|excluding|except)\s)")
_LONGEST = 12
_LONGEST_PLACE = 8
_HOME = re.compile(
    r"^(?:(?:i|we)(?:'ve| have)? (?:just |recently |now )?(?:moved|relocated)(?: to)?|i(?:'m"
    r"| am)(?: now)?(?: living| based)?"
    r"|i(?: now)? live|we(?:'re| are)|my (?:time ?)?zone is|it(?:'s| is)|use|in|from|for"
    r"|the|time ?zone|make it)\s+(?:in |from )?"
)


def wants_zone(utterance: Utterance, context: Context) -> Intent | None:
    """Match the reply to the question for the time zone."""
    if not context.without_zone or not utterance.plain or len(utterance.words) > _LONGEST_PLACE:
        return None
    if _DISMISS.match(utterance.plain):
        return SmallTalk(Talk.NEVER_MIND)
    place = _HOME.sub("", utterance.plain)
    found = schedule.find_zone(place) or schedule.find_zone(re.sub(r" time(?: ?zone)?$", "", place))
    return Run("subscribe", f"{context.without_zone} {found}") if found else None


def answers_proposal(utterance: Utterance, context: Context) -> Intent | None:
    """Match consent to a proposal, or a change of it."""
    if not context.draft:
        return None
    said = " ".join(re.sub(r"[.!,]+", " ", utterance.text.casefold()).split())
    if _YES.match(said) or _YES.match(utterance.plain):
        return Run("subscribe", "save")
    if _DISMISS.match(utterance.plain):
        return SmallTalk(Talk.NEVER_MIND)
    if len(utterance.words) > _LONGEST:
        return None
    changed = _changed(utterance, _proposed(context), context.now)
    return Run("subscribe", show(changed)) if changed else None


def edited(utterance: Utterance, context: Context) -> Intent | None:
    """Match a change of an existing subscription: time, size, days, time zone, or an excluded word."""
    said = utterance.plain
    if not context.subscriptions or not said or len(utterance.words) > _LONGEST:
        return None
    if named := _TOPIC.match(said):
        number = subscription_of(named["which"] or "", context) or (1 if len(context.subscriptions) == 1 else None)
        return Run("subscriptions", f"edit {number} query:{named['topic']}") if number else Run("subscriptions")
    if not (_ASKS.search(said) or _SHIFT.search(said) or _FEWER.match(said) or _MORE.match(said)):
        return None
    number = subscription_of(said, context) or (1 if len(context.subscriptions) == 1 else None)
    before = context.subscriptions[(number or 1) - 1]
    changed = _changed(utterance, before, context.now)
    if changed is None or changed == before:
        return None
    return Run("subscriptions", f"edit {number} {_difference(before, changed)}") if number else Run("subscriptions")


def _proposed(context: Context) -> Subscription:
    wish = read(context.draft, context.now)
    return wish.over(blank(Chat("", ""), wish.when.zone or "UTC", context.now))


def _changed(utterance: Utterance, before: Subscription, now: datetime) -> Subscription | None:
    """Return the subscription with the change applied; None if the line is not understood as a change."""
    said = utterance.plain
    if shift := _SHIFT.search(said):
        return replace(before, schedule=replace(before.schedule, at=_shifted(before.schedule.at, shift)))
    if _FEWER.match(said):
        return replace(before, size=max([size for size in _SIZES if size < before.size], default=1))
    if _MORE.match(said):
        return replace(before, size=min([size for size in _SIZES if size > before.size], default=_SIZES[-1]))
    words = _words(said)
    also = _ALSO.search(words)
    words = _ALSO.sub("", words).strip() if also else words
    wish = change(words, now) if words and not _NO_MAIL.match(words) else None
    if wish and also and wish.when.days and before.schedule.days:
        wish = replace(wish, when=replace(wish.when, days=wish.when.days | before.schedule.days))
    if not wish or wish.complaints or (wish.query and not _EXCLUDES.match(words)):
        return None
    if wish.query:
        wish = replace(wish, query=f"{before.query} {wish.query}".strip())
    return wish.over(before)


def _words(said: str) -> str:
    """Return the change as an argument of /subscriptions edit: "18:30", "top 3", "weekly"."""
    rest = _TAIL.sub("", said)
    if re.match(r"(?:i|i'm|i've|we|we've|my)\b", rest):
        rest = re.sub(r" now$", "", _HOME.sub("", rest))
    lead = _LEAD.match(rest)
    rest = rest[lead.end() :].strip() if lead else rest
    if found := _SIZE.match(rest):
        return f"top {found['count']}" if _ABOUT_SIZE.search(said) else f"at {found['count']}:00"
    place = re.sub(r" time(?: ?zone)?$", "", rest)
    if place != rest and schedule.find_zone(place):
        return place
    return re.sub(r"^(?:only |just )(?=\S)", "", rest)


def _shifted(at: time | None, shift: re.Match[str]) -> time:
    amount = _AMOUNTS.get(shift["amount"]) or float(shift["amount"])
    minutes = amount * (60 if shift["unit"].startswith("h") else 1)
    sign = -1 if shift["way"] in ("earlier", "sooner", "before", "ahead") else 1
    known = at or schedule.DEFAULT_AT
    total = round(known.hour * 60 + known.minute + sign * minutes) % (24 * 60)
    return time(total // 60, total % 60)


def _difference(before: Subscription, after: Subscription) -> str:
    """Return the argument of /subscriptions edit that turns one subscription into the other."""
    said: list[str] = []
    if after.schedule != before.schedule:
        said.append(schedule.show(after.schedule))
    if after.size != before.size:
        said.append(f"top {after.size}")
    if after.query != before.query:
        said.append(f"query:{after.query}")
    return " ".join(said)


DIALOGUE = (wants_zone, answers_proposal)
RULES = (edited,)
