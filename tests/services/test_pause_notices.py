"""Whoever subscribed is told once that a subscription was paused, and once that it runs again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from bot.domain.errors import DeliveryError
from bot.domain.pages import Page
from bot.domain.requests import Chat, ChatDetails
from bot.domain.subscriptions import Pause, Subscription
from bot.services.delivery.worker_config import Notify, WorkerConfig
from bot.services.subscriptions import SubscriptionService
from bot.storage import Store
from tests.services.ledger import worker
from tests.services.postbox import Message, Postbox
from tests.storage.ledger import DUE, subscription

ADA = "ada"
PRIVATE, ADMINS = Chat("test", "private ada"), Chat("test", "moderators")
SERVER = "server"
LATER = timedelta(minutes=1)


class Switchboard(Postbox):
    """A platform with private chats, some of which take nothing, and with a chat of the administrators."""

    manages_privately = True

    def __init__(self, *, mute: Sequence[Chat] = ()) -> None:
        super().__init__()
        self.mute = mute

    async def private_chat(self, person: str) -> Chat:
        return Chat(self.name, f"private {person}")

    async def admin_chat(self, space: str) -> Chat | None:
        return ADMINS if space == SERVER else None

    async def send(self, chat: Chat, part: Page, *, nonce: str, silent: bool, role: str) -> str:
        if chat in self.mute:
            raise DeliveryError(chat, "it takes nothing", permanent=True)
        return await super().send(chat, part, nonce=nonce, silent=silent, role=role)

    def told(self) -> list[Message]:
        """The notices since the last call."""
        arrived, self.arrived = self.arrived, []
        return arrived


async def add(store: Store, place: str, *, space: str = SERVER, person: str = ADA) -> Subscription:
    chat = Chat("test", place)
    await store.known_chats.put([ChatDetails(chat, f"#{place}", space)], DUE)
    return await store.subscriptions.add(subscription(chat=chat, next_at=DUE + timedelta(days=9), person=person))


async def look(store: Store, box: Postbox, now: datetime, notify: Notify = Notify.SUBSCRIBER, owner: str = "a") -> None:
    """A worker that looks once what there is to tell."""
    await worker(store, box, owner=owner, config=WorkerConfig(notify=notify)).process_batch("test", lambda: now)


def names(message: Message) -> list[str]:
    return [row.label for section in message.page.sections for row in section.rows]


async def lose(store: Store, *places: str, now: datetime = DUE) -> None:
    await SubscriptionService(store).pause_for_platform("test", places, "the channel was deleted", now)


async def regain(store: Store, *places: str, now: datetime) -> None:
    await SubscriptionService(store).resume_for_platform("test", places, now)


async def test_a_pause_and_its_end_are_told_once_whoever_looks(store: Store) -> None:
    box = Switchboard()
    await add(store, "papers")
    await lose(store, "papers")

    for owner in ("a", "b", "c"):
        await look(store, box, DUE + LATER, owner=owner)
    (paused,) = box.told()
    await regain(store, "papers", now=DUE + 2 * LATER)
    for owner in ("d", "e"):
        await look(store, box, DUE + 3 * LATER, owner=owner)
    (again,) = box.told()

    assert (paused.chat, names(paused)) == (PRIVATE, ["#papers"])
    assert (again.chat, names(again)) == (PRIVATE, ["#papers"])
    assert paused.page.title != again.page.title
    assert paused.nonce != again.nonce


async def test_what_ends_before_it_is_told_is_never_told(sqlite_store: Store) -> None:
    box = Switchboard()
    await add(sqlite_store, "papers")
    await lose(sqlite_store, "papers")
    await regain(sqlite_store, "papers", now=DUE + timedelta(seconds=2))

    await look(sqlite_store, box, DUE + LATER)

    assert box.told() == []


@pytest.mark.parametrize("reason", [Pause.PERSON, Pause.BOUNCE, Pause.COMPLAINT])
async def test_what_a_person_or_a_mailbox_has_paused_is_no_news(sqlite_store: Store, reason: Pause) -> None:
    box = Switchboard()
    one = await add(sqlite_store, "papers")
    await sqlite_store.subscriptions.pause(one.id, reason, DUE)

    await look(sqlite_store, box, DUE + LATER)

    assert box.told() == []


async def test_resuming_it_oneself_is_no_news_and_the_next_pause_is(sqlite_store: Store) -> None:
    box, service = Switchboard(), SubscriptionService(sqlite_store)
    one = await add(sqlite_store, "papers")
    await lose(sqlite_store, "papers")
    await look(sqlite_store, box, DUE + LATER)
    box.told()

    await service.resume([await service.numbered(one)], DUE + 2 * LATER)
    await look(sqlite_store, box, DUE + 3 * LATER)
    own = box.told()
    await lose(sqlite_store, "papers", now=DUE + 4 * LATER)
    await look(sqlite_store, box, DUE + 5 * LATER)

    assert own == []
    assert len(box.told()) == 1


async def test_a_server_that_is_gone_is_one_message(store: Store) -> None:
    box = Switchboard()
    places = [f"papers-{number}" for number in range(8)]
    for place in places:
        await add(store, place)
    await add(store, "other", person="bob")
    await lose(store, *places, "other")

    await look(store, box, DUE + LATER)

    told = {message.chat.id: sorted(names(message)) for message in box.told()}
    assert told == {"private ada": [f"#{place}" for place in places], "private bob": ["#other"]}


async def test_who_takes_no_messages_is_told_in_a_channel_of_the_same_server(store: Store) -> None:
    box = Switchboard(mute=[PRIVATE])
    await add(store, "papers")
    await add(store, "news")
    await add(store, "elsewhere", space="another server")
    await lose(store, "papers")

    await look(store, box, DUE + LATER)

    (told,) = box.told()
    # whoever reads it there may not know the other channel
    assert (told.chat.id, names(told)) == ("news", [])
    assert "papers" not in f"{told.page.title} {told.page.intro}"
    assert [action.command for action in told.page.actions] == ["subscriptions all"]


async def test_where_nobody_can_be_told_nothing_is_tried_again(sqlite_store: Store) -> None:
    box = Switchboard(mute=[PRIVATE])
    await add(sqlite_store, "papers")
    await add(sqlite_store, "elsewhere", space="another server")
    await lose(sqlite_store, "papers")

    for later in (1, 10, 100):
        await look(sqlite_store, box, DUE + later * LATER)

    assert box.told() == []
    assert await sqlite_store.pause_notices.take("test", DUE + timedelta(days=1), 9) == []


async def test_a_notice_that_was_not_taken_is_tried_again(sqlite_store: Store) -> None:
    box = Switchboard()
    await add(sqlite_store, "papers")
    await lose(sqlite_store, "papers")
    box.fail(DeliveryError(PRIVATE, "busy", retry_after=timedelta(minutes=7)))

    await look(sqlite_store, box, DUE + LATER)
    early = box.told()
    await look(sqlite_store, box, DUE + 2 * LATER)
    early += box.told()
    await look(sqlite_store, box, DUE + 10 * LATER)

    assert early == []
    assert len(box.told()) == 1


async def test_a_notice_that_may_have_arrived_is_not_repeated(sqlite_store: Store) -> None:
    box = Switchboard()
    await add(sqlite_store, "papers")
    await lose(sqlite_store, "papers")
    box.fail(DeliveryError(PRIVATE, "no answer", ambiguous=True))

    for later in (1, 10, 100):
        await look(sqlite_store, box, DUE + later * LATER)

    assert len(box.told()) == 1


async def test_administrators_are_told_where_that_is_wanted(sqlite_store: Store) -> None:
    box = Switchboard()
    await add(sqlite_store, "papers")
    await add(sqlite_store, "private papers", space="")
    await sqlite_store.known_chats.add_manager(Chat("test", "private papers"), "bob", DUE)
    await lose(sqlite_store, "papers", "private papers")

    await look(sqlite_store, box, DUE + LATER, Notify.ADMINS)

    assert {message.chat.id: names(message) for message in box.told()} == {
        "moderators": ["#papers"],
        "private bob": ["#private papers"],
    }


async def test_nobody_is_told_where_nobody_wants_it(sqlite_store: Store) -> None:
    box = Switchboard()
    await add(sqlite_store, "papers")
    await lose(sqlite_store, "papers")

    await look(sqlite_store, box, DUE + LATER, Notify.NONE)
    await look(sqlite_store, box, DUE + 2 * LATER)

    assert box.told() == []


async def test_a_digest_that_is_refused_for_good_is_told_of(sqlite_store: Store) -> None:
    box = Switchboard(mute=[Chat("test", "papers")])
    one = await add(sqlite_store, "papers")
    await sqlite_store.subscriptions.resume(one.id, DUE)
    deliverer = worker(sqlite_store, box)

    await deliverer.round(DUE)
    await look(sqlite_store, box, DUE + LATER)

    (told,) = box.told()
    assert (told.chat, names(told)) == (PRIVATE, ["#papers"])
    assert "it takes nothing" in told.page.sections[0].rows[0].text


async def test_a_notice_that_a_dead_process_has_taken_is_not_sent_by_another(sqlite_store: Store) -> None:
    box = Switchboard()
    await add(sqlite_store, "papers")
    await lose(sqlite_store, "papers")
    (taken,) = await sqlite_store.pause_notices.take("test", DUE + LATER, 9)

    await look(sqlite_store, box, DUE + 2 * LATER)

    assert (taken.subscription.paused, taken.told) == (Pause.PLATFORM, None)
    assert box.told() == []
