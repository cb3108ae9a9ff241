"""Mailboxes: pending confirmations (double opt-in), bounces and suspensions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from bot.domain.subscriptions import Subscription
from bot.storage.chats import of_mailbox
from bot.storage.database import Database
from bot.storage.schema import mail_requests, mailboxes
from bot.storage.subscriptions import add_subscription
from bot.storage.upsert import upsert

#: lifetime of a confirmation request
KEPT = timedelta(days=2)
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class MailRequest:
    """A request to send mail to an address that is not confirmed yet."""

    address: str
    #: as parsed by `bot.query.subscriptions.read`, with a time zone; empty if the owner declined
    words: str
    #: hash of the network or person that made the request; empty for the operator
    came_from: str
    made_at: datetime
    #: when it was confirmed or declined
    used_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class MailRequestCount:
    """Numbers of recent requests, for rate limits."""

    address_today: int
    origin_this_hour: int
    all_this_hour: int


class Mailboxes:
    """Requests are identified by token hashes; only the recipients know the tokens."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def asked(self, address: str, came_from: str, now: datetime) -> MailRequestCount:
        """Return the number of requests for this mailbox including plus addresses, from this origin, and in total."""
        today, hour = mail_requests.c.made_at > now - _DAY, mail_requests.c.made_at > now - _HOUR
        mine, from_there = of_mailbox(mail_requests.c.address, address), mail_requests.c.came_from == came_from
        query = sa.select(*(_times(sa.and_(*those)) for those in ((mine, today), (from_there, hour), (hour,))))
        async with self._database.read() as connection:
            row = (await connection.execute(query)).one()
        return MailRequestCount(*(int(count or 0) for count in row))

    async def put(self, token_hash: str, request: MailRequest) -> None:
        """Save a request and delete expired ones."""
        row = {
            "token_hash": token_hash,
            "address": request.address,
            "words": request.words,
            "came_from": request.came_from,
            "made_at": request.made_at,
        }
        async with self._database.write() as connection:
            await connection.execute(sa.delete(mail_requests).where(mail_requests.c.made_at <= request.made_at - KEPT))
            await connection.execute(sa.insert(mail_requests), row)

    async def get(self, token_hash: str, now: datetime) -> MailRequest | None:
        """Return the request, used or not, or None if it is unknown or expired."""
        query = sa.select(mail_requests).where(
            mail_requests.c.token_hash == token_hash, mail_requests.c.made_at > now - KEPT
        )
        async with self._database.read() as connection:
            row = (await connection.execute(query)).one_or_none()
        return (
            None
            if row is None
            else MailRequest(
                address=row.address,
                words=row.words,
                came_from=row.came_from,
                made_at=row.made_at,
                used_at=row.used_at,
            )
        )

    async def decline(self, token_hash: str, now: datetime) -> None:
        """Mark it as used without effect; it still counts as a mail that was sent."""
        async with self._database.write() as connection:
            await connection.execute(
                sa.update(mail_requests)
                .where(mail_requests.c.token_hash == token_hash, mail_requests.c.used_at.is_(None))
                .values(used_at=now, words="")
            )

    async def drop(self, token_hash: str) -> None:
        """Delete a request whose mail was not sent."""
        async with self._database.write() as connection:
            await connection.execute(sa.delete(mail_requests).where(mail_requests.c.token_hash == token_hash))

    async def confirm(self, token_hash: str, subscription: Subscription | None, now: datetime) -> bool:
        """Use a request once and save its subscription. Return False, saving nothing, if it was used or has expired."""
        using = (
            sa.update(mail_requests)
            .where(
                mail_requests.c.token_hash == token_hash,
                mail_requests.c.used_at.is_(None),
                mail_requests.c.made_at > now - KEPT,
            )
            .values(used_at=now)
        )
        async with self._database.write() as connection:
            ours = (await connection.execute(using)).rowcount == 1
            if ours and subscription is not None:
                await add_subscription(connection, subscription)
        return ours

    async def suspended(self, address: str) -> str:
        """Return why an address is suspended, or ""."""
        query = sa.select(mailboxes.c.suspended).where(mailboxes.c.address == address)
        async with self._database.read() as connection:
            return await connection.scalar(query) or ""

    async def returned(self, address: str, now: datetime, since: datetime) -> int:
        """Record a temporary bounce. Return the number of bounces since `since`, including this one."""
        query = sa.select(mailboxes).where(mailboxes.c.address == address).with_for_update()
        async with self._database.write() as connection:
            there = (await connection.execute(query)).one_or_none()
            fresh = there is not None and there.returned_at is not None and there.returned_at > since
            count = (there.returned if there is not None and fresh else 0) + 1
            row = {"address": address, "suspended": there.suspended if there else "", "returned": count}
            await upsert(connection, mailboxes, [{**row, "returned_at": now}])
        return count

    async def suspend(self, address: str, reason: str, now: datetime) -> None:
        """Suspend an address."""
        row = {"address": address, "suspended": reason, "returned": 0, "returned_at": now}
        async with self._database.write() as connection:
            await upsert(connection, mailboxes, [row])

    async def release(self, address: str) -> bool:
        """Delete the bounces and suspension of an address. Return False if there were none."""
        async with self._database.write() as connection:
            gone = await connection.execute(sa.delete(mailboxes).where(mailboxes.c.address == address))
            return gone.rowcount > 0


def _times(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int | None]:
    return sa.func.sum(sa.case((condition, 1), else_=0))
