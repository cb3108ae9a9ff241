"""What the tables of all areas share: their metadata, the type of assigned ids, and a condition."""

from __future__ import annotations

import sqlalchemy as sa

#: SQLite can only alter constraints that have a name
NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

metadata = sa.MetaData(naming_convention=NAMES)

# SQLite assigns ids automatically only to INTEGER columns. With AUTOINCREMENT ids are never reused: nonces are derived
# from subscription ids, and ledger rows outlive subscriptions.
NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")

#: somebody is to be told about the row. A literal, as in the other partial indexes
NOTICE = sa.text("notice_at IS NOT NULL")
