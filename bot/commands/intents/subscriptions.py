"""Rules for subscriptions: subscribe, unsubscribe, pause, resume, list, preview, status."""

from __future__ import annotations

import re

from bot.commands.intents.model import Context, Intent, Run
from bot.commands.intents.phrases import Phrases
from bot.commands.intents.pointing import number_of, subscription_of
from bot.commands.intents.utterance import Utterance
from bot.domain import schedule

_WEEKDAY = r"(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:days?)?"
#: unambiguous recurrence
_RHYTHM = re.compile(
    rf"\b(?:(?:every|each) (?:other |second |single |week|work|business )?(?:day|week|month|hour|morning|evening"
    rf"|afternoon|night|weekday|weekend|workday|{_WEEKDAY}|\d+|two|first|last)s?"
    rf"|twice a (?:day|week|month)|once a (?:day|week|month)|(?:mon|tues|wednes|thurs|fri|satur|sun)days|on"
    rf" weekdays|as soon as|the moment)\b"
)
#: recurrence that may be part of a topic; it needs a time or a word such as "digest" besides
_MAYBE = re.compile(
    rf"\b(?:daily|nightly|weekly|bi-?weekly|fortnightly|monthly|hourly|weekdays?|weekends?|on announce|mornings"
    rf"|evenings|per (?:day|week|month)|a day)\b|^{_WEEKDAY}(?:\s|,|$)|\bon {_WEEKDAY}\b"
)
_TIME = re.compile(
    r"\b(?:\d{1,2}[:.h]\d{2}|\d{1,2} ?[ap]\.?m\b\.?|\d{1,2} ?h\b|\d{1,2} ?o'?clock|at \d{1,2}|0\d{3}|noon|midday"
    r"|midnight|half past|quarter (?:past|to)"
    r"|(?:in the |every |each |this )(?:morning|evening|afternoon|night)|after lunch|\d{1,2}ish|utc|gmt)\b"
)
_DIGEST = re.compile(
    r"\b(?:digests?|newsletters?|alerts?|notifications?|reminders?|updates|subscription|briefing|summary|summaries"
    r"|round-?up)\b"
)
_VERB = re.compile(
    r"^(?:(?:re-?)?subscribe(?: me| us| this (?:chat|channel|group))?|follow|sign (?:me|us) up|sub me|notify (?:me"
    r"|us)|alert (?:me|us)|ping (?:me|us)"
    r"|keep (?:me|us) (?:posted|updated|informed|up to date|in the loop)|remind (?:me|us)(?: to read)?"
    r"|(?:set up|setup|create|start|make|schedule|add|open|begin|arrange|configure|new|want|get|need|give me|send"
    r" me)(?: me| us)? (?:a |an |another |my |the )?(?:(?:new|second|daily|weekly|monthly|morning) )*"
    r"(?:subscription|digest|alert|notification|reminder|newsletter|feed|update)s?|(?:track|watch|monitor)|let me"
    r" know|tell me (?:when|whenever|about new|every)|inform me|new subscription)\b"
)
_DELIVERY = re.compile(
    r"^(?:(?:i|we) (?:want|need|would like)(?: to (?:get|receive|have))?|send|give|deliver|post|get|show|bring"
    r"|mail|e-?mail|text|message|push|drop|provide|receive|have|want|need"
    r"|i'?d like|i like)(?: me| us| to me| here| in here)?\b|^(?:me|us)\b"
)
_LEAD = re.compile(
    r"^(?:me|us|to|for|up|of|on|about|regarding|a|an|the|my|some|any|new|newest|latest|recent|fresh|all|please|here"
    r"|when|whenever|there(?: is| are|'s)|something|anything"
    r"|with(?! (?:an? |the |open |source |public |available )*(?:code|github|repos?|implementations?|project"
    r"|demos?)\b)|that are|which are|posted|best|most important|hottest"
    r"|(?:reminder|alert|notification|digest|summarie|update|newsletter|message|list|feed|paper|article|preprint"
    r"|publication|subscription|briefing|round-?up|e?-?mail)s?|summary|news|research|stuff|things|related to|in the"
    r" field of)\b[\s,:]*"
)
_TAIL = re.compile(
    r"[\s,]+(?:please|(?:shows?|pops?|turns?|comes?) up|lands?|drops?|come out|comes out|appear|appears|are out"
    r"|get published|are published|is published|show up"
    r"|here|to me|for (?:me|us)|in this (?:chat|channel|group))(?=,|$)"
)
#: a delivery as soon as there is something to deliver
_ANNOUNCED = re.compile(
    r"\b(?:as soon as|when(?:ever)?|the moment|once|right after|each time|every time)(?: that)? "
    r"(?:(?:the|a|there is a|there's a|any) )?(?:(?:new|next|daily|day's|today's|hugging face|hf) )*"
    r"(?:lists?|papers?|digest|batch|announcement|it|they)(?: (?:is|are|gets?|has been|have been|was|were))?"
    r" (?:out|published|announced|there|up|available|posted|released|ready|in|online|appears?|lands?|listed|drops?"
    r"|comes? (?:out|in))\b",
    re.IGNORECASE,
)
#: "weekly digest on X": the recurrence is moved behind the topic
_RHYTHM_FIRST = re.compile(
    r"^(?:an? |my |the )?(daily|weekly|monthly|weekdays?|morning)(?= (?:digest|newsletter|update|alert|summary"
    r"|round-?up"
    r"|briefing|mail|e-?mail|list|papers?|news|report)s?\b)",
    re.IGNORECASE,
)
_NAMES_RHYTHM = re.compile(rf"\b(?:{_WEEKDAY}|daily|weekdays|every|each)\b", re.IGNORECASE)
#: "robotics digest each morning"
_DIGEST_BEHIND = re.compile(
    rf"(?<=\w) (?:digest|newsletter|briefing|round-?up)s?(?=,? (?:each|every|daily|weekly|at |on |{_WEEKDAY}\b"
    rf"|\d)|,|$)",
    re.IGNORECASE,
)
#: "3 at most", "no more than 3 papers"
_SIZE = re.compile(
    r"[\s,;]+(?:(?:at most|max(?:imum)?|up to|no more than|only|just|not more than) (\d{1,2})(?: papers?| of them)?"
    r"|(\d{1,2})(?: papers?)? (?:at most|max(?:imum)?|tops|at a time|each time))(?=$|[\s,.;])",
    re.IGNORECASE,
)
#: subscribes to the last query
_AGAIN = re.compile(
    r"^(?:do|repeat|run|automate|schedule|send me|give me) (?:this|it|that)\b(?: automatically| regularly| again)?"
)
_QUESTION = re.compile(r"^(?:what|which|who|why|how|is|are|does|do)\b")

