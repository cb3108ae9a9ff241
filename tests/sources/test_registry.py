from __future__ import annotations

import importlib
import pkgutil
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

import bot.sources
from bot.app.cli.app import Sources, open_sources
from bot.app.settings import Settings
from bot.messages import cards
from bot.messages import sources as messages
from bot.sources import sample
from bot.sources.http import WebSource
from bot.sources.registry import ARTIFACTS_FROM, REMOTE, SOURCES, Source, connect, find
from tests.builders import paper


@pytest.fixture(autouse=True)
def _nothing_is_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"PAPERBOY_{name.upper()}", raising=False)
    monkeypatch.chdir(tmp_path)


def test_every_client_is_registered_under_its_own_name() -> None:
    for module in pkgutil.iter_modules(bot.sources.__path__):
        importlib.import_module(f"bot.sources.{module.name}")

    clients = {pkgutil.resolve_name(source.client): source.name for source in REMOTE}

    assert set(clients) == set(WebSource.__subclasses__())
    assert all(client.name == name for client, name in clients.items())


def test_names_and_titles_are_unique() -> None:
    assert len({source.name for source in SOURCES}) == len({source.title for source in SOURCES}) == len(SOURCES)


@pytest.mark.parametrize("source", REMOTE, ids=lambda source: source.name)
async def test_every_remote_source_has_a_setting_and_a_client_of_that_name(source: Source) -> None:
    settings = Settings()
    urls = [settings.source_url(name) for name in (source.name, *source.further_urls)]
    async with connect(source, *urls, contact="", options=settings.source_options(source.options)) as client:
        assert client.name == source.name


async def test_all_remote_sources_are_opened_in_the_registrys_order() -> None:
    async with open_sources(Settings()) as opened:
        lists, catalogues = [each.name for each in opened.lists], [each.name for each in opened.catalogues]
        completing = opened.completing.name if opened.completing else ""

        by_category = [each.name for each in opened.by_category]

    # those without a search are asked for papers by DOI only
    assert catalogues == [source.name for source in REMOTE if source.searched or source.dois]
    assert set(lists) <= {source.name for source in REMOTE if source.votes}
    assert by_category == [source.name for source in REMOTE if source.categories]
    assert find(completing).completes


async def test_a_source_without_a_url_is_not_opened() -> None:
    async with open_sources(Settings(arxiv_feed_url="", biorxiv_url="", europepmc_url="")) as opened:
        assert opened.by_category == []
        assert [each.name for each in opened.catalogues] == ["huggingface", "arxiv"]


@pytest.mark.parametrize("source", [source for source in REMOTE if source.switch], ids=lambda source: source.name)
async def test_a_source_is_switched_off_by_one_setting(source: Source) -> None:
    async with open_sources(Settings()) as opened:
        on = {each.name for each in (opened.stars, opened.discussions) if each}
    async with open_sources(Settings().model_copy(update={source.switch: False})) as opened:
        still_on = {each.name for each in (opened.stars, opened.discussions) if each}

    assert on - still_on == {source.name}


async def test_a_token_reaches_the_source_that_takes_one_and_is_a_secret() -> None:
    settings = Settings(github_token=SecretStr("ghp_made_up"))

    async with open_sources(settings) as opened:
        assert opened.stars
        assert opened.stars.has_token
    assert "ghp_made_up" in settings.secrets


async def test_artifacts_come_from_a_catalogue_of_the_registry() -> None:
    async with open_sources(Settings()) as opened:
        assert opened.artifacts in opened.catalogues
    assert find(ARTIFACTS_FROM).page


async def test_no_source_is_opened_offline() -> None:
    async with open_sources(Settings(offline=True)) as opened:
        assert opened == Sources()


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)
def test_people_read_a_sources_title(source: Source) -> None:
    assert messages.name(source.name) == source.title


def test_a_source_that_is_registered_no_more_is_shown_by_its_name() -> None:
    assert messages.name("gone") == "gone"


def test_the_sample_is_no_remote_source() -> None:
    assert find(sample.NAME) not in REMOTE


@pytest.mark.parametrize(
    ("facts", "pages"),
    [
        ({}, ["Hugging Face", "arXiv"]),
        ({"listed_by": ("sample",)}, ["Hugging Face", "arXiv"]),
        ({"listed_by": ("arxiv",)}, ["arXiv"]),
        ({"listed_on": None}, ["arXiv"]),
        ({"id": "10.1101/2024.01.02.573456", "server": "biorxiv"}, ["bioRxiv"]),
        ({"id": "10.1038/nature12373", "server": ""}, ["DOI"]),
    ],
)
def test_a_card_links_to_the_papers_server_and_to_the_sources_that_list_it(
    facts: dict[str, Any], pages: list[str]
) -> None:
    listed = paper(**facts)

    assert [link.label for link in cards.links(listed)] == pages
    assert all(link.url.endswith(listed.id) for link in cards.links(listed))
    assert cards.listed(listed, 1).url == cards.links(listed)[0].url
