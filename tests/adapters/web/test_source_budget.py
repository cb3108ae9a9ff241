"""Visitors of the site are told apart by their networks, whichever page or conversation they ask in."""

from __future__ import annotations

from bot.commands.facade import BotService
from bot.domain.asker import on_behalf_of
from bot.search.budget import OF_ONE, Ration, SourceBudget
from bot.search.remote import RemoteSearch
from bot.services.bundle import build_services
from bot.sources import sample
from bot.storage import Store
from tests.adapters.web.conftest import Clock
from tests.adapters.web.test_feeds import site
from tests.search.test_budget import Naming


async def test_a_visitor_has_one_part_of_the_budget_on_every_page(sample_store: Store) -> None:
    catalogue = Naming()
    ration = Ration(sample_store, SourceBudget())
    services = build_services(
        sample_store, [catalogue], None, remote=RemoteSearch(sample_store, [catalogue], 60, ration), ration=ration
    )

    async with site(BotService(services, Clock(sample.AS_OF), ["web"])) as client:
        for number in range(4):
            for path in (f"/search?q=qwx{number}", f"/papers/2401.0{number:04}", f"/feed.atom?q=zxv{number}"):
                await client.get(path, headers={"x-forwarded-for": "203.0.113.1"})
        await client.get("/search?q=axolotls", headers={"x-forwarded-for": "203.0.113.2"})

    assert catalogue.askers == ["web:203.0.113.1"] * OF_ONE + ["web:203.0.113.2"]


async def test_who_was_named_first_stays_named() -> None:
    catalogue = Naming()

    with on_behalf_of("web:203.0.113.1"), on_behalf_of("web:conversation"):
        await catalogue.papers([], sample.AS_OF)

    assert catalogue.askers == ["web:203.0.113.1"]
