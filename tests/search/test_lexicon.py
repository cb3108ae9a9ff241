from __future__ import annotations

import pytest

from bot.search.lexicon import Lexicon, explained

SIX = "alpha beta gamma delta epsilon zeta"


@pytest.mark.parametrize(
    ("short", "before", "long"),
    [
        ("ABGDEZ", SIX, tuple(SIX.split())),
        ("ABGDEZT", f"{SIX} theta", ()),
        ("RAG", "with retrieval-augmented generation", ("retrieval", "augmented", "generation")),
        ("RAG", "with augmented generation", ()),
        ("RAG", "generation augmented retrieval", ()),
        ("VLM", "vision language models", ("vision", "language", "model")),
    ],
)
def test_an_abbreviation_is_explained_by_the_initials_of_up_to_six_words(
    short: str, before: str, long: tuple[str, ...]
) -> None:
    assert explained(short, before) == long


@pytest.mark.parametrize(("times", "others", "known"), [(2, 0, False), (3, 0, True), (3, 3, True), (3, 4, False)])
def test_a_meaning_counts_from_three_definitions_and_half_of_all(times: int, others: int, known: bool) -> None:
    lexicon = Lexicon()
    for _ in range(times):
        lexicon.learn("Ant colony optimization (ACO) helps.")
    for number in range(others):
        lexicon.learn(f"An {'c' * (number + 2)} oar (ACO) helps.")

    assert bool(lexicon.long("aco")) is known
    assert bool(lexicon.short(("ant", "colony", "optimization"))) is known
