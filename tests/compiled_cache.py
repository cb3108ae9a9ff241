"""One cache of compiled statements for all stores of a test process.

SQLAlchemy compiles a statement once per engine. The program has one engine, but nearly every test opens a store of its
own, and compiling took a quarter of the time of the tests. Engines of one driver share their compiled statements here,
as those of one engine do.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import URL, Dialect, Engine
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg, PGDialectAsync_psycopg
from sqlalchemy.dialects.sqlite.aiosqlite import SQLiteDialect_aiosqlite

_COMPILED: dict[Any, Any] = {}


class _Shared:
    """A dialect that equals every other one of its class, as the dialect is part of a cache key."""

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other)

    def __hash__(self) -> int:
        return hash(type(self))

    @classmethod
    def engine_created(cls, engine: Engine) -> None:
        engine.update_execution_options(compiled_cache=_COMPILED)


class SharedSqlite(_Shared, SQLiteDialect_aiosqlite):
    supports_statement_cache = True


class SharedPsycopg(_Shared, PGDialectAsync_psycopg):
    supports_statement_cache = True


class Psycopg(PGDialect_psycopg):
    """What the registry asks for the synchronous and the asynchronous dialect."""

    supports_statement_cache = True

    @classmethod
    def get_async_dialect_cls(cls, url: URL) -> type[Dialect]:
        return SharedPsycopg


def share_compiled_statements() -> None:
    """Let every engine that is made from now on use the cache."""
    registry.register("sqlite.aiosqlite", __name__, SharedSqlite.__name__)
    registry.register("postgresql.psycopg", __name__, Psycopg.__name__)
