"""Notices of uncertain digests after something has become known: each is edited once, and keeps no dead button."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import pytest

from bot.commands.facade import BotService
from bot.domain.deliveries import DeliveryState
from bot.domain.errors import DeliveryError
from bot.domain.pages import Page
from bot.domain.papers import DeliveryReason
from bot.domain.requests import Chat, Request, Tally
from bot.services.bundle import build_services
from bot.services.delivery.notice_updates import LAPSES
from bot.storage import Store
from tests.services.ledger import fill, only
from tests.services.living import Edit
from tests.services.test_outages import Outage, broken, rounds
from tests.storage.ledger import DAY, DUE, HERE, HOUR, MINUTE, subscription


class EditedOutage(Outage):
    """A platform that can be away, and on which messages can be changed."""

    def __init__(self) -> None:
        super().__init__()
        self.edits: list[Edit] = []
        #: raised by the next edits, one by each
        self.edit_troubles: list[DeliveryError] = []

    async def edit(
        self, chat: Chat, message_id: str, part: Page, *, nonce: str, role: str, tallies: Mapping[str, Tally]
    ) -> None:
        if self.edit_troubles:
            raise self.edit_troubles.pop(0)
        self.edits.append(Edit(message_id=message_id, page=part, tallies=tallies))


@pytest.fixture
async def ledger(store: Store) -> Store:
    """A store with papers and one subscription that is due."""
    await fill(store)
    await store.subscriptions.add(subscription())
    return store


async def noticed(store: Store, *queries: str) -> EditedOutage:
    """A platform on which the chat was told of the digests that may be missing."""
    for query in queries:
        await store.subscriptions.add(subscription(query=query))
    box = EditedOutage()
    box.away = broken(gateway=True)
    # the digests of one chat follow each other
    await rounds(store, box, DUE, *(DUE + minutes * MINUTE for minutes in range(1, 4)))
    box.away = None
    await rounds(store, box, DUE + 20 * MINUTE)
    assert len(box.notices) == 1
    assert box.edits == []
    return box


async def ask(store: Store, line: str) -> Page:
    """Somebody who may manage the chat sends a command."""
    command, _, argument = line.partition(" ")
    request = Request(chat=HERE, person="9", may_manage=True, command=command, argument=argument)
    return (await BotService(build_services(store), lambda: DUE + HOUR).respond(request)).page


def told(page: Page) -> list[str]:
    return [row.text for section in page.sections for row in section.rows]


async def test_a_notice_says_that_its_digest_was_sent_again_and_is_edited_once(ledger: Store) -> None:
    box = await noticed(ledger)
    row = await only(ledger)

    await ask(ledger, f"resend id:{row.id}")
    await rounds(ledger, box, DUE + HOUR)
    await rounds(ledger, box, DUE + HOUR + MINUTE, DUE + 2 * HOUR, DUE + DAY)

    (edit,) = box.edits
    (notice,) = [each for each in box.notices if each.page.sections and not each.page.cards]
    assert edit.message_id == notice.id
    assert edit.page.actions == ()
    (moment,) = edit.page.moments
    again = await ledger.deliveries.get(row.id)
    assert again is not None
    assert (again.state, moment.at) == (DeliveryState.SENT, again.changed_at)
    assert await ledger.sent_notices.claim("test", DUE + 30 * DAY, HOUR, DUE + 30 * DAY, 9) == []


async def test_a_digest_that_is_left_out_is_not_sent_and_the_notice_says_so(ledger: Store) -> None:
    box = await noticed(ledger)
    row = await only(ledger)
    arrived = len(box.arrived)

    page = await ask(ledger, f"resend skip id:{row.id}")
    await rounds(ledger, box, DUE + HOUR, DUE + 2 * HOUR)

    (edit,) = box.edits
    skipped = await only(ledger)
    assert not page.refused
    assert (skipped.state, skipped.reason) == (DeliveryState.SKIPPED, DeliveryReason.LEFT_OUT)
    assert (edit.page.actions, len(box.arrived)) == ((), arrived)
    assert (await ask(ledger, f"resend skip id:{row.id}")).refused
    assert (await ask(ledger, f"resend id:{row.id}")).refused


async def test_a_notice_of_two_digests_keeps_the_button_of_the_other(ledger: Store) -> None:
    box = await noticed(ledger, "video")
    first, second = sorted(await ledger.deliveries.of(HERE, 9), key=lambda each: each.id)

    await ask(ledger, f"resend id:{first.id}")
    await rounds(ledger, box, DUE + HOUR, DUE + HOUR + MINUTE)
    (edit,) = box.edits
    commands = [action.command for action in edit.page.actions]
    await ask(ledger, "resend skip all")
    await rounds(ledger, box, DUE + 2 * HOUR, DUE + 3 * HOUR)

    assert commands == [f"resend id:{second.id}", f"resend skip id:{second.id}"]
    assert len(box.edits) == 2
    assert box.edits[1].page.actions == ()
    assert len(told(box.edits[1].page)) == 2


async def test_after_a_week_a_notice_has_no_buttons(ledger: Store) -> None:
    box = await noticed(ledger)
    row = await only(ledger)

    await rounds(ledger, box, DUE + LAPSES, DUE + LAPSES + HOUR, DUE + LAPSES + 2 * HOUR)

    (edit,) = [each for each in box.edits if each.message_id == box.notices[0].id]
    assert edit.page.actions == ()
    assert "/resend" in edit.page.footer
    kept = await ledger.deliveries.get(row.id)
    assert kept is not None
    assert kept.state is DeliveryState.UNCERTAIN


async def test_a_digest_that_is_uncertain_again_has_its_button_in_the_new_notice_only(ledger: Store) -> None:
    box = await noticed(ledger)
    row = await only(ledger)

    await ask(ledger, f"resend id:{row.id}")
    box.away = broken()
    await rounds(ledger, box, DUE + HOUR)
    box.away = None
    await rounds(ledger, box, DUE + 2 * HOUR)

    (edit,) = box.edits
    old, new = box.notices
    assert (edit.message_id, edit.page.actions) == (old.id, ())
    assert new.page.actions[0].command == f"resend id:{row.id}"


async def test_a_failed_edit_is_repeated_and_a_refused_one_is_not(ledger: Store) -> None:
    box = await noticed(ledger)
    row = await only(ledger)
    box.edit_troubles = [DeliveryError(HERE, "busy"), DeliveryError(HERE, "the message was deleted", permanent=True)]

    await ask(ledger, f"resend skip id:{row.id}")
    await rounds(ledger, box, *(DUE + HOUR + minutes * MINUTE for minutes in (0, 1, 6, 12, 60)))

    assert (box.edits, box.edit_troubles) == ([], [])
    assert await ledger.sent_notices.claim("test", DUE + DAY, HOUR, DUE, 9) == []


async def test_an_edit_that_keeps_failing_is_given_up(ledger: Store) -> None:
    box = await noticed(ledger)
    row = await only(ledger)
    box.edit_troubles = [DeliveryError(HERE, "busy")] * 9

    await ask(ledger, f"resend skip id:{row.id}")
    await rounds(ledger, box, *(DUE + HOUR + minutes * MINUTE for minutes in range(0, 120, 6)))

    assert len(box.edit_troubles) == 4
    assert box.edits == []


async def test_two_workers_do_not_edit_the_same_notice_at_the_same_time(ledger: Store) -> None:
    await noticed(ledger)
    row = await only(ledger)
    await ask(ledger, f"resend skip id:{row.id}")
    at = DUE + HOUR

    claims = [
        await ledger.sent_notices.claim("test", moment, timedelta(minutes=2), at - LAPSES, 9)
        for moment in (at, at + MINUTE, at + 3 * MINUTE)
    ]

    assert [len(each) for each in claims] == [1, 0, 1]


async def test_a_chat_that_is_forgotten_leaves_no_notice(ledger: Store) -> None:
    await noticed(ledger)

    await ask(ledger, "forget everything confirm")
    left = await ledger.sent_notices.claim("test", DUE + 30 * DAY, HOUR, DUE + 30 * DAY, 9)

    assert left == []
