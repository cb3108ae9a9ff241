from __future__ import annotations

from pathlib import Path

import pytest

from bot.storage import Store
from tests.selection import on_one_database
from tests.services.post import Post, at_work

#: transactions, connections and copies differ between the databases: these run on both
_ON_BOTH = {"test_crash_points.py", "test_once.py", "test_recovery.py", "test_serving.py"}
_HERE = Path(__file__).parent


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run services on one database each: `tests/storage` holds both databases to the same behaviour."""
    on_one_database(item for item in items if item.path.is_relative_to(_HERE) and item.path.name not in _ON_BOTH)


@pytest.fixture
def post(sqlite_store: Store) -> Post:
    return at_work(sqlite_store)


@pytest.fixture
def anywhere(store: Store) -> Post:
    """On either database."""
    return at_work(store)
