from __future__ import annotations

import pytest

from adapters.telegram.callback_data import CommandLine, decode, decode_payload
from bot.domain.i18n import tr
from bot.domain.requests import Chat
from bot.domain.subscriptions import Pause
from bot.messages.catalogue import available
from tests.adapters.telegram.conftest import NOW, Talk


async def said(talk: Talk, text: str, **facts: object) -> int:
    """How many messages the bot has posted in the group after somebody wrote there."""
    await talk.server.say(talk.ada, text, talk.group, **facts)  # type: ignore[arg-type]
    await talk.quiet()
    return len(talk.server.world.of(talk.group.id))


@pytest.mark.parametrize(
    "text", ["/trending", "/trending@paperboy_bot", "@paperboy_bot agents", "agents, @Paperboy_Bot"]
)
async def test_in_a_group_commands_and_mentions_are_answered(talk: Talk, text: str) -> None:
    answer = await talk.ask(text, talk.group)

    assert answer.reply_to is not None
    assert "agents" in answer.text if "agents" in text else answer.offers("trending week")


@pytest.mark.parametrize("text", ["natural gradient", "/trending@other_bot", "/ban", "hello @ada", "/"])
async def test_in_a_group_nothing_else_is(talk: Talk, text: str) -> None:
    assert await said(talk, text) == 0


async def test_a_reply_to_what_the_bot_has_posted_is_peoples_talk_unless_it_names_the_bot(talk: Talk) -> None:
    digest = await talk.ask("/trending", talk.group)

    assert await said(talk, "thanks!", reply_to=digest) == 1
    assert await said(talk, "3", reply_to=digest) == 1
    paper = await talk.ask("@paperboy_bot 3", talk.group, reply_to=digest)

    assert paper.offers("bibtex ")


async def test_a_reply_to_a_question_of_the_bot_answers_it(talk: Talk) -> None:
    talk.group.people[7] = "administrator"
    question = await talk.ask("/subscribe agents at 9:00", talk.group)

    proposal = await talk.ask("Berlin", talk.group, reply_to=question)
    elsewhere = await talk.ask("/subscribe -1001000000001 robots at 9:00")
    there = await talk.ask("Tokyo", reply_to=elsewhere)

    assert question.offers("subscribe agents at 9:00 Europe/Berlin")
    assert proposal.offers("subscribe save")
    assert elsewhere.offers("@-1001000000001 subscribe robots at 9:00")
    assert there.offers("@-1001000000001 subscribe save")
    assert await said(talk, "Paris", reply_to=proposal) == 2


async def test_a_reply_to_a_question_that_has_replaced_a_page_answers_it(talk: Talk) -> None:
    talk.group.people[7] = "administrator"
    page = await talk.ask("/papers zebrafish", talk.group)

    await talk.press(page, "subscribe ")
    (question,) = talk.server.world.of(talk.group.id)
    await talk.server.until(lambda: question.offers("subscribe zebrafish Europe/Berlin"))
    await talk.quiet()
    proposal = await talk.ask("at 9:00 Berlin", talk.group, reply_to=question)

    assert proposal.offers("subscribe save")


async def test_a_member_who_answers_a_question_about_the_group_is_refused(talk: Talk) -> None:
    talk.group.people[7] = "administrator"
    question = await talk.ask("/subscribe agents at 9:00 save", talk.group)
    eve = talk.server.world.add_person("Eve", 9)

    await talk.server.say(eve, "Berlin", talk.group, reply_to=question)
    refused = await talk.server.next_message(eve)

    assert "/subscribe" in refused.text
    assert len(talk.server.world.of(talk.group.id)) == 1
    assert await talk.store.subscriptions.of(Chat("telegram", "-1001000000001")) == []


async def test_what_was_sent_by_way_of_the_bot_is_not_answered(talk: Talk) -> None:
    bot = {"id": 42, "is_bot": True, "first_name": "Paperboy", "username": "paperboy_bot"}

    assert await said(talk, "/trending", via_bot=bot) == 0


async def test_what_is_for_one_person_comes_to_them_alone(talk: Talk) -> None:
    await talk.ask("/trending", talk.group)

    await talk.server.say(talk.ada, "/why 1", talk.group)
    why = await talk.server.next_message(talk.ada)

    assert why.lines[0].startswith("paper ")
    assert len(talk.server.world.of(talk.group.id)) == 1


