"""Intent recognition for plain text: ordered rules that turn a line into a command, a short reply or a refusal.

`understand` tries a fixed order of small rules. Each rule looks at the utterance and at what was said before in the
chat, and returns a command of the command table, a short reply, or nothing. What no rule knows is a topic search.
"""

from __future__ import annotations

from collections.abc import Callable

from bot.commands.intents import browse, changes, chat, languages, lists, papers, subscriptions
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
    *lists.RULES,
    *changes.RULES,
    *subscriptions.RULES,
    *browse.RULES,
)


def understand(text: str, context: Context) -> Intent:
    """Return the intent of a line of plain text; a search for the text if no rule matches."""
    utterance = Utterance.read(text)
    for rule in _RULES:
        if intent := rule(utterance, context):
            return intent
    return Run("papers", topic(utterance))
