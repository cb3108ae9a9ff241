"""Finding papers."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.storage import Store
from tests.builders import TODAY, listing, paper
from tests.storage.harvests import harvest

DAY = timedelta(days=1)


async def test_unknown_papers_are_not_found(store: Store) -> None:
    await store.keep(harvest(paper("1")))

    assert await store.papers.get("2") is None
    assert await store.papers.get("") is None
    assert await store.papers.get("1\0") is None


async def test_papers_come_in_the_order_asked_without_the_unknown(store: Store) -> None:
    await store.keep(harvest(paper("1"), paper("2"), paper("3")))

    assert [found.id for found in await store.papers.many(["3", "9", "1"])] == ["3", "1"]
    assert await store.papers.many([]) == []


async def test_a_paper_knows_the_newest_day_it_was_listed_on(store: Store) -> None:
    await store.keep(harvest(paper(), listing(day=TODAY), listing(day=TODAY - DAY), listing(day=TODAY + DAY)))

    found = await store.papers.get("2604.00001")

    assert found is not None
    assert found.listed_on == TODAY + DAY


async def test_a_paper_on_no_list_was_not_listed(store: Store) -> None:
    await store.keep(harvest(paper(listed_on=TODAY)))

    found = await store.papers.get("2604.00001")

    assert found is not None
    assert found.listed_on is None


async def test_papers_without_categories_come_newest_first(store: Store) -> None:
    await store.keep(harvest(paper("1"), paper("2"), paper("3"), paper("4", categories=("cs.CL",)), paper("5")))
    await store.keep(harvest(listing("1", TODAY), listing("2", TODAY - DAY), listing("3", TODAY), listing("4", TODAY)))

    assert await store.papers.without_categories(10) == ["3", "1", "2", "5"]
    assert await store.papers.without_categories(2) == ["3", "1"]


async def test_papers_that_arxiv_cannot_complete_do_not_wait_for_it(store: Store) -> None:
    elsewhere = (paper(f"10.1038/s41586-026-{n}", server="") for n in range(3))
    await store.keep(harvest(*elsewhere, paper("10.1101/500001", server="biorxiv"), paper("2604.00001")))

    assert await store.papers.without_categories(1) == ["2604.00001"]


@pytest.mark.parametrize(
    "facts",
    [
        {"title": "Natural gradients"},
        {"abstract": "We follow the natural gradient."},
        {"summary": "Follows the natural gradient."},
        {"keywords": ("natural gradient",)},
        {"authors": ("Nat Ural Gradient",), "title": "natural"},
        {"organization": "Natural Gradient Laboratory"},
        {"title": "NATURAL", "organization": "GRADIENT"},
    ],
    ids=["title", "abstract", "summary", "keywords", "authors", "organization", "apart"],
)
async def test_words_are_found_wherever_they_stand(store: Store, facts: dict[str, object]) -> None:
    await store.keep(harvest(paper("1", **facts), paper("2", title="Gradients"), paper("3", title="Natural language")))

    assert [found.id for found in await store.papers.matching(["natural", "GRADIENT"], 10)] == ["1"]


async def test_capital_letters_of_every_alphabet_are_the_same(store: Store) -> None:
    await store.keep(harvest(paper(title="ÜBER ΛΟΓΟΣ", authors=("Émilie Дмитриева",))))

    assert len(await store.papers.matching(["über", "λογο", "émilie", "дмитриева"], 10)) == 1


@pytest.mark.parametrize("word", ["100%", "snake_case", "back\\slash", "a/b", "don't", "[mask]"])
async def test_signs_mean_themselves(store: Store, word: str) -> None:
    await store.keep(
        harvest(paper("1", title=f"About {word} and more"), paper("2", title="100 snakeXcase backslash ab"))
    )

    assert [found.id for found in await store.papers.matching([word], 10)] == ["1"]


async def test_what_matches_comes_newest_first_and_no_more_than_asked(store: Store) -> None:
    await store.keep(harvest(*(paper(id) for id in "12345")))
    await store.keep(harvest(listing("1", TODAY), listing("2", TODAY - DAY), listing("3", TODAY), listing("4", TODAY)))

    assert [found.id for found in await store.papers.matching(["paper"], 10)] == ["4", "3", "1", "2", "5"]
    assert [found.id for found in await store.papers.matching(["paper"], 2)] == ["4", "3"]


async def test_no_words_match_everything(store: Store) -> None:
    await store.keep(harvest(paper("1"), paper("2")))

    assert len(await store.papers.matching([], 10)) == 2


@pytest.mark.parametrize(
    "words",
    [["\0"], ["\ud83e"], ["x" * 100_000], [f"word{i}" for i in range(5_000)], ["'; DROP TABLE papers;--"]],
    ids=["NUL", "surrogate", "long", "many", "SQL"],
)
async def test_no_word_can_break_the_search(store: Store, words: list[str]) -> None:
    await store.keep(harvest(paper(title="An ordinary paper")))

    await store.papers.matching(words, 10)

    assert await store.papers.count() == 1
