"""An older copy of the database is put back: what was sent since is listed, and not sent again."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.domain.deliveries import DeliveryState
from bot.domain.pages import Page
from bot.domain.papers import DeliveryReason
from bot.domain.requests import Chat
from bot.domain.subscriptions import Pause
from bot.services.delivery.deliverer import Deliverer
from bot.services.delivery.high_water_mark import HighWaterMark
from bot.services.delivery.retry_policy import OnUncertain
from bot.services.delivery.worker_config import WorkerConfig
from bot.services.health import health
from bot.storage import Store, open_store
from bot.storage.address import parse
from bot.storage.generations import Generation
from bot.storage.transfer import move
from tests.builders import NOON
from tests.databases import Postgres, sqlite_url
from tests.services.ledger import fill
from tests.services.postbox import Postbox
from tests.storage.ledger import DAY, DUE, HOUR, MINUTE, subscription
from tests.storage.test_unreadable import spoil

SENT, UNCERTAIN, SKIPPED = DeliveryState.SENT, DeliveryState.UNCERTAIN, DeliveryState.SKIPPED
COUNT = 30


@dataclass(frozen=True, slots=True)
class Copied:
    """A database that can be copied and put back while nobody has it open."""

    url: str
    postgres: Postgres | None = None

    def copy(self) -> None:
        if self.postgres is None:
            shutil.copy(self._file, f"{self._file}.copy")
            return
        self.postgres.execute(f"CREATE DATABASE {self._name}_copy TEMPLATE {self._name}")

    def put_back(self) -> None:
        if self.postgres is None:
            for leftover in (f"{self._file}-wal", f"{self._file}-shm"):
                Path(leftover).unlink(missing_ok=True)
            shutil.copy(f"{self._file}.copy", self._file)
            return
        self.postgres.execute(f"DROP DATABASE {self._name} WITH (FORCE)")
        self.postgres.execute(f"CREATE DATABASE {self._name} TEMPLATE {self._name}_copy")

    @property
    def _file(self) -> str:
        return str(parse(self.url).database)

    @property
    def _name(self) -> str:
        return str(parse(self.url).database)


@contextmanager
def _on_postgres(postgres: Postgres) -> Iterator[Copied]:
    with postgres.database() as url:
        copied = Copied(url, postgres)
        try:
            yield copied
        finally:
            postgres.execute(f"DROP DATABASE IF EXISTS {copied._name}_copy WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgresql"])
def copied(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Copied]:
    if request.param == "sqlite":
        yield Copied(sqlite_url(tmp_path))
        return
    with _on_postgres(request.getfixturevalue("postgres")) as found:
        yield found


@pytest.fixture
def on_sqlite(tmp_path: Path) -> Copied:
    return Copied(sqlite_url(tmp_path))


@asynccontextmanager
async def working(
    copied: Copied,
    box: Postbox,
    data_dir: Path | None,
    config: WorkerConfig = WorkerConfig(),  # noqa: B008 - frozen
) -> AsyncIterator[tuple[Store, Deliverer]]:
    """A new process, as far as it can tell."""
    async with open_store(copied.url) as store:
        yield store, Deliverer(store, {box.name: box}, owner="a", config=config, data_dir=data_dir)


async def subscribed(copied: Copied, count: int = COUNT) -> None:
    async with open_store(copied.url) as store:
        await fill(store)
        for number in range(count):
            await store.subscriptions.add(subscription(chat=Chat("test", str(number))))


async def test_what_was_sent_after_the_copy_is_listed_and_not_sent_again(
    copied: Copied, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    box, marks = Postbox(nonced=False), tmp_path / "data"
    await subscribed(copied)
    copied.copy()
    async with working(copied, box, marks) as (_, deliverer):
        await deliverer.round(DUE)
    copied.put_back()

    async with working(copied, box, marks) as (store, deliverer):
        await deliverer.start(DUE + MINUTE)
        await deliverer.round(DUE + MINUTE)
        listed = await store.deliveries.find(state=UNCERTAIN)
        found = await health(store, [], DUE + MINUTE)
        await deliverer.round(DUE + DAY)

    assert {each.reason for each in listed} == {DeliveryReason.RESTORED}
    assert len(listed) == COUNT
    assert [each.notice_at for each in listed] == [None] * COUNT
    assert any(str(COUNT) in finding.detail for finding in found if finding.name == "restore")
    # the same day not again, the next day as ever
    assert len(box.arrived) == 2 * COUNT
    (record,) = [each for each in caplog.records if each.name == "bot.services.delivery.recovery"]
    facts = record.__dict__["facts"]
    assert facts["uncertain"] == COUNT
    assert DUE <= datetime.fromisoformat(facts["sent_until"]) < DUE + MINUTE
    assert facts["generation"] < facts["known_generation"]


async def test_what_the_copy_had_planned_or_was_sending_is_listed_too(on_sqlite: Copied, tmp_path: Path) -> None:
    box = Postbox(nonced=False)
    await subscribed(on_sqlite, 3)
    async with working(on_sqlite, box, tmp_path) as (store, _):
        await store.deliveries.plan(DUE)
        await store.deliveries.claim("test", "of the past", DUE, MINUTE, 1)
    on_sqlite.copy()
    async with working(on_sqlite, box, tmp_path) as (_, deliverer):
        await deliverer.round(DUE + 2 * MINUTE)
    on_sqlite.put_back()

    async with working(on_sqlite, box, tmp_path) as (store, deliverer):
        await deliverer.round(DUE + 3 * MINUTE)
        assert len(await store.deliveries.find(state=UNCERTAIN)) == 3

    assert len(box.arrived) == 3


async def test_what_is_due_after_the_last_send_goes_out(on_sqlite: Copied, tmp_path: Path) -> None:
    box = Postbox(nonced=False)
    await subscribed(on_sqlite, 2)
    async with open_store(on_sqlite.url) as store:
        await store.subscriptions.add(subscription(chat=Chat("test", "later"), next_at=DUE + HOUR))
    on_sqlite.copy()
    async with working(on_sqlite, box, tmp_path) as (_, deliverer):
        await deliverer.round(DUE)
    on_sqlite.put_back()

    async with working(on_sqlite, box, tmp_path) as (_, deliverer):
        await deliverer.round(DUE + HOUR)

    assert sorted(message.chat.id for message in box.arrived) == ["0", "1", "later"]


async def test_a_copy_of_many_days_ago_lists_the_newest_of_each(on_sqlite: Copied, tmp_path: Path) -> None:
    box = Postbox(nonced=False)
    await subscribed(on_sqlite, 1)
    on_sqlite.copy()
    async with working(on_sqlite, box, tmp_path) as (_, deliverer):
        for day in range(4):
            await deliverer.round(DUE + day * DAY)
    on_sqlite.put_back()

    async with working(on_sqlite, box, tmp_path) as (store, deliverer):
        await deliverer.round(DUE + 3 * DAY + HOUR)
        rows = await store.deliveries.find()

    assert len(box.arrived) == 4
    assert [(row.state, row.due_at) for row in rows] == [(UNCERTAIN, DUE + 3 * DAY), (SKIPPED, DUE)]
    assert {row.reason for row in rows} == {DeliveryReason.RESTORED}


async def test_a_process_that_lives_on_notices_it_without_any_file(copied: Copied) -> None:
    if copied.postgres is None:
        pytest.skip("a SQLite file that is exchanged under a process is refused: see test_disk.py")
    box = Postbox(nonced=False)
    await subscribed(copied, 3)
    copied.copy()
    async with working(copied, box, None) as (store, deliverer):
        await deliverer.round(DUE)
        copied.put_back()
        await deliverer.round(DUE + MINUTE)
        listed = await store.deliveries.find(state=UNCERTAIN)

    assert (len(listed), len(box.arrived)) == (3, 3)


async def test_a_subscription_that_cannot_be_read_is_parked_and_the_others_are_listed(
    on_sqlite: Copied, tmp_path: Path
) -> None:
    box = Postbox(nonced=False)
    await subscribed(on_sqlite, 3)
    spoil(on_sqlite.url, "subscriptions", "zone", "Mars/Olympus", 2)
    on_sqlite.copy()
    async with working(on_sqlite, box, tmp_path) as (_, deliverer):
        await deliverer.round(DUE)
    on_sqlite.put_back()

    async with working(on_sqlite, box, tmp_path) as (store, deliverer):
        await deliverer.round(DUE + HOUR)
        rows = {row.chat.id: (row.state, row.reason) for row in await store.deliveries.find()}
        spoilt = await store.subscriptions.get(2)

    assert len(box.arrived) == 2
    assert rows == {
        "0": (UNCERTAIN, DeliveryReason.RESTORED),
        "1": (DeliveryState.FAILED, DeliveryReason.UNREADABLE),
        "2": (UNCERTAIN, DeliveryReason.RESTORED),
    }
    assert spoilt is not None
    assert spoilt.paused is Pause.UNREADABLE


async def test_it_happens_once_and_then_everything_goes_on(on_sqlite: Copied, tmp_path: Path) -> None:
    box = Postbox(nonced=False)
    await subscribed(on_sqlite, 2)
    on_sqlite.copy()
    async with working(on_sqlite, box, tmp_path) as (_, deliverer):
        await deliverer.round(DUE)
    on_sqlite.put_back()

    for minutes in (1, 2, 3):
        async with working(on_sqlite, box, tmp_path) as (store, deliverer):
            await deliverer.round(DUE + minutes * MINUTE)
            listed = await store.deliveries.find(state=UNCERTAIN)
            assert [change.state for change in await store.deliveries.changes(listed[0].id)] == [UNCERTAIN]
    async with working(on_sqlite, box, tmp_path) as (store, deliverer):
        await store.deliveries.resend(listed[0].id, DUE + HOUR)
        await deliverer.round(DUE + HOUR)
        assert len(await store.deliveries.find(state=SENT)) == 1

    assert len(box.arrived) == 3


async def test_who_wants_doubts_resent_gets_no_whole_day_twice(on_sqlite: Copied, tmp_path: Path) -> None:
    box, config = Postbox(nonced=False), WorkerConfig(on_uncertain=OnUncertain.RESEND)
    await subscribed(on_sqlite, 2)
    on_sqlite.copy()
    async with working(on_sqlite, box, tmp_path, config) as (_, deliverer):
        await deliverer.round(DUE)
    on_sqlite.put_back()

    async with working(on_sqlite, box, tmp_path, config) as (_, deliverer):
        await deliverer.round(DUE + MINUTE)

    assert len(box.arrived) == 2


@pytest.mark.parametrize("kills", range(3))
async def test_a_database_that_was_never_set_back_loses_nothing(copied: Copied, tmp_path: Path, kills: int) -> None:
    box = Postbox(nonced=False)
    await subscribed(copied, 3)

    for minutes in range(kills + 1):
        async with working(copied, box, tmp_path) as (store, deliverer):
            await deliverer.round(DUE + minutes * MINUTE)
            assert await store.deliveries.find(state=UNCERTAIN) == []

    assert len(box.arrived) == 3


async def test_another_database_in_the_same_directory_is_another_matter(tmp_path: Path) -> None:
    box, marks = Postbox(nonced=False), tmp_path / "data"
    databases = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        databases.append(Copied(sqlite_url(tmp_path / name)))
    for database in databases:
        await subscribed(database, 2)

    for database in databases:
        async with working(database, box, marks) as (_, deliverer):
            await deliverer.round(DUE)

    assert len(box.arrived) == 4
    assert len(list(marks.glob("ledger-*.mark"))) == 2


async def test_workers_with_directories_of_their_own_all_know_the_newest_state(
    postgres: Postgres, tmp_path: Path
) -> None:
    box = Postbox(nonced=False)
    with _on_postgres(postgres) as copied:
        await subscribed(copied, 4)
        copied.copy()
        here, there = working(copied, box, tmp_path / "a"), working(copied, box, tmp_path / "b")
        async with here as (_, first), there as (_, other):
            await first.round(DUE)
            await other.plan(DUE + MINUTE)
        copied.put_back()
        async with working(copied, box, tmp_path / "b") as (store, other):
            await other.round(DUE + 2 * MINUTE)
            assert len(await store.deliveries.find(state=UNCERTAIN)) == 4

    assert len(box.arrived) == 4


async def test_a_move_to_another_database_takes_the_generation_along(
    on_sqlite: Copied, postgres: Postgres, tmp_path: Path
) -> None:
    box = Postbox(nonced=False)
    await subscribed(on_sqlite, 2)
    async with working(on_sqlite, box, tmp_path) as (_, deliverer):
        await deliverer.round(DUE)
    with _on_postgres(postgres) as target:
        await move(on_sqlite.url, target.url, NOON)
        async with working(target, box, tmp_path) as (store, deliverer):
            await deliverer.round(DUE + MINUTE)
            await deliverer.round(DUE + DAY)
            assert await store.deliveries.find(state=UNCERTAIN) == []

    assert len(box.arrived) == 4


async def test_a_directory_that_cannot_be_written_is_told_and_stops_nobody(
    on_sqlite: Copied, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    box, nowhere = Postbox(nonced=False), tmp_path / "a file"
    nowhere.touch()
    await subscribed(on_sqlite, 3)

    async with working(on_sqlite, box, nowhere) as (store, deliverer):
        await deliverer.round(DUE)
        await deliverer.round(DUE + MINUTE)
        found = await health(store, [], DUE + MINUTE)

    assert len(box.arrived) == 3
    assert sum("no high-water mark" in record.getMessage() for record in caplog.records) == 1
    (told,) = [finding for finding in found if finding.name == "restore"]
    assert str(nowhere) in told.detail


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff" * 300, b'{"database": 1} 00000000\n'])
async def test_a_damaged_mark_is_none(on_sqlite: Copied, tmp_path: Path, content: bytes) -> None:
    box = Postbox(nonced=False)
    await subscribed(on_sqlite, 1)
    async with open_store(on_sqlite.url) as store:
        generation = await store.generations.read(DUE)
    path = tmp_path / f"ledger-{generation.database_id}.mark"
    path.write_bytes(content)

    async with working(on_sqlite, box, tmp_path) as (_, deliverer):
        await deliverer.round(DUE)

    assert len(box.arrived) == 1
    facts, _, _ = path.read_text().strip().rpartition(" ")
    assert json.loads(facts)["generation"] == 1


async def test_a_mark_is_never_lowered_and_its_moment_never_goes_back(tmp_path: Path) -> None:
    mark = HighWaterMark(tmp_path)
    five, four = (Generation(database_id="d", number=number, raised_at=DUE) for number in (5, 4))

    await mark.raise_to(five)
    await HighWaterMark(tmp_path).raise_to(four)

    assert os.stat(tmp_path / "ledger-d.mark").st_mode & 0o777 == 0o600
    assert await HighWaterMark(tmp_path).read("d") == five
    assert await HighWaterMark(tmp_path).read("another") is None
    assert await HighWaterMark(None).read("d") is None


async def test_a_mark_that_cannot_be_read_is_none_and_its_trouble_is_told(tmp_path: Path) -> None:
    (tmp_path / "ledger-d.mark").mkdir()
    mark = HighWaterMark(tmp_path)

    assert await mark.read("d") is None
    assert str(tmp_path / "ledger-d.mark") in mark.trouble


@pytest.mark.parametrize(("late", "parked"), [(-1, 0), (0, 1), (1, 1)])
async def test_what_is_due_up_to_the_last_send_is_parked(sqlite_store: Store, late: int, parked: int) -> None:
    wish = await sqlite_store.subscriptions.add(subscription())
    until = DUE + timedelta(seconds=late)

    assert await sqlite_store.deliveries.park_restored(until, DUE + HOUR, 10) == parked

    found = await sqlite_store.deliveries.find()
    assert [(each.subscription_id, each.state, each.late) for each in found] == [(wish.id, UNCERTAIN, False)] * parked


@pytest.mark.parametrize(("late", "parked"), [(-1, 0), (0, 1), (1, 1)])
async def test_what_was_planned_up_to_the_last_send_is_parked(sqlite_store: Store, late: int, parked: int) -> None:
    await sqlite_store.subscriptions.add(subscription())
    await sqlite_store.deliveries.plan(DUE)

    assert await sqlite_store.deliveries.park_restored(DUE + timedelta(seconds=late), DUE + HOUR, 10) == parked

    assert [each.state is UNCERTAIN for each in await sqlite_store.deliveries.find()] == [bool(parked)]


class Watching(Postbox):
    """Looks at the mark while a message is handed over."""

    def __init__(self, data_dir: Path) -> None:
        super().__init__(nonced=False)
        self._data_dir = data_dir
        #: the generations that the mark had
        self.marks: list[int] = []

    async def send(self, chat: Chat, part: Page, *, nonce: str, silent: bool, role: str) -> str:
        (path,) = self._data_dir.glob("ledger-*.mark")
        self.marks.append(json.loads(path.read_text().strip().rpartition(" ")[0])["generation"])
        return await super().send(chat, part, nonce=nonce, silent=silent, role=role)


async def test_the_mark_is_raised_before_the_message_leaves(on_sqlite: Copied, tmp_path: Path) -> None:
    box = Watching(tmp_path)
    await subscribed(on_sqlite, 1)

    async with working(on_sqlite, box, tmp_path) as (store, deliverer):
        await deliverer.round(DUE)
        raised = (await store.generations.read(DUE)).number

    assert box.marks == [raised] == [1]


async def test_a_generation_is_raised_with_each_batch_of_intents(store: Store) -> None:
    box = Postbox(nonced=False)
    await fill(store)
    await store.subscriptions.add(subscription())
    before = await store.generations.read(DUE - HOUR)

    await Deliverer(store, {"test": box}, owner="a").round(DUE)
    after = await store.generations.read(DUE)

    assert after.is_ahead_of(before)
    assert timedelta(0) <= after.raised_at - DUE < MINUTE
