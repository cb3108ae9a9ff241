"""What a process acknowledged and did not answer before it died is answered by the next one, once."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from adapters.discord.custom_ids import ButtonAction
from adapters.discord.interaction_reply import Deadlines
from adapters.discord.interactions import from_origin, to_origin
from bot.commands.interaction_claims import LEASE
from bot.commands.unanswered import ANSWER_LEASE
from bot.domain.pages import Page
from bot.domain.requests import AbandonedInteraction, Chat, Request, Tally
from bot.messages import trouble
from bot.services.bundle import Services
from bot.storage.interactions import InteractionClaim
from tests.adapters.discord.bodies import components
from tests.adapters.discord.interactions import DEFER, DEFER_UPDATE, FORM, LOADING, Interaction
from tests.adapters.discord.people import Person, labels_of
from tests.adapters.discord.scene import GENEROUS, RecordingService, Scene
from tests.adapters.discord.troubles import Fault, refusal
from tests.adapters.discord.world import Json, Message
from tests.adapters.kit.test_takeover import HeldPapers

ORIGINAL = "/messages/@original"
NAME = "discord"
WITHIN = timedelta(minutes=15)
#: it defers, or has no time to
DEFERRING, SILENT = (Deadlines(promise_after=after, first_within=GENEROUS) for after in (0.0, GENEROUS))
LIVING = Deadlines(first_within=GENEROUS)


class DyingService(RecordingService):
    """Claims what changes something, and does nothing more: as a process that is killed then."""

    async def handle(self, request: Request) -> Page:
        """Leave a claim behind."""
        self.requests.append(request)
        # long enough for a deferral
        await asyncio.sleep(0.05)
        claim = InteractionClaim(NAME, request.interaction, "dead")
        await self._services.store.interactions.claim(claim, self.now(), LEASE, request.origin)
        return trouble.repeated()


class LosingService(DyingService):
    """Does what it is asked, and is killed before it answers."""

    async def handle(self, request: Request) -> Page:
        """Do it, and let nobody hear of it."""
        await asyncio.sleep(0.05)
        await RecordingService.handle(self, request)
        return trouble.repeated()

    def answered(self, surface: str, interaction: str) -> None:
        """Is never reached."""


async def lose(here: Scene, ada: Person, kind: int, data: Json, on: Message | None = None) -> Interaction:
    """Somebody does something; a process acknowledges it, does it, and dies. Another one listens after the lease."""
    await here.restarted(service=LosingService, deadlines=DEFERRING)
    interaction = await ada.begin(kind, data, on)

    async def done() -> bool:
        return [each.done for each in await listed(here, here.now + ANSWER_LEASE)] == [True]

    await here.eventually(done)
    await here.settled(lambda: bool(interaction.answered))
    here.now += ANSWER_LEASE
    await here.restarted(deadlines=LIVING)
    return interaction


async def die(
    here: Scene, ada: Person, kind: int, data: Json, on: Message | None = None, *, deferral: int
) -> Interaction:
    """Somebody does something; a process claims it and dies, after this callback if any."""
    await here.restarted(service=DyingService, deadlines=DEFERRING if deferral else SILENT)
    interaction = await ada.begin(kind, data, on)
    await here.eventually(lambda: claimed(here))
    await here.settled(lambda: interaction.answered == deferral)
    return interaction


async def claimed(here: Scene) -> bool:
    return bool(await listed(here, here.now + LEASE))


async def nothing_left(here: Scene) -> bool:
    return not await listed(here, here.now)


async def listed(here: Scene, now: datetime) -> list[AbandonedInteraction]:
    return await here.store.interactions.abandoned(NAME, now, now - WITHIN)


async def next_process(here: Scene) -> None:
    """The lease is over, and another process listens."""
    here.now += LEASE
    await here.restarted(deadlines=LIVING)


def up(public: Message) -> Json:
    """A press of the first 👍."""
    ids = (each.get("custom_id", "") for each in components(public.body["components"]))
    return {"custom_id": next(id for id in ids if " up" in id), "component_type": 2}


async def votes(here: Scene, press: Json) -> Tally:
    paper = next(word for word in press["custom_id"].split() if "." in word)
    return (await here.store.votes.tallies(Chat(NAME, here.channel.id), [paper])).get(paper, Tally(0, 0))


async def subscriptions(here: Scene) -> int:
    return len(await here.store.subscriptions.of(Chat(NAME, here.channel.id)))


def subscribing(ada: Person) -> Json:
    return ada.command("subscribe", query="agents", at="9:00", timezone="UTC", save="yes")


def reasons(caplog: pytest.LogCaptureFixture, message: str) -> list[str]:
    """The reasons in the log lines of an event."""
    return [each.facts["reason"] for each in caplog.records if each.message == message]  # type: ignore[attr-defined]


async def test_a_command_that_was_deferred_is_done_once_and_answered(
    here: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    for logger in ("adapters", "bot"):
        caplog.set_level(logging.DEBUG, logger=logger)
    ada = Person(here.local, here.channel, manages=True)
    left = await die(here, ada, 2, subscribing(ada), deferral=DEFER)
    assert await subscriptions(here) == 0

    await next_process(here)
    seen = await ada.done(left)

    assert await subscriptions(here) == 1
    assert here.answered(seen, "subscribe")
    assert seen.alone
    assert len(left.messages) == 1
    await here.restarted()
    assert await nothing_left(here)
    assert left.token not in caplog.text
    assert not [each for each in caplog.records if left.token in str(getattr(each, "facts", ""))]


async def test_a_vote_is_counted_once_shown_on_the_button_and_confirmed(here: Scene) -> None:
    ada = Person(here.local, here.channel)
    public = await here.full_digest()
    press = up(public)
    left = await die(here, ada, 3, press, public, deferral=DEFER_UPDATE)
    assert await votes(here, press) == Tally(0, 0)

    await next_process(here)
    seen = await ada.done(left)
    await here.settled(lambda: labels_of(public.body)[0] == "👍 1")

    assert await votes(here, press) == Tally(1, 0)
    assert here.answered(seen, "vote")
    assert seen.alone
    assert len(here.local.world.posted(here.channel)) == 1


async def test_who_pressed_on_a_message_that_was_deleted_since_is_answered_below(here: Scene) -> None:
    ada = Person(here.local, here.channel)
    public = await here.full_digest()
    press = up(public)
    left = await die(here, ada, 3, press, public, deferral=DEFER_UPDATE)
    public.deleted = True

    await next_process(here)
    seen = await ada.done(left)

    assert await votes(here, press) == Tally(1, 0)
    assert here.answered(seen, "vote")


async def test_an_answer_that_was_lost_is_given_in_the_deferred_message(here: Scene) -> None:
    ada = Person(here.local, here.channel, manages=True)

    left = await lose(here, ada, 2, subscribing(ada))
    seen = await ada.done(left)
    await here.eventually(lambda: nothing_left(here))

    assert "/subscribe" in seen.title
    assert seen.has("subscriptions")
    assert seen.alone
    assert len(left.messages) == 1
    assert await subscriptions(here) == 1
    here.now += ANSWER_LEASE
    await here.restarted()
    assert await nothing_left(here)
    assert len(here.local.asked("PATCH", f"{left.token}{ORIGINAL}")) == 1


async def test_a_vote_whose_answer_was_lost_is_confirmed_and_counted_once(here: Scene) -> None:
    ada = Person(here.local, here.channel)
    public = await here.full_digest()
    press = up(public)

    seen = await ada.done(await lose(here, ada, 3, press, public))
    await here.settled(lambda: labels_of(public.body)[0] == "👍 1")

    assert seen.has("paper*")
    assert seen.alone
    assert await votes(here, press) == Tally(1, 0)


async def test_an_answer_that_was_given_leaves_no_token(here: Scene) -> None:
    ada = Person(here.local, here.channel, manages=True)
    first = await ada.type("subscribe", query="agents", at="9:00", timezone="UTC", save="yes")
    assert here.answered(first, "subscribe")
    here.now += ANSWER_LEASE

    await here.eventually(lambda: nothing_left(here))


async def test_a_refusal_is_shown_in_place_of_the_answer(here: Scene) -> None:
    ada = Person(here.local, here.channel, manages=True)
    left = await die(here, ada, 2, ada.command("vote", id="no such paper"), deferral=DEFER)

    await next_process(here)
    seen = await ada.done(left)

    assert here.page(seen).refused
    assert len(left.messages) == 1


@pytest.mark.parametrize(
    ("why", "fault"),
    [("never acknowledged", None), ("expired", refusal(401, 50027, "Invalid Webhook Token")), ("answered", None)],
)
async def test_what_cannot_be_answered_any_more_changes_nothing_and_is_asked_about_once(
    here: Scene, why: str, fault: Fault | None, caplog: pytest.LogCaptureFixture
) -> None:
    ada = Person(here.local, here.channel, manages=True)
    left = await die(here, ada, 2, subscribing(ada), deferral=0 if why == "never acknowledged" else DEFER)
    if why == "answered":
        here.local.interactions.edit(left.token, {"content": "press again"}, left.at)
    here.local.faults = [replace(fault, path=ORIGINAL, method="GET")] if fault else []

    await next_process(here)
    await here.eventually(lambda: nothing_left(here))
    await here.restarted()

    assert await subscriptions(here) == 0
    assert len(here.local.asked("GET", ORIGINAL)) == 1
    (reason,) = reasons(caplog, "interaction not taken up")
    assert reason


async def test_it_is_asked_again_while_discord_fails(here: Scene) -> None:
    here.local.checked = False
    ada = Person(here.local, here.channel, manages=True)
    left = await die(here, ada, 2, subscribing(ada), deferral=DEFER)
    here.local.faults = [
        Fault(path=ORIGINAL, method="GET", status=503),
        Fault(path=ORIGINAL, method="GET", reset=True),
        Fault(path=ORIGINAL, method="PATCH", status=502),
    ]

    await next_process(here)

    assert here.answered(await ada.done(left), "subscribe")
    assert await subscriptions(here) == 1


async def test_an_interaction_is_too_old_by_its_own_time(here: Scene, caplog: pytest.LogCaptureFixture) -> None:
    ada = Person(here.local, here.channel, manages=True)
    left = await die(here, ada, 2, subscribing(ada), deferral=DEFER)
    (origin,) = [each.origin for each in await listed(here, here.now + LEASE)]
    incoming = replace(from_origin(origin), id=snowflake(here.now + LEASE - timedelta(minutes=14.5)))
    assert incoming.made_at == here.now + LEASE - timedelta(minutes=14.5)
    claim = InteractionClaim(NAME, incoming.id, "dead")
    await here.store.interactions.claim(claim, here.now, LEASE, to_origin(incoming))
    await here.service().forgo(NAME, left.id)
    # until then nobody may take up the other one
    await here.store.interactions.drop_origin(InteractionClaim(NAME, left.id, "dead"), here.now)

    await next_process(here)
    await here.eventually(lambda: nothing_left(here))

    assert reasons(caplog, "interaction not taken up") == ["its token has expired"]
    assert here.local.asked("GET", ORIGINAL) == []


def snowflake(moment: datetime) -> str:
    return str((round(moment.timestamp() * 1000) - 1_420_070_400_000) << 22)


@pytest.mark.parametrize("first", ["takeover", "gateway"])
async def test_an_interaction_that_the_gateway_repeats_is_done_and_answered_once(here: Scene, first: str) -> None:
    ada = Person(here.local, here.channel, manages=True)
    data = subscribing(ada)
    left = await die(here, ada, 2, data, deferral=DEFER)
    if first == "gateway":
        # the lease is not over, so the repeated one waits for it
        await here.restarted(deadlines=DEFERRING)
        await ada.tell(left, 2, data)
        await here.settled(lambda: len(here.local.asked("POST", f"{left.token}/callback")) == 2)
        here.now += LEASE
    else:
        await next_process(here)
    await ada.done(left)
    if first == "takeover":
        await ada.tell(left, 2, data)
    assert await here.helped()
    await here.settled(lambda: sum(each.interaction == left.id for each in here.requests) == 3 - (first == "gateway"))

    assert await subscriptions(here) == 1
    assert len(left.messages) == 1
    assert len(here.local.asked("PATCH", f"{left.token}{ORIGINAL}")) == 1


async def test_who_is_told_that_the_bot_restarts_is_not_answered_again(here: Scene) -> None:
    ada = Person(here.local, here.channel, manages=True)
    await here.restarted(service=HangingService, deadlines=replace(DEFERRING, finish_within=0.1))
    left = await ada.begin(2, ada.command("vote", id="1"))
    await here.eventually(lambda: claimed(here))
    await here.settled(lambda: left.answered == DEFER)

    here.listeners.cancel()
    await asyncio.gather(here.listeners, return_exceptions=True)
    told = left.messages[0].body
    await next_process(here)
    assert await here.helped()

    assert not told["flags"] & LOADING
    assert left.messages[0].body is told
    assert await nothing_left(here)


class HangingService(RecordingService):
    """Is slow after its claim."""

    def __init__(
        self,
        services: Services,
        clock: Callable[[], datetime],
        requests: list[Request],
        pages: dict[str, Page],
    ) -> None:
        super().__init__(replace(services, papers=HeldPapers(services.store)), clock, requests, pages)


async def test_every_kind_of_interaction_is_stored_whole(here: Scene) -> None:
    ada = Person(here.local, here.channel, manages=True)
    papers = await here.another(name="papers")
    saved = await ada.press(
        await ada.type("subscribe", channels=(papers,), query="agents", at="9:00", timezone="UTC", channel=papers.id),
        "subscribe save*",
    )
    form = await ada.press(saved, ButtonAction.MODAL)
    assert form.interaction.answered == FORM
    await ada.submit(form, query="video")
    await ada.choose(await ada.type("trending"), "1.")

    kinds = set()
    for request in here.requests:
        incoming = from_origin(request.origin)
        kinds.add(incoming.kind)
        assert incoming.id == request.interaction
        assert incoming.token in request.origin
        assert incoming.token not in repr(request) + repr(incoming)
        assert to_origin(incoming) == request.origin
    assert {int(kind) for kind in kinds} == {2, 3, 5}


@pytest.mark.parametrize(
    "origin", ["", "[]", "{}", '{"token": "canary"}', '{"id": "../../x", "token": "canary"}', "canary", "nu\\u0000ll"]
)
async def test_what_is_no_interaction_is_refused_without_a_quotation(origin: str) -> None:
    with pytest.raises(ValueError, match=r"errors|malformed") as caught:
        from_origin(origin)
    assert "canary" not in str(caught.value)


async def test_a_token_that_would_change_the_address_is_refused(here: Scene) -> None:
    await Person(here.local, here.channel).type("help")
    incoming = from_origin(here.requests[0].origin)

    with pytest.raises(ValueError, match="malformed"):
        from_origin(to_origin(replace(incoming, token="x/../y")))  # noqa: S106 - nobody's
