from __future__ import annotations

import pytest

from adapters.telegram.target_hints import with_target
from bot.domain.pages import Page, Row, Section

COMMANDS = frozenset({"subscribe", "subscriptions", "pause", "unsubscribe"})


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("/pause 1", "/pause -100/7 1"),
        ("/pause 1, /unsubscribe 1.", "/pause -100/7 1, /unsubscribe -100/7 1."),
        ("/subscriptions edit 1", "/subscriptions -100/7 edit 1"),
        ("(/subscriptions)", "(/subscriptions -100/7)"),
        ("/pause -100/7 1", "/pause -100/7 1"),
        ("/pause -100/71 1", "/pause -100/7 -100/71 1"),
        ("/trending week", "/trending week"),
        (
            "a/pause /paused //pause https://x.org/pause /pause@bot",
            "a/pause /paused //pause https://x.org/pause /pause@bot",
        ),
    ],
)
def test_commands_that_accept_a_target_name_it(text: str, named: str) -> None:
    section = Section(text=text, rows=(Row(text, text),), verbatim=text)
    page = with_target(Page(title=text, intro=text, footer=text, sections=(section,)), "-100/7", COMMANDS)

    assert (page.intro, page.footer, page.sections[0].text, page.sections[0].rows) == (
        named,
        named,
        named,
        (Row(named, named),),
    )
    assert (page.title, page.sections[0].verbatim) == (text, text)
