"""/subscribe: from words to a subscription, which shows what it would bring before it is saved."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from bot.commands.operations import Call, Controller, Operation
from bot.domain.errors import BadArgument
from bot.domain.pages import ACTION_BYTES, Page
from bot.domain.requests import Command, Completion, Effect, Option, Request
from bot.domain.schedule import find_zone
from bot.domain.subscriptions import EmptyDay, Subscription
from bot.domain.text import keyword, shorten
from bot.messages import proposals
from bot.messages import subscriptions as view
from bot.query.subscriptions.format import show
from bot.query.subscriptions.parser import read
from bot.query.subscriptions.spec import SubscriptionSpec, fewer, more
from bot.services.bundle import Services
from bot.services.drafts import SavedSubscription
from bot.services.subscriptions import blank

#: what is said of a subscription; surfaces with forms show these as fields
OPTIONS = (
    Option(
        name="query",
        description="Words that a paper must have; -word for words that it must not have",
        completion=Completion.QUERY,
    ),
    Option(name="at", description="The time of day: 9:00, 6:30pm", typed="at {}"),
    Option(name="timezone", description="A city or a zone: Berlin, America/New_York", completion=Completion.ZONE),
    Option(name="days", description="daily, weekdays, mon thu, weekly, monthly, on announce"),
    Option(name="count", description="How many papers at most, 1 to 25", typed="top {}"),
    Option(name="votes", description="Votes that a paper must have", typed="votes:>={}"),
    Option(name="empty", description="What comes on a day without papers", choices=tuple(EmptyDay), typed="empty:{}"),
    Option(
        name="repeat",
        description="When a paper may come again, in days",
        choices=("7", "30", "never"),
        typed="repeat:{}",
    ),
    Option(name="silent", description="Without a sound", choices=("yes", "no"), typed="silent:{}"),
    Option(name="role", description="A role to mention", typed="role:{}"),
)
COMMAND = Command(
    name="subscribe",
    summary="Get a digest by itself: on your topic, at your hour, on your days",
    usage="/subscribe [words] [at 9:00] [Europe/Berlin] [daily|weekdays|mon thu|weekly|monthly|on announce] [top 5] "
    "[votes:>=20] [empty:note|best|nothing] [repeat:7|30|never] [silent] [role:@name] [save]",
    options=OPTIONS,
    examples=("/subscribe agents -survey at 9:00 Europe/Berlin weekdays top 5", "/subscribe on announce in Tokyo"),
    aliases=("follow",),
    manages=True,
)

_DRAFT = re.compile(r"(save|fewer|more)(?: #([a-z2-7]{8}))?")
#: offered where nobody said where
_ZONES = ("Europe/Berlin", "America/New_York", "Asia/Tokyo")
_LONGEST_ECHO = 120
#: letters of a draft that waits for its zone
_LONGEST_DRAFT = 1000


class Step(StrEnum):
    """What is done to a draft."""

    SAVE = "save"
    FEWER = "fewer"
    MORE = "more"


@dataclass(frozen=True, slots=True)
class Pressed:
    """A step, and the mark of the draft that it is meant for; empty where it was typed."""

    step: Step
    mark: str = ""


async def _propose(services: Services, request: Request, spec: SubscriptionSpec, now: datetime) -> Page:
    """Show what was understood and would come, to be saved."""
    located = await services.drafts.locate(request.chat, spec, now)
    if located is None:
        return await _zone_wanted(services, request, spec, now)
    offer = await services.drafts.propose(located.subscription, spec, now, located.zone_from)
    return proposals.proposal(offer, now)


async def _save_spec(services: Services, request: Request, spec: SubscriptionSpec, now: datetime) -> Page:
    """Save what ends with "save" without asking."""
    located = await services.drafts.locate(request.chat, spec, now)
    if located is None:
        return await _zone_wanted(services, request, spec, now)
    past = await services.digests.forecast(located.subscription, now)
    saved = await services.drafts.save(located.subscription, now, past=past)
    return _saved(saved, spec, located.zone_from, now)


async def _ask(services: Services, request: Request, spec: SubscriptionSpec, now: datetime) -> Page:
    """Show the same without a draft: the button has the words themselves."""
    located = await services.drafts.locate(request.chat, spec, now)
    if located is None:
        # not as it was typed: "save" may stand there, and a city behind it is no consent
        shown = [show(spec.over(blank(request.chat, each, now))) for each in _ZONES]
        return view.which_zone(shown)
    offer = await services.drafts.offer(located.subscription, spec, now, located.zone_from)
    return proposals.proposal(replace(offer, saving=_saving(located.subscription, request, spec)), now)


def _saving(subscription: Subscription, request: Request, spec: SubscriptionSpec) -> str:
    """Return what saves it at once: in full, or as it was typed where only that is short enough for a button."""
    in_full = f"subscribe {show(subscription)} save"
    typed = f"subscribe {request.argument}{'' if spec.save else ' save'}"
    return min(in_full, typed, key=lambda said: len(said.encode()) > ACTION_BYTES)


async def _save_draft(services: Services, request: Request, pressed: Pressed, now: datetime) -> Page:
    """Save the draft that the chat was shown."""
    draft = await services.drafts.open(request.chat, pressed.mark, now)
    if draft.spec.when.zone is None:
        return view.which_zone([f"{draft.words} {zone}".strip() for zone in _ZONES])
    saved = await services.drafts.save(draft.subscription, now, draft=draft.words)
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
        limit = "One paper is the fewest." if pressed.step is Step.FEWER else "The words bring no more."
        raise BadArgument(limit, f"It is still: {shorten(draft.words, 300)}")
    return proposals.proposal(await services.drafts.propose(stepped, draft.spec, now), now)


async def _ask_draft(services: Services, request: Request, pressed: Pressed, now: datetime) -> Page:
    """Show the draft as it is."""
    draft = await services.drafts.open(request.chat, pressed.mark, now)
    return proposals.proposal(await services.drafts.offer(draft.subscription, draft.spec, now), now)


# a proposal is kept as the chat's draft, in the place of the one before: that takes the right to manage, too
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
    """Ask where the reader lives; the answer completes the draft."""
    await services.drafts.keep(request.chat, request.argument.strip()[:_LONGEST_DRAFT], now)
    return _ask_for_zone(request, spec, now)


def _ask_for_zone(request: Request, spec: SubscriptionSpec, now: datetime) -> Page:
    topic, place, guess = (spec.query or "").rpartition("in ")
    zone = find_zone(guess) if place and (not topic or topic.endswith(" ")) else None
    if zone:
        # "in Berlin" is a place behind a time, and may be a topic everywhere else
        return view.which_zone([show(replace(spec, query=topic.strip()).over(blank(request.chat, zone, now)))])
    words = request.argument.strip() if len(request.argument) <= _LONGEST_ECHO else ""
    page = view.which_zone([f"{words} {zone}".strip() for zone in _ZONES])
    return replace(page, prompt=f"{COMMAND.name} {words}".strip())