_THING = (
    "digests?|subscriptions?|papers|mails?|e-?mails?|messages|updates?|alerts?|notifications?|newsletters?"
    "|posts?|posting|this|it|that|them|these|bot|everything|following"
)
_STOP = Phrases(
    "(stop|unsubscribe|unsub|un-?follow|cancel|quit|end|opt-?out|opt out|disable|delete|remove|kill|terminate|drop"
    "|enough) [of|from|with] [<what>]",
    "(turn|switch|shut) [it|this|them] off [<what>]",
    "(turn|switch|shut) <what> off",
    "(get rid of|no more|leave me alone|not interested in|not interested) [<what>]",
    "i (don't|do not|no longer) (want|need|wish) [to (get|receive|have|see|follow)] [<what>]",
    "(don't|do not) send [me] [<what>]",
    "i want (out|to (stop|unsubscribe|leave|cancel)) [<what>]",
)
_ONLY_THINGS = re.compile(
    rf"^(?:(?:{_THING}|me|us|the|my|this|these|that|any|your|from|with|of|out|to|here|more|anymore|any more|daily"
    rf"|weekly|morning|sending|spamming|now|please|at once|immediately|right now|thanks)\s*)*$"
)
_UNTIL = re.compile(
    r"\b(?:for (?:a|one|two|the|\d+) (?:day|week|month|while|weekend)s?|until|till|this week|next week)\b"
)
_PAUSE = Phrases(
    "(pause|snooze|mute|suspend|hold|freeze|silence|halt) [off|on] [<what>]",
    "(take a break|put on hold|be quiet|quiet)",
    "put <what> on hold",
    "no (digests?|papers|mails?) (for|until|till|this|next) <_>",
    "[i'm|i am|we're|going] [going] (on|away on) (vacation|holidays?,?|vacation,|leave) [<_>]",
    "stop for <_>",
)
_RESUME = Phrases(
    "(resume|un-?pause|un-?mute|un-?snooze|restart|reactivate|re-activate|re-enable|enable|re-start) [<what>]",
    "(continue|start|begin|send) [<what>] again [<_>]",
    "(continue|keep) [sending] (my|the) (digests?|subscriptions?)",
    "(turn|switch) [<what>] [back] on [again]",
    "(i'm|i am|we're|we are) back [from <_>]",
    "wake up",
    "bring <what> back",
)
_LIST = Phrases(
    "[list|show|see|view|display|manage|tell|give|check|open|get|what are|which are] [me] [all] [of] [my|the|our"
    "|this chat's|current|active|these|this channel's] [current|active] {subscription} [here|i have]",
    "list",
    "(what|which) [topics?|papers?|subscriptions?|subs|digests?|things|feeds] (am i|are we|do i|do we|have i|is"
    " this (chat|channel|group)|does this (chat|channel|group))"
    " [currently|already] (subscribed [to]|following|follow|get|have|getting|receive|receiving|signed up (for|to)"
    "|subscribe to|tracking) [here|now] [and when|when]",
    "am i subscribed [to anything]",
    "do i have [any] (subscriptions?|digests?|alerts?)",
    "how many subscriptions (do i have|are there)",
)
#: the digest, if there is no subscription to list
_ONE_DIGEST = Phrases("[show|give|send|get|open|see] [me] [the|a|my] (digest|newsletter)")
_STATUS = Phrases(
    "(status|health|state)",
    "(is|are) (it|this|the bot|everything|you|paperboy|things|the digest|my digest) [still] (working|running|ok"
    "|okay|alive|broken|down|up|up to date|fine|on|active|healthy) [today|correctly|properly]",
    "(when|what time|at what time|how soon) ('s|is|does|do|will|are|would) [the|my|our] [next] (digests?|papers?"
    "|one|mail|delivery|update|run|subscription|it|i|you|they) [<_>]",
    "(when's|when) [the|my|our] next (digest|one|mail|delivery)",
    "[i|we] (didn't|did not|didnt|haven't|have not|havent|never|no|still no|still didn't|still haven't) [get|got"
    "|gotten|received?|seen|see|have|had] [any|my|a|the|today's|anything|our] [today's]"
    " (digests?|papers?|mails?|e-?mails?|messages?|news|updates?|anything|list|one) [today|this morning|yet"
    "|yesterday|at all|since <_>|for <_>|arrived|came|come|from you] [yet|again]",
    "nothing (came|arrived|has come|has arrived|was sent|showed up|received|comes) [<_>]",
    "nothing (today|this morning|yet|again) [<_>]",
    "(where's|where is|where was|where are|where) [my|the|our|today's] [today's] (digests?|papers|mail|list"
    "|subscription) [today|this morning|yesterday]",
    "(my|the|today's) (digest|mail|list) (is late|didn't come|did not come|didn't arrive|is missing|never came"
    "|never arrived|hasn't come|hasn't arrived|was not sent) [<_>]",
    "why (didn't|did not|have i not|haven't|no|was there no|is there no|did i not|am i not|do i not|don't i|is my)"
    " [i] [<_>] (digests?|papers today|anything|anything today|mails?|messages?) [<_>]",
    "how (old|fresh|recent|up to date|current) (is|are) [the|your] (data|papers|lists?|information|sources?)",
    "when (was|were|did) [the|your] (data|lists?|papers|last <_>|you last <_>) [<_>]",
    "last (update|run|digest|delivery)",
    "did you send [me] (anything|my digest|the digest|it) [today|yesterday]",
    "[any|are there any|are there] (problems|errors|issues)",
)
_PREVIEW = Phrases(
    "preview [<which>]",
    "(show|send|give) [me] [a|the|my] (preview|sample) [(of|for) [my|the] [next] (digest|subscription)] [<which>]",
    "what (have|do) i (got|get|have) coming [up] [next|tomorrow]",
    "what (would|will) (my|the|tomorrow's|it) [next] [digest|one|subscription|list] (bring|look like|be|contain"
    "|have) [tomorrow|today|next]",
    "(show|send|give) [me] (my|the|my next|the next) (digest|newsletter) [now]",
    "test [my|the] digest",
)


