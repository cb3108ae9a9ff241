"""Conversations, as people in a server have them."""

from __future__ import annotations

import asyncio
from datetime import time, timedelta

from adapters.discord import pages
from adapters.discord.custom_ids import ButtonAction
from adapters.discord.interaction_reply import Deadlines
from adapters.discord.permissions import Permission
from bot.domain.deliveries import DeliveryState
from bot.domain.pages import Page, Trouble
from bot.domain.requests import Request
from bot.domain.subscriptions import EmptyDay
from tests.adapters.discord.bodies import components
from tests.adapters.discord.interactions import DEFER
from tests.adapters.discord.people import Person, Seen, labels_of, read
from tests.adapters.discord.scene import GENEROUS, RecordingService, Scene
from tests.adapters.discord.world import Kind, May, Message


def labels(seen: Seen | Message) -> list[str]:
    """The buttons of a message as they are by now."""
    return labels_of(seen.body if isinstance(seen, Message) else seen.message.body)


async def test_from_a_question_to_a_digest_that_comes_by_itself(here: Scene) -> None:
    ada = Person(here.local, here.channel, manages=True)
    papers = await here.another(name="papers")

    trending = await ada.type("trending")
    second = await ada.choose(trending, "2.")
    why = await ada.press(second, "why *")

    assert here.answered(trending, "trending")
    assert trending.alone
    assert here.answered(second, "paper")
    assert second.alone
    assert here.answered(why, "why")

    proposal = await ada.type(
        "subscribe", channels=(papers,), at="9:00", timezone="Berlin", days="daily", channel=papers.id
    )
    saved = await ada.press(proposal, "subscribe save*")

    assert here.answered(proposal, "subscribe")
    assert here.answered(saved, "subscribe")
    assert saved.message is proposal.message
    assert here.local.world.posted(here.channel) == []

    await here.deliver(timedelta(hours=7))
    await here.deliver()

    (message,) = here.local.world.posted(papers)
    assert labels(message)[:5] == labels(trending)[:5] == ["1", "2", "3", "4", "5"]
    (delivery,) = await here.ledger(papers)
    assert delivery.state is DeliveryState.SENT


async def test_nothing_that_one_person_asked_for_is_posted_to_all_until_that_person_wants_it(here: Scene) -> None:
    ada = Person(here.local, here.channel)

    quiet = await ada.type("papers", query="video")
    loud = await ada.press(quiet, ButtonAction.SHARE)

    assert quiet.alone
    assert not loud.alone
    assert loud.title == quiet.title == here.page(loud).title
    assert not loud.has(ButtonAction.SHARE)
    assert len(here.local.world.posted(here.channel)) == 1


async def test_votes_are_counted_once_for_each_person_and_shown_where_they_were_given(here: Scene) -> None:
    ada, bob = Person(here.local, here.channel), Person(here.local, here.channel, id="3")
    public = await here.full_digest()
    before = labels(public)

    first = await ada.press(public, "vote * up")
    await here.settled(lambda: labels(public)[0] == "👍 1")
    await bob.press(public, "vote * up")
    await here.settled(lambda: labels(public)[0] == "👍 2")
    again = await ada.press(public, "vote * up")
    await here.settled(lambda: len(here.local.asked("PATCH", "/@original")) > 2)

    assert labels(public)[0] == "👍 2"
    assert first.has("vote * none")
    assert first.alone
    assert again.alone
    assert first.message is not public
    assert labels(public)[1:] == before[1:]
    assert len(here.local.world.posted(here.channel)) == 1


async def test_a_vote_is_removed_where_it_was_confirmed_and_counted_where_it_was_given(here: Scene) -> None:
    ada = Person(here.local, here.channel)
    public = await here.full_digest()
    told = await ada.press(public, "vote * up")
    await here.settled(lambda: labels(public)[0] == "👍 1")
    given = next(
        each["custom_id"] for each in components(public.body["components"]) if " up" in each.get("custom_id", "")
    )

    remove = {"custom_id": given.replace(" up", " none"), "component_type": 2}
    removed = await ada.done(await ada.begin(3, remove, told.message))

    await here.settled(lambda: labels(public)[0] == "👍")
    assert removed.message is told.message
    assert removed.alone


async def test_twenty_votes_at_once_end_with_the_right_count_after_a_few_edits(here: Scene) -> None:
    here.local.checked = False
    people = [Person(here.local, here.channel, id=str(number)) for number in range(100, 120)]
    public = await here.full_digest()

    seen = await asyncio.gather(*(person.press(public, "vote * up") for person in people))
    await here.settled(lambda: labels(public)[0] == "👍 20")

    assert all(each.alone for each in seen)
    assert len(here.local.asked("PATCH", "/@original")) < 10


