"""Mailboxes: who has asked for mail and not confirmed it yet, and whose mail came back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from bot.models import Subscription
from bot.store.chats import of_mailbox
from bot.store.engine import Database
from bot.store.schema import mail_requests, mailboxes
from bot.store.subscriptions import add_subscription
from bot.store.upsert import upsert

#: a request is good for so long, and forgotten afterwards
KEPT = timedelta(days=2)
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class MailRequest:
    """Somebody wants mail sent to an address; whether the address is theirs, nobody knows yet."""

    address: str
    #: as `bot.subscribing.read` reads them, with a time zone; empty where its owner has declined
    words: str
    #: the network or the person that asked, in letters that tell nothing; empty for the operator
    came_from: str
    made_at: datetime
    #: when the button was pressed
    used_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """How often mail was asked for."""

    address_today: int
    origin_this_hour: int
    all_this_hour: int


class Mailboxes:
    """Tokens are only known to those who got them: here are their hashes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def asked(self, address: str, came_from: str, now: datetime) -> Asked:
        """How often for this mailbox, whatever its plus-addresses, from this origin, and in all."""
        today, hour = mail_requests.c.made_at > now - _DAY, mail_requests.c.made_at > now - _HOUR
        mine, from_there = of_mailbox(mail_requests.c.address, address), mail_requests.c.came_from == came_from
        query = sa.select(*(_times(sa.and_(*those)) for those in ((mine, today), (from_there, hour), (hour,))))
        async with self._database.read() as connection:
            row = (await connection.execute(query)).one()
        return Asked(*(int(count or 0) for count in row))

    async def put(self, token_hash: str, request: MailRequest) -> None:
        """Keep a request, and forget those that are too old."""
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
        """The request, used or not; None where there is none, or it is too old."""
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
        """It can be used no more, and still counts as a mail that was sent."""
        async with self._database.write() as connection:
            await connection.execute(
                sa.update(mail_requests)
                .where(mail_requests.c.token_hash == token_hash, mail_requests.c.used_at.is_(None))
                .values(used_at=now, words="")
            )

    async def drop(self, token_hash: str) -> None:
        """Forget a request, as its mail was never sent."""
        async with self._database.write() as connection:
            await connection.execute(sa.delete(mail_requests).where(mail_requests.c.token_hash == token_hash))

    async def confirm(self, token_hash: str, subscription: Subscription | None, now: datetime) -> bool:
        """Use a request once, and keep what it makes; False, and nothing kept, where it was used or is too old."""
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
        """Why nothing is sent to an address; empty where something may be."""
        query = sa.select(mailboxes.c.suspended).where(mailboxes.c.address == address)
        async with self._database.read() as connection:
            return await connection.scalar(query) or ""

    async def returned(self, address: str, now: datetime, since: datetime) -> int:
        """A mail came back that may go next time; says how many have since a moment, this one among them."""
        query = sa.select(mailboxes).where(mailboxes.c.address == address).with_for_update()
        async with self._database.write() as connection:
            there = (await connection.execute(query)).one_or_none()
            fresh = there is not None and there.returned_at is not None and there.returned_at > since
            count = (there.returned if there is not None and fresh else 0) + 1
            row = {"address": address, "suspended": there.suspended if there else "", "returned": count}
            await upsert(connection, mailboxes, [{**row, "returned_at": now}])
        return count

    async def suspend(self, address: str, reason: str, now: datetime) -> None:
        """Let nothing be sent there, whoever asks."""
        row = {"address": address, "suspended": reason, "returned": 0, "returned_at": now}
        async with self._database.write() as connection:
            await upsert(connection, mailboxes, [row])

    async def release(self, address: str) -> bool:
        """Forget that mail to an address came back; False where none did."""
        async with self._database.write() as connection:
            gone = await connection.execute(sa.delete(mailboxes).where(mailboxes.c.address == address))
            return gone.rowcount > 0


def _times(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int | None]:
    return sa.func.sum(sa.case((condition, 1), else_=0))