def overview(utterance: Utterance, context: Context) -> Intent | None:
    """Match a request for the list of subscriptions, a preview, or the status."""
    said = utterance.plain
    if _LIST.match(said):
        return Run("subscriptions") if context.subscriptions or not _ONE_DIGEST.match(said) else Run("trending", "day")
    if context.subscriptions and (found := _PREVIEW.match(said)):
        return Run("preview", _pointer(found.groupdict().get("which") or "", context) or "1")
    return Run("status") if _STATUS.match(said) else None


def stopped(utterance: Utterance, context: Context) -> Intent | None:
    """Match a request to unsubscribe; without a reference, the reply asks which."""
    found = _STOP.match(utterance.plain)
    if found is None:
        return None
    what = (found.groupdict().get("what") or "").strip()
    if _UNTIL.search(what):
        return Run("pause", "") if _ONLY_THINGS.match(_UNTIL.split(what)[0].strip()) else None
    if re.search(r"\b(?:all|everything|both)\b", what) and _ONLY_THINGS.match(
        re.sub(r"\b(?:all|everything|both)\b", "", what).strip()
    ):
        return Run("unsubscribe", "all") if len(context.subscriptions) > 1 else Run("stop")
    if _ONLY_THINGS.match(what):
        return Run("stop")
    pointer = _pointer(what, context)
    if pointer:
        return Run("unsubscribe", pointer)
    named = re.match(r"^(?:unsubscribe|unsub|un-?follow)\b", utterance.plain)
    return Run("unsubscribe", _topic(what)) if named and context.subscriptions else Run("stop") if named else None


