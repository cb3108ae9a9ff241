"""`paperboy deliver`, `paperboy resend` and `paperboy migrate --from --to`: what an operator does by hand."""

from __future__ import annotations

import sys
from datetime import datetime

from bot.app.cli.app import App
from bot.domain.errors import NotFound
from bot.storage.transfer import move


async def deliver(app: App, at: datetime | None) -> int:
    """One round, as of a moment or of now."""
    taken = await app.deliverer().round(at or app.clock())
    sys.stdout.write(f"{taken} taken in hand; paperboy deliveries shows what became of them.\n")
    return 0


async def resend(app: App, delivery_id: int) -> int:
    """Let what is missing of an uncertain or failed delivery be sent, whatever may have arrived of it."""
    if not await app.store.deliveries.resend(delivery_id, app.clock()):
        known = await app.store.deliveries.get(delivery_id)
        state = f"is {known.state}" if known else "does not exist"
        raise NotFound(f"Delivery {delivery_id} {state}; only uncertain and failed ones can be sent again.")
    sys.stdout.write(f"Delivery {delivery_id} is sent again by the next round.\n")
    return 0


async def migrate(source: str, target: str, now: datetime) -> int:
    """Bring everything from one database into another one, which must be empty."""
    for moved in await move(source, target, now):
        sys.stdout.write(f"{moved.rows:>12,} {moved.table}\n")
    sys.stdout.write("Everything is there. Now set PAPERBOY_DATABASE_URL to it, wherever Paperboy runs.\n")
    return 0
