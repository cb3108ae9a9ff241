from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.telegram.allowance import ALLOWANCE
from adapters.telegram.callback_data import CommandLine, decode, decode_payload, encode, encode_payload
from adapters.telegram.keyboards import KeyboardContext, keyboard
from adapters.telegram.target_hints import accepting_target, is_about_chat
from bot.domain.pages import Action, Page
from bot.domain.requests import Chat, ChatDetails, Tally
from bot.domain.standings import Standing
from bot.messages import managed_chats, subscription_form
from tests.adapters.telegram import pages
from tests.builders import NOON
from tests.storage.ledger import subscription

LINES = st.builds(
    CommandLine,
    st.sampled_from(["trending", "papers", "paper", "why", "subscribe", "status"]),
    st.text(st.characters(codec="utf-8"), max_size=20).map(lambda text: " ".join(text.split())),
    st.sampled_from(["", "-1001234567890", "-1001234567890/7"]),
)


def labels(page: Page, **where: object) -> list[list[str]]:
    markup = keyboard(page, KeyboardContext(**where))  # type: ignore[arg-type]
    return [[button.text for button in row] for row in markup.inline_keyboard] if markup else []


@given(LINES)
def test_a_line_survives_its_way_through_a_button(line: CommandLine) -> None:
    assert encode(line) == "" or decode(encode(line)) == line
    assert len(encode(line).encode()) <= 64


@given(LINES)
def test_a_line_survives_its_way_through_a_link(line: CommandLine) -> None:
    carried = encode_payload(line)

    assert len(carried) <= 64
    assert set(carried) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")
    assert not carried or decode_payload(carried) == line


@pytest.mark.parametrize(
    ("carried", "line"),
    [
        ("p-2604_01234", CommandLine("paper", "2604.01234")),
        ("p-cs--0112017", CommandLine("paper", "cs/0112017")),
        ("w-2604_01234", CommandLine("why", "2604.01234")),
        ("s-natural_gradient", CommandLine("subscribe", "natural gradient")),
        ("c-%%%", CommandLine("start")),
        ("anything", CommandLine("start")),
        ("", CommandLine("start")),
    ],
)
def test_links_are_understood(carried: str, line: CommandLine) -> None:
    assert decode_payload(carried) == line


MANAGING = frozenset({"subscribe", "subscriptions", "unsubscribe", "preview"})


def managing_pages() -> Iterator[Page]:
    """Every page of the dialogue about one subscription, with ids of a bot that has many."""
    kept = subscription(id=999_999, chat=Chat("telegram", "-1001234567890", "123456"))
    other = ChatDetails(Chat("telegram", "-1009876543210", "654321"), "Other")
    standing = Standing(25, kept)
    yield managed_chats.one(standing, ChatDetails(kept.chat, "Papers"), NOON, overseen=True)
    yield managed_chats.where(standing, [other], replies=True)
    yield subscription_form.form(standing)
    yield from (subscription_form.step(standing, key) for key in subscription_form.STEPS)


def test_every_button_about_a_topic_of_another_group_fits() -> None:
    accepting = accepting_target(MANAGING)
    for page in managing_pages():
        markup = keyboard(page, KeyboardContext(target="-1001234567890/123456", with_target=accepting))
        carried = (
            [decode(str(button.callback_data)) for row in markup.inline_keyboard for button in row] if markup else []
        )

        assert [f"{line.command} {line.argument}".strip() for line in carried] == [
            action.command for action in page.actions
        ]
        named = [line for line in carried if is_about_chat(line.command, line.argument, accepting)]
        assert {line.target for line in named} <= {"-1001234567890/123456"}


@pytest.mark.parametrize("said", ["@7 status", "@-1001x status", "@ status", "@-1/ status", "@٣ status"])
def test_only_a_channel_or_a_group_is_another_place(said: str) -> None:
    assert decode(said).target == ""


def test_a_list_has_a_number_for_each_paper_in_rows_that_are_alike() -> None:
    assert labels(pages.digest(10))[:2] == [["1", "2", "3", "4", "5"], ["6", "7", "8", "9", "10"]]
    assert [len(row) for row in labels(pages.digest(7))[:2]] == [4, 3]


def test_where_others_read_each_paper_has_a_row_and_everything_else_leads_to_the_private_chat() -> None:
    tallies = {"2604.00001": Tally(3, 1)}
    where = KeyboardContext(public=True, bot="paperboy_bot", managing={"subscribe"}, tallies=tallies)

    markup = keyboard(pages.full(2), where)

    assert markup is not None
    first, second, *rest = markup.inline_keyboard
    assert [button.text for button in first] == ["1 · Why", "👍 3", "👎 1", "More"]
    assert first[3].url == "https://t.me/paperboy_bot?start=p-2604_00001"
    assert [button.text for button in second] == ["2 · Why", "👍", "👎", "More"]
    others = {button.text: (button.callback_data, bool(button.url)) for row in rest for button in row}
    assert others["Follow this topic"] == (None, True)
    assert others["Week"] == (None, True)


def test_following_leads_to_the_private_chat_and_is_about_the_place_where_the_digest_stands() -> None:
    where = KeyboardContext(public=True, bot="paperboy_bot", managing={"subscribe"}, here="-1001234567890")

    markup = keyboard(pages.digest(2), where)

    assert markup is not None
    (follow,) = (each for row in markup.inline_keyboard for each in row if each.text == "Follow this topic")
    assert decode_payload(str(follow.url).partition("=")[2]) == CommandLine("subscribe", "agents", "-1001234567890")


def test_a_conversation_about_subscriptions_stays_in_its_group() -> None:
    markup = keyboard(pages.proposal(), KeyboardContext(public=True, bot="paperboy_bot", managing={"subscribe"}))

    assert markup is not None
    assert [each.callback_data for each in markup.inline_keyboard[0]] == [
        "subscribe save #abcdefgh",
        "subscribe fewer #abcdefgh",
    ]


def test_a_button_about_another_place_names_it_and_is_left_out_where_that_does_not_fit() -> None:
    page = Page(title="T", actions=(Action("Pause", "pause id:3"), Action("Zone", "subscribe " + "x" * 50)))

    markup = keyboard(page, KeyboardContext(target="-1001234567890", with_target={"pause", "subscribe"}))

    assert markup is not None
    assert [[each.callback_data for each in row] for row in markup.inline_keyboard] == [["@-1001234567890 pause id:3"]]


def test_no_button_stands_there_twice() -> None:
    assert [label for row in labels(pages.paper()) for label in row].count("Why") == 1


def test_a_short_entry_has_a_button_that_copies_it() -> None:
    assert labels(pages.citation()) == [["Copy"]]


def test_groups_and_channels_have_a_limit_by_the_minute_that_their_topics_share() -> None:
    private = ALLOWANCE.rates("telegram", "telegram:7")
    topics = [ALLOWANCE.rates("telegram", f"telegram:-100{suffix}") for suffix in ("", ":5", ":6")]

    assert set(private) == {"telegram", "telegram:7 second"}
    assert set(topics[0]) == {"telegram", "telegram:-100 second", "telegram:-100 minute"}
    assert topics[0] == topics[1] == topics[2]
