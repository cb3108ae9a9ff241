from __future__ import annotations

import pytest

from bot.storage import Store
from tests.services.post import Post, at_work


@pytest.fixture
def post(sqlite_store: Store) -> Post:
    return at_work(sqlite_store)


@pytest.fixture
def anywhere(store: Store) -> Post:
    """On either database."""
    return at_work(store)
