"""What was said of a subscription, and what it makes of one."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TypeVar

from bot.domain.schedule import Reading
from bot.domain.subscriptions import EmptyDay, Subscription

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionSpec:
    """What a person said of a subscription, and nothing that they did not say."""

    when: Reading = field(default_factory=Reading)
    #: as `bot.query` shows it, without a number of papers; None where nothing was said, and so in all that follow
    query: str | None = None
    #: papers in a digest
    size: int | None = None
    #: votes that a paper must have
    threshold: int | None = None
    empty: EmptyDay | None = None
    #: days after which a paper may come again; 0 for never
    repeat_days: int | None = None
    silent: bool | None = None
    role: str | None = None
    #: "save" stood at the end
    save: bool = False
    #: what was typed and could not be used, as it was typed
    ignored: tuple[str, ...] = ()
    #: sentences about what cannot be met, each with what to write instead
    complaints: tuple[str, ...] = ()
    #: the number of papers that was typed, where no digest can have so many; None where `size` is what was asked for
    asked_size: int | None = field(default=None, compare=False)

    def __bool__(self) -> bool:
        rest = (self.query, self.size, self.threshold, self.empty, self.repeat_days, self.silent, self.role)
        return bool(self.when) or any(said is not None for said in rest)

    def over(self, subscription: Subscription) -> Subscription:
        """The subscription with what was said in the place of what it had; the rest of it stays."""
        return replace(
            subscription,
            schedule=self.when.over(subscription.schedule),
            query=_either(self.query, subscription.query),
            size=_either(self.size, subscription.size),
            threshold=_either(self.threshold, subscription.threshold),
            empty=_either(self.empty, subscription.empty),
            repeat_days=_either(self.repeat_days, subscription.repeat_days) or None,
            silent=_either(self.silent, subscription.silent),
            role=_either(self.role, subscription.role),
        )

    def fits(self, subscription: Subscription) -> bool:
        """Whether everything that was said is true of the subscription."""
        return self.over(subscription) == subscription


def _either(said: _T | None, kept: _T) -> _T:
    return kept if said is None else said
