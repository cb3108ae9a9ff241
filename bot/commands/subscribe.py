"""/subscribe: proposes a subscription with a forecast, and saves it when confirmed."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from bot.commands.operations import Call, Controller, Operation
from bot.commands.options import COUNT, QUERY
from bot.domain.errors import BadArgument
from bot.domain.i18n import tr
from bot.domain.pages import ACTION_BYTES, Layout, Page
from bot.domain.requests import Command, Completion, Effect, Option, Request
from bot.domain.schedule import find_zone
from bot.domain.subscriptions import EmptyDay, Subscription
from bot.domain.text import keyword, shorten
from bot.messages import proposals
from bot.messages import subscriptions as view
from bot.messages.likely_zones import likely_zones
from bot.query.subscriptions.format import show
from bot.query.subscriptions.parser import read
from bot.query.subscriptions.spec import SubscriptionSpec, fewer, more
from bot.services.bundle import Services
from bot.services.drafts import SavedSubscription
from bot.services.subscriptions import blank

#: settings of a subscription; surfaces with forms show these as fields
OPTIONS = (
    QUERY,
    Option(name="at", description=tr("Time of day, such as 9:00 or 6:30pm"), typed="at {}"),
    Option(
        name="timezone",
        description=tr("City or time zone, such as Berlin or America/New_York"),
        # behind words of a topic, a place alone would be one of them
        typed="zone:{}",
        completion=Completion.ZONE,
    ),
    Option(
        name="days", description=tr("One of: {days}", days="daily, weekdays, mon thu, weekly, monthly, on announce")
    ),
    COUNT,
    Option(name="votes", description=tr("Minimum number of votes"), typed="votes:>={}"),
    Option(
        name="empty", description=tr("What to send when there are no papers"), choices=tuple(EmptyDay), typed="empty:{}"
    ),
    Option(
        name="repeat",
        description=tr("Days until a paper may appear again"),
        choices=("7", "30", "never"),
        typed="repeat:{}",
    ),
    Option(
        name="silent", description=tr("Send without a notification sound"), choices=("yes", "no"), typed="silent:{}"
    ),
    Option(
        name="taste",
        description=tr("How much this chat's votes change its digests"),
        choices=("off", "mild", "strong"),
        typed="taste:{}",
    ),
    Option(
        name="layout",
        description=tr("How a digest looks: short, as cards with pictures, with everything, or as a rich message"),
        choices=tuple(Layout),
        typed="layout:{}",
    ),
    Option(name="thumbnails", description=tr("Show pictures of papers"), choices=("yes", "no"), typed="thumbnails:{}"),
    Option(
        name="living",
        description=tr("Update each digest with new votes until the end of the day"),
        choices=("yes", "no"),
        typed="living:{}",
    ),
    Option(
        name="thread",
        description=tr("Open a thread for the discussion of each digest"),
        choices=("yes", "no"),
        typed="thread:{}",
    ),
    Option(name="role", description=tr("Role to mention"), typed="role:{}"),
)
COMMAND = Command(
    name="subscribe",
    summary=tr("Get a regular digest: your topic, your time, your days"),
    usage="/subscribe [words] [at 9:00] [Europe/Berlin] [daily|weekdays|mon thu|weekly|monthly|on announce] [top 5] "
    "[votes:>=20] [empty:note|best|nothing] [repeat:7|30|never] [silent] [taste:off|mild|strong] "
    "[layout:compact|cards|full|rich] [thumbnails:yes|no] [living:yes|no] [thread:yes|no] [role:@name] [save]",
    options=OPTIONS,
    examples=(
        "/subscribe agents -survey at 9:00 Europe/Berlin weekdays top 5",
        "/subscribe cat:neuroscience server:biorxiv at 9:00 Berlin",
        "/subscribe on announce in Tokyo",
    ),
    aliases=("follow",),
    manages=True,
)

_DRAFT = re.compile(r"(save|fewer|more)(?: #([a-z2-7]{8}))?")
#: suggested if no time zone was given, behind those that the person's language makes likely
_ZONES = ("Europe/Berlin", "America/New_York", "Asia/Tokyo")
_MOST_ZONES = 4
_LONGEST_ECHO = 120
#: longest draft without a time zone that is saved, in characters
_LONGEST_DRAFT = 1000


class Step(StrEnum):
    """A step from one draft to the next, or to the subscription."""

    SAVE = "save"
    FEWER = "fewer"
    MORE = "more"


@dataclass(frozen=True, slots=True)
class Pressed:
    """A step, and the mark of the draft that it refers to; empty if it was typed."""

    step: Step
    mark: str = ""


async def _propose(services: Services, request: Request, spec: SubscriptionSpec, now: datetime) -> Page:
    """Show the subscription as understood, with a forecast, before it is saved."""
    located = await services.drafts.locate(request.chat, spec, now)
    if located is None:
        return await _zone_wanted(services, request, spec, now)
    offer = await services.drafts.propose(located.subscription, spec, now, located.zone_from)
    return proposals.proposal(offer, now)


async def _save_spec(services: Services, request: Request, spec: SubscriptionSpec, now: datetime) -> Page:
    """Save a request that ends with "save" at once."""
    located = await services.drafts.locate(request.chat, spec, now)
    if located is None:
        return await _zone_wanted(services, request, spec, now)
    past = await services.digests.forecast(located.subscription, now)
    saved = await services.drafts.save(located.subscription, now, past=past, person=request.person)
    await services.managed_chats.remember(request.details, now)
    return _saved(saved, spec, located.zone_from, now)


async def _ask(services: Services, request: Request, spec: SubscriptionSpec, now: datetime) -> Page:
    """Show the same without saving a draft: the button contains the whole request."""
    located = await services.drafts.locate(request.chat, spec, now)
    if located is None:
        # not as typed: the request may contain "save", and choosing a city is not a confirmation
        shown = [show(spec.over(blank(request.chat, each, now))) for each in _zones(request)]
        return view.which_zone(shown)
    offer = await services.drafts.offer(located.subscription, spec, now, located.zone_from)
    return proposals.proposal(replace(offer, saving=_saving(located.subscription, request, spec)), now)


def _saving(subscription: Subscription, request: Request, spec: SubscriptionSpec) -> str:
    """Return the command that saves it at once: in full, or as typed if only that is short enough for a button."""
    in_full = f"subscribe {show(subscription)} save"
    typed = f"subscribe {request.argument}{'' if spec.save else ' save'}"
    return min(in_full, typed, key=lambda said: len(said.encode()) > ACTION_BYTES)


async def _save_draft(services: Services, request: Request, pressed: Pressed, now: datetime) -> Page:
    """Save the draft last shown in the chat."""
    draft = await services.drafts.open(request.chat, pressed.mark, now)
    if draft.spec.when.zone is None:
        return view.which_zone([f"{draft.words} {zone}".strip() for zone in _zones(request)])
    saved = await services.drafts.save(draft.subscription, now, draft=draft.words, person=request.person)
    await services.managed_chats.remember(request.details, now)
    return _saved(saved, draft.spec, "", now)


def _saved(saved: SavedSubscription, spec: SubscriptionSpec, zone_from: str, now: datetime) -> Page:
    if not saved.added:
        return view.there_already(saved.standing, now)
    return view.saved(saved.standing, spec, zone_from, proposals.overlapping(saved.overlaps), now)


async def _step(services: Services, request: Request, pressed: Pressed, now: datetime) -> Page:
    """Propose the draft with fewer or more papers."""
    draft = await services.drafts.open(request.chat, pressed.mark, now)
    counts = (await services.digests.forecast(draft.subscription, now)).counts
    step = fewer if pressed.step is Step.FEWER else more
    stepped = step(draft.subscription, counts)
    if stepped is None:
        fewest = tr("A digest has at least one paper.")
        limit = fewest if pressed.step is Step.FEWER else tr("There are no more papers on this topic.")
        raise BadArgument(limit, tr("Not changed: {subscription}", subscription=shorten(draft.words, 300)))
    return proposals.proposal(await services.drafts.propose(stepped, draft.spec, now), now)


async def _ask_draft(services: Services, request: Request, pressed: Pressed, now: datetime) -> Page:
    """Show the draft as it is."""
    draft = await services.drafts.open(request.chat, pressed.mark, now)
    return proposals.proposal(await services.drafts.offer(draft.subscription, draft.spec, now), now)


# a proposal replaces the chat's draft, which also takes permission to manage the chat
_PROPOSE = Operation(name="propose", effect=Effect.OWN, run=_propose, ask=_ask, manages=True)
_SAVE_SPEC = Operation(name="save", effect=Effect.CHAT, run=_save_spec, ask=_ask)
_STEP = Operation(name="step", effect=Effect.OWN, run=_step, ask=_ask_draft, manages=True)
_SAVE_DRAFT = Operation(name="save draft", effect=Effect.CHAT, run=_save_draft, ask=_ask_draft)


def _parse(argument: str, now: datetime) -> Call[Any]:
    if found := _DRAFT.fullmatch(keyword(argument)):
        pressed = Pressed(Step(found[1]), found[2] or "")
        return (_SAVE_DRAFT if pressed.step is Step.SAVE else _STEP).of(pressed)
    spec = read(argument, now)
    return (_SAVE_SPEC if spec.save else _PROPOSE).of(spec)


CONTROLLER = Controller(COMMAND, (_PROPOSE, _SAVE_SPEC, _STEP, _SAVE_DRAFT), _parse)


async def _zone_wanted(services: Services, request: Request, spec: SubscriptionSpec, now: datetime) -> Page:
    """Ask for the time zone; the answer completes the draft."""
    await services.drafts.keep(request.chat, request.argument.strip()[:_LONGEST_DRAFT], now)
    return _ask_for_zone(request, spec, now)


def _zones(request: Request) -> tuple[str, ...]:
    """Return the zones that are offered, the likeliest first; none is used unless the person chooses it."""
    return tuple(dict.fromkeys((*likely_zones(request.locale), *_ZONES)))[:_MOST_ZONES]


def _ask_for_zone(request: Request, spec: SubscriptionSpec, now: datetime) -> Page:
    topic, place, guess = (spec.query or "").rpartition("in ")
    zone = find_zone(guess) if place and (not topic or topic.endswith(" ")) else None
    if zone:
        # after a time "in Berlin" is a place; elsewhere it may be a topic
        return view.which_zone([show(replace(spec, query=topic.strip()).over(blank(request.chat, zone, now)))])
    words = request.argument.strip() if len(request.argument) <= _LONGEST_ECHO else ""
    page = view.which_zone([f"{words} {zone}".strip() for zone in _zones(request)])
    return replace(page, prompt=f"{COMMAND.name} {words}".strip())
