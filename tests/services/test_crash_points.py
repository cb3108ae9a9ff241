"""The places at which a process can be made to die are passed in the order in which things are done."""

from __future__ import annotations

from bot.domain.deliveries import DeliveryState
from bot.domain.errors import DeliveryError
from bot.services.delivery.crash import CrashPoint
from bot.services.delivery.deliverer import Deliverer
from bot.storage import Store
from tests.services.ledger import fill
from tests.services.postbox import Postbox
from tests.storage.ledger import DUE, HERE, subscription

PLANNING = ["plan.before", "plan.middle", "plan.after"]
CLAIMING = ["claim.before", "claim.after"]
SENDING = ["begin.before", "begin.after", "send.before", "send.after"]


class Passed(CrashPoint):
    """Keeps which places were passed, once each in a row."""

    def __init__(self) -> None:
        super().__init__()
        self.places: list[str] = []

    def __call__(self, place: str) -> None:
        if place not in self.places:
            self.places.append(place)


async def passed(store: Store, box: Postbox) -> list[str]:
    crash = Passed()
    await fill(store)
    await store.subscriptions.add(subscription())
    await Deliverer(store, {"test": box}, owner="a", crash=crash).round(DUE)
    return crash.places


async def test_a_digest_that_is_sent(sqlite_store: Store) -> None:
    places = await passed(sqlite_store, Postbox(nonced=False))

    assert places[:5] == [*PLANNING, *CLAIMING]
    assert places[-2:] == ["mark.before", "mark.after"]
    assert places[5:-2] == SENDING
    assert (await sqlite_store.deliveries.of(HERE, 1))[0].state is DeliveryState.SENT


async def test_a_digest_that_is_refused(sqlite_store: Store) -> None:
    box = Postbox(nonced=False)
    box.fail(DeliveryError(HERE, "no", permanent=True))

    places = await passed(sqlite_store, box)

    assert places[:5] == [*PLANNING, *CLAIMING]
    assert places[-2:] == ["end.before", "end.after"]
