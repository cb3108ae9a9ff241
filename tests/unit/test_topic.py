from __future__ import annotations

import pytest

from bot.domain.papers import Paper
from bot.query import parse
from bot.search import Relevance, chosen, topic_of
from bot.search.corpus import shipped as counted
from bot.search.prior import Prior
from bot.search.thesaurus import shipped as vocabulary
from tests.builders import TODAY, paper

CHESS = paper(title="Robots that play chess", abstract="We teach robot arms to move chess pieces. The robots see well.")
VLA = paper(
    title="A vision-language-action model for kitchens",
    summary="A vision-language-action model learns manipulation in kitchens.",
    abstract="We train a vision-language-action model to move cups. It grasps them.",
    keywords=("vision-language-action", "manipulation"),
)
SPEECH = paper(
    title="Speaking faster",
    abstract="A text-to-speech system (TTS) with a better vocoder. Text-to-speech is hard.",
    keywords=("text-to-speech",),
)
SCALING = paper(
    title="Think longer", abstract="We study test-time scaling (TTS). TTS helps.", keywords=("test-time scaling",)
)


def judge(text: str, of: Paper) -> Relevance | None:
    return topic_of(parse(text, TODAY)).judge(of)


def order(text: str, papers: list[Paper], prior: Prior | None = None) -> list[Paper]:
    return [each.paper for each in chosen(topic_of(parse(text, TODAY)), [(each, 0) for each in papers], prior)]


def test_case_accents_and_endings_do_not_matter() -> None:
    schrodinger = paper(title="Schrödinger bridges", abstract="A Schrödinger bridge moves mass. Bridges are useful.")

    assert judge("SCHRODINGER BRIDGE", schrodinger)


def test_a_topic_brings_what_its_papers_call_otherwise() -> None:
    assert judge("robotics", VLA)
    assert judge("robotics", CHESS)


def test_a_single_passing_mention_is_not_enough() -> None:
    passing = paper(
        title="Sorting tables", abstract="We sort tables by column. It may be of use to robots. It is fast."
    )

    assert judge("tables", passing)
    assert judge("robotics", passing) is None


def test_names_of_authors_and_labs_are_no_words_of_a_topic() -> None:
    assert judge("robin", paper(title="On birds", authors=("Robin Crow",), organization="Robin Lab")) is None


def test_words_that_mean_something_only_together_stand_together() -> None:
    apart = paper(
        title="Models of the weather",
        abstract="All over the world people ask for weather. Our models forecast rain, and no model is better.",
    )

    assert judge("world models", apart) is None


@pytest.mark.parametrize("text", ["3d generation", "rl agents", "ai safety", "kv cache", "qa", "machine learning"])
def test_short_and_common_words_count(text: str) -> None:
    other = paper(title="Generation of agents", abstract="Agents, safety, cache, machine. Generation of agents.")

    assert judge(text, other) is None


@pytest.mark.parametrize("text", ["language model", "3d model", "ai model", "learning method", "training", "sam"])
def test_nothing_matches_everything(text: str) -> None:
    assert judge(text, CHESS) is None


def test_a_query_of_weak_words_uses_them_all() -> None:
    both = paper(title="A novel method", abstract="Our novel method is a novel method.")

    assert judge("novel method", both)
    assert judge("novel method", paper(title="A method", abstract="Our method works.")) is None


def test_a_query_of_words_that_say_nothing_brings_nothing() -> None:
    assert judge('"the" of and', paper(title="The end of the and of it", abstract="The of and.")) is None


def test_a_query_without_words_is_answered_by_all_that_pass_its_filters() -> None:
    assert judge("author:lovelace", CHESS)
    assert judge("author:turing", CHESS) is None
    assert judge("", CHESS)


def test_an_abbreviation_that_a_paper_explains_otherwise_is_another_one() -> None:
    assert judge("tts", SPEECH)
    assert judge("tts", SCALING) is None


def test_what_is_refused_is_left_out() -> None:
    assert judge("robots -chess", CHESS) is None
    assert judge('robots -"chess pieces"', CHESS) is None
    assert judge("robots -checkers", CHESS)


def test_the_words_themselves_can_be_asked_for() -> None:
    assert judge("robotics strict:yes", VLA) is None
    assert judge("robots chess strict:yes", CHESS)


def test_the_reason_names_what_matched() -> None:
    found = judge("robotics", VLA)

    assert found
    assert found.about == ("vision-language-action", "manipulation", "grasping")
    found = judge("robots playing chess", CHESS)
    assert found
    assert found.about == ("robots", "playing chess")


def test_a_word_in_the_title_counts_more_than_one_in_the_abstract() -> None:
    inside = paper("2604.00001", title="On memory", abstract="robots robots robots robots", keywords=("robots",))
    above = paper("2604.00002", title="Robots remember", abstract="memory of robots, robots", keywords=("robots",))

    assert order("robots", [inside, above]) == [above, inside]


def test_of_two_equal_papers_the_newer_list_comes_first() -> None:
    old = paper("2604.00001", title="Agents", listed_on=None)
    new = paper("2604.00002", title="Agents")

    assert order("agents", [old, new]) == [new, old]


def test_more_evidence_never_makes_a_paper_less_relevant() -> None:
    topic = topic_of(parse("speculative decoding", TODAY))
    said = [
        "We decode.",
        "Speculative decoding is quick.",
        "Speculative decoding drafts.",
        "It uses speculative decoding.",
    ]
    scores = [topic.relevance(paper(abstract=" ".join(said[: n + 1]))).score for n in range(len(said))]

    assert scores == sorted(scores)
    assert scores[0] < scores[1]


def test_every_concept_has_been_counted_in_the_papers_of_the_field() -> None:
    counts = counted()

    assert {entry.key for entry in vocabulary().entries} <= {key[1:] for key in counts.frequencies if key[0] == "="}


def test_every_name_of_the_thesaurus_means_its_own_entry() -> None:
    for entry in vocabulary().entries:
        stems = entry.names[0].stems
        found = vocabulary().at(stems, 0)
        assert found is not None
        assert found[0] == len(stems), entry.names[0].text
        assert found[1].names[0].stems == stems


@pytest.mark.parametrize(
    ("text", "narrow"),
    [
        ("", False),
        ("agents", True),
        ("agents robots diffusion", True),
        ("agents robots diffusion proteins", False),
        ("agents or robots", True),
        ("robots (agents or diffusion)", True),
    ],
)
def test_a_query_of_up_to_three_concepts_names_a_topic(text: str, narrow: bool) -> None:
    assert topic_of(parse(text, TODAY)).narrow is narrow
