"""What of a message is meant for the bot, and what it asks."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram import MessageEntity

from adapters.telegram.callback_data import CommandLine
from adapters.telegram.entities import written
from adapters.telegram.message_parser import MessageRequest, ParserContext, RequestKind, command_lines, requests_in
from bot.domain.requests import Door
from tests.adapters.telegram.messages import BOT, GROUP, PRIVATE, message

KNOWN = frozenset({"trending", "papers", "import", "subscribe", "start", "help"})
VOCABULARY = ParserContext(bot=BOT, commands=KNOWN, with_target=frozenset({"subscribe"}))


def said(text: str = "", *, chat: dict[str, Any] = PRIVATE, **facts: Any) -> list[str]:
    """What is asked, with blanks folded as the engine folds them."""
    return [" ".join(line.split()) for line in command_lines(message(text, chat=chat, **facts), BOT, KNOWN)]


@pytest.mark.parametrize("marked", [True, False], ids=["marked", "bare"])
@pytest.mark.parametrize("chat", [PRIVATE, GROUP], ids=["private", "group"])
@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("/trending\nweek", ["/trending week"]),
        ("/trending\tweek", ["/trending week"]),
        ("/trending\u00a0week", ["/trending week"]),
        ("/papers\n\nrobots\nthat walk", ["/papers robots that walk"]),
        ("/papers@paperboy_bot\nrobots", ["/papers robots"]),
        ("/papers@Paperboy_Bot robots", ["/papers robots"]),
        ("  /trending", ["/trending"]),
        ("/Trending week", ["/Trending week"]),
        ("/trending week\n/papers robots", ["/trending week", "/papers robots"]),
        ("/trending week\n\n  /papers@paperboy_bot 🤖 robots", ["/trending week", "/papers 🤖 robots"]),
        ("/papers a/b testing and /start scripts", ["/papers a/b testing and /start scripts"]),
        ("/papers robots\n/unknown", ["/papers robots /unknown"]),
        ("/import agents daily\n/import robots daily", ["/import agents daily /import robots daily"]),
        ("/import agents\n/papers x\n/import robots", ["/import agents", "/papers x", "/import robots"]),
        ("/trending@other_bot\nweek", []),
        ("/trending@other_bot\n/papers robots", ["/papers robots"]),
    ],
)
def test_a_command_is_what_the_platform_marks_as_one(
    text: str, lines: list[str], chat: dict[str, Any], marked: bool
) -> None:
    assert said(text, chat=chat, marked=marked) == lines
    assert said(chat=chat, marked=marked, caption=text, photo=[]) == lines


@pytest.mark.parametrize(
    "text",
    ["natural gradient", "/ban", "hello @ada", "/", "a /trending in a line", "see\n/trending", "mail@paperboy_bot.org"],
)
def test_in_a_group_nothing_else_is_for_the_bot(text: str) -> None:
    assert said(text, chat=GROUP) == []


@pytest.mark.parametrize("marked", [True, False], ids=["marked", "bare"])
@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("@paperboy_bot agents", ["agents"]),
        ("agents, @Paperboy_Bot", ["agents,"]),
        ("what on (@paperboy_bot) robots?", ["what on ( ) robots?"]),
        ("🧑‍🚀 @paperboy_bot\nspace", ["🧑‍🚀 space"]),
        ("@paperboy_bot /trending week", ["/trending week"]),
        ("@paperboy_bot", ["help"]),
        ("@paperboy_bot2 agents", []),
    ],
)
def test_a_mention_is_taken_out(text: str, lines: list[str], marked: bool) -> None:
    assert said(text, chat=GROUP, marked=marked) == lines
    assert said(chat=GROUP, marked=marked, caption=text, photo=[]) == lines


def test_a_mention_by_account_is_one() -> None:
    marks = [{"type": "text_mention", "offset": 0, "length": 8, "user": {**BOT.to_dict(), "id": 42}}]
    others = [{"type": "text_mention", "offset": 0, "length": 8, "user": {**BOT.to_dict(), "id": 43}}]

    assert said(chat=GROUP, text="Paperboy agents", entities=marks) == ["agents"]
    assert said(chat=GROUP, text="Paperboy agents", entities=others) == []


@pytest.mark.parametrize("reply", ["thanks!", "3", "agents?"])
def test_a_reply_to_what_the_bot_has_posted_is_talk(reply: str) -> None:
    posted = {"message_id": 4, "date": 1, "chat": GROUP, "from": BOT.to_dict(), "text": "Trending papers"}

    assert said(reply, chat=GROUP, reply_to_message=posted) == []
    assert said(f"@paperboy_bot {reply}", chat=GROUP, reply_to_message=posted) == [reply]


def test_a_reply_to_a_question_of_the_bot_completes_its_line() -> None:
    prompt = CommandLine("subscribe", "agents at 9:00", "-1001000000001")

    for chat in (PRIVATE, GROUP):
        for words in ("Berlin", "@paperboy_bot Berlin", "\nBerlin\n"):
            assert requests_in(message(words, chat=chat), VOCABULARY, prompt) == (
                MessageRequest(RequestKind.LINE, CommandLine("subscribe", "agents at 9:00 Berlin", "-1001000000001")),
            )
        (other,) = requests_in(message("/trending week", chat=chat), VOCABULARY, prompt)
        assert other.line == CommandLine("trending", "week")


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("2506.13759.pdf", CommandLine("paper", "2506.13759")),
        ("2506.13759v2.pdf", CommandLine("paper", "2506.13759")),
        ("2506.13759v1 (3).PDF", CommandLine("paper", "2506.13759")),
        ("arXiv-2506.13759v1.pdf", CommandLine("paper", "2506.13759")),
        ("10.1101_2024.01.02.573456v1.full.pdf", CommandLine("paper", "10.1101/2024.01.02.573456")),
        ("10.1038_s41586-024-07487-w.pdf", CommandLine("paper", "10.1038/s41586-024-07487-w")),
        ("hep-th9901001.pdf", CommandLine("paper", "hep-th/9901001")),
        ("cs_0112017v1.pdf", CommandLine("paper", "cs/0112017")),
    ],
)
def test_a_file_that_is_called_by_a_papers_id_asks_for_it(name: str, line: CommandLine) -> None:
    document = {"file_id": "f", "file_unique_id": "u", "file_name": name}

    assert [each.line for each in requests_in(message(document=document), VOCABULARY)] == [line]
    assert requests_in(message(chat=GROUP, document=document), VOCABULARY) == ()
    mentioned = requests_in(message(chat=GROUP, document=document, caption="@paperboy_bot"), VOCABULARY)
    assert [each.line for each in mentioned] == [line]


@pytest.mark.parametrize(
    "facts",
    [
        {"photo": [{"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}]},
        {"voice": {"file_id": "f", "file_unique_id": "u", "duration": 1}},
        {"document": {"file_id": "f", "file_unique_id": "u", "file_name": "holiday.pdf"}},
        {"document": {"file_id": "f", "file_unique_id": "u"}},
        {"location": {"latitude": 1.0, "longitude": 1.0}},
        {"sticker": {"file_id": "f", "file_unique_id": "u", "type": "regular", "width": 1, "height": 1,
                     "is_animated": False, "is_video": False}},
    ],
    ids=["photo", "voice", "another file", "a file without a name", "location", "sticker"],
)  # fmt: skip
def test_what_cannot_be_read_is_said_so_in_private_only(facts: dict[str, Any]) -> None:
    assert [each.kind for each in requests_in(message(**facts), VOCABULARY)] == [RequestKind.UNREADABLE]
    assert requests_in(message(chat=GROUP, **facts), VOCABULARY) == ()


@pytest.mark.parametrize("facts", [{"new_chat_title": "x"}, {"pinned_message": None}, {"group_chat_created": True}, {}])
def test_what_the_platform_says_of_a_chat_is_not_answered(facts: dict[str, Any]) -> None:
    assert requests_in(message(**facts), VOCABULARY) == ()


def test_what_came_by_way_of_a_bot_or_was_copied_from_a_channel_is_not_answered() -> None:
    assert requests_in(message("/trending", via_bot=BOT.to_dict()), VOCABULARY) == ()
    assert requests_in(message("/trending", chat=GROUP, is_automatic_forward=True), VOCABULARY) == ()


def test_a_link_comes_by_its_own_door_and_another_place_is_told_in_private_only() -> None:
    (link,) = requests_in(message("/start p-2604_01234"), VOCABULARY)
    (plain,) = requests_in(message("/start"), VOCABULARY)
    (private,) = requests_in(message("/subscribe @papers_chan agents"), VOCABULARY)
    (public,) = requests_in(message("/subscribe @papers_chan agents", chat=GROUP), VOCABULARY)

    assert (link.line, link.door) == (CommandLine("paper", "2604.01234"), Door.LINK)
    assert (plain.line, plain.door) == (CommandLine("start"), Door.TYPED)
    assert (private.kind, private.line.target) == (RequestKind.LINE, "@papers_chan")
    assert public.kind is RequestKind.OTHER_CHAT


@given(st.text(max_size=60), st.lists(st.tuples(st.integers(-5, 90), st.integers(-5, 90)), max_size=6))
def test_marks_that_fit_nothing_do_no_harm(text: str, places: list[tuple[int, int]]) -> None:
    marks = [{"type": MessageEntity.BOT_COMMAND, "offset": at, "length": length} for at, length in places]

    found = written(message(text=text, entities=marks), BOT)

    assert all(0 <= span.start <= span.end <= len(text) for span in found.commands if span.start <= span.end)
    command_lines(message(text=text, entities=marks), BOT, KNOWN)
