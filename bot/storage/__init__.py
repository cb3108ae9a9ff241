"""Storage on SQLite and PostgreSQL: one schema, a repository per kind of record, one tree of migrations."""

from bot.storage.fetch_results import SaveResult
from bot.storage.store import Store, open_store

__all__ = ["SaveResult", "Store", "open_store"]
