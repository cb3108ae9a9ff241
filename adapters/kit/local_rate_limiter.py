"""An in-memory rate limiter for one process, used while the shared one in the database cannot be reached."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Mapping

from bot.domain.rate_limits import Budget, Rate

#: budgets kept in memory; the oldest have refilled
_REMEMBERED = 5_000


class LocalRateLimiter:
    """Reserve turns from budgets in memory."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._budgets: OrderedDict[str, Budget] = OrderedDict()

    def acquire(self, rates: Mapping[str, Rate], patience: float) -> float | None:
        """Return the seconds until one message may be sent; None, without reserving a turn, if that exceeds
        `patience` seconds.
        """
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
