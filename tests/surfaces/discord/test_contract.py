"""The check of requests against Discord's own description of its API finds what it should."""

from __future__ import annotations

import pytest

from tests.shared import needs_shared
from tests.surfaces.discord.contract import complaint
from tests.surfaces.discord.server import LocalDiscord

ONE = "100000000000000001"
CROSSPOST = f"/channels/{ONE}/messages/{ONE}/crosspost"
ORIGINAL = f"/webhooks/{ONE}/token/messages/@original"

pytestmark = needs_shared


@pytest.mark.parametrize(
    ("method", "path"), [("POST", CROSSPOST), ("DELETE", ORIGINAL), ("GET", f"/channels/{ONE}"), ("GET", ORIGINAL)]
)
@pytest.mark.parametrize("body", [{}, [], {"content": "x"}])
def test_a_body_where_none_is_described_is_a_complaint(method: str, path: str, body: object) -> None:
    assert "no body is described" in complaint(method, path, "request", body)
    assert complaint(method, path, "request", None) == ""


@pytest.mark.parametrize(
    ("method", "path"), [("PATCH", ORIGINAL), ("POST", f"/webhooks/{ONE}/token"), ("POST", f"/channels/{ONE}/messages")]
)
def test_a_missing_body_is_a_complaint_where_one_is_required(method: str, path: str) -> None:
    assert "a body is required" in complaint(method, path, "request", None)
    assert complaint(method, path, "request", {"content": "x"}) == ""


def test_a_path_that_is_not_described_is_a_complaint() -> None:
    assert "not in the description" in complaint("POST", f"/channels/{ONE}/crosspost", "request", None)


async def test_a_request_over_a_socket_is_checked_with_and_without_a_body() -> None:
    from aiohttp import ClientSession

    async with LocalDiscord() as local, ClientSession() as session:
        channel = local.world.channel(local.world.guild())
        async with session.post(f"{local.url}/channels/{channel.id}/messages/{ONE}/crosspost", json={}):
            pass
        assert len(local.complaints) == 1
        async with session.post(f"{local.url}/channels/{channel.id}/messages/{ONE}/crosspost"):
            pass

    assert len(local.complaints) == 1
