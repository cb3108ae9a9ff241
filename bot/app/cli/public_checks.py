"""Checks of `paperboy doctor` for a bot that anybody may add: the site, its operator, and each platform."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from urllib.parse import urlsplit

from bot.app.cli.app import operator_of
from bot.app.settings import Settings
from bot.domain.health import HealthCheck
from bot.domain.ports import PublicDiagnosable


async def public_checks(settings: Settings, adapters: Iterable[object]) -> AsyncIterator[HealthCheck]:
    """Yield what is set up for a public bot and what is not, each with what to do."""
    yield public_url(settings)
    for surface in (each for each in adapters if isinstance(each, PublicDiagnosable)):
        for finding in await surface.examine_public(operator_of(settings)):
            yield finding


def public_url(settings: Settings) -> HealthCheck:
    """Return the check of the site's public URL, by which mails and platforms link to it."""
    url = settings.public_url
    if not url:
        detail = (
            "no site that people can reach; for a public bot set PAPERBOY_WEB_ADDRESS and PAPERBOY_PUBLIC_URL, "
            "so that its privacy and terms pages can be linked"
        )
        return HealthCheck("public url", True, detail)
    if not url.startswith("https://"):
        detail = f"{url} is not https, so anybody on the way can read and change pages; put a proxy with TLS before it"
        return HealthCheck("public url", _is_local(url), detail)
    if not (settings.operator and settings.operator_contact):
        detail = f"{url}; its privacy page names no operator: set PAPERBOY_OPERATOR and PAPERBOY_OPERATOR_CONTACT"
        return HealthCheck("public url", True, detail)
    return HealthCheck("public url", True, f"{url}, privacy and terms pages by {settings.operator}")


def _is_local(url: str) -> bool:
    return urlsplit(url).hostname in ("localhost", "127.0.0.1", "::1")
