"""Invitations: nothing comes by mail that its owner did not ask for, and nobody can be flooded."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.commands import offered
from bot.commands.facade import BotService
from bot.domain.errors import BadArgument, DeliveryError, NotAllowed, NotFound, UserError
from bot.domain.mailbox_results import AlreadySubscribed, InvitationDeclined, InvitationSent
from bot.domain.pages import Trouble
from bot.domain.requests import Chat, Request
from bot.services.bundle import build_services
from bot.services.subscriptions import MOST
from tests.databases import connected
from tests.services.post import ADA, DAY_BEFORE, WORDS, Post
from tests.storage.ledger import DUE


async def test_nothing_is_subscribed_before_the_button_is_pressed(post: Post) -> None:
    await post.mailing.invitations.send(ADA.id, WORDS, "web 192.0.2.0/24")
    await post.mailing.invitations.look_up(post.box.token)
    before = await post.store.subscriptions.of(ADA)

    await post.mailing.invitations.confirm(post.box.token)

    (subscription,) = await post.store.subscriptions.of(ADA)
    assert before == []
    assert (subscription.query, subscription.next_at) == ("agents", DUE)
    assert len(post.box.letters) == 1


async def test_an_invitation_carries_nothing_that_a_stranger_has_typed(post: Post) -> None:
    await post.mailing.invitations.send(ADA.id, '"buy pills at spam.example now" at 9:00 Berlin', "")

    (letter,) = post.box.letters
    assert "pills" not in str(letter)
    assert "spam" not in str(letter)


async def test_a_button_works_once_and_is_harmless_afterwards(anywhere: Post) -> None:
    await anywhere.mailing.invitations.send(ADA.id, WORDS, "")
    token = anywhere.box.token

    first, second, third = [await anywhere.mailing.invitations.confirm(token) for _ in range(3)]
    looked_at = await anywhere.mailing.invitations.look_up(token)

    assert first != second == third == looked_at
    assert looked_at == AlreadySubscribed(ADA.id)
    assert len(await anywhere.store.subscriptions.of(ADA)) == 1


async def test_an_invitation_does_not_live_for_ever(post: Post) -> None:
    await post.mailing.invitations.send(ADA.id, WORDS, "")

    with pytest.raises(NotFound):
        await post.later(timedelta(days=2, seconds=1)).invitations.confirm(post.box.token)

    assert await post.store.subscriptions.of(ADA) == []


async def test_an_invitation_can_be_turned_down(anywhere: Post) -> None:
    await anywhere.mailing.invitations.send(ADA.id, WORDS, "")
    token = anywhere.box.token
    assert anywhere.box.letters[0].action_links.unsubscribe.endswith(f"/u/{token}")

    await anywhere.mailing.look_up_unsubscribe(token)
    await anywhere.mailing.unsubscribe(token)

    with pytest.raises(NotFound):
        await anywhere.mailing.invitations.confirm(token)
    assert await anywhere.mailing.unsubscribe(token) == InvitationDeclined()


async def test_an_invitation_that_is_turned_down_too_late_ends_what_came_of_it(post: Post) -> None:
    await post.subscribed("robots at 9:00 Berlin")
    await post.subscribed(WORDS)
    token = post.box.token

    left, again = [await post.mailing.unsubscribe(token) for _ in range(2)]

    assert left != again == InvitationDeclined()
    assert [each.query for each in await post.store.subscriptions.of(ADA)] == ["robots"]


async def test_the_database_knows_no_token_and_no_network(anywhere: Post, store_url: str) -> None:
    await anywhere.mailing.invitations.send(ADA.id, WORDS, "web 192.0.2.0/24")

    with connected(store_url) as connection:
        rows = str(connection.execute(sa.text("SELECT * FROM mail_requests")).all())

    assert "ada@example.org" in rows
    assert anywhere.box.token not in rows
    assert "192.0.2" not in rows


async def test_nobody_can_flood_a_mailbox(anywhere: Post) -> None:
    for number in range(3):
        await anywhere.mailing.invitations.send("Ada@EXAMPLE.org", WORDS, f"web {number}")

    with pytest.raises(NotAllowed):
        await anywhere.mailing.invitations.send(ADA.id, WORDS, "web 9")
    await anywhere.later(timedelta(days=1, seconds=1)).invitations.send(ADA.id, WORDS, "web 9")

    assert len(anywhere.box.letters) == 4


async def test_the_plus_addresses_of_a_mailbox_are_counted_together_and_no_others(anywhere: Post) -> None:
    for address in ("ada@example.org", "ada+1@example.org", "ada+b_%@example.org"):
        await anywhere.mailing.invitations.send(address, WORDS, "")
    for address in ("ada+2@example.org", "ada@example.org", "ADA+3@example.org"):
        with pytest.raises(NotAllowed):
            await anywhere.mailing.invitations.send(address, WORDS, "")

    for address in (
        "adam@example.org",
        "ada+1@example.com",
        "a_a@example.org",
        "a%@example.org",
        "ada+1@mail.example.org",
    ):
        await anywhere.mailing.invitations.send(address, WORDS, "")

    assert anywhere.box.letters[1].chat.id == "ada+1@example.org"


async def test_a_mailbox_has_at_most_so_many_subscriptions_under_all_its_plus_addresses(post: Post) -> None:
    for number in range(MOST):
        later = post.later(timedelta(days=3 * number))
        await later.invitations.send(f"ada+{number}@example.org", f"topic{number} at 9:00 Berlin", "")
        await later.invitations.confirm(post.box.token)

    last = post.later(timedelta(days=3 * MOST))
    await last.invitations.send("ada@example.org", WORDS, "")
    with pytest.raises(BadArgument, match=str(MOST)):
        await last.invitations.confirm(post.box.token)


async def test_nobody_can_flood_many_mailboxes(anywhere: Post) -> None:
    for number in range(10):
        await anywhere.mailing.invitations.send(f"reader{number}@example.org", WORDS, "web 192.0.2.0/24")

    with pytest.raises(NotAllowed):
        await anywhere.mailing.invitations.send("reader10@example.org", WORDS, "web 192.0.2.0/24")
    await anywhere.mailing.invitations.send("reader10@example.org", WORDS, "web 198.51.100.0/24")
    await anywhere.later(timedelta(hours=1, seconds=1)).invitations.send(
        "reader11@example.org", WORDS, "web 192.0.2.0/24"
    )

    assert len(anywhere.box.letters) == 12


async def test_an_invitation_that_could_not_be_sent_can_be_asked_for_again(post: Post) -> None:
    post.box.troubles = [DeliveryError(ADA, "busy") for _ in range(5)]

    for _ in range(5):
        with pytest.raises(UserError):
            await post.mailing.invitations.send(ADA.id, WORDS, "")
    await post.mailing.invitations.send(ADA.id, WORDS, "")

    assert len(post.box.letters) == 1


async def test_an_address_that_its_server_does_not_know_is_said_to_be_wrong(post: Post) -> None:
    post.box.troubles = [DeliveryError(ADA, "550", permanent=True)]

    with pytest.raises(BadArgument, match=ADA.id):
        await post.mailing.invitations.send(ADA.id, WORDS, "")


async def test_an_invitation_that_may_have_arrived_stays_good(post: Post) -> None:
    post.box.troubles = [DeliveryError(ADA, "silence", ambiguous=True)]

    sent = await post.mailing.invitations.send(ADA.id, WORDS, "")

    assert isinstance(sent, InvitationSent)


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
        f"{'a' * 65}@example.org",
        f"ada@{'a' * 250}.org",
        "-f@-example.org",
        "ada@example..org",
    ],
)
async def test_what_is_no_address_gets_no_mail(post: Post, address: str) -> None:
    with pytest.raises(BadArgument):
        await post.mailing.invitations.send(address, WORDS, "")

    assert post.box.letters == []


async def test_a_domain_in_any_script_is_written_as_dns_has_it(post: Post) -> None:
    await post.mailing.invitations.send("ada@bücher.example", WORDS, "")

    assert post.box.letters[0].chat.id == "ada@xn--bcher-kva.example"


async def test_a_wish_without_a_zone_is_asked_where(post: Post) -> None:
    with pytest.raises(BadArgument):
        await post.mailing.invitations.send(ADA.id, "agents at 9:00", "")

    assert post.box.letters == []


async def test_a_chat_asks_for_mail_where_mail_can_be_sent_and_is_not_offered_it_elsewhere(post: Post) -> None:
    with_mail, without = build_services(post.store, mailboxes=post.mailing), build_services(post.store)
    request = Request(chat=Chat("test", "1"), person="ada", command="email", argument=f"{ADA.id} {WORDS}")

    page = await BotService(with_mail, lambda: DAY_BEFORE).handle(request)
    refusal = await BotService(without, lambda: DAY_BEFORE).handle(request)

    assert (page.trouble, refusal.trouble) == (Trouble.NONE, Trouble.REFUSED)
    assert "email" in [command.name for command in BotService(with_mail, lambda: DAY_BEFORE).known]
    assert "email" not in [command.name for command in offered(mail=False)]
    assert len(post.box.letters) == 1


async def test_a_chat_that_has_a_zone_need_not_say_it_again(post: Post) -> None:
    here, desk = Chat("test", "1"), BotService(build_services(post.store, mailboxes=post.mailing), lambda: DAY_BEFORE)
    await desk.handle(Request(chat=here, may_manage=True, command="subscribe", argument="robots at 9:00 Tokyo save"))

    page = await desk.handle(Request(chat=here, person="ada", command="email", argument=f"{ADA.id} agents at 8:00"))

    assert not page.refused
    assert "Asia/Tokyo" in str(page)


async def test_one_person_cannot_have_many_mails_sent_from_a_chat(post: Post) -> None:
    desk = BotService(build_services(post.store, mailboxes=post.mailing), lambda: DAY_BEFORE)

    refused = [
        (
            await desk.handle(
                Request(
                    chat=Chat("test", "1"), person="eve", command="email", argument=f"r{number}@example.org {WORDS}"
                )
            )
        ).trouble
        for number in range(11)
    ]

    assert refused == [Trouble.NONE] * 10 + [Trouble.NOT_ALLOWED]
