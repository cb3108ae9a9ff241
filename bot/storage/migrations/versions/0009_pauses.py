"""Pause reasons: a code and a detail."""

from __future__ import annotations

import re

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

#: patterns for the sentences of earlier versions; others become "other" with their text as detail
_CODES = {
    r"by hand": "person",
    r"mail to this address came back( \d+ times)?": "bounce",
    r"a mail was reported as spam": "complaint",
    # Discord
    r"the (channel|server) is gone( \(code \d+\))?": "platform",
    r"the bot cannot see the channel( \(code \d+\))?": "platform",
    r"the channel takes no messages( \(code \d+\))?": "platform",
    r"the bot may not post there( \(code \d+\))?": "platform",
    r"the thread is (archived|locked)( \(code \d+\))?": "platform",
    r"the forum takes no messages of this kind( \(code \d+\))?": "platform",
    r"the forum wants a tag that it does not offer( \(code \d+\))?": "platform",
    r"the bot was removed from the (server|channel)": "platform",
    r"the (channel|thread|topic|group|account) was deleted": "platform",
    # Telegram
    r"the bot was (blocked|removed|kicked)": "platform",
    r"the person has not started the bot": "platform",
    r"that is a bot": "platform",
    r"the bot is not in the chat": "platform",
    r"there is no such chat": "platform",
    r"the bot may not (write|post) there(, as it is no administrator with that right)?": "platform",
    r"the chat is restricted": "platform",
    r"the topic is closed": "platform",
    # mail servers
    r"the mail server refused while .*": "platform",
}
#: codes without a detail
_NEED_NO_WORDS = ("person", "complaint")


def upgrade() -> None:
    op.add_column("subscriptions", sa.Column("paused_detail", sa.Text(), nullable=False, server_default=sa.text("''")))
    subscriptions = sa.table("subscriptions", sa.column("paused", sa.Text()), sa.column("paused_detail", sa.Text()))
    connection, words = op.get_bind(), subscriptions.c.paused_detail
    connection.execute(sa.update(subscriptions).values(paused_detail=subscriptions.c.paused))
    for each in connection.scalars(sa.select(words).where(words != "").distinct()).all():
        connection.execute(sa.update(subscriptions).where(words == each).values(paused=_code(each)))
    said = subscriptions.c.paused.in_(_NEED_NO_WORDS)
    connection.execute(sa.update(subscriptions).where(said).values(paused_detail=""))


def _code(words: str) -> str:
    return next((code for known, code in _CODES.items() if re.fullmatch(known, words, re.DOTALL)), "other")
