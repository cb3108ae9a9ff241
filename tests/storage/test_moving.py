"""From SQLite to PostgreSQL and back: everything with its key, and nothing twice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.domain.category_listings import CategoryState
from bot.domain.deliveries import DeliveryState
from bot.domain.errors import SettingsError, StoreError
from bot.domain.rate_limits import Rate
from bot.domain.requests import Chat, ChatDetails
from bot.domain.sharding import ShardLease, ShardRange, ShardState
from bot.domain.taste import Strength
from bot.storage import open_store
from bot.storage.conversations import Conversation
from bot.storage.interactions import InteractionClaim
from bot.storage.mailboxes import MailRequest
from bot.storage.process_lock import serving
from bot.storage.schema import metadata, slots
from bot.storage.taste import Owner
from bot.storage.topic_vectors import TopicVector
from bot.storage.transfer import move
from tests.builders import NOON, paper
from tests.databases import Postgres, connected, sqlite_url
from tests.services.ledger import fill, worker
from tests.services.living import EditedPostbox
from tests.services.postbox import Postbox
from tests.storage.harvests import harvest
from tests.storage.ledger import DAY, DUE, HERE, claimed, subscription
from tests.storage.test_signals import models, signals, stars, story


@pytest.fixture
def elsewhere(postgres: Postgres) -> Iterator[str]:
    """An empty PostgreSQL."""
    with postgres.schema() as url:
        yield url


@pytest.fixture
async def here(tmp_path: Path) -> str:
    """A SQLite file with something in every table: sent, uncertain and planned, a removed subscription, a budget."""
    url = sqlite_url(tmp_path)
    async with open_store(url) as store:
        first, *_ = await fill(store)
        await store.keep(harvest(paper(first, aliases=("10.1038/s41586-024-07487-w",))))
        await store.sources.succeeded("huggingface", NOON)
        await store.drafts.put(HERE, "agents daily", NOON)
        await store.votes.put(HERE, "ada", "2604.00001", 1, NOON)
        await store.saved.add("test", "ada", "2604.00001", NOON)
        await store.subscriptions.add(subscription(living=True))
        await worker(store, EditedPostbox()).round(DUE)
        await store.greetings.claim(HERE, NOON)
        await store.notes.put("zones", "2026.1", NOON)
        await store.tastes.say(Owner.of_chat(HERE), "agents", 1, NOON)
        await store.tastes.set_strength(Owner.of_person("test", "ada"), Strength.MILD)
        await store.tastes.like("test", "ada", ["2604.00001"], NOON)
        await store.languages.choose_for_chat(HERE, "de", NOON)
        [known] = await store.papers.many([first])
        await store.vectors.put("an encoder", {known: b"\0\1"}, NOON)
        await store.saved.add("test", "ada", first, NOON)
        await store.votes.put(HERE, "ada", first, 1, NOON)
        await store.subscriptions.add(subscription(chat=Chat("test", "2")))
        await store.deliveries.end([(await claimed(store)).attempt], DeliveryState.UNCERTAIN, "no answer", DUE)
        gone = await store.subscriptions.add(subscription(chat=Chat("test", "3")))
        await store.subscriptions.remove(gone.id)
        await store.rates.take({"test": Rate(count=10, seconds=1)})
        asked = MailRequest(address="ada@example.org", words="agents", came_from="", made_at=NOON)
        await store.mailboxes.put("a hash", asked)
        await store.conversations.put(Chat("test", "1"), Conversation(command="trending"), NOON)
        press = InteractionClaim("test", "7", "somebody")
        await store.interactions.claim(press, NOON, timedelta(seconds=10))
        await store.conversations.put(HERE, Conversation(), NOON)
        await store.languages.choose_for_chat(HERE, "de", NOON)
        await store.languages.choose_for_person("test", "ada", "en", NOON)
        await store.category_lists.put(CategoryState(source="biorxiv", category="neuroscience"))
        async with store.turns.turn("biorxiv", 0.01, 1.0):
            pass
        await store.known_chats.put([ChatDetails(HERE, "papers")], NOON)
        await store.known_chats.add_manager(HERE, "ada", NOON)
        await store.removed_chats.put(HERE.surface, [HERE.id], NOON)
        await store.sent_notices.add(HERE, "m", "n", [(await store.deliveries.of(HERE, 1))[0].id], NOON)
        await store.greetings.claim(HERE, NOON)
        await store.topic_vectors.put("an encoder", "agents", TopicVector(b"\0\1", 0.1, 0.1, 1), NOON)
        await store.mailboxes.suspend("eve@example.org", "a mail was reported as spam", NOON)
        await store.keep(signals(stars([1, 2]), story(first), looked_up=(first,)))
        await store.keep(signals(replace(models(1, "lab/a"), paper_id=first)))
        lease = ShardLease(application="1", owner="one", shards=ShardRange(0, 3, 4))
        await store.shards.acquire(lease, ShardState.LISTENING, NOON, timedelta(seconds=30))
    with connected(url) as connection:
        connection.execute(slots.insert().values(surface="test", due_at=DUE, size=100_000))
        connection.commit()
    return url


def rows(url: str) -> dict[str, set[tuple[object, ...]]]:
    """Everything that is there, but for what the databases write each in its own way."""
    with connected(url) as connection:
        return {
            table.name: {tuple(map(str, row)) for row in connection.execute(sa.select(*table.primary_key.columns))}
            for table in metadata.sorted_tables
        }


async def test_everything_is_there_with_its_key(here: str, elsewhere: str) -> None:
    before = rows(here)

    moved = await move(here, elsewhere, NOON)

    assert rows(elsewhere) == before
    assert {one.table: one.rows for one in moved} == {name: len(keys) for name, keys in before.items()}
    assert [name for name in before if not before[name]] == []


async def test_what_was_sent_is_not_sent_again_and_what_was_not_is_sent(here: str, elsewhere: str) -> None:
    box = Postbox()

    await move(here, elsewhere, NOON)

    async with open_store(elsewhere) as store:
        await worker(store, box).round(DUE)
        today = list(box.arrived)
        await worker(store, box).round(DUE + DAY)
    assert today == []
    assert sorted(message.chat.id for message in box.arrived) == ["1", "2"]


async def test_the_facts_come_back_as_they_were(here: str, elsewhere: str) -> None:
    async with open_store(here) as store:
        wishes, ledger = await store.subscriptions.of(HERE), await store.deliveries.find()
        papers = await store.papers.many(["2604.00001"])

    await move(here, elsewhere, NOON)

    async with open_store(elsewhere) as store:
        assert await store.subscriptions.of(HERE) == wishes
        assert await store.deliveries.find() == ledger
        assert await store.papers.many(["2604.00001"]) == papers


async def test_numbers_go_on_behind_the_highest_that_was_ever_given(here: str, elsewhere: str, tmp_path: Path) -> None:
    back = f"sqlite:///{tmp_path / 'back.db'}"

    await move(here, elsewhere, NOON)
    await move(elsewhere, back, NOON)

    for url in (elsewhere, back):
        async with open_store(url) as store:
            assert (await store.subscriptions.add(subscription())).id == 4


async def test_the_old_one_is_not_delivered_from_any_more(here: str, elsewhere: str) -> None:
    await move(here, elsewhere, NOON)

    async with open_store(here) as store:
        with pytest.raises(SettingsError, match="has moved to another database"):
            await worker(store, Postbox()).start(NOON)
    async with open_store(elsewhere) as store:
        await worker(store, Postbox()).start(NOON)


async def test_a_database_with_rows_is_not_written_over(here: str, elsewhere: str) -> None:
    async with open_store(elsewhere) as store:
        await store.sources.succeeded("arxiv", NOON)

    with pytest.raises(StoreError, match=r"has rows in its table 'sources'\. Choose an empty database"):
        await move(here, elsewhere, NOON)

    assert rows(elsewhere)["subscriptions"] == set()


async def test_a_file_that_is_being_served_or_is_not_there_is_not_moved(here: str, elsewhere: str) -> None:
    with serving(here), pytest.raises(StoreError, match="Another Paperboy already uses"):
        await move(here, elsewhere, NOON)
    with pytest.raises(StoreError, match=r"There is no file .*nothing\.db"):
        await move("sqlite:////nowhere/nothing.db", elsewhere, NOON)


def test_one_process_serves_a_file_and_any_number_a_postgresql(tmp_path: Path, elsewhere: str) -> None:
    url = sqlite_url(tmp_path)

    with serving(url), pytest.raises(StoreError, match=r"process \d+\).*paperboy migrate"), serving(url):
        pass
    with serving(url), serving(elsewhere), serving(elsewhere):
        pass
