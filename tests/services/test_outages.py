"""A platform is away for a while: what the chat is told of it, what is sent again, and for how long it is tried."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from bot.domain.deliveries import Delivery, DeliveryState
from bot.domain.errors import DeliveryError
from bot.domain.health import HealthCheck
from bot.domain.pages import Page
from bot.domain.papers import DeliveryReason
from bot.domain.rate_limits import Allowance
from bot.domain.requests import Chat
from bot.services.delivery.deliverer import Deliverer
from bot.services.delivery.retry_policy import OnUncertain
from bot.services.delivery.worker_config import WorkerConfig
from bot.storage import Store
from tests.services.ledger import fill, only, worker
from tests.services.pillarbox import Pillarbox
from tests.services.postbox import Message, Postbox
from tests.storage.ledger import DUE, HERE, HOUR, LEASE, MINUTE, claimed, start, subscription
from tests.storage.test_unreadable import spoil

PLANNED, SENT, FAILED = DeliveryState.PLANNED, DeliveryState.SENT, DeliveryState.FAILED
UNCERTAIN = DeliveryState.UNCERTAIN
SECOND = timedelta(seconds=1)
RESEND = WorkerConfig(on_uncertain=OnUncertain.RESEND)


@pytest.fixture
async def ledger(store: Store) -> Store:
    """A store with papers and one subscription that is due."""
    await fill(store)
    await store.subscriptions.add(subscription())
    return store


class Outage(Postbox):
    """A platform without nonces that can be away, and that can be asked whether it is back."""

    def __init__(self) -> None:
        super().__init__(nonced=False)
        self.away: DeliveryError | None = None
        #: it answers questions, and takes no messages
        self.half_back = False

    async def send(self, chat: Chat, part: Page, *, nonce: str, silent: bool, role: str) -> str:
        if self.away:
            self.tried.append(nonce)
            raise self.away
        return await super().send(chat, part, nonce=nonce, silent=silent, role=role)

    async def examine(self) -> Sequence[HealthCheck]:
        return [HealthCheck(self.name, self.away is None or self.half_back, ""), HealthCheck("test groups", False, "")]

    @property
    def notices(self) -> list[Message]:
        return [message for message in self.arrived if any("resend" in each.command for each in message.page.actions)]


def broken(**facts: object) -> DeliveryError:
    return DeliveryError(HERE, "502 Bad Gateway", ambiguous=True, **facts)  # type: ignore[arg-type]


async def rounds(store: Store, box: Postbox, *moments: datetime, config: WorkerConfig = WorkerConfig()) -> None:  # noqa: B008 - frozen
    for moment in moments:
        await worker(store, box, config=config).round(moment)


async def test_the_chat_is_told_once_when_the_platform_is_back_and_gets_the_digest_at_a_press(ledger: Store) -> None:
    box = Outage()
    box.away = broken(gateway=True)
    await rounds(ledger, box, DUE, DUE + 6 * MINUTE, DUE + 9 * MINUTE)
    row = await only(ledger)
    during = list(box.arrived)
    box.away = None

    await rounds(ledger, box, *(DUE + minutes * MINUTE for minutes in range(10, 60, 7)))

    (notice,) = box.notices
    assert during == []
    assert (row.state, row.reason) == (UNCERTAIN, DeliveryReason.UNANSWERED)
    assert notice.chat == HERE
    assert [action.command for action in notice.page.actions] == [f"resend id:{row.id}", f"resend skip id:{row.id}"]
    await ledger.deliveries.resend(row.id, DUE + HOUR)
    await rounds(ledger, box, DUE + HOUR, DUE + 2 * HOUR)
    assert len(box.arrived) == 2


async def test_a_notice_is_put_off_while_the_platform_is_away(ledger: Store) -> None:
    box = Outage()
    box.away = broken(gateway=True)

    await rounds(ledger, box, DUE, DUE + 6 * MINUTE)

    assert ((await only(ledger)).notice_at or DUE) > DUE + 6 * MINUTE


async def test_an_outage_of_messages_only_is_waited_for_too(ledger: Store) -> None:
    box = Outage()
    box.away, box.half_back = broken(gateway=True), True

    await rounds(ledger, box, DUE, DUE + 6 * MINUTE, DUE + 20 * MINUTE)
    tried = len(box.tried)
    box.away = None
    await rounds(ledger, box, DUE + 40 * MINUTE, DUE + 50 * MINUTE)

    assert tried == 3
    assert len(box.notices) == 1


async def test_five_chats_are_told_at_a_time_and_not_before_five_quiet_minutes(ledger: Store) -> None:
    for number in range(2, 8):
        await ledger.subscriptions.add(subscription(chat=Chat("test", str(number))))
    box = Outage()
    box.away = broken()
    await rounds(ledger, box, DUE)
    box.away = None
    moment = max(each.changed_at for each in await ledger.deliveries.find(state=UNCERTAIN))

    told = []
    for passed in (4 * MINUTE, 5 * MINUTE, 6 * MINUTE, 7 * MINUTE):
        await rounds(ledger, box, moment + passed)
        told.append(len(box.notices))

    assert told == [0, 5, 7, 7]


async def test_a_notice_that_may_have_arrived_is_not_repeated(ledger: Store) -> None:
    box = Outage()
    box.fail(broken(), broken())

    await rounds(ledger, box, DUE, *(DUE + minutes * MINUTE for minutes in (6, 20, 60)))

    assert len(box.notices) == 1
    assert len(box.arrived) == 2


class Unspeakable(Outage):
    """A notice for one chat cannot be cut into parts."""

    def parts(self, page: Page) -> Sequence[Page]:
        if any("resend" in each.command and page.title.startswith("2") for each in page.actions):
            raise ZeroDivisionError
        return super().parts(page)


async def test_a_chat_that_cannot_be_told_keeps_no_other_from_it(ledger: Store) -> None:
    await ledger.subscriptions.add(subscription(query="robots", next_at=DUE + 2 * MINUTE))
    await ledger.subscriptions.add(subscription(chat=Chat("test", "2")))
    box = Unspeakable()
    box.away = broken(gateway=True)
    await rounds(ledger, box, DUE, DUE + 2 * MINUTE, DUE + 3 * MINUTE)
    box.away = None

    await rounds(ledger, box, DUE + 8 * MINUTE, DUE + 15 * MINUTE)

    assert [notice.chat.id for notice in box.notices] == ["2"]
    assert len(await ledger.deliveries.find(state=UNCERTAIN)) == 3


async def test_a_notice_whose_row_cannot_be_read_keeps_no_other_back(sqlite_store: Store, tmp_path: Path) -> None:
    await fill(sqlite_store)
    for chat in range(1, 9):
        await sqlite_store.subscriptions.add(subscription(chat=Chat("test", str(chat))))
    box = Outage()
    box.away = broken(gateway=True)
    await rounds(sqlite_store, box, DUE)
    box.away = None
    for row in range(1, 8):
        spoil(f"sqlite:///{tmp_path}/papers.db", "deliveries", "thread" if row % 2 else "changed_at", b"\xff", row)

    await rounds(sqlite_store, box, *(DUE + minutes * MINUTE for minutes in (8, 9, 10)))

    assert [notice.chat.id for notice in box.notices] == ["8"]


async def test_an_outage_is_told_once_to_a_chat_however_many_digests_it_cost(ledger: Store) -> None:
    await ledger.subscriptions.add(subscription(query="robots", next_at=DUE + 2 * MINUTE))
    await ledger.subscriptions.add(subscription(chat=Chat("test", "2")))
    box = Outage()
    box.away = broken(gateway=True)
    await rounds(ledger, box, DUE, DUE + 2 * MINUTE, DUE + 3 * MINUTE)
    box.away = None

    await rounds(ledger, box, *(DUE + minutes * MINUTE for minutes in (4, 6, 8, 15, 30)))

    assert sorted(notice.chat.id for notice in box.notices) == ["1", "2"]
    assert sorted(len(notice.page.actions) for notice in box.notices) == [2, 3]


async def test_the_digest_of_a_worker_that_was_killed_is_told_too(ledger: Store) -> None:
    box = Outage()
    await ledger.deliveries.begin([start(await claimed(ledger, owner="dead"))], DUE)

    await rounds(ledger, box, DUE + LEASE, DUE + LEASE + 6 * MINUTE)

    assert (await only(ledger)).reason is DeliveryReason.INTERRUPTED
    assert len(box.notices) == 1


async def test_what_was_sent_again_before_is_not_told(ledger: Store) -> None:
    box = Outage()
    box.fail(broken())
    await rounds(ledger, box, DUE)

    await ledger.deliveries.resend((await only(ledger)).id, DUE + MINUTE)
    await rounds(ledger, box, DUE + MINUTE, DUE + 10 * MINUTE)

    assert box.notices == []
    assert (await only(ledger)).state is SENT


async def test_a_notice_waits_for_its_turn_like_a_digest(ledger: Store) -> None:
    box = Outage()
    box.allowance = Allowance(per_chat_minute=2)
    box.fail(broken())
    await rounds(ledger, box, DUE)
    rates = box.allowance.rates("test", str(HERE))
    for _ in range(5):
        await ledger.rates.take(rates, patience=HOUR)

    await rounds(ledger, box, DUE + 6 * MINUTE)

    assert box.notices == []
    assert (await only(ledger)).notice_at is not None


@pytest.mark.parametrize("after", [True, False])
async def test_an_operator_may_prefer_a_possible_double(ledger: Store, after: bool) -> None:
    box = Postbox(nonced=False)
    box.fail(broken() if after else DeliveryError(HERE, "the platform is down"))

    await rounds(ledger, box, DUE, DUE + 2 * MINUTE, DUE + HOUR, config=RESEND)

    assert len(box.arrived) == 1 + after
    assert (await only(ledger)).state is SENT


async def test_what_a_killed_worker_was_sending_is_sent_again_where_the_operator_wants_that(ledger: Store) -> None:
    box = Postbox(nonced=False)
    await ledger.deliveries.begin([start(await claimed(ledger, owner="dead"))], DUE)

    await rounds(ledger, box, DUE + LEASE, config=RESEND)

    assert len(box.arrived) == 1
    assert (await only(ledger)).state is SENT


async def test_with_nonces_nothing_is_doubled_whatever_the_operator_prefers(ledger: Store) -> None:
    box = Postbox(nonced=True)
    box.fail(broken(gateway=True), broken(gateway=True))

    await rounds(ledger, box, DUE, DUE + 10 * SECOND, DUE + MINUTE, DUE + HOUR, config=RESEND)

    assert (len(box.arrived), len(set(box.tried))) == (1, 1)


async def mailed(store: Store, box: Pillarbox, moment: datetime, config: WorkerConfig = WorkerConfig()) -> Delivery:  # noqa: B008
    await Deliverer(store, {"email": box}, owner="a", config=config).round(moment)
    return (await store.deliveries.of(ADA, 9))[0]


ADA = Chat("email", "ada@example.org")


def greylisted(**facts: object) -> DeliveryError:
    return DeliveryError(ADA, "the mail server refused: 451 4.7.1 Greylisted", **facts)  # type: ignore[arg-type]


@pytest.fixture
async def post(store: Store) -> Store:
    await fill(store)
    await store.subscriptions.add(subscription(chat=ADA))
    return store


async def test_a_greylist_of_twenty_minutes_does_not_cost_the_day(post: Store) -> None:
    box, now, seen = Pillarbox(), DUE, []
    while now < DUE + 20 * MINUTE:
        box.troubles = [greylisted()]
        row = await mailed(post, box, now)
        seen.append((row.state, row.reason))
        now = row.visible_at

    box.troubles = []
    last = await mailed(post, box, now)

    assert set(seen) == {(PLANNED, DeliveryReason.REFUSED)}
    assert (len(box.letters), last.state) == (1, SENT)
    assert now < DUE + 40 * MINUTE


@pytest.mark.parametrize("wait", [None, 2 * MINUTE])
async def test_mail_is_tried_half_an_hour_apart_until_the_grace_is_over(post: Store, wait: timedelta | None) -> None:
    box, moments = Pillarbox(), [DUE]
    while True:
        box.troubles = [greylisted(retry_after=wait)]
        row = await mailed(post, box, moments[-1])
        if row.state is not PLANNED:
            break
        moments.append(row.visible_at)

    gaps = [later - earlier for earlier, later in pairwise(moments)]
    assert row.state is FAILED
    assert DUE + 5 * HOUR < moments[-1] <= DUE + 6 * HOUR
    assert gaps[-1] - gaps[-2] < MINUTE
    assert round(gaps[-1] / MINUTE) == 30


@pytest.mark.parametrize(("config", "letters", "state"), [(WorkerConfig(), 0, UNCERTAIN), (RESEND, 1, SENT)])
async def test_a_mail_in_doubt_is_resent_only_by_choice_and_nobody_is_told_by_mail(
    post: Store, config: WorkerConfig, letters: int, state: DeliveryState
) -> None:
    box = Pillarbox()
    box.troubles = [greylisted(ambiguous=True)]

    for minutes in (0, 2, 10, 60):
        row = await mailed(post, box, DUE + minutes * MINUTE, config)

    assert (len(box.letters), row.state, row.notice_at) == (letters, state, None)
