"""`paperboy deliver`, `paperboy resend` and `paperboy migrate --from --to`."""

from __future__ import annotations

import sys
from datetime import datetime

from bot.app.cli.app import App
from bot.app.cli.progress import rows
from bot.domain.errors import NotFound
from bot.storage.transfer import move


async def deliver(app: App, at: datetime | None) -> int:
    """Run one delivery round, now or as of another moment."""
    taken = await app.deliverer().round(at or app.clock())
    if not taken:
        sys.stdout.write("Nothing was due.\n")
        return 0
    processed = f"{taken:,} {'delivery' if taken == 1 else 'deliveries'} processed"
    sys.stdout.write(f"{processed}. `paperboy deliveries` shows the results.\n")
    return 0


async def resend(app: App, delivery_id: int) -> int:
    """Plan an uncertain or failed delivery again; parts that are known to have arrived are not repeated."""
    if not await app.store.deliveries.resend(delivery_id, app.clock()):
        known = await app.store.deliveries.get(delivery_id)
        if known is None:
            raise NotFound(f"There is no delivery {delivery_id}. `paperboy deliveries` lists them.")
        raise NotFound(f"Delivery {delivery_id} is {known.state}; only uncertain and failed ones can be sent again.")
    sys.stdout.write(f"Delivery {delivery_id} will be resent in the next round.\n")
    return 0


async def migrate(source: str, target: str, now: datetime) -> int:
    """Copy one database into another one, which must be empty."""
    with rows("Copying") as copied:
        moved = await move(source, target, now, copied)
    for each in moved:
        sys.stdout.write(f"{each.rows:>12,} {each.table}\n")
    sys.stdout.write("Everything was copied. Now set PAPERBOY_DATABASE_URL to the new database on every machine.\n")
    return 0
