from __future__ import annotations

import re
from dataclasses import replace

import pytest

from adapters.telegram.callback_data import CommandLine, decode_payload
from bot.domain.requests import Chat
from tests.adapters.telegram.conftest import NOW, Talk
from tests.storage.harvests import harvest


async def test_a_person_who_asks_for_help_is_told_every_command(talk: Talk) -> None:
    answer = await talk.ask("/help")

    assert "/trending" in answer.text
    assert answer.lines == ["trending", "trending week"]


async def test_a_digest_is_one_message_with_a_number_for_each_paper(talk: Talk) -> None:
    answer = await talk.ask("/trending")

    assert answer.labels[:6] == [*map(str, range(1, 6)), "‹ 23 Apr"]
    assert answer.preview == {"is_disabled": True}
    assert {each["type"] for each in answer.entities} >= {"bold", "italic", "text_link"}


async def test_more_brings_the_five_papers_behind_the_first_five(talk: Talk) -> None:
    first, second = await talk.ask("/trending"), await talk.ask("more")

    shown, more = ([line for line in each.lines if line.startswith("paper ")] for each in (first, second))
    assert len(shown) == len(more) == 5
    assert not set(shown) & set(more)


async def test_a_number_opens_its_paper_with_a_picture(talk: Talk) -> None:
    digest = await talk.ask("/trending")

    pressed = await talk.press(digest, "3")
    paper = await talk.server.next_message(talk.ada)

    assert (pressed.text, pressed.alert) == ("", False)
    assert paper.preview["url"].startswith("https://arxiv.org/abs/")
    assert {line.partition(" ")[0] for line in paper.lines} >= {"why", "vote", "save", "bibtex", "similar"}


async def test_plain_text_is_a_topic(talk: Talk) -> None:
    answer = await talk.ask("agents")

    assert {"subscribe agents", "papers agents sort:new"} <= set(answer.lines)


async def test_a_window_is_turned_in_place(talk: Talk) -> None:
    digest = await talk.ask("/trending")

    await talk.press(digest, "trending week")
    await talk.server.until(lambda: digest.edits == 1)

    assert digest.offers("trending day")
    assert len(talk.server.world.of(7)) == 1


async def test_why_is_told_over_the_chat(talk: Talk) -> None:
    digest = await talk.ask("/trending")
    await talk.press(digest, "1")
    paper = await talk.server.next_message(talk.ada)

    told = await talk.press(paper, "why ")

    assert told.alert
    assert len(told.text.splitlines()) >= 3
    assert len(told.text) <= 200


async def test_five_votes_change_the_next_list_and_the_words_can_be_read(talk: Talk) -> None:
    before = await talk.ask("/trending top 10")
    for number in range(4, 9):
        await talk.ask(f"/vote {number}")

    after = await talk.ask("/trending top 10")

    assert after.text != before.text
    assert "taste +" in after.text
    assert "of 5 likes" in (await talk.ask("/taste")).text
    assert "taste" in (await talk.ask("/why 1")).text


async def test_a_vote_counts_once_however_often_it_is_pressed(talk: Talk) -> None:
    digest = await talk.ask("/trending")
    await talk.press(digest, "1")
    paper = await talk.server.next_message(talk.ada)

    first = await talk.press(paper, "👍")
    await talk.server.until(lambda: "👍 1" in paper.labels)
    again = await talk.press(paper, "👍 1")

    assert first.text == again.text
    assert "👍 1" in first.text
    assert "👍 1" in paper.labels


async def test_a_paper_is_saved_and_cited(talk: Talk) -> None:
    digest = await talk.ask("/trending")
    await talk.press(digest, "1")
    paper = await talk.server.next_message(talk.ada)

    saved = await talk.press(paper, "save ")
    await talk.press(paper, "bibtex ")
    cited = await talk.server.next_message(talk.ada)

    assert saved.text
    assert not saved.alert
    assert len(await talk.store.saved.of("telegram", "7")) == 1
    assert "@" in cited.text
    assert cited.entities[-1]["type"] == "pre"


async def test_a_subscription_is_made_with_two_words_and_one_press_in_one_message(talk: Talk) -> None:
    proposal = await talk.ask("/subscribe agents at 9:00 Berlin")
    when = [each for each in proposal.entities if each["type"] == "date_time"]

    await talk.press(proposal, "subscribe save")
    await talk.server.until(lambda: proposal.edits == 1)

    # the moment, and how long it is until then
    assert len(when) == 2
    assert len({each["unix_time"] for each in when}) == 1
    assert proposal.offers("unsubscribe id:")
    assert [each.query for each in await talk.store.subscriptions.of(Chat("telegram", "7"))] == ["agents"]
    assert len(talk.server.world.of(7)) == 1


async def test_links_lead_to_a_paper_its_reason_and_a_topic(talk: Talk) -> None:
    digest = await talk.ask("/trending")
    id = digest.button("1")["callback_data"].removeprefix("paper ").replace(".", "_")

    paper = await talk.ask(f"/start p-{id}")
    why = await talk.ask(f"/start w-{id}")
    topic = await talk.ask("/start s-agents")
    stranger = await talk.ask("/start c-Zm9yZ2V0IGV2ZXJ5dGhpbmc")

    assert paper.offers("bibtex ")
    assert why.lines[0].startswith("paper ")
    assert topic.offers("subscribe agents")
    assert stranger.offers("forget everything")


