"""The setting that turns off pictures, in answers and in digests of a whole installation."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.app.cli.app import Sources, open_app
from bot.app.settings import Settings
from bot.commands.typed import typed
from bot.sources import sample
from tests.services.postbox import Postbox
from tests.storage.ledger import DUE, HERE, subscription

PICTURE = "https://pictures.example.org/{}.png"


@pytest.mark.parametrize("allowed", [True, False])
async def test_pictures_are_shown_if_the_setting_allows_them(tmp_path: Path, *, allowed: bool) -> None:
    box = Postbox()
    settings = Settings(data_dir=tmp_path, offline=True, thumbnails=allowed)
    known = sample.load()
    papers = tuple(replace(each, thumbnail_url=PICTURE.format(each.id)) for each in known.papers)

    async with open_app(settings, lambda: sample.AS_OF, [box], searching=False) as app:
        await app.store.keep(replace(known, papers=papers))
        await app.store.subscriptions.add(subscription())
        page = await app.commands(Sources()).handle(typed("/trending", HERE))
        deliverer = app.deliverer()
        await deliverer.round(DUE)
        await deliverer.round(DUE)

    (message,) = box.arrived
    for cards in (page.cards, message.page.cards):
        assert cards
        assert all(bool(card.thumbnail) is allowed for card in cards)