def paused(utterance: Utterance, context: Context) -> Intent | None:
    """Match a request to pause."""
    return _on_those(_PAUSE.match(utterance.plain), "pause", context)


def resumed(utterance: Utterance, context: Context) -> Intent | None:
    """Match a request to resume."""
    return _on_those(_RESUME.match(utterance.plain), "resume", context)


def _on_those(found: re.Match[str] | None, command: str, context: Context) -> Intent | None:
    if found is None:
        return None
    what = _UNTIL.split((found.groupdict().get("what") or "").strip())[0].strip()
    if re.fullmatch(r"(?:all|everything|both)(?: of (?:it|them))?", what):
        return Run(command, "all")
    if _ONLY_THINGS.match(what):
        return Run(command)
    pointer = _pointer(what, context)
    return Run(command, pointer) if pointer else None


def _pointer(what: str, context: Context) -> str:
    """Return the number of the referenced subscription, or ""."""
    topic = _topic(what)
    number = number_of(topic, len(context.subscriptions)) or subscription_of(what, context)
    if number is None:
        fitting = [
            place for place, each in enumerate(context.subscriptions, 1) if topic and topic in each.query.casefold()
        ]
        number = fitting[0] if len(fitting) == 1 else None
    return str(number) if number else ""


def _topic(what: str) -> str:
    """Return the topic without words such as "digest" or "subscription"."""
    words = what.strip()
    for _ in range(6):
        words = re.sub(
            rf"^(?:to|from|with|of|on|for|the|my|me|us|sending|send|getting|receiving|about|{_THING})\s+", "", words
        )
    return re.sub(r"[\s,]+(?:digests?|subscriptions?|papers|one|please|any ?more|now|updates?|again|today)$", "", words)