async def test_captions_and_files_are_read_and_an_album_is_answered_once(talk: Talk) -> None:
    photo = [{"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}]
    listed = await talk.ask("/trending")
    id = listed.button("1")["callback_data"].removeprefix("paper ")

    found = await talk.ask("", caption="/papers\nagents", photo=photo)
    paper = await talk.ask("", document={"file_id": "f", "file_unique_id": "u", "file_name": f"{id}v1.pdf"})
    for _ in range(3):
        await talk.server.say(talk.ada, "", photo=photo, media_group_id="album")
    told = await talk.server.next_message(talk.ada)
    await talk.quiet()

    assert found.offers("subscribe agents")
    assert id in paper.text
    assert "2604.01234.pdf" in told.text.replace("\u2060", "")
    assert len(told.text.splitlines()) == 1
    assert len(talk.server.world.of(7)) == 4


async def test_several_commands_in_one_message_are_answered_one_by_one(talk: Talk) -> None:
    first = await talk.ask("/trending\nweek\n/privacy\n/papers\tagents")
    second, third = [await talk.server.next_message(talk.ada) for _ in range(2)]

    assert first.offers("trending day")
    assert "/forget" in second.text
    assert third.offers("subscribe agents")


async def test_a_command_that_is_none_is_answered_with_the_nearest(talk: Talk) -> None:
    answer = await talk.ask("/trendign")

    assert "/trendign" in answer.text
    assert "/trending" in answer.text


async def test_an_old_press_whose_message_is_gone_is_answered_all_the_same(talk: Talk) -> None:
    digest = await talk.ask("/trending")
    talk.server.world.places[7].forgotten.add(digest.id)

    pressed = await talk.press(digest, "trending week")
    week = await talk.server.next_message(talk.ada)

    assert pressed.method == "answerCallbackQuery"
    assert week.offers("trending day")


async def test_papers_are_found_inline_page_after_page_and_kept_by_the_server(talk: Talk) -> None:
    first = await talk.server.inline(talk.ada, "model")
    second = await talk.server.inline(talk.ada, "model", first.given["next_offset"])
    nothing = await talk.server.inline(talk.ada, "zzzz")

    assert len(first.given["results"]) == 10
    assert (first.given["cache_time"], first.given["is_personal"]) == (300, True)
    assert not {each["id"] for each in first.given["results"]} & {each["id"] for each in second.given["results"]}
    assert (nothing.given["results"], nothing.given["next_offset"]) == ([], "")


async def test_an_inline_result_has_a_picture_a_description_and_a_way_into_the_bot(talk: Talk) -> None:
    first = await talk.server.inline(talk.ada, "model")
    key = first.given["results"][0]["id"]
    (paper,) = await talk.store.papers.many([key])
    picture = "https://pictures.example.org/1.png"
    await talk.store.keep(harvest(replace(paper, thumbnail_url=picture), seen_at=NOW))

    found = await talk.server.inline(talk.ada, "models")
    trending = await talk.server.inline(talk.ada, "")
    results = {each["id"]: each for each in found.given["results"]}

    assert results[key]["thumbnail_url"] == picture
    assert sum("thumbnail_url" in each for each in results.values()) == 1
    for id, result in results.items():
        assert result["description"]
        ((button,),) = result["reply_markup"]["inline_keyboard"]
        assert decode_payload(button["url"].partition("start=")[2]) == CommandLine("paper", id)
    opened = [decode_payload(each.given["button"]["start_parameter"]) for each in (found, trending)]
    assert opened == [CommandLine("papers", "models"), CommandLine("trending")]


@pytest.mark.parametrize("words", ["x" * 256, "модель " * 30, "", "zzzz", "a_b-c", "1"])
async def test_the_button_above_inline_results_is_one_that_telegram_accepts(talk: Talk, words: str) -> None:
    found = await talk.server.inline(talk.ada, words)

    assert re.fullmatch(r"[A-Za-z0-9_-]{1,64}", found.given["button"]["start_parameter"])


async def test_somebody_who_floods_the_bot_waits_alone(talk: Talk) -> None:
    bob = talk.server.world.add_person("Bob", 8)

    for _ in range(60):
        await talk.server.say(talk.ada, "/help")
    await talk.server.say(bob, "/help")
    await talk.server.next_message(bob, within=3)
    await talk.server.until(lambda: len(talk.server.world.of(7)) > 0)

    assert len(talk.server.world.of(7)) < 30


async def test_whatever_somebody_types_is_answered_or_refused_within_a_second(talk: Talk) -> None:
    for text in ("(" * 2_000, "'; DROP TABLE papers; --", '"a* OR b" NEAR/2', "🧑‍🚀" * 300, "(a+)+$" + "a" * 2_000):
        await talk.server.say(talk.ada, text)
        answer = await talk.server.next_message(talk.ada, within=1.5)
        assert answer.text
