"""Why a subscription is paused is a code; what earlier versions wrote in words is mapped when they are upgraded."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.domain.subscriptions import Pause
from bot.storage import migrate, open_store
from tests.builders import NOON
from tests.source_code import modules
from tests.storage.former import add_subscription, former_schema
from tests.storage.ledger import HERE

ROOT = Path(__file__).parents[2]
#: what earlier versions wrote, and what becomes of it
OLD = {
    "": (None, ""),
    "by hand": (Pause.PERSON, ""),
    "mail to this address came back": (Pause.BOUNCE, "mail to this address came back"),
    "mail to this address came back 5 times": (Pause.BOUNCE, "mail to this address came back 5 times"),
    "mail to this address came back 12 times": (Pause.BOUNCE, "mail to this address came back 12 times"),
    "a mail was reported as spam": (Pause.COMPLAINT, ""),
    "the bot was removed from the server": (Pause.PLATFORM, "the bot was removed from the server"),
    "the bot may not post there (code 50013)": (Pause.PLATFORM, "the bot may not post there (code 50013)"),
    "the bot was blocked": (Pause.PLATFORM, "the bot was blocked"),
    "the topic is closed": (Pause.PLATFORM, "the topic is closed"),
    "the mail server refused while naming the recipient: 550 5.1.1 No such user\nat all": (
        Pause.PLATFORM,
        "the mail server refused while naming the recipient: 550 5.1.1 No such user\nat all",
    ),
    "en pause, à la main": (Pause.OTHER, "en pause, à la main"),
    "person": (Pause.OTHER, "person"),
}


def test_what_earlier_versions_wrote_in_words_becomes_codes(database_url: str) -> None:
    with former_schema(database_url, "0006") as connection:
        for words in OLD:
            add_subscription(connection, paused=words)
        connection.execute(sa.text("DELETE FROM subscriptions WHERE id = :last"), {"last": len(OLD)})
        add_subscription(connection, paused=list(OLD)[-1])

        migrate.upgrade(connection)

        rows = connection.execute(sa.text("SELECT id, paused, paused_detail FROM subscriptions ORDER BY id")).all()
    assert [(Pause(row.paused) if row.paused else None, row.paused_detail) for row in rows] == list(OLD.values())
    # a number is never given twice, as nonces are made of it
    assert [row.id for row in rows] == [*range(1, len(OLD)), len(OLD) + 1]


async def test_an_upgraded_database_is_read_as_it_was_meant(database_url: str) -> None:
    with former_schema(database_url, "0006") as connection:
        for words in OLD:
            add_subscription(connection, paused=words)

    async with open_store(database_url) as store:
        found = await store.subscriptions.of(HERE)
        (first,) = [each for each in found if each.paused is Pause.PERSON]
        await store.subscriptions.resume(first.id, NOON)
        resumed = await store.subscriptions.get(first.id)

    assert [(each.paused, each.paused_detail) for each in found] == list(OLD.values())
    assert resumed is not None
    assert (resumed.paused, resumed.paused_detail, resumed.next_at) == (None, "", NOON)


#: attributes that hold words for people, or codes that must be compared with members of their enums
_WORDS = frozenset({"paused", "paused_detail", "note", "reason", "trouble", "suspended", "told", "intro", "footer"})
_OF_A_TEXT = frozenset({"startswith", "endswith", "removesuffix", "removeprefix"})


def compared_with_words(tree: ast.AST) -> Iterator[int]:
    """The lines that decide something by comparing what is said to people with a text."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
            if any(_is_words(side) for side in sides) and any(_is_text(side) for side in sides):
                yield node.lineno
        elif (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in _OF_A_TEXT
            and _is_words(node.func.value)
        ):
            yield node.lineno


def _is_words(node: ast.expr) -> bool:
    return isinstance(node, ast.Attribute) and node.attr in _WORDS


def _is_text(node: ast.expr) -> bool:
    if isinstance(node, ast.Tuple | ast.List | ast.Set):
        return any(_is_text(each) for each in node.elts)
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and bool(node.value)


@pytest.mark.parametrize("folder", ["bot", "adapters"])
def test_nothing_is_decided_by_comparing_sentences(folder: str) -> None:
    found = [
        f"{path}:{line}"
        for path, module in modules().items()
        if path.startswith(f"{folder}/")
        for line in compared_with_words(module)
    ]

    assert found == []


@pytest.mark.parametrize(
    "line",
    [
        'each.paused == "by hand"',
        'if "came back" in subscription.paused_detail: ...',
        'delivery.note != "late"',
        'each.paused in ("by hand", "asked for")',
        'state.trouble.startswith("HTTP")',
    ],
)
def test_such_a_comparison_is_found(line: str) -> None:
    assert list(compared_with_words(ast.parse(line))) == [1]
