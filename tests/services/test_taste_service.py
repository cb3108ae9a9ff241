from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.papers import Paper
from bot.domain.requests import Chat, Request
from bot.domain.taste import Opinion, Strength
from bot.services.digests import DigestService
from bot.services.taste import TasteService, is_own_chat, own_chat, person_weights, reader
from bot.storage import Store
from bot.storage.taste import Owner
from tests.builders import NOON, listing, observation, paper
from tests.services.ledger import worker
from tests.services.postbox import Postbox
from tests.storage.harvests import harvest
from tests.storage.ledger import DUE, HERE, subscription

HOUR = timedelta(hours=1)
ELSEWHERE = Chat("test", "2")
BEFORE = DUE - HOUR
FIELDS = ("Agents plan with tools", "Video diffusion of frames", "Speech accents of waves")


def shelf(count: int = 30) -> list[Paper]:
    """Papers of three fields in turn."""
    return [
        paper(f"2604.{number:05}", title=f"{FIELDS[number % 3]} number{number}", abstract=f"{FIELDS[number % 3]}.")
        for number in range(count)
    ]


async def fill(store: Store) -> list[Paper]:
    """These papers on the list of the day, the first ones with most votes."""
    papers = shelf()
    seen = [observation(each.id, votes=90 - place, seen_at=BEFORE) for place, each in enumerate(papers)]
    await store.keep(harvest(*papers, *(listing(each.id) for each in papers), *seen, seen_at=BEFORE))
    return papers


async def like(store: Store, person: str, papers: Sequence[Paper], chat: Chat = HERE) -> None:
    for each in papers:
        await store.votes.put(chat, person, each.id, 1, BEFORE)


def of_field(papers: Sequence[Paper], field: int) -> list[Paper]:
    return [each for each in papers if int(each.id[5:]) % 3 == field]


@given(st.lists(st.sampled_from("abc"), max_size=60))
def test_nobody_has_more_than_half_of_a_chat_where_others_voted(voters: list[str]) -> None:
    opinions = [Opinion(person, str(place), 1, NOON) for place, person in enumerate(voters)]

    weights = person_weights(opinions)

    total = sum(weights[person] for person in voters)
    for person in set(voters):
        if set(voters) != {person}:
            assert weights[person] * voters.count(person) <= total / 2 + 1e-9
        assert 0 < weights[person] <= 1


@pytest.mark.parametrize(
    ("chat", "person", "own"),
    [
        (Chat("telegram", "7"), "7", True),
        (Chat("telegram", "-1007"), "7", False),
        # an anonymous administrator writes as the group itself
        (Chat("telegram", "-1007"), "-1007", False),
        (Chat("discord", "55"), "7", False),
        (Chat("console", "terminal"), "console:terminal", True),
        (Chat("email", "a@example.org"), "email:a@example.org", True),
        (Chat("telegram", "7", "3"), "7", False),
    ],
)
def test_a_chat_is_a_persons_own_by_its_id(chat: Chat, person: str, own: bool) -> None:
    assert is_own_chat(chat, person) == own
    assert not own or own_chat(chat.surface, person) == chat


def test_a_platform_can_say_that_nobody_else_reads_a_chat() -> None:
    request = Request(chat=Chat("discord", "55"), person="7", command="taste", direct=True)

    assert reader(request) == Owner.of_person("discord", "7")


async def test_three_likes_teach_a_taste_and_two_do_not(store: Store) -> None:
    papers, tastes = await fill(store), TasteService(store)
    agents = of_field(papers, 0)
    await like(store, "ada", agents[:2])
    assert await tastes.of_chat(HERE, NOON) is None

    await like(store, "ada", agents[2:3])

    taste = await tastes.of_chat(HERE, NOON)
    assert taste is not None
    assert taste.fit(agents[5]) > taste.fit(of_field(papers, 1)[0])


async def test_a_vote_counts_at_once_and_quickly(sqlite_store: Store) -> None:
    papers, tastes = await fill(sqlite_store), TasteService(sqlite_store)
    await like(sqlite_store, "ada", papers[:20])
    before = await tastes.of_chat(HERE, NOON)

    await like(sqlite_store, "ada", papers[20:21])
    began = time.process_time()
    after = await tastes.of_chat(HERE, NOON)

    assert before
    assert after
    assert before.version != after.version
    assert time.process_time() - began < 0.05


