"""/subscribe: from words to a subscription, which shows what it would bring before it is saved."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from bot.commands.engine import Engine
from bot.commands.forecasting import forecast
from bot.commands.managing import understood
from bot.commands.operations import Call, Controller, Operation
from bot.errors import BadArgument, NotFound
from bot.models import Chat, Command, Completion, Effect, EmptyDay, Option, Request, Subscription
from bot.page import ACTION_BYTES, Page
from bot.schedule import DEFAULT_AT, WEEKDAYS, Schedule, find_zone
from bot.subscribing import Forecast, Wish, fewer, more, next_slot, overlaps, read, show
from bot.text import keyword, shorten
from bot.views import proposals
from bot.views import subscriptions as view
from bot.views.proposals import Proposal
from bot.views.subscriptions import Standing

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

#: subscriptions in one chat
MOST = 25
_DRAFT = re.compile(r"(save|fewer|more)(?: #([a-z2-7]{8}))?")
#: offered where nobody said where
_ZONES = ("Europe/Berlin", "America/New_York", "Asia/Tokyo")
_LONGEST_ECHO = 120
#: letters of a draft that waits for its zone
_LONGEST_DRAFT = 1000
_UNTOLD = Forecast(())


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


async def _propose(engine: Engine, request: Request, wish: Wish, now: datetime) -> Page:
    """Show what was understood and would come, to be saved."""
    others = await engine.store.subscriptions.of(request.chat)
    zone, zone_from = zone_of(understood(wish), others)
    if not zone:
        return await _zone_wanted(engine, request, wish, now)
    return await _draft(engine, wish.over(blank(request.chat, zone, now)), wish, zone_from, now)


async def _save_wish(engine: Engine, request: Request, wish: Wish, now: datetime) -> Page:
    """Save what ends with "save" without asking."""
    others = await engine.store.subscriptions.of(request.chat)
    zone, zone_from = zone_of(understood(wish), others)
    if not zone:
        return await _zone_wanted(engine, request, wish, now)
    subscription = wish.over(blank(request.chat, zone, now))
    past = await forecast(engine, subscription, now)
    return await _save(engine, subscription, wish, now, zone_from=zone_from, past=past)


async def _ask(engine: Engine, request: Request, wish: Wish, now: datetime) -> Page:
    """Show the same without a draft: the button has the words themselves."""
    others = await engine.store.subscriptions.of(request.chat)
    zone, zone_from = zone_of(understood(wish), others)
    if not zone:
        # not as it was typed: "save" may stand there, and a city behind it is no consent
        shown = [show(wish.over(blank(request.chat, each, now))) for each in _ZONES]
        return view.which_zone(shown)
    subscription = wish.over(blank(request.chat, zone, now))
    offer = await _offer(engine, subscription, wish, zone_from, now)
    return proposals.proposal(replace(offer, saving=_saving(subscription, request, wish)), now)


def _saving(subscription: Subscription, request: Request, wish: Wish) -> str:
    """What saves it at once: in full, or as it was typed where only that is short enough for a button."""
    in_full = f"subscribe {show(subscription)} save"
    typed = f"subscribe {request.argument}{'' if wish.save else ' save'}"
    return min(in_full, typed, key=lambda said: len(said.encode()) > ACTION_BYTES)


async def _save_draft(engine: Engine, request: Request, pressed: Pressed, now: datetime) -> Page:
    """Save the draft that the chat was shown."""
    words, wish, subscription = await _drafted(engine, request.chat, pressed.mark, now)
    if wish.when.zone is None:
        return view.which_zone([f"{words} {zone}".strip() for zone in _ZONES])
    return await _save(engine, subscription, wish, now, draft=words)


async def _step(engine: Engine, request: Request, pressed: Pressed, now: datetime) -> Page:
    """Propose the draft with fewer or more papers."""
    words, wish, subscription = await _drafted(engine, request.chat, pressed.mark, now)
    counts = (await forecast(engine, subscription, now)).counts
    stepped = fewer(subscription, counts) if pressed.step is Step.FEWER else more(subscription, counts)
    if stepped is None:
        limit = "One paper is the fewest." if pressed.step is Step.FEWER else "The words bring no more."
        raise BadArgument(limit, f"It is still: {shorten(words, 300)}")
    return await _draft(engine, stepped, wish, "", now)


async def _ask_draft(engine: Engine, request: Request, pressed: Pressed, now: datetime) -> Page:
    """Show the draft as it is."""
    _, wish, subscription = await _drafted(engine, request.chat, pressed.mark, now)
    return proposals.proposal(await _offer(engine, subscription, wish, "", now), now)


# a proposal is kept as the chat's draft, in the place of the one before: that takes the right to manage, too
_PROPOSE = Operation(name="propose", effect=Effect.OWN, run=_propose, ask=_ask, manages=True)
_SAVE_WISH = Operation(name="save", effect=Effect.CHAT, run=_save_wish, ask=_ask)
_STEP = Operation(name="step", effect=Effect.OWN, run=_step, ask=_ask_draft, manages=True)
_SAVE_DRAFT = Operation(name="save draft", effect=Effect.CHAT, run=_save_draft, ask=_ask_draft)


def _parse(argument: str, now: datetime) -> Call[Any]:
    if found := _DRAFT.fullmatch(keyword(argument)):
        pressed = Pressed(Step(found[1]), found[2] or "")
        return (_SAVE_DRAFT if pressed.step is Step.SAVE else _STEP).of(pressed)
    wish = read(argument, now)
    return (_SAVE_WISH if wish.save else _PROPOSE).of(wish)


CONTROLLER = Controller(COMMAND, (_PROPOSE, _SAVE_WISH, _STEP, _SAVE_DRAFT), _parse)


def blank(chat: Chat, zone: str, now: datetime) -> Subscription:
    """What a chat gets that says nothing but where it is."""
    schedule = Schedule(at=DEFAULT_AT, zone=zone, days=WEEKDAYS)
    return Subscription(chat=chat, schedule=schedule, created_at=now)


def zone_of(wish: Wish, others: Sequence[Subscription]) -> tuple[str, str]:
    """The zone that was named, else that of the chat's newest subscription, and in the latter case which one it is."""
    if wish.when.zone or not others:
        return wish.when.zone or "", ""
    return others[-1].schedule.zone, f"as number {len(others)} has it"


