"""`paperboy deliveries`: deliveries with their states and reasons."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from datetime import date, datetime

from bot.app.cli.app import App
from bot.app.cli.exported import Json
from bot.app.cli.output import write_json
from bot.domain.deliveries import Delivery, DeliveryChange, DeliveryPart, DeliveryState
from bot.domain.follow_ups import FollowUp
from bot.domain.requests import Chat


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which deliveries to list; by default all."""

    state: DeliveryState | None = None
    chat: Chat | None = None
    day: date | None = None
    limit: int = 100


async def deliveries(app: App, wanted: Filter, *, as_json: bool) -> int:
    """Print the deliveries, newest first, one per line."""
    found = await app.store.deliveries.find(state=wanted.state, chat=wanted.chat, day=wanted.day, limit=wanted.limit)
    now = app.clock()
    if as_json:
        write_json([await _facts(app, delivery) for delivery in found])
    else:
        sys.stdout.writelines(f"{line(delivery, now)}\n" for delivery in found)
        sys.stdout.write("" if found else "No matching deliveries.\n")
    return 0


def line(delivery: Delivery, now: datetime) -> str:
    """Return the line of a delivery."""
    late = "late" if delivery.late else ""
    # without duplicates, as the note may repeat a fact
    facts = dict.fromkeys((late, waiting(delivery, now), delivery.note, delivery.digest_id))
    told = " · ".join(filter(None, facts))
    due = f"{delivery.due_at:%Y-%m-%d %H:%MZ}"
    head = f"{delivery.id:>8}  {delivery.local_date}  {delivery.state:<9}  due {due}  {delivery.chat}"
    return f"{head}  #{delivery.subscription_id}  {told}".rstrip()


def waiting(delivery: Delivery, now: datetime) -> str:
    """ "waiting until 2026-04-24 15:46Z, tried until 2026-04-24 21:00Z"; empty if it is not waiting."""
    if delivery.state is not DeliveryState.PLANNED or delivery.visible_at <= now:
        return ""
    tried = f", tried until {delivery.expires_at:%Y-%m-%d %H:%MZ}" if delivery.expires_at else ""
    return f"waiting until {delivery.visible_at:%Y-%m-%d %H:%MZ}{tried}"


async def _facts(app: App, delivery: Delivery) -> Json:
    parts = [_part(part) for part in await app.store.deliveries.parts(delivery.id)]
    changes = [_change(change) for change in await app.store.deliveries.changes(delivery.id)]
    return {
        "id": delivery.id,
        "subscription": delivery.subscription_id,
        "chat": str(delivery.chat),
        "local_date": delivery.local_date.isoformat(),
        "due_at": delivery.due_at.isoformat(),
        "state": delivery.state.value,
        "late": delivery.late,
        "reason": delivery.reason.value,
        "note": delivery.note,
        "attempts": delivery.attempts,
        "failures": delivery.failures,
        "owner": delivery.owner,
        "digest": delivery.digest_id,
        "visible_at": delivery.visible_at.isoformat(),
        "expires_at": delivery.expires_at.isoformat() if delivery.expires_at else None,
        "changed_at": delivery.changed_at.isoformat(),
        "parts": parts,
        "changes": changes,
        "follow_ups": [_follow_up(each) for each in await app.store.follow_ups.of(delivery.id)],
    }


def _follow_up(follow_up: FollowUp) -> Json:
    return {
        "kind": follow_up.kind.value,
        "number": follow_up.number,
        "due_at": follow_up.due_at.isoformat(),
        "state": follow_up.state.value,
        "reason": follow_up.reason.value,
        "note": follow_up.note,
        "attempts": follow_up.attempts,
    }


def _part(part: DeliveryPart) -> Json:
    return {"part": part.part + 1, "state": part.state.value, "nonce": part.nonce, "message_id": part.message_id}


def _change(change: DeliveryChange) -> Json:
    return {"at": change.at.isoformat(), "state": change.state.value, "reason": change.reason}
