"""Papers of some days with what was seen of them."""

from __future__ import annotations

from datetime import UTC, timedelta

from bot.domain.observations import History, Observation
from bot.storage import Store
from tests.builders import NOON, TODAY, listing, observation, paper
from tests.storage.harvests import harvest

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def hourly(votes: list[int], paper_id: str = "2604.00001", source: str = "huggingface") -> list[Observation]:
    """Votes seen once an hour, the last time at noon."""
    first = NOON - HOUR * (len(votes) - 1)
    return [
        observation(paper_id, votes=count, seen_at=first + HOUR * i, source=source) for i, count in enumerate(votes)
    ]


async def test_what_was_seen_after_since_comes_with_the_last_look_before(store: Store) -> None:
    await store.keep(harvest(paper(), listing(), *hourly([1, 2, 3, 4, 5, 6])))

    (found,) = await store.histories(TODAY, TODAY, NOON - 2.5 * HOUR, NOON - HOUR)

    assert found == History(paper(), tuple(hourly([1, 2, 3, 4, 5, 6])[2:5]), first_seen_at=NOON)


async def test_a_look_at_since_is_the_last_one_before_and_one_at_until_is_within(store: Store) -> None:
    await store.keep(harvest(paper(), listing(), *hourly([1, 2, 3, 4, 5])))

    (found,) = await store.histories(TODAY, TODAY, NOON - 2 * HOUR, NOON - HOUR)

    assert [seen.votes for seen in found.observations] == [3, 4]


async def test_each_source_brings_its_own_last_look_before(store: Store) -> None:
    await store.keep(harvest(paper(), listing(), *hourly([1, 2, 3]), *hourly([8, 9], source="lobby")))

    (found,) = await store.histories(TODAY, TODAY, NOON, NOON)

    assert [(seen.source, seen.votes) for seen in found.observations] == [("huggingface", 3), ("lobby", 9)]


async def test_a_source_that_has_been_silent_for_long_keeps_its_last_look(store: Store) -> None:
    silent = observation(source="lobby", votes=7, seen_at=NOON - DAY)
    await store.keep(harvest(paper(), listing(), *hourly([1, 2, 3]), silent))

    (found,) = await store.histories(TODAY, TODAY, NOON - HOUR, NOON)

    assert found.observations == (silent, *hourly([1, 2, 3])[1:])


async def test_nothing_of_the_future_is_seen(store: Store) -> None:
    tomorrow = TODAY + DAY
    await store.keep(
        harvest(paper(), listing(), listing(day=tomorrow), observation(), observation(seen_at=NOON + HOUR, votes=99))
    )

    (found,) = await store.histories(TODAY, TODAY, NOON - DAY, NOON)

    assert found.paper.listed_on == TODAY
    assert found.observations == (observation(),)


async def test_a_paper_that_nobody_has_looked_at_has_an_empty_history(store: Store) -> None:
    await store.keep(harvest(paper(), listing()))

    assert await store.histories(TODAY, TODAY, NOON - DAY, NOON) == [History(paper(), first_seen_at=NOON)]


async def test_both_ends_of_the_days_are_within(store: Store) -> None:
    for back in range(5):
        await store.keep(harvest(paper(str(back)), listing(str(back), day=TODAY - back * DAY)))

    found = await store.histories(TODAY - 3 * DAY, TODAY - DAY, NOON - DAY, NOON)

    assert [history.paper.id for history in found] == ["1", "2", "3"]


async def test_a_paper_that_is_listed_again_comes_once_with_its_newest_day(store: Store) -> None:
    days = [TODAY - DAY, TODAY - 2 * DAY, TODAY - 9 * DAY]
    await store.keep(harvest(paper(), *(listing(day=day) for day in days), listing(day=days[0], source="sample")))

    (found,) = await store.histories(TODAY - 7 * DAY, TODAY, NOON - DAY, NOON)

    assert found.paper.listed_on == days[0]


async def test_each_paper_has_its_own_observations(store: Store) -> None:
    ids = [f"2604.{serial:05}" for serial in range(30)]
    seen = [one for serial, id in enumerate(ids) for one in hourly([serial, serial + 1], id)]
    await store.keep(harvest(*map(paper, ids), *map(listing, ids), *seen))

    found = await store.histories(TODAY, TODAY, NOON - DAY, NOON)

    assert [history.paper.id for history in found] == ids[::-1]
    assert all(history.observations == tuple(hourly([29 - i, 30 - i], ids[29 - i])) for i, history in enumerate(found))


async def test_the_sample_steps_back_where_the_real_source_has_spoken(store: Store) -> None:
    await store.keep(harvest(paper("1"), paper("2"), listing("1"), listing("2", source="sample")))
    await store.keep(harvest(*hourly([1, 2], "1", "sample"), *hourly([1, 2], "2", "sample"), *hourly([5], "1")))

    second, first = await store.histories(TODAY, TODAY, NOON - DAY, NOON)

    assert first.observations == tuple(hourly([5], "1"))
    assert second.observations == tuple(hourly([1, 2], "2", "sample"))


async def test_several_sources_stand_together_in_the_order_of_time(store: Store) -> None:
    await store.keep(harvest(paper(), listing(), *hourly([1, 2, 3]), observation(source="lobby", seen_at=NOON - HOUR)))

    history = await store.history("2604.00001", NOON)

    assert history is not None
    assert [(seen.source, seen.votes) for seen in history.observations] == [
        ("huggingface", 1),
        ("huggingface", 2),
        ("lobby", 10),
        ("huggingface", 3),
    ]


async def test_one_paper_comes_with_all_that_was_seen_up_to_a_moment(store: Store) -> None:
    seen = hourly([1, 2, 3, 4])
    await store.keep(harvest(paper(), listing(), *seen))

    assert await store.history("2604.00001", NOON - HOUR) == History(paper(), tuple(seen[:3]), first_seen_at=NOON)


async def test_an_unknown_paper_has_no_history(store: Store) -> None:
    assert await store.history("2604.99999", NOON) is None


async def test_the_newest_look_is_known(store: Store) -> None:
    before = await store.newest_observation_at()
    await store.keep(harvest(paper(), *hourly([1, 2, 3])))

    assert before is None
    assert await store.newest_observation_at() == NOON


async def test_moments_come_back_in_utc(store: Store) -> None:
    await store.keep(harvest(paper(published_at=NOON), observation()))

    history = await store.history("2604.00001", NOON)

    assert history is not None
    assert history.paper.published_at is not None
    assert {history.paper.published_at.tzinfo, history.observations[0].seen_at.tzinfo} == {UTC}


async def test_a_paper_has_the_newest_list_of_each_source(store: Store) -> None:
    first, other = "2604.00001", "2604.00002"
    await store.keep(
        harvest(
            *(paper(id) for id in (first, other)),
            *(listing(first, TODAY - day, "arxiv_feed") for day in (DAY, 2 * DAY)),
            listing(other, TODAY - DAY, "arxiv_feed"),
            *(listing(id, TODAY, "huggingface") for id in (first, other)),
            listing(other, TODAY - 2 * DAY, "arxiv_feed"),
        )
    )

    assert await store.lists_of(first, TODAY - 3 * DAY, TODAY) == {
        ("arxiv_feed", TODAY - DAY): {first, other},
        ("huggingface", TODAY): {first, other},
    }
    assert await store.lists_of(first, TODAY - 2 * DAY, TODAY - 2 * DAY) == {
        ("arxiv_feed", TODAY - 2 * DAY): {first, other}
    }
    assert await store.lists_of("2604.00009", TODAY - DAY, TODAY) == {}
