from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import timedelta
from statistics import fmean, pstdev

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.digests.composition import compose
from bot.digests.taste import (
    DocumentFrequencies,
    Taste,
    TasteEvidence,
    choose,
    key_of,
    keys,
    learn,
    reordered,
    separation,
    telling,
)
from bot.digests.taste.blend import KeptFor
from bot.domain.observations import History
from bot.domain.papers import ListRange, Paper
from bot.domain.taste import SaidWord, Strength
from bot.domain.trending import Measure, Sort, Trend, rank
from bot.query import parse
from tests.builders import NOON, TODAY, history, paper

FIELDS = {
    "agents": "Agents call tools and plan tasks with tool-use",
    "imaging": "Medical imaging of tumors with radiology scans",
    "video": "Video diffusion generates frames of motion",
    "speech": "Speech recognition of accents from audio waves",
}
NAMES = [*FIELDS]


def about(field: str, number: int, votes: int = 10) -> History:
    """A paper of a field, whose title has a word of its own."""
    id = f"2604.{NAMES.index(field):02}{number:03}"
    return history(id, (0, votes), title=f"{FIELDS[field].split()[0]} study {number}", abstract=FIELDS[field])


def world(each: int = 12) -> list[History]:
    return [about(field, number, 10 + 7 * number) for field in NAMES for number in range(each)]


def papers_of(histories: Sequence[History], field: str) -> list[Paper]:
    return [one.paper for one in histories if one.paper.id.startswith(f"2604.{NAMES.index(field):02}")]


def taste_of(histories: Sequence[History], strength: Strength = Strength.STRONG, **evidence: object) -> Taste:
    lexicon = DocumentFrequencies(one.paper for one in histories)
    return Taste(learn(TasteEvidence(**evidence), lexicon), lexicon, strength)  # type: ignore[arg-type]


def likes_agents(histories: Sequence[History], strength: Strength = Strength.STRONG) -> Taste:
    return taste_of(histories, strength, liked=papers_of(histories, "agents")[:3])


def trends(histories: Sequence[History]) -> list[Trend]:
    return rank(histories, NOON)


@pytest.mark.parametrize(
    ("written", "alike"),
    [("agents", "Agent"), ("LLMs", "llm"), ("pre-training", "pretraining"), ("naïve", "naive"), ("TNF-α", "tnf-alpha")],
)
def test_spellings_of_a_word_are_one_word(written: str, alike: str) -> None:
    assert key_of(written) == key_of(alike) != ""


@pytest.mark.parametrize("word", ["the", "paper", "a", "2026", "", "propose"])
def test_words_that_tell_nothing_are_not_used(word: str) -> None:
    assert key_of(word) == ""


def test_a_compound_is_one_word_and_its_parts() -> None:
    assert [key for key, _ in keys("chain-of-thought")] == ["chain", "thought", "chainofthought"]


def test_words_are_shown_as_people_write_them_most() -> None:
    told = paper(title="Agents for LLMs", abstract="agents and agents; an agent. LLMs.")
    forms = DocumentFrequencies().forms([told], {"agent", "llm"})

    assert forms["agent"] == "agents"
    assert forms["llm"] == "LLMs"


def test_what_is_like_the_liked_papers_comes_first() -> None:
    histories = world()

    first = reordered(trends(histories), likes_agents(histories))[:12]

    assert {trend.paper.id for trend in first} == {paper.id for paper in papers_of(histories, "agents")}


def test_names_of_people_and_houses_are_no_words_of_taste() -> None:
    said = paper(title="Geometry", authors=("Ada Lovelace",), organization="Analytical Engines")
    lexicon = DocumentFrequencies(
        [said, paper("2604.00002", title="Geometry of Ada", organization="Analytical Engines")]
    )

    assert set(lexicon.vector(said)) <= {"geometry"}


@pytest.mark.parametrize("count", [0, 1, 2])
def test_nothing_is_learned_from_fewer_than_three_likes(count: int) -> None:
    histories = world()

    taste = taste_of(histories, liked=papers_of(histories, "agents")[:count])

    assert not taste.profile.weights


def test_words_that_were_said_count_without_likes() -> None:
    histories = world()
    taste = taste_of(histories, said=[SaidWord("speech", 1), SaidWord("video", -1)])

    ordered = [trend.paper for trend in reordered(trends(histories), taste)]

    assert set(ordered[:12]) == set(papers_of(histories, "speech"))
    assert set(ordered[-12:]) == set(papers_of(histories, "video"))


def test_only_disliked_papers_put_words_under_less() -> None:
    histories = world()
    liked, other = papers_of(histories, "agents")[:3], papers_of(histories, "imaging")[:3]

    passed_over = taste_of(histories, liked=liked, passed_over=other)
    disliked = taste_of(histories, liked=liked, disliked=other)

    assert passed_over.profile.less == ()
    assert passed_over.fit(other[0]) < 0
    assert "imaging" in {term.word for term in disliked.profile.less}


def test_the_words_of_a_profile_say_how_many_likes_have_them() -> None:
    histories = world()
    liked = [*papers_of(histories, "agents")[:3], *papers_of(histories, "speech")[:1]]

    more = {term.word: term.papers for term in taste_of(histories, liked=liked).profile.more}

    assert more["plan"] == 3
    assert more["accents"] == 1