async def test_plain_words_for_the_bot_are_answered_where_the_command_that_they_mean_is(talk: Talk) -> None:
    talk.group.people[7] = "administrator"
    await talk.ask("/trending", talk.group)

    await talk.server.say(talk.ada, "@paperboy_bot why is #1 here", talk.group)
    why = await talk.server.next_message(talk.ada)
    proposal = await talk.ask("@paperboy_bot subscribe me to agents at 9:00 Berlin", talk.group)

    assert why.lines[0].startswith("paper ")
    assert proposal.offers("subscribe save")
    assert len(talk.server.world.of(talk.group.id)) == 2


async def test_a_person_who_never_started_the_bot_is_shown_the_way(talk: Talk) -> None:
    bob = talk.server.world.add_person("Bob", 8, started=False)
    await talk.ask("/trending", talk.group)

    await talk.server.say(bob, "/saved", talk.group)
    pointed = await talk.server.next_message(talk.group)

    assert pointed.lines == ["saved"]
    assert pointed.silent


async def test_a_list_in_a_group_has_one_row_of_numbers_that_open_papers_privately(talk: Talk) -> None:
    digest = await talk.ask("/trending", talk.group)

    told = await talk.press(digest, "2")
    paper = await talk.server.next_message(talk.ada)

    first, *others = digest.keyboard
    assert [button["text"] for button in first] == ["1", "2", "3", "4", "5"]
    assert not any("callback_data" in button for row in others for button in row)
    assert len(digest.labels) <= 10
    assert told.text
    assert not told.alert
    assert {decode(line).command for line in paper.lines} >= {"why", "vote", "save", "bibtex", "similar"}
    assert any("/pdf/" in each.get("url", "") for each in paper.entities)
    assert len(talk.server.world.of(talk.group.id)) == 1


async def test_a_vote_on_a_paper_that_was_opened_from_a_groups_list_counts_in_the_group(talk: Talk) -> None:
    bob = talk.server.world.add_person("Bob", 8)
    talk.group.people |= {7: "member", 8: "member"}
    digest = await talk.ask("/trending", talk.group)
    key = str(digest.button("1")["callback_data"]).partition(" ")[2]
    await talk.press(digest, "1")
    adas = await talk.server.next_message(talk.ada)
    await talk.press(digest, "1", bob)
    bobs = await talk.server.next_message(bob)

    await talk.press(adas, "👍")
    await talk.server.until(lambda: any(label == "👍 1" for label in adas.labels))
    await talk.press(bobs, "👍", bob)
    await talk.server.until(lambda: any(label == "👍 2" for label in bobs.labels))

    group, own = Chat("telegram", str(talk.group.id)), Chat("telegram", "7")
    assert (await talk.store.votes.tallies(group, [key]))[key].up == 2
    assert await talk.store.votes.tallies(own, [key]) == {}


async def test_who_has_left_a_group_cannot_vote_in_it_any_more(talk: Talk) -> None:
    digest = await talk.ask("/trending", talk.group)
    key = str(digest.button("1")["callback_data"]).partition(" ")[2]
    await talk.press(digest, "1")
    paper = await talk.server.next_message(talk.ada)
    talk.group.people[7] = "left"

    told = await talk.press(paper, "👍")

    assert told.alert
    assert await talk.store.votes.tallies(Chat("telegram", str(talk.group.id)), [key]) == {}


async def test_a_number_leads_who_never_started_the_bot_to_the_paper(talk: Talk) -> None:
    bob = talk.server.world.add_person("Bob", 8, started=False)
    digest = await talk.ask("/trending", talk.group)

    told = await talk.press(digest, "1", bob)
    carried = decode_payload(told.url.partition("?start=")[2])

    assert str(carried) == digest.button("1")["callback_data"]
    assert len(talk.server.world.of(8)) == 0


async def test_below_a_digest_why_is_for_one_and_votes_are_for_all(talk: Talk) -> None:
    bob = talk.server.world.add_person("Bob", 8)
    digest = await talk.ask_full()
    first = digest.keyboard[0]

    why = await talk.press(digest, "why ")
    await talk.press(digest, "👍")
    await talk.server.until(lambda: digest.keyboard[0][1]["text"] == "👍 1")
    await talk.press(digest, "👍 1", bob)
    await talk.server.until(lambda: digest.keyboard[0][1]["text"] == "👍 2")

    assert [line.partition(" ")[0] for line in digest.lines[: len(first)]] == ["why", "vote", "vote", "paper"]
    assert why.alert
    assert len(talk.server.world.of(talk.group.id)) == 1
    assert {button["text"] for row in digest.keyboard[1:] for button in row} & {"👍 1", "👍 2"} == set()