async def test_a_vote_on_a_page_of_one_s_own_changes_its_count_and_nothing_else(here: Scene) -> None:
    ada = Person(here.local, here.channel)
    card = await ada.choose(await ada.type("trending"), "1.")

    told = await ada.press(card, "vote * down")
    await here.settled(lambda: "👎 1" in labels(card))

    assert told.alone
    assert read(card.message.body) == card.text


async def test_votes_are_shown_when_the_list_is_asked_for_again(here: Scene) -> None:
    ada = Person(here.local, here.channel)
    card = await ada.choose(await ada.type("trending"), "1.")
    await ada.press(card, "vote * down")
    await here.settled(lambda: "👎 1" in labels(card))

    again = await ada.choose(await ada.type("trending"), "1.")

    assert "👎 1" in again.buttons


async def test_buttons_of_a_digest_answer_only_the_person_who_pressed_and_survive_a_restart(here: Scene) -> None:
    ada = Person(here.local, here.channel, manages=True)
    await ada.press(await ada.type("subscribe", at="9:00", timezone="Berlin", days="daily"), "subscribe save*")
    await here.deliver(timedelta(hours=7))
    (digest,) = here.local.world.posted(here.channel)
    await here.restarted()

    card = await Person(here.local, here.channel, id="3").choose(digest, "3.")
    more = await ada.press(digest, "trending day*")

    assert card.alone
    assert more.alone
    assert here.answered(more, "trending")
    assert here.requests[-1].argument.startswith("day 2026-04-2")
    assert len(here.local.world.posted(here.channel)) == 1


async def test_pages_of_a_long_answer_are_turned_in_place(here: Scene) -> None:
    ada = Person(here.local, here.channel)

    first = await ada.type("trending", window="month", count=25)
    second = await ada.press(first, ButtonAction.PAGE)
    back = await ada.press(second, ButtonAction.PAGE)

    assert second.message is first.message
    assert second.title != first.title
    assert second.title.startswith(first.title)
    assert back.text == first.text


async def test_managing_is_refused_in_private_chats_and_on_visits(here: Scene) -> None:
    private = here.local.world.channel(kind=Kind.DM)
    foreign = here.local.world.channel(here.local.world.guild("elsewhere"))
    alone = Person(here.local, private, manages=True)
    visiting = Person(here.local, foreign, manages=True, visiting=True)

    for person in (alone, visiting):
        refused = await person.type("subscribe", query="agents", at="9:00", timezone="Berlin")
        assert here.page(refused).trouble is Trouble.NOT_ALLOWED


async def test_reading_works_in_a_private_chat_without_a_button_to_share(here: Scene) -> None:
    ada = Person(here.local, here.local.world.channel(kind=Kind.DM))

    trending = await ada.type("trending")

    assert not trending.alone
    assert not trending.has(ButtonAction.SHARE)


async def test_a_place_where_the_bot_may_not_post_is_refused_with_what_is_missing(here: Scene) -> None:
    ada = Person(here.local, here.channel, manages=True)
    mute = await here.another(name="mute")
    mute.may = May.VIEW | May.HISTORY

    refused = await ada.type("subscribe", channels=(mute,), at="9:00", timezone="Berlin", channel=mute.id)
    here.channel.may = May.VIEW | May.SEND | May.EMBED
    here_too = await ada.type("subscribe", at="9:00", timezone="Berlin")

    assert refused.title == pages.cannot_post("mute", Permission.SEND_MESSAGES).title
    assert "Send Messages." in refused.text
    assert here.answered(here_too, "subscribe")
    assert "Read Message History." in here_too.text


async def test_a_place_of_another_server_is_not_managed_from_here(here: Scene) -> None:
    ada = Person(here.local, here.channel, manages=True)
    elsewhere = here.local.world.channel(here.local.world.guild("elsewhere"))
    data = ada.command("subscriptions", channel=elsewhere.id)

    refused = await ada.done(await ada.begin(2, data))

    assert refused.title == pages.other_server().title


async def test_a_role_is_mentioned_only_where_one_was_chosen_and_never_everybody(here: Scene) -> None:
    ada = Person(here.local, here.channel, manages=True)

    everybody = await ada.type("subscribe", at="9:00", timezone="Berlin", role=here.channel.guild)
    await ada.press(
        await ada.type("subscribe", at="9:00", timezone="Berlin", days="daily", role="4711"), "subscribe save*"
    )
    await here.deliver(timedelta(hours=7))

    assert everybody.title == pages.everyone_role().title
    (digest,) = here.local.world.posted(here.channel)
    assert digest.body["allowed_mentions"] == {"parse": [], "roles": ["4711"]}


