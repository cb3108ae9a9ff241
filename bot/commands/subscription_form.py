"""The settings of a subscription as the fields of a form, filled in, and back to a command."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.domain.schedule import show as show_schedule
from bot.domain.subscriptions import EmptyDay, Subscription
from bot.query.subscriptions.format import mark_of, rare_options, safe, show
from bot.query.subscriptions.parser import EVERYTHING

#: names of the fields
TOPIC, WHEN, SIZE, EMPTY, REST = "query", "when", "count", "empty", "else"


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionForm:
    """The settings of a subscription as a person would type them; `argument` reads the same from them."""

    #: id of the subscription
    id: int
    topic: str
    when: str
    size: int
    empty: EmptyDay
    #: all other options that are not the default: "votes:>=20 silent:yes"
    rest: str
    #: of the settings that were filled in; a form whose settings have changed since is refused
    mark: str


def form_of(subscription: Subscription) -> SubscriptionForm:
    """Return the form of a subscription."""
    return SubscriptionForm(
        id=subscription.id,
        topic=safe(subscription.query) if subscription.query else "",
        when=show_schedule(subscription.schedule),
        size=subscription.size,
        empty=subscription.empty,
        rest=rare_options(subscription),
        mark=mark_of(show(subscription)),
    )


def argument(filled: Mapping[str, str]) -> str:
    """Return the fields of a filled-in form as all settings of a subscription; an empty topic means all papers."""
    values = {name: value.strip() for name, value in filled.items()}
    said = (
        f"{TOPIC}:{values[TOPIC]}" if values.get(TOPIC) else EVERYTHING,
        f"top:{values[SIZE]}" if values.get(SIZE) else "",
        f"empty:{values[EMPTY]}" if values.get(EMPTY) else "",
        values.get(REST, ""),
        values.get(WHEN, ""),
    )
    return " ".join(filter(None, said))