async def test_whoever_turns_a_page_turns_it_for_themselves(talk: Talk) -> None:
    digest = await talk.ask("/trending", talk.group)

    week = digest.button("trending week")["url"]
    mine = await talk.ask(f"/start {week.partition('=')[2]}")

    assert mine.offers("trending day")
    assert digest.edits == 0


async def test_only_administrators_manage_a_group(talk: Talk) -> None:
    await talk.server.say(talk.ada, "/subscribe agents at 9:00 Berlin", talk.group)
    refused = await talk.server.next_message(talk.ada)
    talk.group.people[7] = "administrator"
    proposal = await talk.ask("/subscribe agents at 9:00 Berlin", talk.group)

    assert "/subscribe" in refused.text
    assert proposal.offers("subscribe save")

    eve = talk.server.world.add_person("Eve", 9)
    told = await talk.press(proposal, "subscribe save", eve)
    await talk.press(proposal, "subscribe save")
    await talk.server.until(lambda: proposal.edits == 1)

    assert told.alert
    assert "/subscribe" in told.text
    assert len(talk.server.world.of(talk.group.id)) == 1
    assert proposal.offers("unsubscribe id:")


async def test_an_administrator_who_hides_behind_the_group_manages_it(talk: Talk) -> None:
    proposal = await talk.ask("/subscribe agents at 9:00 Berlin save", talk.group, anonymous=True)

    assert proposal.offers("unsubscribe id:")


async def test_a_topic_is_a_chat_of_its_own_and_general_is_the_group(talk: Talk) -> None:
    talk.group.is_forum, talk.group.topics[5] = True, "open"
    talk.group.people[7] = "creator"

    there = await talk.ask("/subscribe agents at 9:00 Berlin save", talk.group, thread=5)
    general = await talk.ask("/subscribe robots at 9:00 Berlin save", talk.group)

    assert (there.thread, general.thread) == (5, None)
    topics = await talk.store.subscriptions.of(Chat("telegram", "-1001000000001", "5"))
    assert [each.query for each in topics] == ["agents"]
    assert [each.query for each in await talk.store.subscriptions.of(Chat("telegram", "-1001000000001"))] == ["robots"]


async def test_a_topic_that_was_closed_and_is_open_again_gets_its_digests_again(talk: Talk) -> None:
    topic = Chat("telegram", "-1001000000001", "5")
    talk.group.is_forum, talk.group.topics[5] = True, "open"
    talk.group.people[7] = "creator"
    await talk.ask("/subscribe agents at 9:00 Berlin save", talk.group, thread=5)
    (made,) = await talk.store.subscriptions.of(topic)
    await talk.store.subscriptions.pause(made.id, Pause.PLATFORM, NOW, "the topic is closed")

    await talk.server.say(talk.ada, "", talk.group, thread=5, forum_topic_reopened={})
    await talk.quiet()
    (back,) = await talk.store.subscriptions.of(topic)

    assert (back.paused, back.next_at is not None) == (None, True)


async def test_a_thread_of_replies_is_no_topic(talk: Talk) -> None:
    await talk.server.say(talk.ada, "/trending", talk.group, message_thread_id=3)
    answer = await talk.server.next_message(talk.group)

    assert answer.thread is None


async def test_following_from_a_digest_is_settled_in_private_and_about_the_group(talk: Talk) -> None:
    talk.group.people[7] = "administrator"
    found = await talk.ask("/papers agents", talk.group)
    carried = found.button("@-1001000000001 subscribe")["url"].partition("=")[2]

    asked = await talk.ask(f"/start {carried}")
    proposal = await talk.ask("/subscribe -1001000000001 agents at 9:00 Berlin")

    assert decode_payload(carried) == CommandLine("subscribe", "agents", "-1001000000001")
    assert asked.text.startswith("Readers: ")
    assert "/subscribe -1001000000001 agents" in asked.text
    assert proposal.offers("@-1001000000001 subscribe save #")


async def test_a_group_that_becomes_a_supergroup_is_followed_in_either_order_and_twice(talk: Talk) -> None:
    world = talk.server.world
    for number, tell in ((1, ("to", "from")), (2, ("from", "to")), (3, ("to", "to", "from"))):
        old = world.add_place(-number, kind="group", people={7: "creator"})
        await talk.ask("/subscribe agents at 9:00 Berlin save", old)

        await talk.server.migrate(old, -100200 - number, talk.ada, tell=tell)
        await talk.quiet()
        new = await talk.store.subscriptions.of(Chat("telegram", str(-100200 - number)))

        assert [each.query for each in new] == ["agents"]
        assert await talk.store.subscriptions.of(Chat("telegram", str(old.id))) == []


