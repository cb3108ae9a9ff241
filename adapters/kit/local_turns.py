"""Turns of one process, for as long as the budgets that all processes share cannot be reached."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Mapping

from bot.rates import Budget, Rate

#: budgets that are remembered; the oldest have nothing left to say
_REMEMBERED = 5_000


class LocalTurns:
    """Draws from budgets in memory."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._budgets: OrderedDict[str, Budget] = OrderedDict()

    def draw(self, rates: Mapping[str, Rate], patience: float) -> float | None:
        """Return the seconds until one message may go; None, and nothing is drawn, where that is beyond `patience`."""
        now = self._clock()
        budgets = {key: self._budgets.get(key, Budget()) for key in rates}
        at = max([now, *(budgets[key].open_at(rate, now, answer=True) for key, rate in rates.items())])
        if at - now > patience:
            return None
        for key, rate in rates.items():
            self._budgets[key] = budgets[key].drawn(rate, at, answer=True)
            self._budgets.move_to_end(key)
        while len(self._budgets) > _REMEMBERED:
            self._budgets.popitem(last=False)
        return at - now