async def test_a_subscription_is_changed_in_one_form(here: Scene) -> None:
    ada = Person(here.local, here.channel, manages=True)
    await ada.press(await ada.type("subscribe", query="agents", at="9:00", timezone="Berlin"), "subscribe save*")

    form = await ada.press(await ada.type("subscriptions"), ButtonAction.MODAL)
    changed = await ada.submit(form, when="18:30 daily", count="5", empty="best")

    assert here.answered(changed, "subscriptions")
    (kept,) = await here.store.subscriptions.at("discord", [here.channel.id])
    assert (kept.query, kept.size, kept.empty, kept.schedule.at) == ("agents", 5, EmptyDay.BEST, time(18, 30))


async def test_fields_are_completed_while_somebody_types(here: Scene) -> None:
    ada = Person(here.local, here.channel, manages=True)
    await ada.type("trending", count=10)

    assert "Europe/Berlin" in await ada.completed("subscribe", "timezone", "berl")
    assert (await ada.completed("paper", "id", ""))[0].startswith("1. ")
    assert len(await ada.completed("trending", "query", "")) == 25


class SlowService(RecordingService):
    """A service that takes its time."""

    async def handle(self, request: Request) -> Page:
        """As it is, but later."""
        await asyncio.sleep(0.5)
        return await super().handle(request)


async def test_an_answer_that_takes_long_is_promised_in_time_and_kept(here: Scene) -> None:
    await here.restarted(service=SlowService, deadlines=Deadlines(promise_after=0.1, first_within=GENEROUS))
    ada = Person(here.local, here.channel)

    slow = await ada.type("trending")

    assert slow.interaction.answered == DEFER
    assert slow.alone
    assert here.answered(slow, "trending")


async def test_a_flood_by_one_leaves_the_others_answered_and_is_told_once(here: Scene) -> None:
    here.local.checked = False
    mallory, ada = Person(here.local, here.channel, id="9"), Person(here.local, here.channel)
    flood = [await mallory.begin(2, mallory.command("papers", query="deep " * 200)) for _ in range(60)]

    answer = await ada.type("trending")
    # what was dropped has no answer; what was not, has one
    await here.settled(lambda: all(each.done.is_set() or not each.answered for each in flood))
    await here.settled(lambda: sum(each.done.is_set() for each in flood) >= 9)

    told = [each for each in flood if each.messages and pages.overloaded().title in read(each.messages[-1].body)]
    assert here.answered(answer, "trending")
    assert len(told) == 1
    assert all(each.messages[-1].only_for == "9" for each in told)
    assert len([each for each in flood if each.done.is_set()]) < 60
    assert here.answered(await mallory.type("help"), "help")


async def test_what_nobody_can_read_is_answered_with_help(here: Scene) -> None:
    ada = Person(here.local, here.channel)

    old = await ada.done(await ada.begin(3, {"custom_id": "0|of an older version", "component_type": 2}))
    long = await ada.type("papers", query="(" * 5000 + "'; DROP TABLE papers; --")

    assert here.answered(old, "help")
    assert long.text


async def test_five_votes_change_the_next_digest_of_a_channel_and_its_reason_can_be_read(here: Scene) -> None:
    ada, bob = Person(here.local, here.channel, manages=True), Person(here.local, here.channel, id="3" * 18)
    before = await bob.type("trending", count=10)
    for number in range(4, 9):
        await ada.type("vote", id=str(number))

    after = await bob.type("trending", count=10)
    own, others = await ada.type("taste", what="chat"), await bob.type("taste", what="chat")

    assert after.text != before.text
    assert "taste +" in after.text
    assert "of 5 likes" in own.text
    assert own.alone
    assert "of 5 likes" not in others.text

    await ada.type("subscribe", at="9:00", timezone="Berlin", days="daily", save="yes")
    await here.deliver(timedelta(hours=7))
    await here.deliver()

    (message,) = here.local.world.posted(here.channel)
    assert "taste +" in read(message.body)


async def test_a_list_has_a_number_for_each_of_its_five_papers_and_no_votes(here: Scene) -> None:
    ada, bob = Person(here.local, here.channel), Person(here.local, here.channel, id="3" * 18)

    trending = await ada.type("trending")
    public = await ada.press(trending, ButtonAction.SHARE)
    paper = await bob.press(public, "paper *")
    voted = await bob.press(paper, "vote * up")

    assert public.buttons[:5] == ["1", "2", "3", "4", "5"]
    assert public.choices == []
    assert not public.has("vote *")
    assert paper.alone
    assert all(paper.has(command) for command in ("why *", "vote *", "save *", "similar *", "bibtex *"))
    assert "/pdf/" in str(paper.body)
    assert voted.alone
    await here.settled(lambda: "👍 1" in labels(paper))
    assert not here.local.asked("PATCH", f"/messages/{public.message.id}")


async def test_a_long_list_has_a_menu_instead_of_numbers(here: Scene) -> None:
    ada = Person(here.local, here.channel)

    long = await ada.type("trending", window="month", count=12)

    assert len(long.choices) == 12
    assert "1" not in long.buttons
