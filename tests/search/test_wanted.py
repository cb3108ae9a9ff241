"""What is looked up for typed words, over a vocabulary that is told here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from bot.query import Query
from bot.search.analyzer import stems
from bot.search.lexicon import Lexicon
from bot.search.wanted import Wanted, wanted

FREQUENCY = {"fine": 50, "tune": 60, "finetun": 9, "llm": 70, "larg": 400, "languag": 400, "model": 800, "diffus": 90}


class Told:
    """A vocabulary of a thousand papers."""

    def stems(self, text: str) -> list[str]:
        return stems(text)

    def papers(self) -> int:
        return 1_000

    def frequency(self, stem: str) -> int:
        return FREQUENCY.get(stem, 0)

    def spelled(self, prefix: str) -> Sequence[tuple[str, int]]:
        return [(word, 90) for word in ("diffusion", "tuning") if word.startswith(prefix)]


def look(*words: str, lexicon: Lexicon | None = None) -> Wanted:
    return wanted(Query(words=words), Told(), lexicon or Lexicon())


def explained() -> Lexicon:
    return Lexicon({"llm": Counter({("large", "language", "model"): 5}), "zzz": Counter({("zig", "zag", "zoo"): 5})})


def test_only_what_was_typed_is_looked_up_where_nothing_else_is_known() -> None:
    assert look("diffusion").stems == {"diffus": 1.0}


def test_the_long_form_of_an_abbreviation_is_looked_up_too() -> None:
    found = look("llm", lexicon=explained()).stems

    assert found["llm"] == 1.0
    assert [round(found[stem], 6) for stem in ("larg", "languag", "model")] == [0.2, 0.2, 0.2]


def test_the_abbreviation_of_typed_words_is_looked_up_if_papers_have_it() -> None:
    found = look("large", "language", "model", lexicon=explained()).stems

    assert found["llm"] == 0.1
    assert "zzz" not in look("zig", "zag", "zoo", lexicon=explained()).stems


def test_words_that_some_papers_join_are_looked_up_joined() -> None:
    assert look("fine", "tune").stems == {"fine": 1.0, "tune": 1.0, "finetun": 0.5}
    assert set(look("tune", "diffusion").stems) == {"tune", "diffus"}


def test_what_was_typed_keeps_its_own_worth() -> None:
    assert look("llm", "model", lexicon=explained()).stems["model"] == 1.0


def test_nothing_is_added_for_small_words() -> None:
    assert set(look("the", "diffusion").stems) == {"diffus"}


def test_a_misspelled_word_is_looked_up_as_it_was_meant() -> None:
    found = look("difusion")

    assert found.corrected == {"difusion": "diffusion"}
    assert found.stems["diffus"] == 1.0
