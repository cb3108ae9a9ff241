from __future__ import annotations

import pytest

from bot.query import Query, parse, show
from tests.builders import TODAY


@pytest.mark.parametrize(
    ("typed", "understood"),
    [
        (
            "papers on natural gradient by Amari since 2024 with code, top 3",
            "natural gradient author:amari after:2024-01-01 has:code top:3",
        ),
        ("papers on natural gradient since March with code", "natural gradient after:2026-03-01 has:code"),
        ("show me the latest papers about diffusion from Google", "diffusion org:google sort:new"),
        ("Which works proposed low-rank adaptation?", "low-rank adaptation"),
        ("Could you please recommend some studies that focused on the use of voxels?", "voxels"),
        ("I'm looking for work on causal inference published between 2019 and 2021",
         "causal inference after:2019-01-01 before:2022-01-01"),
        ("is there work on folding from last year?", "folding after:2025-01-01 before:2026-01-01"),
        ("Are there any recent papers on robots, please", "robots"),
        ("what's new in vision", "vision sort:new"),
        ("trending in vision", "vision sort:trending"),
        ("trending diffusion papers", "diffusion sort:trending"),
        ("3 most voted papers on agents last week", "agents after:2026-04-13 before:2026-04-20 sort:votes top:3"),
        ("five papers on RL", "rl top:5"),
        ("top 10 trending papers this week", "after:2026-04-20 sort:trending top:10"),
        ("2024 papers on agents", "agents after:2024-01-01 before:2025-01-01"),
        ("papers since 2024 on diffusion and with code", "diffusion after:2024-01-01 has:code"),
        ("DIFFUSION PAPERS SINCE 2024", "diffusion after:2024-01-01"),
        ("agents, newest first", "agents sort:new"),
        ("agents sorted by votes", "agents sort:votes"),
        ("find diffusion papers", "diffusion"),
        ("papers", ""),
    ],
)  # fmt: skip
def test_plain_english_survives(typed: str, understood: str) -> None:
    assert show(parse(typed, TODAY)) == understood


@pytest.mark.parametrize(
    "typed",
    [
        "attention is all you need",
        "trending topics detection",
        "work stealing",
        "learning without labels",
        "reasoning with code interpreters",
        "learning by watching",
        "methods proposed by lasertagger",
        "datasets from wikipedia",
        "best of both worlds",
        "invariant to translation but not rotation",
        "retrieval for scientific papers",
        "show attend and tell",
        "at least two views",
        "more than words",
    ],
)
def test_a_topic_is_never_damaged(typed: str) -> None:
    assert parse(typed, TODAY) == Query(words=tuple(typed.split()))


@pytest.mark.parametrize(
    "title",
    [
        "Neural Machine Translation by Jointly Learning to Align and Translate",
        "A Survey of Online Election Misinformation in 2024",
        "Latest Advances in Program Synthesis with Code",
        "Sepsis related mortality has risen from 2009 to 2014.",
    ],
)
def test_a_title_or_a_whole_sentence_means_what_it_says(title: str) -> None:
    assert parse(title, TODAY) == Query(words=tuple(title.casefold().rstrip(".").split()))


@pytest.mark.parametrize(
    ("typed", "authors"),
    [
        ("attention by Vaswani", ("vaswani",)),
        ("mamba by Gu and Dao since 2023", ("gu", "dao")),
        ("papers by yann lecun on jepa", ("yann lecun",)),
        ("vision by A. van den Oord", ("a van den oord",)),
        ("vision by Fei-Fei Li, 2024", ("fei-fei li",)),
        ('papers by "Albert Gu"', ("albert gu",)),
        ("attention by Vaswani et al.", ("vaswani",)),
        ("Vaswani et al. 2017", ("vaswani",)),
        ("written by McAllester", ("mcallester",)),
        ("papers by professor hinton", ("professor hinton",)),
        ("papers by the lecun team", ("lecun team",)),
        ("papers of yann lecun", ()),
        ("summaries proposed by LaserTagger", ()),
        ("explained by PCA", ()),
        ("papers by removing noise", ()),
        ("code by GPT-4", ()),
    ],
)
def test_by_is_followed_by_a_name(typed: str, authors: tuple[str, ...]) -> None:
    assert parse(typed, TODAY).authors == authors


def test_a_year_behind_the_authors_is_theirs() -> None:
    assert show(parse("attention, Vaswani et al. (2017)", TODAY)) == (
        "attention author:vaswani after:2017-01-01 before:2018-01-01"
    )


@pytest.mark.parametrize(
    ("typed", "organizations"),
    [
        ("diffusion from Google", ("google",)),
        ("agents by OpenAI since 2024", ("openai",)),
        ("robots at the University of Oxford", ("university of oxford",)),
        ("reasoning from DeepSeek and Qwen", ("deepseek", "qwen")),
        ("speech at Zhejiang University", ("zhejiang university",)),
        ("papers from Kyutai on speech", ("kyutai",)),
        ("papers from lecun", ("lecun",)),
        ("learning from apple images", ()),
        ("learning from demonstrations", ()),
        ("sampling at scale", ()),
    ],
)
def test_from_is_followed_by_a_house(typed: str, organizations: tuple[str, ...]) -> None:
    assert parse(typed, TODAY).organizations == organizations


@pytest.mark.parametrize(
    ("typed", "understood"),
    [
        ("agents with code", "has:code"),
        ("agents with open source code and a project page", "has:code has:project"),
        ("agents at least 20 votes", "votes:>=20"),
        ("agents with more than 20 upvotes", "votes:>=21"),
        ("agents 20+ votes", "votes:>=20"),
        ("agents min votes 20", "votes:>=20"),
        ("agents votes > 20", "votes:>=21"),
        ("agents without surveys", "-surveys"),
        ("agents but not surveys", "-surveys"),
        ("agents, no survey papers", "-survey"),
        ("agents, not about robots", "-robots"),
        ("agents excluding robot arms", '-"robot arms"'),
        ("agents in cs.CL", "cat:cs.CL"),
        ("agents, 5 papers", "top:5"),
        ("agents, top five", "top:5"),
        ("agents most voted", "sort:votes"),
        ("agents latest", "sort:new"),
    ],
)
def test_wishes_follow_the_topic(typed: str, understood: str) -> None:
    assert show(parse(typed, TODAY)) == f"agents {understood}"