def subscribed(utterance: Utterance, context: Context) -> Intent | None:
    """Match a new subscription: a verb, or recurrence and time."""
    said = _announced(utterance.plain)
    if not said:
        return None
    rest = _announced(utterance.request.rstrip(" .!?,;"))
    if (again := _AGAIN.match(said)) and _RHYTHM.search(said):
        rest = f"{context.last.argument if context.last.command == 'papers' else ''} {rest[again.end() :]}"
    elif verb := _VERB.match(said):
        rest = rest[verb.end() :].strip()
        if re.fullmatch(
            r"(?:to )?(?:it|this|that|these|them|here|(?:this|that) (?:topic|search|query|list))?", rest.casefold()
        ):
            rest = context.last.argument if context.last.command == "papers" else ""
    elif not _recurs(said):
        return None
    elif delivery := _DELIVERY.match(rest.casefold()):
        rest = rest[delivery.end() :].strip()
    return Run("subscribe", _bare(rest))


def _recurs(said: str) -> bool:
    """Return whether the line has a schedule: time and place, or recurrence with a time, place or recipient."""
    if _QUESTION.match(said) or len(said.split()) > _MOST_WORDS:
        return False
    when = schedule.read(said)
    if (when.at and (when.zone or when.names_days)) or (when.announced and when.zone):
        return True
    rhythm = bool(_RHYTHM.search(said))
    if not (rhythm or _MAYBE.search(said)):
        return False
    told = _TIME.search(said) or _DIGEST.search(said) or _DELIVERY.match(said)
    return bool(told or (rhythm and (when.zone or re.search(r"\bpapers\b", said))))


_MOST_WORDS = 30


def _announced(text: str) -> str:
    """Return "as soon as the list is out: agents, Berlin" as "agents on announce Berlin"."""
    found = _ANNOUNCED.search(text) or re.match(r"on announce\b", text, re.IGNORECASE)
    if found is None:
        return text
    behind = [part for part in re.split(r"\s*[,:;]\s*", text[found.end() :].strip(" ,:;.-–")) if part]
    last = re.sub(r"^(?:in|from)\s|\stime$", "", behind[-1], flags=re.IGNORECASE) if behind else ""
    place = [behind.pop()] if last and schedule.find_zone(last) else []
    return " ".join(filter(None, (text[: found.start()].strip(" ,;:"), *behind, "on announce", *place)))


def _bare(text: str) -> str:
    """Return the topic and the schedule without the words that only say that it is a subscription."""
    rest = re.sub(r"^same time (?=every|each)", "", text.strip(), flags=re.IGNORECASE)
    rest = re.sub(r"^((?:every|each) \w+|daily|weekdays|weekly):\s", r"\1 ", rest, flags=re.IGNORECASE)
    if first := _RHYTHM_FIRST.match(rest):
        behind = rest[first.end() :].strip()
        rest = behind if _NAMES_RHYTHM.search(behind) else f"{behind} {first[1]}"
    rest = _DIGEST_BEHIND.sub("", rest, count=1)
    rest = _SIZE.sub(lambda found: f" top {found[1] or found[2]}", rest)
    while (found := _LEAD.match(rest.casefold())) and found.end():
        rest = rest[found.end() :].strip()
    for _ in range(3):
        rest = _TAIL.sub("", rest).strip()
    return rest


RULES = (overview, stopped, paused, resumed, subscribed)
