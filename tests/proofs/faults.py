"""Faults that are put into every call of the store and of a platform: in turn, or at random."""

from __future__ import annotations

import inspect
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, cast

from bot.errors import StoreError
from bot.models import Chat
from bot.page import Page
from bot.store import Store
from tests.rounds.postbox import Postbox

#: calls for a delivery that somebody has in hand
LEDGER = frozenset(
    {f"store.deliveries.{name}" for name in ("briefs", "begin", "part_sent", "part_begun", "mark")}
    | {f"store.deliveries.{name}" for name in ("reschedule", "end", "refuse", "follow")}
    | {"store.rates.take_each", "adapter.send"}
)


class Injected(Exception):
    """A fault that nobody expects."""


@dataclass(slots=True)
class Faults:
    """Decides which calls fail, and remembers which did."""

    #: whether a call fails, by its name and how often that was called, from 1
    which: Callable[[str, int], bool]
    #: the call is done all the same, and nobody is told
    after: bool = False
    #: as the store itself says that it cannot be used, or as nobody foresaw it
    expected: bool = False
    calls: Counter[str] = field(default_factory=Counter)
    raised: list[str] = field(default_factory=list)
    #: calls for deliveries in hand that are under way, and when the last of them ended
    busy: int = 0
    last_at: float = 0.0
    #: nothing fails before the scene is set, and while it is judged
    armed: bool = False

    def fails(self, name: str) -> bool:
        """Count a call, and decide."""
        if not self.armed:
            return False
        self.calls[name] += 1
        if not self.which(name, self.calls[name]):
            return False
        self.raised.append(name)
        return True

    @contextmanager
    def under_way(self, name: str) -> Iterator[None]:
        """Note when a call for a delivery in hand begins and ends."""
        ledger = name in LEDGER
        self.busy += ledger
        try:
            yield
        finally:
            self.busy -= ledger
            if ledger:
                self.last_at = time.monotonic()

    def quiet_for(self, seconds: float) -> bool:
        """Whether nothing was done for a delivery in hand for so long, and nothing is under way."""
        return not self.busy and time.monotonic() - self.last_at > seconds

    def error(self, name: str) -> Exception:
        """What is raised."""
        return StoreError(f"{name} fails, as it was told") if self.expected else Injected(name)


def first_of_each(name: str, times: int) -> bool:
    """Every call that there is fails once."""
    return times == 1


def only(wanted: str, time: int = 1) -> Callable[[str, int], bool]:
    """One call fails once."""
    return lambda name, times: (name, times) == (wanted, time)


def at_random(seed: int, share: float) -> Callable[[str, int], bool]:
    """A share of all calls fails."""
    chance = random.Random(seed)
    return lambda name, times: chance.random() < share


class FaultyRepository:
    """Stands before a repository; what is no coroutine is handed on."""

    def __init__(self, inner: object, name: str, faults: Faults) -> None:
        self._inner, self._name, self._faults = inner, name, faults

    def __getattr__(self, attribute: str) -> Any:
        found = getattr(self._inner, attribute)
        name = f"{self._name}.{attribute}"
        if type(found).__module__.startswith("bot.store."):
            return FaultyRepository(found, name, self._faults)
        if not inspect.iscoroutinefunction(found):
            return found

        async def call(*arguments: Any, **named: Any) -> Any:
            with self._faults.under_way(name):
                fails = self._faults.fails(name)
                if fails and not self._faults.after:
                    raise self._faults.error(name)
                result = await found(*arguments, **named)
                if fails:
                    raise self._faults.error(name)
                return result

        return call


def faulty(store: Store, faults: Faults) -> Store:
    """The same store, whose every call may fail."""
    return cast(Store, FaultyRepository(store, "store", faults))


class FaultyPostbox(Postbox):
    """A platform whose adapter may fail at every call."""

    def __init__(self, faults: Faults, *, nonced: bool) -> None:
        super().__init__(nonced=nonced)
        self._faults = faults

    def parts(self, page: Page) -> Sequence[Page]:
        if self._faults.fails("adapter.parts"):
            raise Injected("adapter.parts")
        return super().parts(page)

    async def send(self, chat: Chat, part: Page, *, nonce: str, silent: bool, role: str) -> str:
        with self._faults.under_way("adapter.send"):
            fails = self._faults.fails("adapter.send")
            if fails and not self._faults.after:
                raise Injected("adapter.send")
            id = await super().send(chat, part, nonce=nonce, silent=silent, role=role)
            if fails:
                raise Injected("adapter.send")
            return id