async def test_what_is_learned_can_be_rebuilt_from_what_is_stored(store: Store) -> None:
    papers = await fill(store)
    await like(store, "ada", of_field(papers, 0)[:4])

    one, other = await TasteService(store).of_chat(HERE, NOON), await TasteService(store).of_chat(HERE, NOON)

    assert one
    assert other
    assert one.profile == other.profile
    assert one.version == other.version


async def test_votes_after_a_moment_do_not_change_what_was_learned_by_then(store: Store) -> None:
    papers, tastes = await fill(store), TasteService(store)
    await like(store, "ada", papers[:3])
    then = await tastes.of_chat(HERE, BEFORE)
    await store.votes.put(HERE, "ada", papers[4].id, 1, DUE)

    again = await tastes.of_chat(HERE, BEFORE)

    assert then
    assert again
    assert then.version == again.version


async def test_a_reset_taste_begins_anew_while_votes_stay(store: Store) -> None:
    papers, tastes = await fill(store), TasteService(store)
    await like(store, "ada", papers[:5])
    await store.tastes.reset(Owner.of_chat(HERE), BEFORE)

    assert await tastes.of_chat(HERE, NOON) is None
    assert len(await store.votes.opinions_of_chat(HERE, NOON)) == 5


async def test_saved_and_pasted_papers_teach_the_person_and_not_the_chat(store: Store) -> None:
    papers, tastes = await fill(store), TasteService(store)
    for each in papers[:2]:
        await store.saved.add("test", "1", each.id, BEFORE)
    await store.tastes.like("test", "1", [each.id for each in papers[2:4]], BEFORE)
    await like(store, "1", papers[4:5])

    person = await tastes.learned(Owner.of_person("test", "1"), NOON)
    chat = await tastes.learned(Owner.of_chat(HERE), NOON)

    assert len(person.evidence.liked) == 5
    assert [each.id for each in chat.evidence.liked] == [papers[4].id]
    # nobody else reads a chat with the id of its person
    assert (await tastes.of_chat(HERE, NOON)) is not None


async def test_papers_that_a_private_digest_brought_before_a_vote_were_passed_over(store: Store) -> None:
    papers, box = await fill(store), Postbox()
    await store.subscriptions.add(subscription(size=5))
    await worker(store, box).round(DUE)
    brought = box.arrived[0].paper_ids
    for id in brought[:3]:
        await store.votes.put(HERE, HERE.id, id, 1, DUE + HOUR)

    own = await TasteService(store).learned(Owner.of_person("test", HERE.id), DUE + HOUR)
    chat = await TasteService(store).learned(Owner.of_chat(HERE), DUE + HOUR)

    assert {each.id for each in own.evidence.passed_over} == set(brought[3:])
    assert not chat.evidence.passed_over
    assert len(papers) > len(brought)


async def delivered(store: Store, *chats: Chat) -> dict[Chat, tuple[str, ...]]:
    box = Postbox()
    for chat in chats:
        await store.subscriptions.add(subscription(chat=chat, size=5))
    await worker(store, box).round(DUE)
    return {message.chat: message.paper_ids for message in box.arrived}


async def test_five_votes_change_the_next_digest_of_their_chat_alone(store: Store) -> None:
    papers = await fill(store)
    await like(store, "ada", of_field(papers, 1)[4:9])

    brought = await delivered(store, HERE, ELSEWHERE)

    assert brought[ELSEWHERE] == tuple(each.id for each in papers[:5])
    assert len({*brought[HERE]} & {each.id for each in of_field(papers, 1)}) >= 3
    assert papers[0].id in brought[HERE]


@pytest.mark.parametrize("said", ["subscription", "chat"])
async def test_a_taste_that_is_off_changes_nothing(store: Store, said: str) -> None:
    papers = await fill(store)
    await like(store, "ada", of_field(papers, 1)[4:9])
    if said == "chat":
        await store.tastes.set_strength(Owner.of_chat(HERE), Strength.OFF)
    box = Postbox()
    await store.subscriptions.add(subscription(size=5, taste=Strength.OFF if said == "subscription" else None))

    await worker(store, box).round(DUE)

    assert box.arrived[0].paper_ids == tuple(each.id for each in papers[:5])


async def test_preview_and_delivery_agree(store: Store) -> None:
    papers = await fill(store)
    await like(store, "ada", of_field(papers, 2)[4:9])
    due = subscription(size=5)

    preview = await DigestService(store, TasteService(store)).preview(due, DUE)
    brought = await delivered(store, HERE)

    assert tuple(pick.trend.paper.id for pick in preview.digest.picks) == brought[HERE]
    assert preview.digest.by_taste
