"""What people see of stars, discussions and linked models, and of the age of sources."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.artifacts import ArtifactKind
from bot.domain.source_troubles import SourceTrouble, TroubleCode
from bot.sources import sample
from bot.storage import Store
from tests.builders import NOON, listing, observation, paper
from tests.conversation.conftest import Answer, talk
from tests.storage.harvests import harvest
from tests.storage.test_signals import models, signals, stars, story

HOUR = timedelta(hours=1)


async def filled(store: Store, *ids: str) -> None:
    told = [fact for id in ids for fact in (paper(id, code_url="https://github.com/lab/code"), listing(id))]
    await store.keep(harvest(*told, *(observation(id) for id in ids)))


def links(answer: Answer) -> list[str]:
    return [row.url for section in answer.page.sections for row in section.rows if row.url]


async def test_the_page_of_a_paper_has_its_stars_discussion_and_models(sqlite_store: Store) -> None:
    await filled(sqlite_store, "2604.00001")
    data = models(1, "lab/data", kind=ArtifactKind.DATASET)
    await sqlite_store.keep(signals(stars([2] * 9), story(points=120), models(9, "lab/a", "lab/b"), data))

    answer = await talk(sqlite_store)("/paper 2604.00001")

    assert links(answer) == [
        "https://github.com/lab/code",
        "https://news.ycombinator.com/item?id=1",
        "https://huggingface.co/lab/a",
        "https://huggingface.co/lab/b",
        "https://huggingface.co/papers/2604.00001",
        "https://huggingface.co/datasets/lab/data",
    ]
    assert "120" in answer


async def test_why_names_them_without_adding_them_to_the_score(sqlite_store: Store) -> None:
    await filled(sqlite_store, "2604.00001")
    before = await talk(sqlite_store)("/why 2604.00001")
    await sqlite_store.keep(signals(stars([200] * 9), story(points=500)))

    after = await talk(sqlite_store)("/why 2604.00001")

    assert links(before) == []
    assert links(after) == ["https://github.com/lab/code", "https://news.ycombinator.com/item?id=1"]
    assert after.rows[: len(before.rows)] == before.rows
    assert len(after.rows) == len(before.rows) + 2


async def test_a_paper_that_is_not_ranked_has_them_too(sqlite_store: Store) -> None:
    await sqlite_store.keep(harvest(paper("2604.00001", listed_on=None)))
    await sqlite_store.keep(signals(story(points=500)))

    assert links(await talk(sqlite_store)("/why 2604.00001")) == ["https://news.ycombinator.com/item?id=1"]


async def test_stars_and_discussions_do_not_change_the_order_of_papers_with_votes(sample_store: Store) -> None:
    say = talk(sample_store, sample.AS_OF)
    before = [(await say(line)).keys for line in ("/trending", "/trending week", "/trending month")]
    for id in reversed(before[1]):
        await sample_store.keep(signals(stars([900] * 30, f"lab/{id}"), story(id, points=900)))

    again = talk(sample_store, sample.AS_OF + timedelta(minutes=1))

    assert [(await again(line)).keys for line in ("/trending", "/trending week", "/trending month")] == before


async def test_the_footer_of_a_list_names_the_sources_of_its_papers_only(sqlite_store: Store) -> None:
    await filled(sqlite_store, "2604.00001")
    for name in ("huggingface", "github", "hackernews"):
        await sqlite_store.sources.succeeded(name, NOON)

    footer = (await talk(sqlite_store)("/trending")).page.footer

    assert "Hugging Face" in footer
    assert "GitHub" not in footer
    assert "Hacker News" not in footer


async def test_status_says_when_a_source_last_brought_something(sqlite_store: Store) -> None:
    await filled(sqlite_store, "2604.00001")
    await sqlite_store.sources.succeeded("hackernews", NOON - 5 * HOUR, new=True)
    await sqlite_store.sources.succeeded("hackernews", NOON - HOUR)
    await sqlite_store.sources.succeeded("github", NOON - 30 * HOUR, new=True)
    await sqlite_store.sources.failed("github", NOON, SourceTrouble(TroubleCode.TOKEN), NOON + HOUR)

    github, news = (await talk(sqlite_store)("/status")).rows[:2]

    assert github.startswith("GitHub")
    assert news.startswith("Hacker News")
    assert "5 h" in news
    assert "5 h" not in github
