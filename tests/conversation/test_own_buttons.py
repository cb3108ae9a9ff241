"""No button leads to the page that it is on."""

from __future__ import annotations

import pytest

from bot.commands.table import find
from tests.builders import NOON
from tests.conversation.conftest import Say

#: pages with buttons; those that such a page's buttons open are followed as well
LINES = [
    "/trending",
    "/trending week",
    "/trending  day",
    "/trending month agents",
    "/papers agents",
    "/papers agents sort:new",
    "/papers agent since:week",
    "/papers nothingofthekind",
    "/paper 1",
    "/similar 1",
    "/why 1",
    "/saved",
    "/taste",
    "/help",
    "/help subscribe",
    "/subscriptions",
    "/status",
    "/privacy",
    "/language",
    "/resend",
]


@pytest.mark.parametrize("line", LINES)
async def test_no_button_opens_the_page_that_it_is_on(say: Say, line: str) -> None:
    await say("/trending")
    asked = [line]
    first = await say(line)
    asked += [f"/{command}" for command in first.commands if find(command.split()[0]).operations[0].effect == "reads"]

    for each in asked:
        page = await say(each)
        name, _, argument = each.removeprefix("/").partition(" ")
        here = find(name).parse(argument, NOON)
        for command in page.commands:
            target, _, rest = command.partition(" ")
            if find(target).command.name == find(name).command.name:
                assert find(target).parse(rest, NOON) != here, f"{command} on {each}"
                assert rest.split() != argument.split(), f"{command} on {each}"
