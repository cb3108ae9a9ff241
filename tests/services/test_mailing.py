"""Links in mails: whoever has one changes or ends one subscription, and mail that comes back ends all of it."""

from __future__ import annotations

import ast
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.deliveries import DeliveryState
from bot.domain.errors import BadArgument, DeliveryError, NotAllowed, NotFound
from bot.domain.mailbox_results import AlreadyUnsubscribed, InvitationSent, MailboxResult
from bot.domain.requests import Door
from bot.domain.subscriptions import Pause, Subscription
from bot.messages.mailbox_results import page_of
from bot.services.delivery.deliverer import Deliverer
from bot.services.mailboxes.links import Links, Purpose
from bot.services.mailboxes.mailing import MailAction, build_mailing
from bot.services.mailboxes.reports import Bounce
from tests.databases import sqlite_rows, sqlite_url
from tests.services.ledger import fill
from tests.services.post import ADA, DAY_BEFORE, LINKS, WORDS, Post
from tests.source_code import modules
from tests.storage.ledger import DUE


def leave(subscription: Subscription) -> str:
    return LINKS.token(Purpose.UNSUBSCRIBE, subscription.id)


def change(subscription: Subscription) -> str:
    return LINKS.token(Purpose.CHANGE, subscription.id)


async def test_a_link_ends_one_subscription_and_no_other_and_twice_is_harmless(post: Post) -> None:
    agents, robots = await post.subscribed(), await post.subscribed("robots at 9:00 Berlin")

    await post.mailing.look_up_unsubscribe(leave(agents))
    assert len(await post.store.subscriptions.of(ADA)) == 2
    pages = [await post.mailing.unsubscribe(leave(agents)) for _ in range(3)]

    assert pages[1] == pages[2] == AlreadyUnsubscribed()
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
            await post.mailing.look_up_unsubscribe(token)
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

    await post.mailing.look_up_change(change(subscription))
    await post.mailing.change(change(subscription), "robots at 18:30 top 3")

    (changed,) = await post.store.subscriptions.of(ADA)
    assert (changed.query, changed.size, changed.schedule.zone) == ("robots", 3, "Europe/Berlin")
    assert changed.next_at == DAY_BEFORE.replace(hour=16, minute=30)


@pytest.mark.parametrize("words", ["", "  \n"])
async def test_a_change_by_a_link_that_says_nothing_is_refused(post: Post, words: str) -> None:
    subscription = await post.subscribed()

    with pytest.raises(BadArgument):
        await post.mailing.change(change(subscription), words)

    assert await post.store.subscriptions.of(ADA) == [subscription]


async def test_a_page_of_a_link_offers_nothing_that_works_only_in_a_chat(post: Post) -> None:
    token, mailing = change(await post.subscribed()), post.mailing

    results: list[MailboxResult] = [await mailing.change(token, "top 3")]
    results += [await mailing.pause(token), await mailing.pause(token)]
    results += [await mailing.resume(token), await mailing.resume(token)]
    pages = [page_of(result, DAY_BEFORE) for result in results]

    assert len({page.title for page in pages}) == 5
    assert not any(page.actions or page.footer for page in pages)


async def test_a_subscription_rests_and_comes_again_by_a_link(post: Post) -> None:
    subscription = await post.subscribed()

    await post.mailing.pause(change(subscription))
    (paused,) = await post.store.subscriptions.of(ADA)
    await post.mailing.resume(change(subscription))
    (running,) = await post.store.subscriptions.of(ADA)

    assert (paused.paused, paused.next_at) == (Pause.PERSON, None)
    assert running == subscription


@pytest.mark.parametrize("kind", [Bounce.HARD, Bounce.COMPLAINT])
async def test_mail_that_came_back_ends_all_mail_until_the_operator_says_otherwise(post: Post, kind: Bounce) -> None:
    subscription = await post.subscribed()

    for _ in range(2):
        await post.mailing.bounces.record("ADA@example.org", kind)
    (paused,) = await post.store.subscriptions.of(ADA)
    with pytest.raises(NotAllowed):
        await post.mailing.invitations.send(ADA.id, WORDS, "")
    with pytest.raises(NotAllowed):
        await post.mailing.resume(change(subscription))
    await post.mailing.bounces.release(ADA.id)

    assert paused.paused is {Bounce.HARD: Pause.BOUNCE, Bounce.COMPLAINT: Pause.COMPLAINT}[kind]
    assert paused.next_at is None
    assert await post.store.subscriptions.of(ADA) == [subscription]
    assert isinstance(await post.mailing.invitations.send(ADA.id, WORDS, ""), InvitationSent)


async def test_a_full_mailbox_is_given_some_chances(anywhere: Post) -> None:
    await anywhere.subscribed()

    for day in (0, 1, 2, 3, 30, 31, 32, 33):
        await anywhere.later(timedelta(days=day)).bounces.record(ADA.id, Bounce.SOFT)
    (running,) = await anywhere.store.subscriptions.of(ADA)
    await anywhere.later(timedelta(days=34)).bounces.record(ADA.id, Bounce.SOFT)
    (paused,) = await anywhere.store.subscriptions.of(ADA)

    assert running.paused is None
    assert paused.paused is Pause.BOUNCE


