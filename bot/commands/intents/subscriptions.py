"""Rules for existing subscriptions: unsubscribe, pause, resume, list, preview, status."""

from __future__ import annotations

import re

from bot.commands.intents.model import Context, Intent, Run
from bot.commands.intents.phrases import Phrases
from bot.commands.intents.pointing import number_of, subscription_of
from bot.commands.intents.utterance import Utterance

_THING = (
    "digests?|subscriptions?|papers|mails?|e-?mails?|messages|updates?|alerts?|notifications?|newsletters?"
    "|posts?|posting|stuff|things?|spam|this|it|that|them|these|bot|everything|following"
)
_STOP = Phrases(
    "(stop|unsubscribe|unsub|un-?follow|cancel|quit|end|opt-?out|opt out|disable|delete|remove|kill|terminate|drop"
    "|enough) [of|from|with] [<what>]",
    "(turn|switch|shut) [it|this|them] off [<what>]",
    "(turn|switch|shut) <what> off",
    "(get rid of|no more|leave me alone|[i'm|i am] (not|no longer) interested [in]|i've had enough [of]) [<what>]",
    "i (don't|do not|no longer) (want|need|wish) [to (get|receive|have|see|follow)] [<what>]",
    "(don't|do not) send [me] [<what>]",
    "i want (out|to (stop|unsubscribe|leave|cancel)) [<what>]",
)
_ONLY_THINGS = re.compile(
    rf"^(?:(?:{_THING}|me|us|the|my|this|these|that|any|your|from|with|of|out|to|here|more|anymore|any more|daily"
    rf"|weekly|morning|sending|spamming|bothering|ever|again|now|please|at once|immediately|right now|thanks)\s*)*$"
)
_UNTIL = re.compile(
    r"\b(?:for (?:a|one|two|the|\d+) (?:day|week|month|while|weekend)s?|until|till|this week|next week)\b"
)
_PAUSE = Phrases(
    "(pause|snooze|mute|suspend|hold|freeze|silence|halt) [off|on] [<what>]",
    "(skip|omit) (this|next|the next|today's|tomorrow's) (week|month|day|one|digest|few days) [<_>]",
    "(take|have|need) a (break|rest) [<_>]",
    "(take a break|put on hold|be quiet|quiet)",
    "put <what> on hold",
    "no (digests?|papers|mails?) (for|until|till|this|next) <_>",
    "[i'm|i am|we're|going] [going] (on|away on) (vacation|holidays?,?|vacation,|leave) [<_>]",
    "stop for <_>",
    "(stop|hold off|quit) [on] [sending|posting|delivering] [me|us] [<_>]"
    " (for (now|a while|a bit|the moment|the time being)|temporarily)",
)
_RESUME = Phrases(
    "(resume|un-?pause|un-?mute|un-?snooze|restart|reactivate|re-activate|re-enable|enable|re-start) [<what>]",
    "(continue|start|begin|send) [<what>] again [<_>]",
    "(continue|keep) [sending] (my|the) (digests?|subscriptions?)",
    "(continue|keep [on]|carry on|go on|start) (sending|posting|delivering) [them|it|me|us|these|those]"
    " [digests?|mails?|papers]",
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
    "(what's|what is|what are) (my|our|the) [current] (schedules?|topics?|delivery times?|settings)",
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
    "no (digests?|mails?|e-?mails?|messages?|papers|updates?) (today|this morning|yet|again|yesterday|came"
    "|arrived) [<_>]",
    "did (something|anything) (break|fail|go wrong) [<_>]",
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
    "[show] [me] what (my|the|tomorrow's) [next] (digest|one|mail|list) (will|would) (look like|bring|be|contain|have)",
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


RULES = (overview, stopped, paused, resumed)
