"""What a mention is worth by its kind and its place: pinned by comparison, as the coefficients are fitted."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.papers import Paper
from bot.search.concepts import Concept, concepts
from bot.search.evidence import Matcher
from bot.search.passages import passages
from bot.search.thesaurus import ConceptTerm
from tests.builders import paper

BASE = paper(
    title="On moving", summary="A humanoid walks.", abstract="A humanoid walks on grass.", keywords=("walking",)
)
PLACES = ("title", "keywords", "summary", "abstract")
KINDS = ("names", "kinds", "related")


def robotics() -> Concept:
    (concept,) = concepts(("robotics",))
    return concept


def strength(of: Paper) -> float:
    return Matcher(robotics()).evidence(passages(of)).strength


def with_term(place: str, term: ConceptTerm, of: Paper = BASE) -> Paper:
    return {
        "title": replace(of, title=f"{of.title} {term.text}"),
        "keywords": replace(of, keywords=(*of.keywords, term.text)),
        "summary": replace(of, summary=f"{of.summary} {term.text}."),
        "abstract": replace(of, abstract=f"{of.abstract} {term.text}."),
    }[place]


def terms(kind: str) -> tuple[ConceptTerm, ...]:
    entry = robotics().entry
    return {"names": entry.names, "kinds": entry.kinds, "related": entry.related}[kind]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("kind", KINDS)
def test_each_mention_makes_it_more_likely_wherever_it_stands(place: str, kind: str) -> None:
    term = terms(kind)[0]
    once = with_term(place, term)

    assert strength(BASE) < strength(once)
    if place != "title":
        assert strength(once) < strength(with_term(place, term, once))


@pytest.mark.parametrize("place", PLACES)
def test_a_name_says_more_than_a_part_and_a_part_in_the_title_more_than_what_is_related(place: str) -> None:
    name, part, related = (strength(with_term(place, terms(kind)[0])) for kind in KINDS)

    assert name > part > related


@pytest.mark.parametrize("kind", ["names", "kinds"])
def test_the_title_says_most(kind: str) -> None:
    title, *others = (strength(with_term(place, terms(kind)[0])) for place in PLACES)

    assert title > max(others)


def test_where_nothing_is_said_there_is_no_evidence() -> None:
    nothing = paper(title="On rivers", abstract="Water flows.")

    assert strength(nothing) == 0.0
    assert not Matcher(robotics()).evidence(passages(nothing)).terms


def test_what_a_source_leaves_out_is_made_up_for() -> None:
    bare = paper(title="A humanoid walks", abstract="", keywords=(), summary="")

    assert strength(bare) > strength(replace(bare, abstract="It moves."))
    assert strength(replace(BASE, keywords=())) > strength(replace(BASE, keywords=("grass",)))
    assert strength(replace(BASE, summary="")) > strength(replace(BASE, summary="It moves."))


def test_the_words_of_a_topic_say_more_close_to_each_other() -> None:
    (concept,) = concepts(("video", "generation"))
    apart = [
        replace(BASE, abstract=f"We study video {words} generation.")
        for words in ("", "and its", "that was recorded by many people for the purpose of")
    ]

    strengths = [Matcher(concept).evidence(passages(each)).strength for each in apart]

    assert strengths == sorted(strengths, reverse=True)
    assert strengths[1] > strengths[2]
