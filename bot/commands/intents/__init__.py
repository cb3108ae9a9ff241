"""Intent recognition for plain text: ordered rules that turn a line into a command, a short reply or a refusal.

`understand` tries a fixed order of small rules. Each rule looks at the utterance and at what was said before in the
chat, and returns a command of the command table, a short reply, or nothing. What no rule knows is a topic search.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from bot.commands.intents import browse, changes, chat, languages, lists, mentions, papers, subscribing, subscriptions
from bot.commands.intents.model import Context, Decline, Intent, LastList, Run, SmallTalk
from bot.commands.intents.search import topic
from bot.commands.intents.utterance import Utterance

__all__ = ["Context", "Decline", "Intent", "LastList", "Run", "SmallTalk", "Utterance", "understand"]

Rule = Callable[[Utterance, Context], Intent | None]

#: the first rule that returns an intent wins
_RULES: tuple[Rule, ...] = (
    *changes.DIALOGUE,
    *languages.RULES,
    *chat.RULES,
    *lists.PAGING,
    *papers.RULES,
    *mentions.RULES,
    *lists.RULES,
    *changes.RULES,
    *subscriptions.RULES,
    *subscribing.RULES,
    *browse.RULES,
)


def understand(text: str, context: Context) -> Intent:
    """Return the intent of a line of plain text; a search for the text if no rule matches."""
    utterance = Utterance.read(text)
    return _by_rule(utterance, context) or _by_clauses(utterance, context) or Run("papers", topic(utterance))


def _by_rule(utterance: Utterance, context: Context) -> Intent | None:
    return next((intent for rule in _RULES if (intent := rule(utterance, context))), None)


def _by_clauses(utterance: Utterance, context: Context) -> Intent | None:
    """Return the last request of a line whose clauses are all understood: "I'm lost, what can I type here?".

    Beside a request that changes a subscription, a clause about the person may stand: "too much for me, stop it".
    """
    clauses = [each for each in _CLAUSE_END.split(utterance.plain) if each]
    if not 1 < len(clauses) <= _MOST_CLAUSES:
        return None
    intents = [(each, _by_rule(Utterance.read(each), context)) for each in clauses]
    understood = [intent for _, intent in intents if intent]
    asked = [intent for intent in understood if not isinstance(intent, SmallTalk)] or understood
    changes = bool(context.subscriptions) and any(isinstance(each, Run) and each.command in _MANAGING for each in asked)
    if all(intent or (changes and _PERSONAL.match(each)) for each, intent in intents):
        return asked[-1] if asked else None
    return None


_CLAUSE_END = re.compile(r"\s*[.!?;,]+\s+|\s+[–-]\s+")
_MOST_CLAUSES = 3
_MANAGING = frozenset({"stop", "unsubscribe", "pause", "resume", "subscriptions", "status"})
_PERSONAL = re.compile(r"(?:i|i'm|i've|i'll|we|we're|it|it's|this|that's|too|sorry|my|not|because|really)\b")
