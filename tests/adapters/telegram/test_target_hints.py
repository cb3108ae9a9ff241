from __future__ import annotations

import pytest

from adapters.telegram.target_hints import with_target
from bot.domain.pages import Page, Row, Section

NAMED = (
    *("/pause", "/pause 1", "/pause -1001234567890/7 1", "/unsubscribe 1", "/subscriptions", "/subscriptions edit 1"),
    *("/trending week", "/subscribe @papers agents"),
)
COMMANDS = frozenset({"subscribe", "subscriptions", "pause", "unsubscribe"})


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("/pause 1", "/pause -1001234567890/7 1"),
        ("/pause 1, /unsubscribe 1.", "/pause -1001234567890/7 1, /unsubscribe -1001234567890/7 1."),
        ("/subscriptions edit 1", "/subscriptions -1001234567890/7 edit 1"),
        ("(/subscriptions)", "(/subscriptions -1001234567890/7)"),
        ("/pause -1001234567890/7 1", "/pause -1001234567890/7 1"),
        ("/subscribe @papers agents", "/subscribe @papers agents"),
        ("/trending week", "/trending week"),
        (
            "a/pause /paused //pause https://x.org/pause /pause@bot",
            "a/pause /paused //pause https://x.org/pause /pause@bot",
        ),
        ("“/pause 1” or /pause 1", "“/pause 1” or /pause -1001234567890/7 1"),
    ],
)
def test_commands_that_accept_a_target_name_it(text: str, named: str) -> None:
    section = Section(text=text, rows=(Row(text, text),), verbatim=text)
    page = with_target(
        Page(title=text, intro=text, footer=text, sections=(section,), commands=NAMED), "-1001234567890/7", COMMANDS
    )

    assert (page.intro, page.footer, page.sections[0].text, page.sections[0].rows) == (
        named,
        named,
        named,
        (Row(named, named),),
    )
    assert (page.title, page.sections[0].verbatim) == (text, text)
