"""One minute that many chats have chosen: two workers on PostgreSQL, and a platform that takes so many a second.

    python -m tests.benchmarks.spreading [--chats 10000] [--per-second 15]

A slot with more chats than the platform takes in ten minutes is spread around its minute. How late each digest comes
is counted from its own position in the slot, by the ledger.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import tempfile
from collections import Counter
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import sqlalchemy as sa

from bot.domain.requests import Chat
from bot.domain.schedule import EVERY_DAY, Schedule
from bot.domain.spreading import SlotWindow, Spreading
from bot.storage.address import parse
from bot.storage.database import open_database
from bot.storage.schema import deliveries, delivery_changes, subscriptions
from tests.databases import running_postgres
from tests.proofs.children import children
from tests.proofs.crew import Crew
from tests.proofs.platform import Rules
from tests.proofs.scene import Scene, seed
from tests.proofs.surface import NAME
from tests.storage.ledger import MINUTE

Json = dict[str, object]
_WORKERS = 2


async def set_due(url: str, due: datetime) -> None:
    """Let everybody have chosen the same minute."""
    facts = {"at": due.time(), "zone": "UTC", "next_at": due}
    async with open_database(parse(url)) as database, database.write() as connection:
        await connection.execute(sa.update(subscriptions).values(facts))


async def figures(url: str, due: datetime, window: SlotWindow | None) -> Json:
    """What the ledger tells of the run."""
    sent = delivery_changes.c.state == "sent"
    query = (
        sa.select(deliveries.c.chat, delivery_changes.c.at)
        .join(delivery_changes, delivery_changes.c.delivery_id == deliveries.c.id)
        .where(sent)
    )
    planned = sa.select(sa.func.min(delivery_changes.c.at), sa.func.max(delivery_changes.c.at)).where(
        delivery_changes.c.state == "planned"
    )
    async with open_database(parse(url)) as database, database.read() as connection:
        rows = (await connection.execute(query)).all()
        first_planned, last_planned = (await connection.execute(planned)).one()
    moments = [row.at for row in rows]
    turns = [window.position(Chat(NAME, row.chat)) if window else due for row in rows]
    late = sorted((at - turn).total_seconds() for turn, at in zip(turns, moments, strict=True))
    minutes = Counter((at - due) // MINUTE for at in moments)
    return {
        "sent": len(rows),
        "planned_from": _minutes(first_planned - due),
        "planned_until": _minutes(last_planned - due),
        "first": _minutes(min(moments) - due),
        "last": _minutes(max(moments) - due),
        "late_p50": late[len(late) // 2],
        "late_p99": late[int(len(late) * 0.99)],
        "late_max": late[-1],
        "most_in_a_minute": max(minutes.values()),
    }


def _minutes(span: timedelta) -> float:
    return round(span.total_seconds() / 60, 2)


def run(chats: int, per_second: float) -> Json:
    """Deliver one slot, and tell how it went."""
    # below the limit, as for Discord: see docs/ledger.md
    rules, crew = Rules(nonced=True, limit=round(per_second * 1.035) + 1), Crew(per_second=per_second, tick=15)
    schedule = Schedule(at=time(9), zone="UTC", days=EVERY_DAY)
    spreading = Spreading({NAME: per_second * 600})
    with running_postgres() as server, server.database() as url, tempfile.TemporaryDirectory() as home:
        now = datetime.now(UTC)
        asyncio.run(seed(url, chats, now))
        lead = spreading.lead(NAME, chats)
        due = (datetime.now(UTC) + lead + 1.5 * MINUTE).replace(second=0, microsecond=0)
        asyncio.run(set_due(url, due))
        window = spreading.window(NAME, schedule, due, chats)
        with children(Path(home)) as all_children:
            scene = Scene(url, all_children, rules, crew)
            for _ in range(_WORKERS):
                scene.work()
            scene.until_over(chats, within_seconds=7200, every_seconds=5)
            judged = scene.judge(chats)
        told = {"window": [_minutes(window.starts_at - due), _minutes(window.ends_at - due)] if window else None}
        judgement = {"lost": len(judged.lost), "doubled": len(judged.doubled), "refused": judged.record.refused}
        return {"chats": chats, "per_second": per_second, **told, **asyncio.run(figures(url, due, window)), **judgement}


def main() -> None:
    """Read from the command line what to measure."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.spreading", description=__doc__)
    parser.add_argument("--chats", type=int, default=10_000)
    parser.add_argument("--per-second", type=float, default=15)
    asked = parser.parse_args()
    print(json.dumps(run(asked.chats, asked.per_second)))


if __name__ == "__main__":
    main()
