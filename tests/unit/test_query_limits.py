"""How long what is typed may be for its words to be read as requests, one word below and one above each limit."""

from __future__ import annotations

import pytest

from bot.query import parse, show
from bot.query.spec import IN_PROSE
from tests.builders import TODAY


def topic(words: int) -> str:
    """Return so many words without any meaning of their own."""
    return " ".join(f"topic{chr(ord('a') + number)}" for number in range(words))


@pytest.mark.parametrize(("words", "negated"), [(1, True), (11, True), (12, True), (13, False), (20, False)])
def test_a_negation_counts_in_lines_of_up_to_fourteen_words(words: int, negated: bool) -> None:
    assert (parse(f"{topic(words)} without surveys", TODAY).without == ("surveys",)) is negated


@pytest.mark.parametrize(
    ("negation", "without"),
    [
        ("without surveys", ("surveys",)),
        ("without surveys or robots", ("surveys", "robots")),
        ("without surveys or robots or agents", ("surveys", "robots", "agents")),
    ],
)
def test_up_to_three_things_are_negated_together(negation: str, without: tuple[str, ...]) -> None:
    assert parse(f"folding {negation}", TODAY).without == without


@pytest.mark.parametrize("name", ["yann lecun", "jan van den berg"])
def test_a_particle_belongs_to_the_name_that_follows_it(name: str) -> None:
    assert parse(f"vision by {name.title().replace('Van Den', 'van den')}", TODAY).authors == (name,)


def test_in_prose_only_fields_count_that_no_text_has() -> None:
    assert {"word", "cat", "server", "has", "votes", "cross", "strict"} <= IN_PROSE
    assert not {"author", "org", "from", "after", "before"} & IN_PROSE


@pytest.mark.parametrize("place", range(3))
def test_papers_at_the_end_of_a_topic_say_nothing(place: int) -> None:
    typed = ["agents papers", "agents papers since 2024", "papers"][place]

    assert "papers" not in parse(typed, TODAY).words
    assert show(parse(typed, TODAY)).startswith("agents") is (place < 2)


WORDS = "one two three four five six seven eight nine ten eleven twelve".split()


@pytest.mark.parametrize(
    ("word", "number"), [*((word, at) for at, word in enumerate(WORDS, 1)), ("fifteen", 15), ("twenty", 20)]
)
def test_a_number_in_words_is_the_number(word: str, number: int) -> None:
    assert parse(f"agents from the last {word} days", TODAY) == parse(f"agents from the last {number} days", TODAY)


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("newest biorxiv neuroscience", "cat:neuroscience server:biorxiv sort:new"),
        ("latest preprints from biorxiv on sleep", "sleep server:biorxiv sort:new"),
        ("biorxiv neuroscience", "cat:neuroscience server:biorxiv"),
        ("bioRxiv papers", "server:biorxiv"),
    ],
)
def test_only_who_asks_for_the_newest_of_a_server_gets_that_order(typed: str, shown: str) -> None:
    assert show(parse(typed, TODAY)) == shown
