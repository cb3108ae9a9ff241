"""What was said of a subscription, and what it makes of one."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from bot.models import EmptyDay, Subscription
from bot.schedule import Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
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

    def __bool__(self) -> bool:
        return bool(self.when) or any(value is not None for value in self._said().values())

    def over(self, subscription: Subscription) -> Subscription:
        """The subscription with what was said in the place of what it had; the rest of it stays."""
        changed = {name: value for name, value in self._said().items() if value is not None}
        if self.repeat_days == 0:
            changed["repeat_days"] = None
        return replace(subscription, schedule=self.when.over(subscription.schedule), **changed)

    def fits(self, subscription: Subscription) -> bool:
        """Whether everything that was said is true of the subscription."""
        return self.over(subscription) == subscription

    def _said(self) -> dict[str, str | int | bool | EmptyDay | None]:
        names = ("query", "size", "threshold", "empty", "repeat_days", "silent", "role")
        return {name: getattr(self, name) for name in names}
