"""Rich messages: what they look like, when HTML takes their place, and that nothing arrives twice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest

from adapters.telegram import render, rich_messages, rich_text
from adapters.telegram.rich_messages import BLOCKS, SHOWN, fits, parts, rich_message
from adapters.telegram.surface import Telegram
from bot.domain.deliveries import DeliveryState
from bot.domain.errors import DeliveryError
from bot.domain.features import Feature, layout_on, supports
from bot.domain.pages import Layout, Page, Section
from bot.domain.requests import Chat, Tally
from bot.services.delivery.deliverer import Deliverer
from bot.storage import Store
from tests.adapters.telegram import pages
from tests.adapters.telegram.conftest import Talk
from tests.adapters.telegram.rich import BadRichMessage, parse_rich
from tests.adapters.telegram.server import Fault, LocalTelegram
from tests.adapters.telegram.world import Json, Message
from tests.services.ledger import fill
from tests.storage.ledger import DUE, HOUR, subscription

ADA = Chat("telegram", "7")
GROUP = Chat("telegram", "-1001000000001")


def rich(count: int = 3, **facts: object) -> Page:
    return replace(pages.digest(count), layout=Layout.RICH, **facts)  # type: ignore[arg-type]


@pytest.fixture(autouse=True)
def _somebody(server: LocalTelegram) -> None:
    server.world.add_person("Ada", 7)
    server.world.add_place(int(GROUP.id), is_forum=True, topics={5: "open"})


async def sent(surface: Telegram, chat: Chat, page: Page, *, silent: bool = False, role: str = "") -> str:
    return await surface.send(chat, page, nonce="n", silent=silent, role=role)


def marked(message: Message, kind: str) -> list[str]:
    """The pieces of a message that are marked so."""
    units = message.text.encode("utf-16-le")
    return [
        units[2 * each["offset"] : 2 * (each["offset"] + each["length"])].decode("utf-16-le")
        for each in message.entities
        if each["type"] == kind
    ]


# what it looks like


async def test_a_digest_is_one_rich_message_with_whole_summaries_to_unfold(
    surface: Telegram, server: LocalTelegram
) -> None:
    (page,) = surface.parts(rich(5))
    id = await sent(surface, Chat("telegram", GROUP.id, "5"), page, silent=True, role="@readers_of_papers and all")

    (message,) = server.world.of(int(GROUP.id))
    assert (str(message.id), message.thread, message.silent) == (id, 5, True)
    kinds = [block["type"] for block in message.rich["blocks"]]
    assert kinds.count("expandable_blockquote") == 5
    assert kinds.count("footer") == len(page.footer.splitlines())
    assert all(card.body in message.text and card.reason in message.text for card in page.cards)
    assert marked(message, "mention") == ["@readers_of_papers"]
    assert set(marked(message, "text_link")) >= {card.title for card in page.cards}
    (moment,) = [each for each in message.entities if each["type"] == "date_time"]
    assert moment["unix_time"] == int(page.moments[0].at.timestamp())
    # the row of numbers, as in the short layout
    await sent(surface, Chat("telegram", GROUP.id, "5"), replace(page, layout=Layout.COMPACT))
    assert server.world.of(int(GROUP.id))[1].keyboard == message.keyboard
    assert server.count("sendMessage") == 1


HOSTILE = (
    "<b>bold</b> & <script>alert(1)</script>",
    "**bold** [click](https://evil.example) `code` ![](tg://photo?id=1)",
    "/unsubscribe all @admin #tag $CASH http://evil.example me@evil.example",
    "<tg-spoiler>x</tg-spoiler>\n# heading\n---",
    "{{ x }} $$\\frac{1}{2}$$ \u202e reversed",
)


@pytest.mark.parametrize("text", HOSTILE)
async def test_what_a_paper_says_is_shown_as_it_is_and_marks_nothing(
    surface: Telegram, server: LocalTelegram, text: str
) -> None:
    (card, *_) = pages.digest(1).cards
    hostile = replace(card, title=text, byline=text, reason=text, body=text, links=())
    page = rich(1, sections=(Section(cards=(hostile, replace(card, number=2))),), footer="", intro=f"“{text[:40]}”")

    await sent(surface, ADA, page)

    (message,) = server.world.of(7)
    assert message.rich["skip_entity_detection"] is True
    assert {each["type"] for each in message.entities} <= {"text_link", "italic"}
    assert text.splitlines()[0].split(" \u202e")[0] in message.text
    assert {each["url"] for each in message.entities if "url" in each} <= {card.url, *(link.url for link in card.links)}


def test_commands_of_the_bot_can_be_tapped_and_quoted_ones_cannot() -> None:
    text = rich_text.own("Taste counts too: /taste, not “/forget everything” nor https://x.y/z")
    command = {"type": "bot_command", "text": "/taste", "bot_command": "/taste"}
    assert text == ["Taste counts too: ", command, ", not “/forget everything” nor https://x.y/z"]


# limits


@pytest.mark.parametrize("layout", list(Layout))
@pytest.mark.parametrize("count", [1, 2, 5, 10, 25])
@pytest.mark.parametrize("body", [0, 300, 1_500, 4_000])
def test_every_part_fits_in_both_forms_and_no_paper_is_lost(layout: Layout, count: int, body: int) -> None:
    cards = tuple(pages.card(number, body=("word " * (body // 5)).strip()) for number in range(1, count + 1))
    page = replace(pages.digest(1), sections=(Section(cards=cards),), layout=layout)

    found = parts(page)

    assert [card.number for part in found for card in part.cards] == list(range(1, count + 1))
    for part in found:
        if rich_messages.is_rich(part):
            parse_rich(dict(rich_message(part, "@" + "x" * 200).json))
            assert len(render.parts(part)) == 1
        assert render.fits(render.parts(part)[0])


def _with_characters(count: int) -> Page:
    """A page of two papers whose rich message has so many characters, and little else."""
    page = rich(2, footer="", intro="")
    (section,) = page.sections
    first = replace(section.cards[0], body="x" * 100)
    bare = replace(page, sections=(Section(cards=(first, section.cards[1])),))
    missing = count - rich_message(bare).characters
    long = replace(first, body="x" * (100 + missing))
    return replace(page, sections=(Section(cards=(long, section.cards[1])),))


def test_the_limit_of_characters_is_kept_from_just_below_and_above() -> None:
    assert rich_message(_with_characters(SHOWN)).characters == SHOWN
    assert fits(_with_characters(SHOWN))
    assert not fits(_with_characters(SHOWN + 1))


def test_the_limit_of_blocks_leaves_room_for_a_mention() -> None:
    def page(blocks: int) -> Page:
        lines = "\n".join(["x"] * (blocks - len(rich_message(rich(2, intro="")).blocks)))
        return rich(2, intro=lines)

    assert len(rich_message(page(BLOCKS - 1), "@readers").blocks) == BLOCKS
    assert fits(page(BLOCKS - 1))
    assert not fits(page(BLOCKS))


@pytest.mark.parametrize(("characters", "blocks", "refused"), [(32_767, 500, False), (32_769, 1, True), (9, 501, True)])
async def test_the_local_server_has_telegrams_limits(characters: int, blocks: int, refused: bool) -> None:
    block: Json = {"type": "paragraph", "text": "x"}
    long = {"type": "paragraph", "text": "x" * max(1, characters - blocks + 1)}
    message = {"blocks": [long, *[block] * (blocks - 1)]}
    if refused:
        with pytest.raises(BadRichMessage):
            parse_rich(message)
    else:
        parse_rich(message)


def test_a_page_without_papers_is_not_rich() -> None:
    assert not rich_messages.is_rich(Page(title="No new papers", layout=Layout.RICH))


# the fallback


async def test_a_server_without_rich_messages_is_asked_once_and_gets_html(
    surface: Telegram, server: LocalTelegram
) -> None:
    server.methods.rich = False

    ids = [await sent(surface, ADA, rich(2)), await sent(surface, ADA, rich(3))]
    await surface.edit(ADA, ids[0], rich(2, intro="Updated"), nonce="n", role="", tallies={})

    messages = server.world.of(7)
    assert [str(each.id) for each in messages] == ids
    assert server.count("sendRichMessage") == 1
    assert all(each.parse_mode == "HTML" and not each.rich for each in messages)
    assert "Updated" in messages[0].text
    assert [call for method, call in server.calls if method == "editMessageText" and "rich_message" in call] == []


async def test_a_refused_content_is_sent_as_html_and_the_next_is_tried_again(
    surface: Telegram, server: LocalTelegram
) -> None:
    server.refuse("sendRichMessage", 400, "Bad Request: RICH_MESSAGE_BLOCK_INVALID")

    await sent(surface, ADA, rich(2))
    await sent(surface, ADA, rich(2))

    assert [bool(each.rich) for each in server.world.of(7)] == [False, True]


@pytest.mark.parametrize("fault", [Fault("reset", after=True), Fault("truncated", after=True), Fault("502")])
async def test_a_lost_answer_is_a_doubt_and_nothing_is_sent_in_another_form(
    surface: Telegram, server: LocalTelegram, fault: Fault
) -> None:
    server.fail("sendRichMessage", fault)

    with pytest.raises(DeliveryError) as raised:
        await sent(surface, ADA, rich(2))

    assert raised.value.ambiguous
    assert len(server.world.of(7)) == int(fault.after)
    assert (server.count("sendRichMessage"), server.count("sendMessage")) == (1, 0)


async def test_the_ledger_never_sends_a_rich_digest_twice(
    surface: Telegram, server: LocalTelegram, sqlite_store: Store
) -> None:
    await fill(sqlite_store)
    await sqlite_store.subscriptions.add(subscription(chat=ADA, layout=Layout.RICH))
    server.fail("sendRichMessage", Fault("reset", after=True))
    deliverer = Deliverer(sqlite_store, {"telegram": surface}, owner="a")

    await deliverer.round(DUE)
    await deliverer.round(DUE + timedelta(hours=1))

    (delivery,) = await sqlite_store.deliveries.of(ADA, 9)
    assert delivery.state is DeliveryState.UNCERTAIN
    assert len([each for each in server.world.of(7) if each.rich]) == 1


@pytest.mark.parametrize(
    ("code", "description", "parameters"),
    [
        (403, "Forbidden: bot was blocked by the user", {}),
        (400, "Bad Request: chat not found", {}),
        (400, "Bad Request: group chat was upgraded to a supergroup chat", {"migrate_to_chat_id": -1009}),
        (429, "Too Many Requests: retry after 7", {"retry_after": 7}),
    ],
)
async def test_other_refusals_are_those_of_any_message(
    surface: Telegram, server: LocalTelegram, code: int, description: str, parameters: Mapping[str, int]
) -> None:
    refused = []
    for chat, layout in ((ADA, Layout.RICH), (GROUP, Layout.COMPACT)):
        for method in ("sendMessage", "sendRichMessage"):
            server.refuse(method, code, description, **parameters)
        with pytest.raises(DeliveryError) as raised:
            await sent(surface, chat, replace(rich(2), layout=layout))
        error = raised.value
        refused.append((error.reason, error.permanent, error.ambiguous, error.retry_after))

    assert refused[0] == refused[1]
    assert server.world.of(7) == []


# edits


async def test_a_rich_digest_is_edited_as_one_and_an_unchanged_edit_is_no_error(
    surface: Telegram, server: LocalTelegram
) -> None:
    id = await sent(surface, ADA, rich(2))
    for _ in range(2):
        await surface.edit(ADA, id, rich(2, intro="Updated"), nonce="n", role="", tallies={"2604.00001": Tally(1, 0)})

    (message,) = server.world.of(7)
    assert (message.edits, "Updated" in message.text, bool(message.rich)) == (1, True, True)


async def test_a_refused_edit_is_made_as_html(surface: Telegram, server: LocalTelegram) -> None:
    id = await sent(surface, ADA, rich(2))
    server.refuse("editMessageText", 400, "Bad Request: RICH_MESSAGE_BLOCK_INVALID")

    await surface.edit(ADA, id, rich(2, intro="Updated"), nonce="n", role="", tallies={})

    (message,) = server.world.of(7)
    assert (message.edits, "Updated" in message.text, message.rich) == (1, True, {})


async def test_a_living_digest_stays_rich(surface: Telegram, server: LocalTelegram, sqlite_store: Store) -> None:
    await fill(sqlite_store)
    await sqlite_store.subscriptions.add(subscription(chat=ADA, living=True, layout=Layout.RICH))
    deliverer = Deliverer(sqlite_store, {"telegram": surface}, owner="a")

    await deliverer.round(DUE)
    await deliverer.follow_up_batch("telegram", lambda: DUE + 4 * HOUR)

    (message,) = server.world.of(7)
    assert (message.edits, bool(message.rich)) == (1, True)


# choosing it


@pytest.fixture
async def chosen(talk: Talk) -> tuple[Message, Message]:
    """The answer to somebody who chooses the layout, and the sample below it."""
    answer = await talk.ask("/subscribe agents at 9:00 Europe/Berlin layout:rich save")
    return answer, await talk.server.next_message(talk.ada)


async def test_whoever_chooses_it_gets_a_sample_and_a_way_back(talk: Talk, chosen: tuple[Message, Message]) -> None:
    answer, sample = chosen
    assert (answer.rich, bool(sample.rich)) == ({}, True)
    back = next(line for line in answer.lines if line.endswith("layout:compact"))

    await talk.press(answer, back)
    await talk.server.until(lambda: answer.edits == 1)

    (kept,) = await talk.store.subscriptions.of(ADA)
    assert kept.layout is Layout.COMPACT
    assert not answer.offers(back)
    await talk.quiet()
    assert talk.server.world.of(7)[-1] is sample


async def test_an_edit_and_the_form_bring_the_sample_below_the_page(talk: Talk) -> None:
    await talk.ask("/subscribe agents at 9:00 Europe/Berlin save")
    (subscription_,) = await talk.store.subscriptions.of(ADA)
    form = await talk.ask(f"/subscriptions form id:{subscription_.id} layout")

    await talk.press(form, f"subscriptions edit id:{subscription_.id} layout:rich")
    sample = await talk.server.next_message(talk.ada)

    assert sample.rich
    assert form.offers(f"subscriptions edit id:{subscription_.id} layout:compact")
    again = await talk.ask("/subscriptions edit 1 top 3")
    await talk.quiet()
    assert talk.server.world.of(7)[-1] is again


async def test_a_preview_shows_the_layout_and_its_numbers_work(talk: Talk, chosen: tuple[Message, Message]) -> None:
    preview = await talk.ask("/preview 1")
    assert preview.rich
    number = next(line for line in preview.lines if line.startswith("paper "))

    await talk.press(preview, number)
    paper = await talk.server.next_message(talk.ada)

    assert (paper.rich, paper.parse_mode) == ({}, "HTML")


async def test_what_is_opened_from_a_rich_message_is_html(talk: Talk, chosen: tuple[Message, Message]) -> None:
    preview = await talk.ask("/preview 1")
    pause = next(line for line in preview.lines if line.startswith("pause "))

    await talk.press(preview, pause)
    below = await talk.server.next_message(talk.ada)

    assert (bool(preview.rich), below.rich) == (True, {})


async def test_a_list_that_replaces_a_rich_message_in_place_is_html(
    talk: Talk, chosen: tuple[Message, Message]
) -> None:
    preview = await talk.ask("/preview 1")
    written = len(talk.server.world.of(7))

    await talk.server.press_data(talk.ada, preview, "trending week")
    await talk.server.until(lambda: preview.edits == 1)

    assert (preview.rich, bool(preview.text)) == ({}, True)
    assert len(talk.server.world.of(7)) == written


@pytest.mark.parametrize("surface_name", ["discord", "email", "console", "web"])
def test_other_surfaces_show_the_short_layout(surface_name: str) -> None:
    assert not supports(surface_name, Feature.RICH_MESSAGES)
    assert layout_on(surface_name, Layout.RICH) is Layout.COMPACT
    assert [layout_on(surface_name, each) for each in Layout if each is not Layout.RICH] == list(Layout)[:3]