async def test_the_address_that_a_bounce_comes_back_to_tells_whose_it_is(post: Post) -> None:
    subscription = await post.subscribed()
    tag = post.mailing.action_links(subscription, "d").tag

    await post.mailing.bounces.record(f"bounces+{tag}@papers.example.org", Bounce.HARD)

    assert await post.store.mailboxes.suspended(ADA.id)


@asynccontextmanager
async def delivering(post: Post) -> AsyncIterator[Deliverer]:
    await fill(post.store, at=DUE - timedelta(hours=1))
    yield Deliverer(post.store, {"email": post.box}, owner="a", action_links=post.mailing.action_links)


async def test_a_digest_by_mail_has_its_own_ways_out(post: Post) -> None:
    subscription = await post.subscribed("everything at 9:00 Berlin daily")

    async with delivering(post) as worker:
        await worker.round(DUE)
        await worker.round(DUE + timedelta(minutes=1))

    _, digest = post.box.letters
    (delivery,) = await post.store.deliveries.of(ADA, 9)
    assert delivery.state is DeliveryState.SENT
    assert len(digest.page.cards) == 5
    assert digest.action_links.unsubscribe == f"https://papers.example.org/u/{leave(subscription)}"
    assert digest.action_links.change == f"https://papers.example.org/change/{change(subscription)}"
    assert digest.action_links.unsubscribe_by_mail == f"mailto:stop@example.org?subject={leave(subscription)}"
    assert digest.action_links.read == f"https://papers.example.org/digests/{delivery.digest_id}"
    assert "ada@example.org" in digest.action_links.why


async def test_a_mailbox_that_is_gone_pauses_its_subscription(post: Post) -> None:
    await post.subscribed("everything at 9:00 Berlin daily")
    post.box.troubles = [DeliveryError(ADA, "550 No such user", permanent=True)]

    async with delivering(post) as worker:
        await worker.round(DUE)

    (subscription,) = await post.store.subscriptions.of(ADA)
    assert subscription.paused is Pause.PLATFORM
    assert "550" in subscription.paused_detail


async def test_only_who_knows_the_secret_may_tell_of_bounces(post: Post) -> None:
    told = build_mailing(post.store, post.box, LINKS, lambda: DAY_BEFORE, "s3cret")

    assert told.bounces.may_report("s3cret")
    assert not told.bounces.may_report("S3cret")
    assert not told.bounces.may_report("")
    assert not post.mailing.bounces.may_report("")
    assert "s3cret" not in repr(told)


@pytest.mark.parametrize("action", MailAction)
async def test_whoever_only_follows_a_link_changes_nothing_and_is_asked(
    post: Post, tmp_path: Path, action: MailAction
) -> None:
    mine = await post.subscribed()
    await post.mailing.invite("bob@example.org", WORDS, "somebody")
    token = {MailAction.CONFIRM: post.box.token, MailAction.UNSUBSCRIBE: leave(mine)}.get(action, change(mine))
    before = sqlite_rows(sqlite_url(tmp_path))

    for door in (Door.LINK, Door.INLINE):
        for _ in range(2):
            assert page_of(await post.mailing.perform(action, token, door, "top 3"), DAY_BEFORE).title
    assert sqlite_rows(sqlite_url(tmp_path)) == before

    if action is MailAction.RESUME:
        await post.mailing.perform(MailAction.PAUSE, token, Door.FORM)
        before = sqlite_rows(sqlite_url(tmp_path))
    await post.mailing.perform(action, token, Door.FORM, "top 3")
    assert sqlite_rows(sqlite_url(tmp_path)) != before


@pytest.mark.parametrize("action", MailAction)
async def test_a_token_for_something_else_does_nothing_through_any_door(
    post: Post, tmp_path: Path, action: MailAction
) -> None:
    mine = await post.subscribed()
    before = sqlite_rows(sqlite_url(tmp_path))

    other = change(mine) if action in (MailAction.UNSUBSCRIBE, MailAction.CONFIRM) else leave(mine)
    for door in Door:
        with pytest.raises(NotFound):
            await post.mailing.perform(action, other, door, "top 3")
        assert sqlite_rows(sqlite_url(tmp_path)) == before, door


async def test_an_invitation_that_could_not_be_sent_is_not_kept(
    post: Post,
) -> None:
    post.box.troubles.append(DeliveryError(ADA, "no such mailbox", permanent=True))
    with pytest.raises(BadArgument):
        await post.mailing.invite(ADA.id, WORDS, "somebody")
    assert (await post.store.mailboxes.asked(ADA.id, "", DAY_BEFORE)).address_today == 0

    await post.mailing.invite(ADA.id, WORDS, "somebody")
    assert (await post.store.mailboxes.asked(ADA.id, "", DAY_BEFORE)).address_today == 1


def test_adapters_reach_mailboxes_only_through_a_door() -> None:
    doors = {"perform", "invite", "record_reports"}
    reading = {"wanted", "requested", "language", "bounces", "may_report", "clock"}
    used = {
        node.attr
        for path, module in modules().items()
        if path.startswith("adapters/")
        for node in ast.walk(module)
        if isinstance(node, ast.Attribute) and "mailing." in ast.unparse(node)
    }

    assert doors <= used <= doors | reading | {"mailing"}
