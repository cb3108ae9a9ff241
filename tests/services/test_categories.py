"""Categories that no paper has are told before a subscription to them is saved."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from bot.domain.category_listings import CategoryState
from bot.domain.errors import BadArgument
from bot.domain.requests import Chat
from bot.domain.subject_areas import AREAS
from bot.messages.proposals import proposal
from bot.query import parse
from bot.query.subscriptions.parser import read
from bot.services.bundle import Services, build_services
from bot.services.categories import note_on, require_served, unserved
from bot.services.subscriptions import blank
from bot.storage import Store, open_store
from tests.builders import NOON, TODAY, paper
from tests.storage.harvests import harvest

CHAT = Chat("console", "1")
PAPERS = (
    paper("2604.00001", categories=("cs.CL", "cs.LG")),
    paper("2604.00002", categories=("cs.CL",)),
    paper("2604.00003", categories=("quant-ph",)),
    paper("2604.00004"),
)


@pytest_asyncio.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with open_store(f"sqlite:///{tmp_path / 'papers.db'}") as store:
        await store.keep(harvest(*PAPERS))
        yield store


@pytest.fixture
def services(store: Store) -> Services:
    return build_services(store, ())


@pytest.mark.parametrize(
    ("typed", "names", "every"),
    [
        ("agents", (), False),
        ("cat:cs.CL", (), False),
        ("cat:cs", (), False),
        ("cat:quant-ph", (), False),
        ("cat:hep-th", ("hep-th",), True),
        ("cat:hep-th,cs.LG", ("hep-th",), False),
        ("cat:math or cat:cs.LG", ("math",), False),
        ("cat:math.OC OR cat:hep-th", ("math.OC", "hep-th"), True),
        ("-cat:hep-th agents", (), False),
    ],
)
async def test_a_category_is_unserved_that_no_paper_has(
    store: Store, typed: str, names: tuple[str, ...], every: bool
) -> None:
    found = await unserved(store, parse(typed, TODAY))

    assert (found.names if found else ()) == names
    if found:
        assert found.all is every
        assert found.known[0] == "cs.CL"
        note = await note_on(store, frozenset(), parse(typed, TODAY))
        assert all(name in note for name in (*names, "cs.CL", "cs.LG"))


@pytest.mark.parametrize(
    ("typed", "every"),
    [
        ("server:medrxiv cat:neuroscience", True),
        ("server:biorxiv cat:cs.CL", True),
        ("server:arxiv cat:neuroscience sleep", True),
        ("server:medrxiv (cat:neuroscience or cat:neurology)", False),
        ("server:biorxiv,medrxiv cat:neuroscience", None),
        ("server:biorxiv cat:pathology", None),
        ("server:arxiv cat:cs.CL", None),
        ("server:biorxiv", None),
        ("-server:medrxiv cat:neurology", True),
        ("cat:neurology -server:arxiv", None),
    ],
)
async def test_a_category_that_its_server_does_not_have_brings_nothing(
    store: Store, typed: str, every: bool | None
) -> None:
    found = await unserved(store, parse(typed, TODAY), frozenset(AREAS))

    assert (found.all if found else None) is every
    if found:
        assert found.names
        assert all(name in found.note for name in (*found.names, *found.servers))


@pytest.mark.parametrize("typed", ["server:biorxiv", "server:medrxiv sleep", "server:biorxiv,medrxiv"])
async def test_a_server_that_is_not_read_brings_nothing(store: Store, typed: str) -> None:
    with pytest.raises(BadArgument, match="Rxiv"):
        await require_served(store, frozenset(), typed, NOON)

    await require_served(store, frozenset(AREAS), typed, NOON)


async def test_only_what_can_bring_nothing_is_refused(store: Store) -> None:
    await require_served(store, frozenset(), "cat:hep-th,cs.LG", NOON)

    with pytest.raises(BadArgument, match="hep-th"):
        await require_served(store, frozenset(), "cat:hep-th agents", NOON)


async def test_a_proposal_warns_and_its_button_saves(services: Services) -> None:
    spec = read("cat:hep-th at 9:00 Europe/Berlin daily", NOON)
    located = await services.drafts.locate(CHAT, spec, NOON)
    assert located

    offer = await services.drafts.propose(located.subscription, spec, NOON)

    assert "hep-th" in offer.warning
    draft = await services.drafts.open(CHAT, offer.mark, NOON)
    assert (await services.drafts.save(draft.subscription, NOON, draft=draft.words)).added


async def test_saving_at_once_and_editing_refuse(services: Services) -> None:
    spec = read("cat:hep-th at 9:00 Europe/Berlin daily", NOON)
    wanted = spec.over(blank(CHAT, "Europe/Berlin", NOON))

    with pytest.raises(BadArgument, match="hep-th"):
        await services.drafts.save(wanted, NOON)

    await services.store.subscriptions.add(read("cat:cs.CL", NOON).over(blank(CHAT, "Europe/Berlin", NOON)))
    [standing] = await services.subscriptions.with_last_delivery(CHAT)
    with pytest.raises(BadArgument, match=r"math\.OC"):
        await services.subscriptions.edit(standing, "cat:math.OC", NOON)
    assert (await services.subscriptions.edit(standing, "top 3", NOON)).after.subscription.query == "cat:cs.CL"


async def test_a_week_of_zeros_is_no_forecast_of_a_category_that_was_never_read(
    services: Services,
) -> None:
    async def headings(words: str) -> int:
        spec = read(f"{words} at 9:00 Europe/Berlin daily", NOON)
        located = await services.drafts.locate(CHAT, spec, NOON)
        assert located
        offer = await services.drafts.offer(located.subscription, spec, NOON)
        return len(proposal(offer, NOON).sections)

    assert await headings("cat:hep-th") < await headings("cat:quant-ph")


async def test_a_category_of_papers_reported_long_ago_is_known(store: Store) -> None:
    old, new = paper("2604.00009", categories=("math.OC",)), paper("2604.00010", categories=("cs.LG",))
    await store.keep(harvest(old, seen_at=NOON - timedelta(days=900)))
    await store.keep(harvest(new))

    assert await store.papers.stored_categories(["math.OC", "math", "mat", "math.O", "hep-th", "cs"]) == {
        "math.OC",
        "math",
        "cs",
    }


async def test_a_category_whose_list_was_read_and_was_empty_needs_no_note(store: Store) -> None:
    listed = frozenset({"hep-th", "neuroscience"})
    for category in ("hep-th", "bioRxiv neuroscience"):
        await store.category_lists.put(CategoryState(source="x", category=category, succeeded_at=NOON))

    assert await note_on(store, listed, parse("cat:hep-th,neuroscience", TODAY)) == ""


async def test_a_category_that_is_listed_and_not_read_yet_is_served_with_a_note(store: Store) -> None:
    listed = frozenset({"hep-th", "cs.CL", "astro-ph.GA"})

    await require_served(store, listed, "cat:hep-th agents", NOON)
    await require_served(store, listed, "cat:astro-ph", NOON)
    note = await note_on(store, listed, parse("cat:hep-th,cs.CL", TODAY))

    assert "hep-th" in note
    assert "cs.CL" not in note
    assert await note_on(store, listed, parse("cat:cs.CL", TODAY)) == ""
    with pytest.raises(BadArgument, match=r"math"):
        await require_served(store, listed, "cat:math", NOON)
