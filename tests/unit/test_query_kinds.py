"""Kinds of requests as people type them: people, links, dates, votes, numbers, alternatives, negation."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.commands.intents import Context, Run, understand
from bot.query import parse, show
from tests.builders import TODAY

NOTHING = Context(now=datetime(2026, 4, 25, 9, tzinfo=UTC))


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("work of Jane Doe on folding", 'folding author:"jane doe"'),
        ("papers by my advisor Jane Doe", 'author:"jane doe"'),
        ("what has Jane Doe published on folding", 'folding author:"jane doe"'),
        ("did jane doe post anything", 'author:"jane doe"'),
        ("did jane maria doe post anything", 'author:"jane maria doe"'),
        ("did jane anna maria doe post anything", "did jane anna maria doe post anything"),
        ("Jane Doe papers on folding", 'folding author:"jane doe"'),
        ("Doe's work on folding", "folding author:doe"),
        ("papers with Jane Doe as an author", 'author:"jane doe"'),
        ("papers by Jane Doe and John Roe", 'author:"jane doe" author:"john roe"'),
        ("latest from Jane Doe", 'author:"jane doe" OR org:"jane doe" sort:new'),
        ("author = Jane Doe", 'author:"jane doe"'),
        ("what is nvidia doing in robotics", "robotics org:nvidia"),
        ("speech by Tencent or Alibaba", "speech org:tencent OR org:alibaba"),
        ("Which research papers introduced protein folding?", "protein folding"),
        ("Are there any research papers on folding", "folding"),
        ("Shanghai AI Lab papers on folding", 'folding org:"shanghai ai lab"'),
        ("folding that isn't from google", "folding -org:google"),
        ("folding but not by Jane Doe", 'folding -author:"jane doe"'),
        ("folding, skip anything about mice", "folding -mice"),
        ("folding without any papers that use mice", "folding -mice"),
        ("folding but nothing with mice", "folding -mice"),
        ("folding apart from mice", "folding -mice"),
        ("folding, please omit anything involving mice", "folding -mice"),
        ("folding but none about mice", "folding -mice"),
        ("Microsoft's latest on folding", "folding org:microsoft sort:new"),
        ("DeepMind's work on folding", "folding org:deepmind"),
        ("folding no older than a fortnight", "folding after:2026-04-10"),
        ("folding from the day before yesterday", "folding after:2026-04-22 before:2026-04-23"),
        ("folding, nothing from meta or openai", "folding -org:meta -org:openai"),
        ("april 22 papers on folding", "folding after:2026-04-22 before:2026-04-23"),
        ("march 3 folding", "march 3 folding"),
        ("Graph Transformer papers on folding", "graph transformer on folding"),
        ("work of art generation", "art generation"),
        ("folding, code available", "folding has:code"),
        ("implementation on github: folding", "folding has:code"),
        ("only papers with github repos on folding", "folding has:code"),
        ("papers that come with code about folding", "folding has:code"),
        ("open source implementations of folding", "folding has:code"),
        ("folding, must have code", "folding has:code"),
        ("code generation from github issues", "code generation from github issues"),
        ("folding, 30 votes or more", "folding votes:>=30"),
        ("folding >= 30 votes", "folding votes:>=30"),
        ("best 3 folding papers", "folding top:3"),
        ("5 newest folding papers", "folding sort:new top:5"),
        ("limit to 4: folding", "folding top:4"),
        ("category cs.CV: folding", "folding cat:cs.CV"),
        ("folding, at most a month old", "folding after:2026-03-24"),
        ("folding q1/2026", "folding after:2026-01-01 before:2026-04-01"),
        ("folding in q4-2025", "folding after:2025-10-01 before:2026-01-01"),
        ("folding less than 2 weeks old", "folding after:2026-04-10"),
        ("folding 2 weeks old", "folding 2 weeks old"),
        ("folding at most old", "folding at most old"),
        ("folding between 1 and 10 march 2026", "folding after:2026-03-01 before:2026-03-11"),
        ("folding, but leave out proteins", "folding -proteins"),
        ("folding minus proteins", "folding -proteins"),
        ("skip connections in resnets", "skip connections in resnets"),
        ("resnets and skip connections", "resnets and skip connections"),
        ("transformers, drop path, folding", "transformers drop path folding"),
        ("folding and skip surveys", "folding -surveys"),
        ("folding and ignore the proteins", "folding -proteins"),
        ("(author:doe org:google) or (author:roe)", "((author:doe org:google) OR author:roe)"),
    ],
)
def test_a_request_is_read(typed: str, read: str) -> None:
    query = parse(typed, TODAY)

    assert show(query) == read
    assert parse(read, TODAY) == query


@pytest.mark.parametrize(
    ("typed", "topic"),
    [
        ("show us whatever you got on folding", "folding"),
        ("let me see papers on folding", "folding"),
        ("serach for folding", "folding"),
        ("papres about folding", "folding"),
        ("gimme folding papers", "folding papers"),
        ("got any folding", "folding"),
        ("folding folding give me folding", "folding folding folding"),
        ("folding for small models, what is there?", "folding for small models"),
        ("papers: folding", "folding"),
        ("has code, topic = folding", "has code, folding"),
        ("either of: eeg, fmri", "(eeg OR fmri)"),
        ("search in trees", "search in trees"),
        ("question answering about images", "question answering about images"),
        ("right ventricle segmentation", "right ventricle segmentation"),
        ("reading comprehension", "reading comprehension"),
        ("news recommendation", "news recommendation"),
        ("speech to speech translation", "speech to speech translation"),
    ],
)
def test_only_words_that_ask_are_left_out(typed: str, topic: str) -> None:
    assert understand(typed, NOTHING) == Run("papers", topic)


@pytest.mark.parametrize(
    ("typed", "command"),
    [
        ("as soon as the list is out, folding, Berlin", "folding on announce Berlin"),
        ("when papers are announced send me folding, Seoul", "folding on announce Seoul"),
        ("on announce, folding, Tokyo", "folding on announce Tokyo"),
        ("weekly digest on folding, fridays 17:00 Berlin", "folding, fridays 17:00 Berlin"),
        ("i want folding papers daily 7am new york, 3 at most", "folding papers daily 7am new york top 3"),
        (
            "new papers with code about folding, every monday 9:00 Madrid",
            "with code about folding, every monday 9:00 Madrid",
        ),
    ],
)
def test_a_subscription_is_read(typed: str, command: str) -> None:
    assert understand(typed, NOTHING) == Run("subscribe", command)
