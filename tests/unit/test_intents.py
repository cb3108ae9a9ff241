"""What plain text asks for: a hundred lines as people type them, with what was said before."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time

import pytest

from bot.commands.intents import Context, Decline, LastList, Run, SmallTalk, understand
from bot.domain.requests import Chat
from bot.domain.schedule import WEEKDAYS, Schedule
from bot.domain.subscriptions import Subscription

NOW = datetime(2026, 4, 25, 9, tzinfo=UTC)
NOTHING = Context(now=NOW)
LIST = Context(
    now=NOW,
    last=LastList(
        command="papers",
        argument="protein folding",
        ids=("2604.00001", "2604.00002", "2604.00003"),
        titles={
            "2604.00001": "FoldRunner: Fast Protein Folding on Phones",
            "2604.00002": "A Study of Folding at Scale",
            "2604.00003": "What Do LLMs Know about Proteins?",
        },
    ),
)
TRENDING = replace(LIST, last=replace(LIST.last, command="trending", argument="week"))
PAPER = replace(LIST, paper="2604.00002")
SUBSCRIPTION = Subscription(
    id=7,
    chat=Chat("console", "terminal"),
    query="protein folding",
    schedule=Schedule(at=time(8), zone="Asia/Tokyo", days=WEEKDAYS),
    size=5,
    created_at=NOW,
)
ONE = Context(now=NOW, subscriptions=(SUBSCRIPTION,))
TWO = Context(now=NOW, subscriptions=(SUBSCRIPTION, replace(SUBSCRIPTION, id=8, query="robot hands")))
DRAFT = Context(now=NOW, draft="protein folding weekdays at 08:00 Asia/Tokyo")
ZONELESS = Context(now=NOW, without_zone="protein folding at 8:00")


def asked(text: str, context: Context = NOTHING) -> tuple[str, str]:
    """The command that a line asks for with what stands behind it; "talk" and "cannot" for lines without one."""
    match understand(text, context):
        case Run(command=command, argument=argument):
            return command, argument
        case SmallTalk(talk=talk):
            return "talk", talk.value
        case Decline(what=what):
            return "cannot", what.value


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("protein language models", "papers protein language models"),
        ("hi bot, could you find anything on sparse attention please?", "papers sparse attention"),
        ("hello", "talk greeting"),
        ("Hi there!!", "talk greeting"),
        ("thank you so much", "talk thanks"),
        ("ok cool thanks", "talk thanks"),
        ("good bot", "talk praise"),
        ("this is useless", "talk complaint"),
        ("see you tomorrow", "talk goodbye"),
        ("never mind", "talk never_mind"),
        ("who are you?", "talk who"),
        ("🙏", "talk acknowledged"),
        ("???", "help"),
        ("what can I ask you", "help"),
        ("how do i unsubscribe", "help unsubscribe"),
        ("How can I subscribe to a topic?", "help subscribe"),
        ("what do you store about me", "privacy"),
        ("please delete all my data", "forget"),
        ("forget me", "forget me"),
        ("export my subscriptions", "export"),
        ("resend today's digest", "resend"),
        ("how many citations does attention is all you need have", "cannot citations"),
        ("tell me a joke", "cannot unrelated"),
        ("write a literature review on pruning", "cannot write"),
        ("post this on linkedin", "cannot share"),
        ("what's trending", "trending day"),
        ("what is hot this week?", "trending week"),
        ("whats new in robotics this week", "trending week robotics"),
        ("top 3 papers today", "trending day top 3"),
        ("most upvoted papers this month", "trending month votes"),
        ("anything interesting today?", "trending day"),
        ("what did i miss yesterday", "trending day yesterday"),
        ("best papers on quantization", "papers best papers on quantization"),
        ("newest papers about mamba", "papers newest papers about mamba"),
        ("best papers of 2024", "papers best papers of 2024"),
        ("my saved papers", "saved"),
        ("show my bookmarks", "saved"),
        ("stop", "stop"),
        ("stop sending me these mails", "stop"),
        ("unsubscribe me please", "stop"),
        ("subscribe to protein design every monday 8am Tokyo", "subscribe protein design every monday 8am Tokyo"),
        ("send me robot papers every morning at 7 in Oslo", "subscribe robot papers every morning at 7 in Oslo"),
        ("keep me posted on test-time training", "subscribe test-time training"),
        ("notify me about new papers on RAG daily at 9 UTC", "subscribe RAG daily at 9 UTC"),
        ("a weekly digest on fridays at 16:00 Paris", "subscribe fridays at 16:00 Paris"),
        ("genomics weekdays 8:30 London", "subscribe genomics weekdays 8:30 London"),
        ("what am i subscribed to", "subscriptions"),
        ("list my subscriptions", "subscriptions"),
        ("is everything working?", "status"),
        ("when does the next digest come", "status"),
        ("nothing arrived this morning", "status"),
        ("more", "trending"),
        ("2604.01234", "papers 2604.01234"),
        ("stop sign detection", "papers stop sign detection"),
        ("more agents", "papers more agents"),
        ("early stopping criteria", "papers early stopping criteria"),
        ("vote prediction in elections", "papers vote prediction in elections"),
        ("why do transformers generalize", "papers why do transformers generalize"),
        ("pause tokens in language models", "papers pause tokens in language models"),
        ("cancel culture detection on social media", "papers cancel culture detection on social media"),
        ("thanksgiving recipes dataset", "papers thanksgiving recipes dataset"),
        ("help with math word problems for students", "papers help with math word problems for students"),
        ("status prediction of icu patients", "papers status prediction of icu patients"),
        ("translate sign language with diffusion", "papers translate sign language with diffusion"),
        ("daily activity recognition", "papers daily activity recognition"),
        ("every layer counts: residual pruning", "papers every layer counts: residual pruning"),
        ("hello world models", "papers hello world models"),
        ("saved compute in training", "papers saved compute in training"),
    ],
)
def test_a_line_that_nothing_was_said_before(text: str, command: str) -> None:
    assert " ".join(filter(None, asked(text))) == command


@pytest.mark.parametrize(
    ("context", "text", "command"),
    [
        (LIST, "3", "paper 3"),
        (LIST, "the second one", "paper 2"),
        (LIST, "abstract of the last one", "paper 3"),
        (LIST, "who wrote #2?", "paper 2"),
        (LIST, "pdf of FoldRunner", "paper 2604.00001"),
        (LIST, "is there code for 1", "paper 1"),
        (LIST, "why is number 2 on the list", "why 2"),
        (LIST, "bibtex for the first", "bibtex 1"),
        (LIST, "how do I cite 3", "bibtex 3"),
        (LIST, "papers like 1", "similar 1"),
        (LIST, "save 2 for later", "save 2"),
        (LIST, "upvote the third", "vote 3 up"),
        (LIST, "i don't like 1", "vote 1 down"),
        (LIST, "translate 2 to german", "cannot translate"),
        (LIST, "what datasets does 1 use", "cannot full_text"),
        (LIST, "more", "papers protein folding more:3"),
        (LIST, "next page", "papers protein folding more:3"),
        (LIST, "5 more", "papers protein folding top:5 more:3"),
        (TRENDING, "show me more", "trending week more:3"),
        (LIST, "only with code", "papers protein folding with code"),
        (LIST, "newest first", "papers protein folding sort:new"),
        (LIST, "without surveys", "papers protein folding without surveys"),
        (LIST, "same for antibodies", "papers antibodies"),
        (LIST, "just the top 2", "papers protein folding top:2"),
        (TRENDING, "and this month", "trending month"),
        (TRENDING, "only robotics", "trending week robotics"),
        (PAPER, "why?", "why 2604.00002"),
        (PAPER, "similar ones", "similar 2604.00002"),
        (PAPER, "save it", "save 2604.00002"),
        (PAPER, "cite this", "bibtex 2604.00002"),
        (ONE, "pause", "pause"),
        (ONE, "mute it for a week", "pause"),
        (ONE, "make it 10am", "subscriptions edit 1 weekdays at 10:00 Asia/Tokyo"),
        (ONE, "half an hour later please", "subscriptions edit 1 weekdays at 08:30 Asia/Tokyo"),
        (ONE, "too many papers", "subscriptions edit 1 top 3"),
        (ONE, "weekly instead", "subscriptions edit 1 mondays at 08:00 Asia/Tokyo"),
        (TWO, "unsubscribe from robot hands", "unsubscribe 2"),
        (TWO, "cancel the second one", "unsubscribe 2"),
        (TWO, "unsubscribe from everything", "unsubscribe all"),
        (TWO, "resume 2", "resume 2"),
        (DRAFT, "yes", "subscribe save"),
        (DRAFT, "looks good, save it", "subscribe save"),
        (DRAFT, "rather at 7", "subscribe protein folding top:5 weekdays at 07:00 Asia/Tokyo"),
        (DRAFT, "no", "talk never_mind"),
        (ZONELESS, "Berlin", "subscribe protein folding at 8:00 Europe/Berlin"),
        (ZONELESS, "I'm in New York", "subscribe protein folding at 8:00 America/New_York"),
    ],
)
def test_a_line_that_goes_on_from_what_was_said(context: Context, text: str, command: str) -> None:
    assert " ".join(filter(None, asked(text, context))) == command


@pytest.mark.parametrize("text", ["", " ", "​", "a" * 100_000, "stop " * 20_000, "(" * 50_000, "why is " * 9_000])
def test_any_text_is_understood_in_linear_time(text: str) -> None:
    assert isinstance(understand(text, LIST), Run | SmallTalk | Decline)
