"""What the doctor says of the site of a public bot."""

from __future__ import annotations

import pytest

from bot.app.cli.public_checks import public_url
from bot.app.settings import Settings


@pytest.mark.parametrize(
    ("facts", "ok", "named"),
    [
        ({}, True, "PAPERBOY_PUBLIC_URL"),
        ({"public_url": "http://papers.example.org"}, False, "https"),
        ({"public_url": "http://localhost:8080"}, True, "https"),
        ({"public_url": "https://papers.example.org"}, True, "PAPERBOY_OPERATOR_CONTACT"),
        (
            {"public_url": "https://papers.example.org", "operator": "Ada", "operator_contact": "ada@example.org"},
            True,
            "Ada",
        ),
    ],
)
def test_the_public_url_is_https_and_its_pages_name_an_operator(facts: dict[str, str], ok: bool, named: str) -> None:
    found = public_url(Settings(**facts))  # type: ignore[arg-type]

    assert (found.ok, named in found.detail) == (ok, True)
