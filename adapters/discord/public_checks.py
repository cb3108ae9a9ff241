"""Checks of what a bot needs that any server may add: installation, policies, intents, commands in every language."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from adapters.discord.permissions import INVITED, invitation
from adapters.discord.rest import ApiError, NoResponse, RequestDeferred, Rest
from adapters.discord.schema import Application
from bot.domain.health import HealthCheck
from bot.domain.operator import Operator
from bot.messages.catalogue import SOURCE_LANGUAGE, available

_PORTAL = "https://discord.com/developers/applications"
#: Discord verifies a bot before it may be in 100 servers, and asks for both policies
_NEAR_VERIFICATION = 75
_SCOPES = frozenset({"bot", "applications.commands"})
_BROKEN = (ApiError, RequestDeferred, NoResponse)


#: privileged intents, with the flags of an application that turn them on, in verified and in other bots
_INTENTS = {
    "presences": 1 << 12 | 1 << 13,
    "server members": 1 << 14 | 1 << 15,
    "message content": 1 << 18 | 1 << 19,
}


async def examine_public(rest: Rest, operator: Operator) -> Sequence[HealthCheck]:
    """Return the results; none if Discord cannot be asked, which the other checks report."""
    try:
        application = await rest.get("/applications/@me", Application)
        path = f"/applications/{application.id}/commands"
        commands = await rest.get(path, list[dict[str, object]], with_localizations="true")
    except _BROKEN:
        return ()
    return (
        _installation(application),
        _endpoint(application),
        _intents(application),
        _languages(commands),
        *_policies(application, operator),
    )


def _installation(application: Application) -> HealthCheck:
    """Return the check of the link by which servers add the bot."""
    name, link = "discord install", invitation(application.id)
    if not application.bot_public:
        return _advice(name, f"only you can add the bot; to let others add it, turn on Public Bot at {_PORTAL}")
    if application.custom_install_url:
        return _advice(name, f"a custom install link is set; Paperboy's own is {link}")
    servers = application.integration_types_config.get("0")
    own = (servers and servers.oauth2_install_params) or application.install_params
    if own is None:
        return _advice(name, f"no install link is set; set scopes and permissions under Installation, as in {link}")
    lacking = [*sorted(_SCOPES - set(own.scopes))]
    if INVITED & ~int(own.permissions or 0):
        lacking.append(f"permissions {int(INVITED)}")
    if lacking:
        detail = f"the install link lacks {', '.join(lacking)}; correct it under Installation, as in {link}"
        return HealthCheck(name, False, detail)
    return _advice(name, "the install link has the scopes and permissions that are needed")


def _endpoint(application: Application) -> HealthCheck:
    if not application.interactions_endpoint_url:
        return _advice("discord endpoint", "no interactions endpoint is set, so commands arrive at Paperboy")
    detail = f"an interactions endpoint is set, so commands go there; empty it under General Information at {_PORTAL}"
    return HealthCheck("discord endpoint", False, detail)


def _intents(application: Application) -> HealthCheck:
    on = [name for name, flags in _INTENTS.items() if application.flags & flags]
    if not on:
        return _advice("discord intents", "no privileged intents are on; none is needed")
    return _advice("discord intents", f"not needed, turn them off under Bot: {', '.join(on)}")


def _languages(commands: Sequence[dict[str, object]]) -> HealthCheck:
    """Return whether the commands are registered in every language that has a catalogue."""
    wanted = {tag for tag in available() if tag != SOURCE_LANGUAGE}
    if not commands:
        return _advice("discord locales", "no commands are registered yet; paperboy run does that")
    known = {tag for each in commands for tag in _localized(each)}
    if missing := sorted(tag for tag in wanted if not any(locale.partition("-")[0] == tag for locale in known)):
        return _advice("discord locales", f"commands are not registered in {', '.join(missing)}; restart paperboy run")
    return _advice("discord locales", f"commands are registered in {', '.join(['en', *sorted(wanted)])}")


def _localized(command: dict[str, object]) -> Iterator[str]:
    texts = command.get("description_localizations")
    if isinstance(texts, dict):
        yield from map(str, texts)


def _policies(application: Application, operator: Operator) -> Iterator[HealthCheck]:
    """Yield whether the application links to the privacy and terms pages."""
    needed = application.bot_public and (application.approximate_guild_count or 0) >= _NEAR_VERIFICATION
    for name, label, theirs, ours in (
        ("discord privacy", "Privacy Policy URL", application.privacy_policy_url, operator.privacy_url),
        ("discord terms", "Terms of Service URL", application.terms_of_service_url, operator.terms_url),
    ):
        page = ours or "the site's page (set PAPERBOY_WEB_ADDRESS and PAPERBOY_PUBLIC_URL)"
        if not theirs:
            detail = f"no {label} is set; enter {page} under General Information at {_PORTAL}"
            yield HealthCheck(name, not needed, detail)
        elif ours and theirs.rstrip("/") != ours:
            yield _advice(name, f"the {label} is {theirs}; Paperboy's own page is {ours}")
        else:
            yield _advice(name, f"the {label} is {theirs}")


def _advice(name: str, detail: str) -> HealthCheck:
    return HealthCheck(name, True, detail)
