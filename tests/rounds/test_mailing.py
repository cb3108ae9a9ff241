"""Subscriptions of mailboxes: nothing comes that its owner did not ask for, and all of it can be ended."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.commands import offered
from bot.commands.engine import Engine
from bot.deliver import Deliverer
from bot.desk import Desk
from bot.errors import BadArgument, DeliveryError, NotAllowed, NotFound, UserError
from bot.mailing.bounces import Bounce
from bot.mailing.links import Links, Purpose
from bot.mailing.mailing import Mailing
from bot.models import Chat, DeliveryState, Request, Subscription
from bot.store import Store
from tests.databases import connected
from tests.rounds.ledger import fill
from tests.rounds.pillarbox import Pillarbox
from tests.store.ledger import DUE

ADA = Chat("email", "ada@example.org")
WORDS = "agents at 9:00 Berlin daily"
LINKS = Links(site="https://papers.example.org", secret=b"not known to anybody", mailto="stop@example.org")
DAY_BEFORE = DUE - timedelta(hours=20)


@dataclass(slots=True)
class Post:
    """Papers by mail, the box that they are thrown into, and a clock that is moved by hand."""

    mailing: Mailing
    box: Pillarbox
    store: Store

    async def subscribed(self, words: str = WORDS, address: str = ADA.id) -> Subscription:
        await self.mailing.ask(address, words, "")
        await self.mailing.confirm(self.box.token)
        return (await self.store.subscriptions.of(Chat("email", address)))[-1]


def at_work(store: Store) -> Post:
    box = Pillarbox()
    return Post(Mailing(store, box, LINKS, lambda: DAY_BEFORE), box, store)


@pytest.fixture
def post(sqlite_store: Store) -> Post:
    return at_work(sqlite_store)


@pytest.fixture
def anywhere(store: Store) -> Post:
    """On either database."""
    return at_work(store)


def leave(subscription: Subscription) -> str:
    return LINKS.token(Purpose.UNSUBSCRIBE, subscription.id)


def change(subscription: Subscription) -> str:
    return LINKS.token(Purpose.CHANGE, subscription.id)


def at(post: Post, moment: timedelta) -> Mailing:
    return Mailing(post.store, post.box, LINKS, lambda: DAY_BEFORE + moment)


async def test_nothing_is_subscribed_before_the_button_is_pressed(post: Post) -> None:
    await post.mailing.ask(ADA.id, WORDS, "web 192.0.2.0/24")
    await post.mailing.asked(post.box.token)
    before = await post.store.subscriptions.of(ADA)

    await post.mailing.confirm(post.box.token)

    (subscription,) = await post.store.subscriptions.of(ADA)
    assert before == []
    assert (subscription.query, subscription.next_at) == ("agents", DUE)
    assert len(post.box.letters) == 1


async def test_an_invitation_carries_nothing_that_a_stranger_has_typed(post: Post) -> None:
    await post.mailing.ask(ADA.id, '"buy pills at spam.example now" at 9:00 Berlin', "")

    (letter,) = post.box.letters
    assert "pills" not in str(letter)
    assert "spam" not in str(letter)


async def test_a_button_works_once_and_is_harmless_afterwards(anywhere: Post) -> None:
    await anywhere.mailing.ask(ADA.id, WORDS, "")
    token = anywhere.box.token

    titles = [(await anywhere.mailing.confirm(token)).title for _ in range(3)]
    looked_at = await anywhere.mailing.asked(token)

    assert titles == ["You are subscribed", "You are subscribed already", "You are subscribed already"]
    assert looked_at.title == "You are subscribed already"
    assert looked_at.actions == ()
    assert len(await anywhere.store.subscriptions.of(ADA)) == 1


async def test_an_invitation_does_not_live_for_ever(post: Post) -> None:
    await post.mailing.ask(ADA.id, WORDS, "")

    with pytest.raises(NotFound):
        await at(post, timedelta(days=2, seconds=1)).confirm(post.box.token)

    assert await post.store.subscriptions.of(ADA) == []


async def test_an_invitation_can_be_turned_down(anywhere: Post) -> None:
    await anywhere.mailing.ask(ADA.id, WORDS, "")
    token = anywhere.box.token
    assert anywhere.box.letters[0].ways.unsubscribe.endswith(f"/u/{token}")

    await anywhere.mailing.leaving(token)
    await anywhere.mailing.unsubscribe(token)

    with pytest.raises(NotFound):
        await anywhere.mailing.confirm(token)
    assert (await anywhere.mailing.unsubscribe(token)).title == "Nothing will be sent"


async def test_an_invitation_that_is_turned_down_too_late_ends_what_came_of_it(post: Post) -> None:
    await post.subscribed("robots at 9:00 Berlin")
    await post.subscribed(WORDS)
    token = post.box.token

    titles = [(await post.mailing.unsubscribe(token)).title for _ in range(2)]

    assert titles == ["You are unsubscribed", "Nothing will be sent"]
    assert [each.query for each in await post.store.subscriptions.of(ADA)] == ["robots"]


async def test_the_database_knows_no_token_and_no_network(anywhere: Post, store_url: str) -> None:
    await anywhere.mailing.ask(ADA.id, WORDS, "web 192.0.2.0/24")

    with connected(store_url) as connection:
        rows = str(connection.execute(sa.text("SELECT * FROM mail_requests")).all())

    assert "ada@example.org" in rows
    assert anywhere.box.token not in rows
    assert "192.0.2" not in rows


async def test_nobody_can_flood_a_mailbox(anywhere: Post) -> None:
    for number in range(3):
        await anywhere.mailing.ask("Ada@EXAMPLE.org", WORDS, f"web {number}")

    with pytest.raises(NotAllowed, match="enough"):
        await anywhere.mailing.ask(ADA.id, WORDS, "web 9")
    await at(anywhere, timedelta(days=1, seconds=1)).ask(ADA.id, WORDS, "web 9")

    assert len(anywhere.box.letters) == 4


async def test_nobody_can_flood_many_mailboxes(anywhere: Post) -> None:
    for number in range(10):
        await anywhere.mailing.ask(f"reader{number}@example.org", WORDS, "web 192.0.2.0/24")

    with pytest.raises(NotAllowed, match="Too many"):
        await anywhere.mailing.ask("reader10@example.org", WORDS, "web 192.0.2.0/24")
    await anywhere.mailing.ask("reader10@example.org", WORDS, "web 198.51.100.0/24")
    await at(anywhere, timedelta(hours=1, seconds=1)).ask("reader11@example.org", WORDS, "web 192.0.2.0/24")

    assert len(anywhere.box.letters) == 12


async def test_an_invitation_that_could_not_be_sent_can_be_asked_for_again(post: Post) -> None:
    post.box.troubles = [DeliveryError(ADA, "busy") for _ in range(5)]

    for _ in range(5):
        with pytest.raises(UserError, match="could not be sent"):
            await post.mailing.ask(ADA.id, WORDS, "")
    page = await post.mailing.ask(ADA.id, WORDS, "")

    assert page.title == "Check your mail"


async def test_an_address_that_its_server_does_not_know_is_said_to_be_wrong(post: Post) -> None:
    post.box.troubles = [DeliveryError(ADA, "550", permanent=True)]

    with pytest.raises(BadArgument, match="does not take mail"):
        await post.mailing.ask(ADA.id, WORDS, "")


async def test_an_invitation_that_may_have_arrived_stays_good(post: Post) -> None:
    post.box.troubles = [DeliveryError(ADA, "silence", ambiguous=True)]

    page = await post.mailing.ask(ADA.id, WORDS, "")

    assert page.title == "Check your mail"


@pytest.mark.parametrize(
    "address",
    [
        "",
        "ada",
        "ada@",
        "@example.org",
        "ada@localhost",
        "ada@example.org\nBcc: eve@example.org",
        "ada@example.org\r\nRCPT TO:<eve@example.org>",
        "ada@example.org, eve@example.org",
        "ada@127.0.0.1",
        "ada@[127.0.0.1]",
        '"a b"@example.org',
        "=?utf-8?q?ada?=@example.org>",
        "ada@exa mple.org",
        "ädä@example.org",
        f"{'a' * 65}@example.org",
        f"ada@{'a' * 250}.org",
        "-f@-example.org",
        "ada@example..org",
    ],
)
async def test_what_is_no_address_gets_no_mail(post: Post, address: str) -> None:
    with pytest.raises(BadArgument, match="no mail address"):
        await post.mailing.ask(address, WORDS, "")

    assert post.box.letters == []


async def test_a_domain_in_any_script_is_written_as_dns_has_it(post: Post) -> None:
    await post.mailing.ask("ada@bücher.example", WORDS, "")

    assert post.box.letters[0].chat.id == "ada@xn--bcher-kva.example"


async def test_a_wish_without_a_zone_is_asked_where(post: Post) -> None:
    with pytest.raises(BadArgument, match="time zone"):
        await post.mailing.ask(ADA.id, "agents at 9:00", "")

    assert post.box.letters == []


async def test_a_link_ends_one_subscription_and_no_other_and_twice_is_harmless(post: Post) -> None:
    agents, robots = await post.subscribed(), await post.subscribed("robots at 9:00 Berlin")

    await post.mailing.leaving(leave(agents))
    assert len(await post.store.subscriptions.of(ADA)) == 2
    pages = [await post.mailing.unsubscribe(leave(agents)) for _ in range(3)]

    assert [page.title for page in pages] == ["You are unsubscribed"] * 3
    assert await post.store.subscriptions.of(ADA) == [robots]


async def test_forged_and_swapped_links_do_nothing(post: Post) -> None:
    mine = await post.subscribed()
    genuine = leave(mine)
    other = Links(site=LINKS.site, secret=b"another")
    forged = [
        genuine[:-1] + ("a" if genuine[-1] != "a" else "b"),
        genuine.replace(f"u{mine.id}-", f"u{mine.id + 1}-"),
        f"u{mine.id}-",
        f"u{mine.id}",
        f"u-{genuine.partition('-')[2]}",
        f"u0{genuine[1:]}",
        genuine.upper(),
        f" {genuine}",
        change(mine),
        "u" + change(mine)[1:],
        LINKS.token(Purpose.BOUNCE, mine.id),
        other.token(Purpose.UNSUBSCRIBE, mine.id),
        "",
        "u" * 10_000,
        "\0",
    ]

    for token in forged:
        with pytest.raises(NotFound):
            await post.mailing.unsubscribe(token)
        with pytest.raises(NotFound):
            await post.mailing.leaving(token)
    for token in [genuine, *(token for token in forged if token != change(mine))]:
        with pytest.raises(NotFound):
            await post.mailing.change(token, "top 3")

    assert await post.store.subscriptions.of(ADA) == [mine]


def test_a_token_is_short_and_survives_mail_servers_that_fold_letters() -> None:
    token = LINKS.token(Purpose.BOUNCE, 10**11)

    assert len(token) <= 40
    assert token == token.lower()
    assert LINKS.read(token, Purpose.BOUNCE) == 10**11
    assert "not known" not in repr(LINKS)


async def test_time_topic_and_size_are_changed_by_a_link(post: Post) -> None:
    subscription = await post.subscribed()

    await post.mailing.changing(change(subscription))
    await post.mailing.change(change(subscription), "robots at 18:30 top 3")

    (changed,) = await post.store.subscriptions.of(ADA)
    assert (changed.query, changed.size, changed.schedule.zone) == ("robots", 3, "Europe/Berlin")
    assert changed.next_at == DAY_BEFORE.replace(hour=16, minute=30)


async def test_a_subscription_rests_and_comes_again_by_a_link(post: Post) -> None:
    subscription = await post.subscribed()

    await post.mailing.pause(change(subscription))
    (paused,) = await post.store.subscriptions.of(ADA)
    await post.mailing.resume(change(subscription))
    (running,) = await post.store.subscriptions.of(ADA)

    assert (paused.paused, paused.next_at) == ("by hand", None)
    assert running == subscription


@pytest.mark.parametrize("kind", [Bounce.HARD, Bounce.COMPLAINT])
async def test_mail_that_came_back_ends_all_mail_until_the_operator_says_otherwise(post: Post, kind: Bounce) -> None:
    subscription = await post.subscribed()

    for _ in range(2):
        await post.mailing.bounces.told("ADA@example.org", kind)
    (paused,) = await post.store.subscriptions.of(ADA)
    with pytest.raises(NotAllowed):
        await post.mailing.ask(ADA.id, WORDS, "")
    with pytest.raises(NotAllowed):
        await post.mailing.resume(change(subscription))
    await post.mailing.bounces.release(ADA.id)

    assert paused.paused
    assert paused.next_at is None
    assert await post.store.subscriptions.of(ADA) == [subscription]
    assert (await post.mailing.ask(ADA.id, WORDS, "")).title == "Check your mail"


async def test_a_full_mailbox_is_given_some_chances(anywhere: Post) -> None:
    await anywhere.subscribed()

    for day in (0, 1, 2, 3, 30, 31, 32, 33):
        await at(anywhere, timedelta(days=day)).bounces.told(ADA.id, Bounce.SOFT)
    (running,) = await anywhere.store.subscriptions.of(ADA)
    await at(anywhere, timedelta(days=34)).bounces.told(ADA.id, Bounce.SOFT)
    (paused,) = await anywhere.store.subscriptions.of(ADA)

    assert running.paused == ""
    assert "5 times" in paused.paused


async def test_the_address_that_a_bounce_comes_back_to_tells_whose_it_is(post: Post) -> None:
    subscription = await post.subscribed()
    tag = post.mailing.ways(subscription, "d").tag

    await post.mailing.bounces.told(f"bounces+{tag}@papers.example.org", Bounce.HARD)

    assert await post.store.mailboxes.suspended(ADA.id)


@asynccontextmanager
async def delivering(post: Post) -> AsyncIterator[Deliverer]:
    await fill(post.store, at=DUE - timedelta(hours=1))
    yield Deliverer(post.store, {"email": post.box}, owner="a", ways=post.mailing.ways)


async def test_a_digest_by_mail_has_its_own_ways_out(post: Post) -> None:
    subscription = await post.subscribed("everything at 9:00 Berlin daily")

    async with delivering(post) as worker:
        await worker.round(DUE)
        await worker.round(DUE + timedelta(minutes=1))

    _, digest = post.box.letters
    (delivery,) = await post.store.deliveries.of(ADA, 9)
    assert delivery.state is DeliveryState.SENT
    assert len(digest.page.cards) == 6
    assert digest.ways.unsubscribe == f"https://papers.example.org/u/{leave(subscription)}"
    assert digest.ways.change == f"https://papers.example.org/change/{change(subscription)}"
    assert digest.ways.unsubscribe_by_mail == f"mailto:stop@example.org?subject={leave(subscription)}"
    assert digest.ways.read == f"https://papers.example.org/digests/{delivery.digest_id}"
    assert "ada@example.org" in digest.ways.why


async def test_a_mailbox_that_is_gone_pauses_its_subscription(post: Post) -> None:
    await post.subscribed("everything at 9:00 Berlin daily")
    post.box.troubles = [DeliveryError(ADA, "550 No such user", permanent=True)]

    async with delivering(post) as worker:
        await worker.round(DUE)

    (subscription,) = await post.store.subscriptions.of(ADA)
    assert "550" in subscription.paused


async def test_a_chat_asks_for_mail_where_mail_can_be_sent_and_is_not_offered_it_elsewhere(post: Post) -> None:
    with_mail, without = Engine(post.store, mailing=post.mailing), Engine(post.store)
    request = Request(chat=Chat("test", "1"), person="ada", command="email", argument=f"{ADA.id} {WORDS}")

    page = await Desk(with_mail, lambda: DAY_BEFORE).handle(request)
    refusal = await Desk(without, lambda: DAY_BEFORE).handle(request)

    assert page.title == "Check your mail"
    assert refusal.title == "No mail is sent from here."
    assert "email" in [command.name for command in Desk(with_mail, lambda: DAY_BEFORE).known]
    assert "email" not in [command.name for command in offered(mail=False)]
    assert len(post.box.letters) == 1


async def test_a_chat_that_has_a_zone_need_not_say_it_again(post: Post) -> None:
    here, desk = Chat("test", "1"), Desk(Engine(post.store, mailing=post.mailing), lambda: DAY_BEFORE)
    await desk.handle(Request(chat=here, may_manage=True, command="subscribe", argument="robots at 9:00 Tokyo save"))

    page = await desk.handle(Request(chat=here, person="ada", command="email", argument=f"{ADA.id} agents at 8:00"))

    assert page.title == "Check your mail"
    assert "Asia/Tokyo" in str(page)


async def test_one_person_cannot_have_many_mails_sent_from_a_chat(post: Post) -> None:
    desk = Desk(Engine(post.store, mailing=post.mailing), lambda: DAY_BEFORE)

    titles = [
        (
            await desk.handle(
                Request(
                    chat=Chat("test", "1"), person="eve", command="email", argument=f"r{number}@example.org {WORDS}"
                )
            )
        ).title
        for number in range(11)
    ]

    assert titles[:10] == ["Check your mail"] * 10
    assert titles[10] == "Too many mails were asked for in the last hour."


async def test_only_who_knows_the_secret_may_tell_of_bounces(post: Post) -> None:
    told = Mailing(post.store, post.box, LINKS, lambda: DAY_BEFORE, "s3cret")

    assert told.bounces.may_report("s3cret")
    assert not told.bounces.may_report("S3cret")
    assert not told.bounces.may_report("")
    assert not post.mailing.bounces.may_report("")
    assert "s3cret" not in repr(told)
