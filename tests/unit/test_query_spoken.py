"""Alternatives, refusals and years, as people write them."""

from __future__ import annotations

import pytest

from bot.query import Query, parse, show
from tests.builders import TODAY


def shown(typed: str) -> str:
    query = parse(typed, TODAY)
    assert parse(show(query), TODAY) == query
    return show(query)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("agents or planning", "(agents OR planning)"),
        ("agents | planning", "(agents OR planning)"),
        ("agents OR planning OR memory", "(agents OR planning OR memory)"),
        ("author:bengio or author:hinton", "author:bengio OR author:hinton"),
        ("org:google or org:meta", "org:google OR org:meta"),
        ("rl author:hinton OR author:bengio", "rl author:hinton OR author:bengio"),
        ("rl (robots | drones) since 2024", "rl (robots OR drones) after:2024-01-01"),
        ("(agents OR (rl OR sft)) code", "code (agents OR (rl OR sft))"),
        ('"natural gradient" OR kfac', '("natural gradient" OR kfac)'),
        ("papers on agents or planning since March with code", "(agents OR planning) after:2026-03-01 has:code"),
        ("papers from DeepSeek or Qwen", "org:deepseek OR org:qwen"),
        ("or", "or"),
        ("agents or", "agents or"),
    ],
)
def test_alternatives(typed: str, read: str) -> None:
    assert shown(typed) == read


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("image editing without diffusion", "image editing -diffusion"),
        ("agents that do not use LLMs", "agents -llms"),
        ("vision transformers that don't use attention", "vision transformers -attention"),
        ("agents but not llm-based", "agents -llm"),
        ("agents but not LLM based", "agents -llm"),
        ("robots not humanoids", "robots -humanoids"),
        ("agents, no surveys", "agents -surveys"),
        ("agents excluding gui agents", 'agents -"gui agents"'),
        ("agents except surveys since 2024", "agents after:2024-01-01 -surveys"),
        ("agents other than chatbots", "agents -chatbots"),
    ],
)
def test_refusals_in_words(typed: str, read: str) -> None:
    assert shown(typed) == read


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("agents except 2604.00001", "2604.00001 agents except"),
        ("rl agents but not 2604.00001, please", "2604.00001 rl agents but not"),
        ("papers on agents without https://arxiv.org/abs/2604.00001", "2604.00001 agents without"),
    ],
)
def test_a_paper_is_never_refused(typed: str, read: str) -> None:
    assert shown(typed) == read


@pytest.mark.parametrize(
    "typed",
    [
        "rlhf without a reward model",
        "learning without forgetting",
        "learning without labels",
        "no free lunch theorems",
        "not all tokens are equal",
        "attention is not explanation",
        "what not to prune",
        "fast, not fancy: rethinking grapheme conversion",
    ],
)
def test_a_refusal_within_a_name_leaves_nothing_out(typed: str) -> None:
    query = parse(typed, TODAY)

    assert (query.without, query.without_phrases) == ((), ())


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("NeurIPS 2025 papers", "neurips after:2025-01-01 before:2026-01-01"),
        ("iclr 2026 agents", "iclr agents after:2026-01-01 before:2027-01-01"),
        ("best papers of 2025", "after:2025-01-01 before:2026-01-01"),
        ("the best paper of april", "after:2026-04-01 before:2026-05-01"),
        ("diffusion language models 2025", "diffusion language models after:2025-01-01 before:2026-01-01"),
        ("2025", "after:2025-01-01 before:2026-01-01"),
        ("published after 2024", "after:2025-01-01"),
        ("papers after March 2024", "after:2024-03-01"),
        ("semeval 2020 task 5", "semeval 2020 task 5"),
        ("imagenet 2012", "imagenet 2012"),
        ("20 papers on agents", "agents top:20"),
        ("top-k routing", "top-k routing"),
        ("top 1 accuracy", "top 1 accuracy"),
        ("recommend me some must read papers on RL for LLM reasoning", "rl for llm reasoning"),
    ],
)
def test_years_counts_and_wishes(typed: str, read: str) -> None:
    assert shown(typed) == read


PROSE = (
    'We show that "scaling" improves accuracy by -1.5% on ImageNet in 2012 and that Zaheer et al. were right. '
    "Our method is not a survey. We release code with a project page by Google, published after 2024 or before."
)


def test_prose_is_words_whatever_its_signs_mean_elsewhere() -> None:
    query = parse(PROSE, TODAY)

    assert query == Query(words=query.words)
    assert {"scaling", "zaheer", "2012", "survey"} <= set(query.words)


def test_a_name_in_a_long_question_is_a_guess() -> None:
    query = parse(
        "What research extended the work of Zaheer et al. by using hierarchical clustering for very long texts", TODAY
    )

    assert not query.authors
    assert query.guesses == (Query(authors=("zaheer",)),)
    assert "zaheer" in query.words


def test_a_quotation_in_a_long_question_is_a_guess_and_alone_it_is_exact() -> None:
    inside = parse(
        'which methods build on "attention is all you need" but make it work for much longer inputs than before', TODAY
    )

    assert not inside.phrases
    assert inside.guesses == (Query(phrases=("attention is all you need",)),)
    assert parse('"attention is all you need"', TODAY).phrases == ("attention is all you need",)


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("in the last few days", "2026-04-21"),
        ("in the last a few days", "2026-04-21"),
        ("since a few days ago", "2026-04-21"),
        ("in the past a few months", "2026-01-24"),
        ("since a couple of weeks ago", "2026-04-10"),
        ("in the last couple of weeks", "2026-04-10"),
    ],
)
def test_a_word_may_stand_before_few_and_couple(typed: str, first: str) -> None:
    assert shown(f"agents {typed}") == f"agents after:{first}"


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("llm tuning without lora or adapters", "llm tuning -lora -adapters"),
        ("transformers w/o attention", "transformers -attention"),
        ("finance / economics", "(finance OR economics)"),
    ],
)
def test_short_forms_of_refusals_and_alternatives(typed: str, read: str) -> None:
    assert shown(typed) == read
