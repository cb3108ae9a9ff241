"""Rule for a new subscription: a verb, or a schedule in the line; the topic and the schedule are told apart."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.commands.intents.model import Context, Intent, Run
from bot.commands.intents.search import without_request
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
    r"^(?:(?:get|be|stay|keep me) (?:notified|alerted|informed|updated|posted)|keep an eye on"
    r"|(?:a |an )?(?:alert|notification|reminder|digest|newsletter|subscription)s? (?=(?:when(?:ever)?|for|on"
    r"|about|if) )"
    r"|(?:re-?)?subscribe(?: me| us| this (?:chat|channel|group))?|follow|sign (?:me|us) up|sub me|notify (?:me"
    r"|us)|alert (?:me|us)|ping (?:me|us)"
    r"|keep (?:me|us) (?:posted|updated|informed|up to date|in the loop)|remind (?:me|us)(?: to read)?"
    r"|(?:set up|setup|create|start|make|schedule|add|open|begin|arrange|configure|new|want|get|need|give me|send"
    r" me)(?: me| us)? (?:a |an |another |my |the )?(?:(?:new|second|daily|weekly|monthly|morning) )*"
    r"(?:subscription|digest|alert|notification|reminder|newsletter|feed|update)s?|(?:track|watch|monitor)|let me"
    r" know|tell me (?:when|whenever|about new|every)|inform me|new subscription)\b"
)
_DELIVERY = re.compile(
    r"^(?:(?:i|we) (?:want|need|would like)(?: to (?:get|receive|have))?|hook (?:me|us) up with|shoot|forward"
    r"|send|give|deliver|post|get|show|bring"
    r"|mail|e-?mail|text|message|push|drop|provide|receive|have|want|need"
    r"|i'?d like|i like)(?: me| us| to me| here| in here)?\b|^(?:me|us)\b"
)
_LEAD = re.compile(
    r"^(?:me|us|to|for|up|of|on|about|regarding|a|an|the|my|some|any|new|newest|latest|recent|fresh|all|please|here"
    r"|when|whenever|there(?: is| are|'?s)|something|anything"
    r"|with(?! (?:an? |the |open |source |public |available )*(?:code|github|repos?|implementations?|project"
    r"|demos?)\b)|that are|which are|posted|best|most important|hottest"
    r"|(?:reminder|dose|overview|alert|notification|digest|summarie|update|newsletter|message|list|feed|paper|article|preprint"
    r"|publication|subscription|briefing|round-?up|e?-?mail)s?|summary|news|research|stuff|things|related to|in the"
    r" field of)\b[\s,:]*"
)
_TAIL = re.compile(
    r"[\s,]+(?:please|pls|plz|thx|(?:shows?|pops?|turns?|comes?) up|lands?|drops?|come out|comes out|appear"
    r"|appears|are out"
    r"|get published|are published|is published|show up"
    r"|(?:in|into|to) (?:my|our) (?:inbox|mailbox|mail|e-?mail|dms?|chat|channel|group)"
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
    r"|briefing|dose|overview|mail|e-?mail|list|papers?|news|report)s?\b)",
    re.IGNORECASE,
)
_NAMES_RHYTHM = re.compile(rf"\b(?:{_WEEKDAY}|daily|weekdays|every|each)\b", re.IGNORECASE)
#: "robotics digest each morning"
_DIGEST_BEHIND = re.compile(
    rf"(?<=\w) (?:digest|newsletter|briefing|round-?up|update|summary|report|alert|mail|e-?mail)s?(?=,? (?:each"
    rf"|every|daily|weekly|at |on |{_WEEKDAY}\b"
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

_APART = re.compile(
    r"(?:[,;.!?]\s*|\s)(?:(?:i'?m|i am|we'?re|we are|i live|we live|i'm based|i am based|it'?s) (?:in|from|at)"
    r"|(?<=[,;.!?] )"
    r"(?:in )?)\s*(?P<place>[^,;.!?]{3,30})[\s.!]*$",
    re.IGNORECASE,
)
_MARKS = " .,;:!?–-"
#: "I'm in Vienna", of which the place is part of the schedule
_HERE_I_AM = re.compile(
    r"[\s,;.]*\b(?:i'?m|i am|i live|i'm based|we'?re|we are|i'm living|my (?:time ?)?zone is|time ?zone|thats"
    r"|that's|it'?s"
    r"|where i live)$",
    re.IGNORECASE,
)
#: words that are left of a time or rhythm
_TAIL_OF_TIME = re.compile(
    r"(?<=\w)[\s,;.]+(?:only|max|time|sharp|if possible|each time|local time|starting|from|and|at|on|in|every|a)$",
    re.IGNORECASE,
)
#: "this weekend" comes once
_ONCE = re.compile(r"\b(?:this|last|next|past|the) (?:week|weekend|month|weekday)s?\b")
_MOST_WORDS = 30
#: "the weekly highlights" exist; "weekly highlights" may be a wish
_OF_PERIOD = re.compile(r"^(?:(?:give|show|send|get|see)(?: me| us)? )?the (?:daily|weekly|monthly) ")


def subscribed(utterance: Utterance, context: Context) -> Intent | None:
    """Match a new subscription: a verb, or recurrence and time."""
    said = _announced(utterance.plain)
    if not said:
        return None
    rest = _announced(utterance.request.rstrip(" .!?,;"))
    if (again := _AGAIN.match(said)) and _RHYTHM.search(said):
        rest = f"{context.last.argument if context.last.command == 'papers' else ''} {rest[again.end() :]}"
    elif verb := _VERB.match(said):
        rest = rest[verb.end() :].lstrip(" :,;-")
        if re.fullmatch(
            r"(?:to )?(?:it|this|that|these|them|here|(?:this|that) (?:topic|search|query|list))?", rest.casefold()
        ):
            rest = context.last.argument if context.last.command == "papers" else ""
    elif not _recurs(said):
        return None
    elif delivery := _DELIVERY.match(rest.casefold()):
        rest = rest[delivery.end() :].strip()
    return Run("subscribe", _arranged(_bare(rest)))


def _recurs(said: str) -> bool:
    """Return whether the line has a schedule: time and place, or recurrence with a time, place or recipient."""
    if _QUESTION.match(said) or len(said.split()) > _MOST_WORDS:
        return False
    when = schedule.read(said)
    delivered = _DELIVERY.match(said) or when.complaints
    if (when.at and (when.zone or when.names_days or delivered)) or (when.announced and when.zone):
        return True
    if _OF_PERIOD.search(said) and not (when.at or when.zone):
        return False
    rhythm = bool(_RHYTHM.search(said))
    if not (rhythm or _MAYBE.search(_ONCE.sub(" ", said))):
        return False
    told = _TIME.search(said) or _DIGEST.search(said) or _DELIVERY.match(said)
    return bool(told or (rhythm and (when.zone or re.search(r"\bpapers\b", said))))


def _arranged(text: str) -> str:
    """Return the topic without words of asking, then the schedule; the text itself if that changed the schedule.

    Only without the schedule between them, the words of asking stand together: "every morning at 8 with papers on X".
    """
    when = schedule.read(text)
    topic, place = _with_place(when.rest) if when and not when.zone else (when.rest, "")
    while (shorter := _without_edges(topic)) != topic:
        topic = shorter
    if not place and topic == when.rest.strip(_MARKS):
        return text
    arranged = f"{topic} {when.typed}".strip()
    again = schedule.read(arranged)
    if place:
        return f"{arranged} {schedule.find_zone(place)}"
    return arranged if replace(again, rest="") == replace(when, rest="") else text


def _with_place(topic: str) -> tuple[str, str]:
    """Return the topic, and a known place that stands apart at its end: "ocr, berlin", "rag. I'm in Vienna"."""
    ""
    found = _APART.search(topic)
    place = re.sub(r" time$", "", found["place"]) if found else ""
    return (topic[: found.start()], place) if found and schedule.find_zone(place) else (topic, "")


def _without_edges(topic: str) -> str:
    """Return the topic without one layer of words that only ask."""
    rest = _HERE_I_AM.sub("", topic.strip(_MARKS))
    if (found := _LEAD.match(rest.casefold())) and found.end() < len(rest):
        rest = rest[found.end() :].strip()
    rest = _TAIL.sub("", _TAIL_OF_TIME.sub("", rest)).strip()
    return without_request(rest)


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


RULES = (subscribed,)