async def test_a_bot_that_is_removed_pauses_and_one_that_is_taken_back_resumes(talk: Talk) -> None:
    talk.group.people[7] = "creator"
    await talk.ask("/subscribe agents at 9:00 Berlin save", talk.group)

    await talk.server.bot_becomes(talk.group, "kicked", talk.ada)
    await talk.quiet()
    (paused,) = await talk.store.subscriptions.of(Chat("telegram", "-1001000000001"))
    assert await talk.store.removed_chats.removed_at(Chat("telegram", "-1001000000001")) is not None
    await talk.server.bot_becomes(talk.group, "member", talk.ada)
    await talk.quiet()
    assert await talk.store.removed_chats.removed_at(Chat("telegram", "-1001000000001")) is None
    (resumed,) = await talk.store.subscriptions.of(Chat("telegram", "-1001000000001"))

    assert (paused.paused, paused.paused_detail, resumed.paused) == (
        Pause.PLATFORM,
        tr("the bot was removed from the chat"),
        None,
    )


async def test_a_person_who_blocks_the_bot_is_left_alone_until_they_come_back(talk: Talk) -> None:
    await talk.ask("/subscribe agents at 9:00 Berlin save")
    private = talk.server.world.places[7]

    await talk.server.bot_becomes(private, "kicked", talk.ada)
    await talk.quiet()
    (paused,) = await talk.store.subscriptions.of(Chat("telegram", "7"))
    assert await talk.store.removed_chats.removed_at(Chat("telegram", "7")) is not None
    await talk.server.bot_becomes(private, "member", talk.ada)
    await talk.quiet()
    assert await talk.store.removed_chats.removed_at(Chat("telegram", "7")) is None
    (resumed,) = await talk.store.subscriptions.of(Chat("telegram", "7"))

    assert (paused.paused, paused.paused_detail, resumed.paused) == (Pause.PLATFORM, tr("the bot was blocked"), None)


async def test_menus_offer_managing_to_those_who_may(talk: Talk) -> None:
    menus = talk.server.methods.commands

    for language in ("", *(tag for tag in available() if tag != "en")):
        assert "subscribe" not in menus["all_group_chats", language]
        assert "trending" in menus["all_group_chats", language]
        assert "subscribe" in menus["all_chat_administrators", language]
        assert "channel" in menus["all_private_chats", language]


async def test_what_is_sent_privately_about_a_group_stays_about_the_group(talk: Talk) -> None:
    talk.group.people[7] = "administrator"
    await talk.ask("/subscribe robots at 8:00 Berlin save")
    await talk.ask("/subscribe agents at 9:00 Berlin save", talk.group)

    await talk.server.say(talk.ada, "/forget", talk.group)
    asked = await talk.server.next_message(talk.ada)

    assert asked.text.startswith("Readers: ")
    assert "/forget -1001000000001 everything" in asked.text
    assert "/export -1001000000001 first" in asked.text
    await talk.press(asked, "@-1001000000001 forget everything")
    await talk.quiet()
    assert await talk.store.subscriptions.of(Chat("telegram", "-1001000000001")) == []
    assert len(await talk.store.subscriptions.of(Chat("telegram", "7"))) == 1


@pytest.mark.parametrize(
    ("typed", "leads_to"),
    [
        ("/forget", "@-1001000000001 forget"),
        ("/language chat de", "@-1001000000001 language chat de"),
        ("/language de", "language de"),
        ("/taste chat", "@-1001000000001 taste chat"),
        ("/taste", "taste"),
        ("/saved", "saved"),
        ("/save 1", "help"),
    ],
)
async def test_a_link_to_the_private_chat_is_about_the_group_where_the_command_is(
    talk: Talk, typed: str, leads_to: str
) -> None:
    eve = talk.server.world.add_person("Eve", 9, started=False)
    talk.group.people[9] = "administrator"
    await talk.ask("/trending", talk.group)

    await talk.server.say(eve, typed, talk.group)
    link = await talk.server.next_message(talk.group)

    assert link.lines == [leads_to]


async def test_the_list_of_one_person_does_not_replace_the_numbers_of_a_group(talk: Talk) -> None:
    listed = await talk.ask("/trending", talk.group)
    before = await talk.store.shown.newest(Chat("telegram", "-1001000000001"))
    second = listed.lines[1].removeprefix("paper ")
    await talk.server.say(talk.ada, f"/save {second}", talk.group)
    await talk.server.next_message(talk.ada)

    await talk.server.say(talk.ada, "/saved", talk.group)
    saved = await talk.server.next_message(talk.ada)

    assert f"/unsave {second}" in saved.text
    assert await talk.store.shown.newest(Chat("telegram", "-1001000000001")) == before
