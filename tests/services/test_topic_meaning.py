"""Digests, forecasts and topics match papers by meaning too, and every process does it alike."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from bot.domain.requests import Chat
from bot.domain.subscriptions import Subscription
from bot.query import parse
from bot.search.decision import OFF, decide, decided, decided_key
from bot.search.encoders import open_encoder
from bot.search.finder import Finder
from bot.search.semantic import SemanticSearch
from bot.search.topic import topic_of
from bot.services.bundle import build_services
from bot.services.delivery.composer import Composer
from bot.services.digests import DigestService
from bot.services.topic_meaning import TopicMeaning
from bot.storage import Store
from tests.builders import NOON, TODAY, listing, observation, paper
from tests.search.tiny_model import write_model
from tests.storage.harvests import harvest
from tests.storage.ledger import subscription

CAT = paper("2604.00001", title="A cat", abstract="")
#: mentions the topic, and means something else
MENTION = paper("2604.00002", title="Bus", abstract="bus bus bus bus bus bus", summary="A cat.")
BUSES = [paper(f"2604.1{at:04}", title=f"bus {at}", abstract="") for at in range(60)]
PAPERS = (CAT, MENTION, *BUSES)
CATS = subscription(query="cat", size=10, created_at=NOON - timedelta(days=30))
TEXT = topic_of(parse("cat", TODAY)).text


@pytest.fixture
async def meaning(sqlite_store: Store, tmp_path: Path) -> AsyncIterator[SemanticSearch]:
    """Search by meaning over papers that are listed today, with all vectors made."""
    day = NOON.date()
    listed = [listing(each.id, day) for each in PAPERS]
    seen = [observation(each.id, votes=5, seen_at=NOON) for each in PAPERS]
    await sqlite_store.keep(harvest(*PAPERS, *listed, *seen, day=day))
    await decide(sqlite_store, write_model(tmp_path / "model"), NOON)
    load = partial(open_encoder, cache=tmp_path / "cache", offline=True)
    made = SemanticSearch(sqlite_store, partial(decided, sqlite_store), load)
    await made.follow()
    yield made
    await made.close()


async def delivered(store: Store, wanted: Subscription = CATS) -> set[str]:
    """The papers that a worker sends, which has the store and no model."""
    composer = Composer(store)
    composed = await composer.compose(wanted, {}, await composer.snapshot(NOON), NOON)
    return set(composed.paper_ids)


async def previewed(store: Store, semantic: SemanticSearch | None) -> set[str]:
    digests = DigestService(store, meaning=TopicMeaning(store, semantic))
    return {pick.trend.paper.id for pick in (await digests.preview(CATS, NOON)).digest.picks}


async def test_without_a_model_words_decide(sqlite_store: Store, meaning: SemanticSearch) -> None:
    await decide(sqlite_store, OFF, NOON)

    assert await delivered(sqlite_store) == {CAT.id, MENTION.id}
    assert await previewed(sqlite_store, meaning) == {CAT.id, MENTION.id}


async def test_a_worker_without_the_model_delivers_what_a_preview_with_it_shows(
    sqlite_store: Store, meaning: SemanticSearch
) -> None:
    await sqlite_store.subscriptions.add(CATS)
    await meaning.follow()

    assert await previewed(sqlite_store, meaning) == {CAT.id}
    assert await previewed(sqlite_store, None) == {CAT.id}
    assert await delivered(sqlite_store) == {CAT.id}


async def test_a_forecast_matches_as_the_delivery_does(sqlite_store: Store, meaning: SemanticSearch) -> None:
    await sqlite_store.subscriptions.add(CATS)
    await meaning.follow()
    now = NOON + timedelta(days=1)
    digests = DigestService(sqlite_store, meaning=TopicMeaning(sqlite_store, meaning))

    forecast = await digests.forecast(replace(CATS, chat=Chat("test", "elsewhere")), now)

    assert {each.id for each in forecast.papers} == {CAT.id}


async def test_the_topic_of_a_subscription_has_its_vector_as_soon_as_it_is_saved(
    sqlite_store: Store, meaning: SemanticSearch, tmp_path: Path
) -> None:
    finder = await Finder.open(sqlite_store, tmp_path, meaning)
    services = build_services(sqlite_store, (), finder)

    await services.drafts.save(CATS, NOON)

    assert await delivered(sqlite_store) == {CAT.id}
    await finder.close()


async def test_search_trending_and_topics_agree(sqlite_store: Store, meaning: SemanticSearch, tmp_path: Path) -> None:
    finder = await Finder.open(sqlite_store, tmp_path, meaning)
    await finder.follow()
    services = build_services(sqlite_store, (), finder)
    query = parse("cat", TODAY)

    found = await services.search.find(query, NOON)
    through, _ = await services.search.let_through(query, TODAY, NOON.date(), NOON)

    assert found.exact == 1
    assert found.ids[0] == CAT.id
    assert MENTION.id in found.near
    assert [each.paper.id for each in through] == [CAT.id]
    await finder.close()


async def test_what_is_asked_once_is_not_stored(sqlite_store: Store, meaning: SemanticSearch) -> None:
    await previewed(sqlite_store, meaning)

    assert await sqlite_store.topic_vectors.of(await decided_key(sqlite_store), [TEXT]) == {}


async def test_topics_of_subscriptions_keep_their_vectors_and_others_lose_them(
    sqlite_store: Store, meaning: SemanticSearch
) -> None:
    key = await decided_key(sqlite_store)
    kept = await sqlite_store.subscriptions.add(CATS)
    await sqlite_store.subscriptions.add(replace(CATS, query="kitten strict:yes"))
    await meaning.follow()
    [made] = (await sqlite_store.topic_vectors.of(key, [TEXT])).values()
    await sqlite_store.topic_vectors.put(key, TEXT, made, NOON)
    await sqlite_store.topic_vectors.put(key, "other", made, NOON)

    await sqlite_store.topic_vectors.keep_only([TEXT], NOON + timedelta(days=1))

    assert kept is not None
    assert await sqlite_store.topic_vectors.of(key, [TEXT, "other"]) == {TEXT: made}
    assert await sqlite_store.topic_vectors.of("another model", [TEXT]) == {}


async def test_a_topic_is_measured_again_when_there_are_twice_as_many_papers(
    sqlite_store: Store, meaning: SemanticSearch
) -> None:
    await sqlite_store.subscriptions.add(CATS)
    await meaning.follow()
    more = [paper(f"2604.2{at:04}", title=f"cat {at}", abstract="") for at in range(70)]
    await sqlite_store.keep(harvest(*more, seen_at=NOON + timedelta(hours=1)))

    await meaning.follow()

    [topic] = (await sqlite_store.topic_vectors.of(await decided_key(sqlite_store), [TEXT])).values()
    assert topic.papers == len(PAPERS) + len(more)


async def test_the_key_of_another_model_is_unknown_until_it_is_loaded(
    sqlite_store: Store, meaning: SemanticSearch
) -> None:
    assert await decided_key(sqlite_store)

    await decide(sqlite_store, "another", NOON)

    assert await decided_key(sqlite_store) == ""