async def _zone_wanted(engine: Engine, request: Request, wish: Wish, now: datetime) -> Page:
    """Ask where the reader lives; the answer completes the draft."""
    await engine.store.drafts.put(request.chat, request.argument.strip()[:_LONGEST_DRAFT], now)
    return _ask_for_zone(request, wish, now)


def _ask_for_zone(request: Request, wish: Wish, now: datetime) -> Page:
    topic, place, guess = (wish.query or "").rpartition("in ")
    zone = find_zone(guess) if place and (not topic or topic.endswith(" ")) else None
    if zone:
        # "in Berlin" is a place behind a time, and may be a topic everywhere else
        return view.which_zone([show(replace(wish, query=topic.strip()).over(blank(request.chat, zone, now)))])
    words = request.argument.strip() if len(request.argument) <= _LONGEST_ECHO else ""
    page = view.which_zone([f"{words} {zone}".strip() for zone in _ZONES])
    return replace(page, prompt=f"{COMMAND.name} {words}".strip())


async def _draft(engine: Engine, subscription: Subscription, wish: Wish, zone_from: str, now: datetime) -> Page:
    """Propose it, and keep it as the chat's draft."""
    offer = await _offer(engine, subscription, wish, zone_from, now)
    # behind everything that takes its time: it begins a transaction
    await engine.store.drafts.put(subscription.chat, show(subscription), now)
    return proposals.proposal(offer, now)


async def _offer(engine: Engine, subscription: Subscription, wish: Wish, zone_from: str, now: datetime) -> Proposal:
    subscription = replace(subscription, next_at=next_slot(subscription.schedule, now))
    past = await forecast(engine, subscription, now)
    others = await engine.store.subscriptions.of(subscription.chat)
    return Proposal(
        subscription=subscription,
        wish=wish,
        zone_from=zone_from,
        forecast=past,
        overlaps=overlaps(subscription, past, others),
        mark=_mark(show(subscription)),
        has_fewer=fewer(subscription, past.counts) is not None,
        has_more=more(subscription, past.counts) is not None,
    )


async def _drafted(engine: Engine, chat: Chat, mark: str, now: datetime) -> tuple[str, Wish, Subscription]:
    """The draft's words, and what they say. Raises `NotFound` where it is not the one of the mark."""
    words = await engine.store.drafts.get(chat, now)
    if not words:
        raise NotFound("Nothing waits to be saved.", "Say it again: /subscribe agents at 9:00 Europe/Berlin")
    if mark and mark != _mark(words):
        raise NotFound("That proposal is not the newest one.", f"The newest is: {shorten(words, 300)}")
    wish = read(words, now)
    return words, wish, wish.over(blank(chat, wish.when.zone or "UTC", now))


async def _save(
    engine: Engine,
    subscription: Subscription,
    wish: Wish,
    now: datetime,
    *,
    zone_from: str = "",
    past: Forecast = _UNTOLD,
    draft: str = "",
) -> Page:
    """Keep it; `past` is looked through for overlaps, of which a `draft` has been warned already."""
    others = await engine.store.subscriptions.of(subscription.chat)
    words = show(subscription)
    if same := [each for each in enumerate(others, 1) if show(each[1]) == words]:
        return view.there_already(Standing(*same[0]), now)
    room(len(others), 1)
    if draft and not await engine.store.drafts.take(subscription.chat, draft):
        raise NotFound("That has just been saved.", "/subscriptions shows it.")
    added = await engine.store.subscriptions.add(replace(subscription, next_at=next_slot(subscription.schedule, now)))
    overlap = proposals.overlapping(overlaps(added, past, others))
    return view.saved(Standing(len(others) + 1, added), wish, zone_from, overlap, now)


def room(there: int, coming: int) -> None:
    """Raises `BadArgument` where a chat would have too many subscriptions."""
    if there + coming > MOST:
        raise BadArgument(
            f"A chat has at most {MOST} subscriptions; it has {there}, and that would be {coming} more.",
            "/unsubscribe ends one; /subscriptions shows which there are.",
        )


def _mark(words: str) -> str:
    """Tells one draft from another, in as few letters as a button has room for."""
    return base64.b32encode(hashlib.blake2b(words.encode(), digest_size=5).digest()).decode().lower()
