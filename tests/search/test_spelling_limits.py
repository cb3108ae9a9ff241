"""How many words of a query are corrected, and among which words corrections are looked for."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.query import Query
from bot.search.analyzer import stems
from bot.search.expansion import expand
from bot.search.lexicon import Lexicon
from bot.search.thesaurus import contains

KNOWN = ("diffusion", "tuning", "transformer", "attention", "gradient", "embedding", "language")


class Known:
    """A vocabulary of a thousand papers that keeps what it is asked for."""

    def __init__(self) -> None:
        self.prefixes: list[str] = []

    def stems(self, text: str) -> list[str]:
        return stems(text)

    def papers(self) -> int:
        return 1_000

    def frequency(self, stem: str) -> int:
        return 90 if stem in {found for word in KNOWN for found in stems(word)} else 0

    def spelled(self, prefix: str) -> Sequence[tuple[str, int]]:
        self.prefixes.append(prefix)
        return [(word, 90) for word in KNOWN if word.startswith(prefix)]


@pytest.mark.parametrize("count", [1, 5, 6, 7])
def test_at_most_six_words_of_a_query_are_corrected(count: int) -> None:
    typed = [f"{word[:3]}{word[4:]}" for word in KNOWN[:count]]

    corrected = expand(Query(words=tuple(typed)), Known(), Lexicon()).corrected

    assert corrected == dict(list(zip(typed, KNOWN, strict=False))[:6])


def test_corrections_are_looked_for_among_words_with_the_same_two_letters_at_their_beginning() -> None:
    known = Known()

    found = expand(Query(words=("idffusion",)), known, Lexicon())

    assert found.corrected == {"idffusion": "diffusion"}
    assert sorted(known.prefixes) == ["di", "id"]


@given(st.text("ab", max_size=6), st.text("ab", max_size=4))
def test_a_name_contains_another_if_its_stems_occur_in_a_row(whole: str, part: str) -> None:
    assert contains(tuple(whole), tuple(part)) is (part in whole)
