"""Loops outlive what happens in them, and health tells which of them fail."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.app.listeners import listening
from bot.commands.facade import BotService
from bot.domain.deliveries import DeliveryState
from bot.domain.errors import DeliveryError, SettingsError, StoreError
from bot.domain.health import HealthCheck
from bot.domain.papers import DeliveryReason
from bot.domain.requests import Chat
from bot.domain.source_troubles import TroubleCode
from bot.domain.sources import FetchResult
from bot.domain.supervisor import Backoff, Supervisor
from bot.services.bundle import build_services
from bot.services.collecting import Collector
from bot.services.health import health, reporting
from bot.storage import Store
from tests.builders import NOON, TODAY
from tests.proofs.faults import Faults, faulty
from tests.services.ledger import fill, worker
from tests.services.postbox import Postbox
from tests.services.test_collect import ListsOf
from tests.storage.ledger import DUE, HERE, HOUR, subscription


def now() -> datetime:
    return datetime.now(UTC)


def hurried(store: Store | None = None) -> Supervisor:
    """One that does not make a test wait."""
    return Supervisor(reporting(store, now) if store else None, Backoff(first=0.001, longest=0.01))


@pytest.mark.parametrize(("chance", "expected"), [(0.0, [1, 2, 4, 8, 10, 10]), (1.0, [0.5, 1, 2, 4, 5, 5])])
def test_waits_double_up_to_a_limit_and_are_cut_by_chance(chance: float, expected: list[float]) -> None:
    backoff = Backoff(first=1, longest=10, chance=lambda: chance)

    assert [backoff.seconds(times) for times in range(1, 7)] == expected
    assert backoff.seconds(10_000) == expected[-1]


class Stumbling:
    """A step that fails a few times, each time in another way."""

    def __init__(self, *errors: Exception) -> None:
        self.errors = list(errors)
        self.done = asyncio.Event()

    async def __call__(self) -> None:
        if self.errors:
            raise self.errors.pop(0)
        self.done.set()
        await asyncio.sleep(0)


async def test_a_step_that_fails_is_tried_again_until_it_is_well(caplog: pytest.LogCaptureFixture) -> None:
    step, stop = Stumbling(ZeroDivisionError(), StoreError("the disk is full"), KeyError("x")), asyncio.Event()

    running = asyncio.create_task(hurried().run("planner", step, stop))
    async with asyncio.timeout(10):
        await step.done.wait()
    stop.set()
    await running

    facts = [record.__dict__["facts"] for record in caplog.records if record.getMessage() == "loop failed"]
    assert [each["times"] for each in facts] == [1, 2, 3]
    assert [each["reason"] for each in facts] == [
        "internal error ZeroDivisionError",
        "the disk is full",
        "internal error KeyError",
    ]
    assert len({each["reference"] for each in facts}) == 3


async def test_what_only_the_operator_can_mend_ends_a_loop() -> None:
    with pytest.raises(SettingsError, match="the token"):
        await hurried().run("planner", Stumbling(SettingsError("the token is refused")), asyncio.Event())


async def test_a_loop_that_fails_is_red_until_it_runs_again(store: Store) -> None:
    supervisor = hurried(store)

    failure = await supervisor.attempt("collector", Stumbling(ZeroDivisionError()))
    await supervisor.attempt("planner", Stumbling())
    red = await health(store, [], now())
    later = await health(store, [], now() + timedelta(hours=1))
    await supervisor.attempt("collector", Stumbling())
    green = await health(store, [], now())

    assert failure is not None
    told = f"internal error ZeroDivisionError (1 times, in the log as {failure.reference})"
    assert HealthCheck("collector", False, told) in red
    assert all(each.ok for each in green if each.name in ("collector", "planner", "loops"))
    # whoever said so is gone by now
    assert "collector" not in {each.name for each in later}


async def test_a_report_that_cannot_be_written_ends_nothing(sqlite_store: Store) -> None:
    faults = Faults(lambda name, times: name.startswith("store.notes."), armed=True)

    failure = await hurried(faulty(sqlite_store, faults)).attempt("planner", Stumbling(ZeroDivisionError()))

    assert failure is not None
    assert faults.raised == ["store.notes.put"]


class Silent:
    """A surface that ends by itself."""

    name = "silent"

    async def listen(self, desk: BotService) -> None:
        await asyncio.sleep(0)

    async def examine(self) -> Sequence[HealthCheck]:
        return ()


async def test_a_surface_that_falls_silent_is_red(sqlite_store: Store) -> None:
    desk = BotService(build_services(sqlite_store), now)

    async with listening([Silent()], desk), asyncio.timeout(10):
        while not (red := [each for each in await desk.health() if each.name == "listener of silent"]):  # noqa: ASYNC110
            await asyncio.sleep(0.01)

    assert not red[0].ok


async def test_a_sign_of_life_that_cannot_be_written_silences_nobody(sqlite_store: Store) -> None:
    for expected in (False, True):
        faults = Faults(lambda name, times: True, expected=expected, armed=True)

        await BotService(build_services(faulty(sqlite_store, faults)), now).alive("test", "listens")

        assert faults.raised == ["store.notes.put"]


class Poisoned(ListsOf):
    """The list of one day makes us stumble, each time."""

    def __init__(self, poison: Callable[[date], Exception | None]) -> None:
        super().__init__()
        self._poison = poison

    async def day(self, day: date, now: datetime) -> FetchResult:
        if error := self._poison(day):
            raise error
        return await super().day(day, now)


async def test_a_list_that_we_stumble_over_costs_that_list_alone(store: Store) -> None:
    source = Poisoned(lambda day: ZeroDivisionError() if day == TODAY else None)
    other = ListsOf()
    other.name = "other"

    visits = await Collector(store, [source, other]).round(NOON)
    again = await Collector(store, [source, other]).round(NOON + HOUR)

    fetched, state = await store.fetched("huggingface"), {each.name: each for each in await store.sources.all()}
    assert TODAY not in fetched
    assert len(fetched) > 8
    assert visits[0].trouble.code is TroubleCode.INTERNAL
    assert state["huggingface"].trouble.code is TroubleCode.INTERNAL
    assert state["huggingface"].retry_at is None
    assert not state["other"].trouble
    assert [each.source for each in again] == ["huggingface", "other"]


@pytest.mark.parametrize("nonced", [True, False])
@pytest.mark.parametrize("name", ["briefs", "begin", "mark", "reschedule", "end", "refuse"])
async def test_a_delivery_that_the_ledger_never_takes_holds_up_nobody(
    sqlite_store: Store, name: str, nonced: bool
) -> None:
    # the failures are raised before a database is asked, so one will do
    store = sqlite_store
    await fill(store)
    for chat in range(4):
        await store.subscriptions.add(subscription(chat=Chat("test", str(chat))))
    box, broken = Postbox(nonced=nonced), Broken(store, name, chat="2")

    for minutes in (0, 2, 10, 20):
        await worker(broken.store, box).round(DUE + timedelta(minutes=minutes))

    rows = {each.chat.id: each.state for each in await store.deliveries.find()}
    poisoned = rows.pop("2")
    assert set(rows.values()) == {DeliveryState.SENT}
    assert poisoned in {
        "briefs": [DeliveryState.FAILED],
        "begin": [DeliveryState.FAILED],
        "mark": [DeliveryState.UNCERTAIN],
    }.get(name, [DeliveryState.SENT])
    assert len([message for message in box.arrived if message.chat.id == "2"]) == (name not in ("briefs", "begin"))


async def test_an_outcome_that_the_ledger_never_takes_is_a_failure(sqlite_store: Store) -> None:
    await fill(sqlite_store)
    await sqlite_store.subscriptions.add(subscription())
    box, broken = Postbox(), Broken(sqlite_store, "reschedule", chat=HERE.id)
    box.fail(DeliveryError(HERE, "busy"))

    await worker(broken.store, box).round(DUE)

    (row,) = await sqlite_store.deliveries.find()
    assert (row.state, row.reason) == (DeliveryState.FAILED, DeliveryReason.FAULT)


class Broken:
    """A ledger that stumbles over everything that has to do with one chat's delivery."""

    def __init__(self, store: Store, name: str, chat: str) -> None:
        self._inner, self._name, self._chat = store.deliveries, name, chat
        self._ids: set[int] = set()
        self.store = faulty(store, Faults(lambda name, times: False))
        self.store.__dict__["deliveries"] = self

    def __getattr__(self, name: str) -> object:
        found = getattr(self._inner, name)
        if name == "claim":
            return self._claim
        if name != self._name:
            return found

        async def call(first: object, *rest: object, **named: object) -> object:
            if any(f"{kind}={id}," in repr(first) for kind in ("Delivery(id", "delivery_id") for id in self._ids):
                raise ZeroDivisionError(name)
            return await found(first, *rest, **named)

        return call

    async def _claim(self, *arguments: object) -> object:
        claimed = await self._inner.claim(*arguments)  # type: ignore[arg-type]
        self._ids |= {each.id for each in claimed if each.chat.id == self._chat}
        return claimed
