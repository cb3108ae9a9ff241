"""The budgets that all workers of one database share: one for each bot token, two for each chat."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.rates import Budget, Rate
from bot.store.engine import Database
from bot.store.rows import legible
from bot.store.schema import budgets
from bot.store.upsert import insert_new, upsert

#: a budget that nobody has drawn from for so long says nothing any more
_KEPT = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Turn:
    """When a message may go."""

    #: from now; negative where the news of it took longer than the lead
    wait: timedelta
    #: False where that was more than the patience, and nothing was drawn
    granted: bool


class Rates:
    """Draws are in one transaction, by the database's clock, so the clocks of the machines do not matter."""

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
    ) -> Turn:
        """Draw one message from all of these budgets, for the first moment at which every one of them has it.

        An `answer` to a person never waits for digests. `now` stands for the database's clock.
        """
        (turn,) = await self.take_each([rates], patience=patience, answer=answer, now=now)
        return Turn(max(turn.wait, timedelta(0)), turn.granted)

    async def take_each(
        self,
        wishes: Sequence[Mapping[str, Rate]],
        *,
        patience: timedelta = timedelta(seconds=5),
        lead: timedelta = timedelta(0),
        slots: int = 1,
        answer: bool = False,
        now: datetime | None = None,
    ) -> list[Turn]:
        """Draw for several messages, each from its own budgets, one after the other in one transaction.

        None goes before `lead` from now. Whoever may be late draws more than one of the `slots` for each.
        """
        keys = {key for rates in wishes for key in rates}
        if not keys:
            return [Turn(timedelta(0), granted=True) for _ in wishes]
        async with self._database.write(apart=True) as connection:
            left = await _locked(connection, keys)
            moment, read_at = now.timestamp() if now else await _clock(connection), self._monotonic()
            turns: list[Turn] = []
            for rates in wishes:
                ready = moment + lead.total_seconds()
                at = max([left[key].open_at(rate, ready, answer=answer) for key, rate in rates.items()], default=moment)
                turns.append(Turn(timedelta(seconds=at - moment), granted=at - moment <= patience.total_seconds()))
                if turns[-1].granted:
                    left |= {key: left[key].drawn(rate, at, answer=answer, slots=slots) for key, rate in rates.items()}
            rows = [{"key": key, "digests": one.digests, "answers": one.answers} for key, one in sorted(left.items())]
            await upsert(connection, budgets, rows)
        passed = timedelta(0) if now else timedelta(seconds=self._monotonic() - read_at)
        return [Turn(turn.wait - passed, turn.granted) for turn in turns]

    async def prune(self, now: datetime) -> int:
        """Forget the budgets that are full; says how many."""
        full = sa.delete(budgets).where(budgets.c.digests < (now - _KEPT).timestamp())
        async with self._database.write(apart=True) as connection:
            return (await connection.execute(full)).rowcount


async def _locked(connection: AsyncConnection, keys: Collection[str]) -> dict[str, Budget]:
    """What was drawn from each budget, which nobody else draws from until the transaction ends."""
    query = sa.select(budgets).where(budgets.c.key.in_(keys)).order_by(budgets.c.key).with_for_update()
    rows = (await connection.execute(query)).all()
    if len(rows) < len(keys):
        await insert_new(connection, budgets, [{"key": key, "digests": 0.0, "answers": 0.0} for key in sorted(keys)])
        rows = (await connection.execute(query)).all()
    return {row.key: Budget(legible(row.digests, 0.0), legible(row.answers, 0.0)) for row in rows}


async def _clock(connection: AsyncConnection) -> float:
    """Seconds since 1970; read after the rows are locked, as that may have taken a while."""
    if connection.dialect.name == "postgresql":
        return float(await connection.scalar(sa.text("SELECT extract(epoch FROM clock_timestamp())")))
    told = await connection.scalar(sa.text("SELECT strftime('%Y-%m-%d %H:%M:%f', 'now')"))
    return datetime.fromisoformat(told).replace(tzinfo=UTC).timestamp()