def test_the_score_is_the_sum_of_the_parts_and_orders_by_both_standard_scores() -> None:
    histories = world()
    taste, plain = likes_agents(histories), trends(histories)

    ordered = reordered(plain, taste)

    standing = [trend.score for trend in plain]
    fit = [taste.fit(trend.paper) for trend in plain]
    blend = {
        trend.paper.id: (fit[i] - fmean(fit)) / pstdev(fit) + 0.2 * (standing[i] - fmean(standing)) / pstdev(standing)
        for i, trend in enumerate(plain)
    }
    assert [trend.paper.id for trend in ordered] == sorted(blend, key=lambda id: -blend[id])
    for trend in ordered:
        assert trend.score == pytest.approx(sum(part.points for part in trend.parts))
        assert trend.parts[-1].measure is Measure.TASTE


def test_mild_taste_moves_less_than_strong_taste() -> None:
    histories = world()
    agents = set(papers_of(histories, "agents"))

    def in_front(strength: Strength) -> int:
        first = reordered(trends(histories), likes_agents(histories, strength))[:12]
        return sum(trend.paper in agents for trend in first)

    assert in_front(Strength.OFF) < in_front(Strength.STRONG)
    assert in_front(Strength.OFF) <= in_front(Strength.MILD) <= in_front(Strength.STRONG)


def test_a_digest_keeps_places_for_what_trends_and_for_what_is_new() -> None:
    histories = world()
    plain = trends(histories)

    chosen = choose(plain, likes_agents(histories), 10)

    kept = {each.kept_for: each.trend.paper for each in chosen if each.kept_for}
    assert plain[0].paper in [each.trend.paper for each in chosen]
    assert KeptFor.TRENDING in kept
    assert kept[KeptFor.NEW] not in papers_of(histories, "agents")


@given(st.integers(0, 30), st.integers(0, 30), st.integers(0, 999))
def test_a_smaller_digest_is_the_beginning_of_a_larger_one_and_nothing_comes_twice(
    small: int, more: int, seed: int
) -> None:
    histories = random.Random(seed).sample(world(8), 20)
    taste = taste_of(world(8), liked=papers_of(world(8), "video")[:4])

    larger = [each.trend.paper.id for each in choose(trends(histories), taste, small + more)]

    assert [each.trend.paper.id for each in choose(trends(histories), taste, small)] == larger[:small]
    assert len(set(larger)) == len(larger) == min(small + more, len(histories))


def test_an_order_by_something_else_is_not_changed_by_taste() -> None:
    histories = world()

    def composed(taste: Taste | None) -> list[str]:
        found = compose(histories, [TODAY], NOON, window=ListRange.DAY, sort=Sort.VOTES, taste=taste)
        return [pick.trend.paper.id for pick in found.picks]

    assert composed(likes_agents(histories)) == composed(None)


@given(
    st.lists(st.tuples(st.integers(0, 400), st.integers(0, 20)), max_size=40),
    st.sampled_from([*ListRange]),
    st.sampled_from(["", "agents", "-video top 3"]),
    st.integers(1, 25),
)
def test_without_taste_a_digest_is_what_the_ranking_alone_gives(
    papers: list[tuple[int, int]], window: ListRange, typed: str, size: int
) -> None:
    histories = [
        history(f"2604.{place:05}", (votes, votes + gained), title=f"{[*FIELDS][place % 4]} {place}")
        for place, (votes, gained) in enumerate(papers)
    ]
    query = parse(typed, TODAY)
    days = [TODAY, TODAY - timedelta(days=1)]

    plain = compose(histories, days, NOON, window=window, query=query, size=size)
    off = compose(
        histories, days, NOON, window=window, query=query, size=size, taste=likes_agents(world(), Strength.OFF)
    )

    assert plain == off
    assert not plain.by_taste
    assert all(pick.kept_for is None and not pick.taste_words for pick in plain.picks)
    ranked = [
        trend
        for trend in rank(histories, NOON, window=window)
        if trend.paper.id in {p.trend.paper.id for p in plain.picks}
    ]
    assert [pick.trend for pick in plain.picks] == ranked


def test_the_reasons_are_the_words_that_add_most() -> None:
    histories = world()
    taste = likes_agents(histories)

    assert set(taste.reasons(papers_of(histories, "agents")[5])) <= {
        "agents",
        "tools",
        "plan",
        "tasks",
        "call",
    }
    assert taste.reasons(papers_of(histories, "speech")[0]) == ()


def test_it_is_told_whether_words_set_the_likes_apart() -> None:
    histories = world()
    lexicon = DocumentFrequencies(one.paper for one in histories)
    vectors = [lexicon.vector(one.paper) for one in histories]

    narrow = separation(TasteEvidence(liked=papers_of(histories, "agents")[:5]), lexicon, vectors)
    mixed = separation(TasteEvidence(liked=[papers_of(histories, name)[0] for name in NAMES]), lexicon, vectors)

    assert narrow is not None
    assert mixed is not None
    assert narrow > 0.7 > mixed
    assert separation(TasteEvidence(liked=papers_of(histories, "agents")[:2]), lexicon, vectors) is None


def test_papers_to_begin_with_are_of_different_fields() -> None:
    histories = world()

    offered = telling(trends(histories), DocumentFrequencies(one.paper for one in histories), 4)

    assert {paper.id[5:7] for paper in offered} == {f"{place:02}" for place in range(4)}


def test_a_paper_counts_once_in_the_lexicon() -> None:
    lexicon = DocumentFrequencies([paper(title="Geometry"), paper(title="Geometry")])

    assert (len(lexicon), lexicon.papers_with("geometry")) == (1, 1)
