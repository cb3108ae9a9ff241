"""One store for SQLite and PostgreSQL: a schema, a module for each noun, one tree of migrations."""

from bot.storage.fetch_results import SaveResult
from bot.storage.store import Store, open_store

__all__ = ["SaveResult", "Store", "open_store"]
