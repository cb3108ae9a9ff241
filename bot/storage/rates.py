"""Rate limiter shared by all workers of a database: one budget per bot token, two per chat."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.rate_limits import Budget, Rate
from bot.storage.database import Database
from bot.storage.rows import legible
from bot.storage.schema import budgets
from bot.storage.upsert import insert_new, upsert

#: budgets unused for this long are full and can be deleted
_LIFETIME = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Acquisition:
    """When a message may be sent."""

    #: from now; negative if the query took longer than `lead`
    wait: timedelta
    #: False if the wait would exceed `patience`, in which case nothing was acquired
    granted: bool


class Rates:
    """Budgets are updated in one transaction by the database's clock, so the workers' clocks do not matter."""

    def __init__(self, database: Database, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._database = database
        self._monotonic = monotonic

    async def take(
        self,
        rates: Mapping[str, Rate],
        *,
        patience: timedelta = timedelta(seconds=5),
        answer: bool = False,
        now: datetime | None = None,
    ) -> Acquisition:
        """Acquire one message from all of these budgets, for the first moment at which all of them allow it.

        An `answer` to a person does not wait for digests. `now` overrides the database's clock.
        """
        (turn,) = await self.take_each([rates], patience=patience, answer=answer, now=now)
        return Acquisition(max(turn.wait, timedelta(0)), turn.granted)

    async def take_each(
        self,
        wishes: Sequence[Mapping[str, Rate]],
        *,
        patience: timedelta = timedelta(seconds=5),
        lead: timedelta = timedelta(0),
        slots: int = 1,
        answer: bool = False,
        now: datetime | None = None,
    ) -> list[Acquisition]:
        """Acquire several messages, each from its own budgets, in order and in one transaction.

        None is sent earlier than `lead` from now. `slots` is the number of intervals to reserve per message, more
        than one for a worker that may be late.
        """
        keys = {key for rates in wishes for key in rates}
        if not keys:
            return [Acquisition(timedelta(0), granted=True) for _ in wishes]
        async with self._database.write(apart=True) as connection:
            left = await _locked(connection, keys)
            moment, read_at = now.timestamp() if now else await clock_of(connection), self._monotonic()
            turns: list[Acquisition] = []
            for rates in wishes:
                ready = moment + lead.total_seconds()
                at = max([left[key].open_at(rate, ready, answer=answer) for key, rate in rates.items()], default=moment)
                turns.append(
                    Acquisition(timedelta(seconds=at - moment), granted=at - moment <= patience.total_seconds())
                )
                if turns[-1].granted:
                    left |= {key: left[key].drawn(rate, at, answer=answer, slots=slots) for key, rate in rates.items()}
            rows = [{"key": key, "digests": one.digests, "answers": one.answers} for key, one in sorted(left.items())]
            await upsert(connection, budgets, rows)
        passed = timedelta(0) if now else timedelta(seconds=self._monotonic() - read_at)
        return [Acquisition(turn.wait - passed, turn.granted) for turn in turns]

    async def prune(self, now: datetime) -> int:
        """Delete full budgets. Return their number."""
        full = sa.delete(budgets).where(budgets.c.digests < (now - _LIFETIME).timestamp())
        async with self._database.write(apart=True) as connection:
            return (await connection.execute(full)).rowcount


async def _locked(connection: AsyncConnection, keys: Collection[str]) -> dict[str, Budget]:
    """Return the budgets, locked until the end of the transaction."""
    query = sa.select(budgets).where(budgets.c.key.in_(keys)).order_by(budgets.c.key).with_for_update()
    rows = (await connection.execute(query)).all()
    if len(rows) < len(keys):
        await insert_new(connection, budgets, [{"key": key, "digests": 0.0, "answers": 0.0} for key in sorted(keys)])
        rows = (await connection.execute(query)).all()
    return {row.key: Budget(legible(row.digests, 0.0), legible(row.answers, 0.0)) for row in rows}


async def clock_of(connection: AsyncConnection) -> float:
    """Return seconds since 1970; read after locking, which may take a while."""
    if connection.dialect.name == "postgresql":
        return float(await connection.scalar(sa.text("SELECT extract(epoch FROM clock_timestamp())")))
    told = await connection.scalar(sa.text("SELECT strftime('%Y-%m-%d %H:%M:%f', 'now')"))
    return datetime.fromisoformat(told).replace(tzinfo=UTC).timestamp()
