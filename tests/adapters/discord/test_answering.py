"""An answer to a person survives what goes wrong on its way: it is given once, or the log says once why not."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace

import pytest

from adapters.discord import pages
from adapters.discord.custom_ids import ButtonAction
from adapters.discord.interaction_reply import Acknowledged, AnswerFailed, CallbackType, Deadlines, InteractionReply
from adapters.discord.interactions import Data, IncomingInteraction, InteractionType
from adapters.discord.rest import Rest
from adapters.discord.vote_counts import remember
from bot.domain.errors import StoreError
from bot.domain.pages import Page
from bot.domain.requests import Chat, Request, Tally
from bot.messages import trouble
from tests.adapters.discord.bodies import components
from tests.adapters.discord.interactions import DEFER, DEFER_UPDATE, Interaction
from tests.adapters.discord.people import Person
from tests.adapters.discord.scene import GENEROUS, RecordingService, Scene
from tests.adapters.discord.server import LocalDiscord
from tests.adapters.discord.troubles import Fault, cloudflare, limited, refusal
from tests.adapters.discord.world import APPLICATION, TOKEN, Channel
from tests.adapters.kit.clocks import ManualClock

CALLBACK, ORIGINAL = "/callback", "/messages/@original"
#: one failure of each kind that may pass by itself
PASSING: dict[str, Callable[[str, str], Fault]] = {
    "429": lambda path, method: replace(limited(0.05), path=path, method=method),
    "500": lambda path, method: Fault(path=path, method=method, status=500),
    "502 of a proxy": lambda path, method: Fault(path=path, method=method, status=502, body="<html>Bad Gateway</html>"),
    "503": lambda path, method: Fault(path=path, method=method, status=503),
    "reset before": lambda path, method: Fault(path=path, method=method, reset=True),
    "reset after": lambda path, method: Fault(path=path, method=method, reset=True, after=True),
    "500 after": lambda path, method: Fault(path=path, method=method, status=500, after=True),
    "429 of a proxy": lambda path, method: replace(cloudflare(), path=path, method=method),
}


def unanswered(caplog: pytest.LogCaptureFixture) -> list[logging.LogRecord]:
    """The lines about answers that could not be given."""
    return [each for each in caplog.records if each.message in ("not answered", "too late")]


async def briefly(seconds: float) -> None:
    """Wait for a small part of what is wanted."""
    await asyncio.sleep(seconds / 20)


QUICK = Deadlines(promise_after=0.0, first_within=GENEROUS, finish_within=0.1, sleep=briefly)


class FaultyService(RecordingService):
    """A service with a fault in it: one of its calls raises."""

    faulty: Collection[str] = ()

    async def handle(self, request: Request) -> Page:
        """As it is, or slow and broken."""
        if "pausing" in self.faulty:
            await asyncio.sleep(0.05)
        if "hanging" in self.faulty:
            await asyncio.sleep(60)
        if "handle" in self.faulty:
            raise ZeroDivisionError("a fault")
        return await super().handle(request)

    async def alive(self, surface: str, told: str) -> None:
        """As it is, or on a full disk."""
        if "alive" in self.faulty:
            raise StoreError("there is no room left")
        await super().alive(surface, told)

    async def tallies(self, chat: Chat, paper_ids: Collection[str]) -> Mapping[str, Tally]:
        """As it is, or broken."""
        if "tallies" in self.faulty:
            raise ZeroDivisionError("a fault")
        return await super().tallies(chat, paper_ids)


@pytest.fixture
def faulty() -> Iterator[type[FaultyService]]:
    """The kind of service, without any fault before and after."""
    yield FaultyService
    FaultyService.faulty = ()


async def test_a_callback_that_fails_is_made_again(here: Scene, caplog: pytest.LogCaptureFixture) -> None:
    here.local.checked = False
    ada = Person(here.local, here.channel)
    for name, fault in PASSING.items():
        for times in (1, 2):
            here.local.faults = [replace(fault(CALLBACK, "POST"), times=times)]

            seen = await ada.type("help")

            assert here.answered(seen, "help"), name
            assert seen.alone
            assert len(seen.interaction.messages) == 1
    assert unanswered(caplog) == []


async def test_a_callback_that_hangs_is_made_again_within_the_three_seconds(here: Scene) -> None:
    here.local.faults = [Fault(path=CALLBACK, hang=True)]

    seen = await Person(here.local, here.channel).type("help")

    assert here.answered(seen, "help")


async def test_a_promise_is_kept_whatever_fails_once(
    here: Scene, faulty: type[FaultyService], caplog: pytest.LogCaptureFixture
) -> None:
    here.local.checked = False
    await here.restarted(service=faulty, deadlines=QUICK)
    faulty.faulty = ("pausing",)
    ada = Person(here.local, here.channel)
    for name, fault in PASSING.items():
        here.local.faults = [
            fault(CALLBACK, "POST"),
            replace(refusal(404, 10015, "Unknown Webhook"), path=ORIGINAL, method="PATCH"),
            fault(ORIGINAL, "PATCH"),
        ]

        seen = await ada.type("help")

        assert seen.interaction.answered == DEFER, name
        assert here.answered(seen, "help"), name
        assert len(seen.interaction.messages) == 1
    assert unanswered(caplog) == []


async def test_a_follow_up_is_sent_again(here: Scene) -> None:
    ada = Person(here.local, here.channel)
    public = await here.full_digest()
    here.local.faults = [
        Fault(path=f"/webhooks/{APPLICATION}", method="POST", status=500),
        replace(refusal(404, 10015, "Unknown Webhook"), path=ORIGINAL, method="PATCH"),
    ]

    voted = await ada.press(public, "vote * up")

    assert voted.interaction.answered == DEFER_UPDATE
    assert voted.alone
    await here.settled(lambda: "👍 1" in str(public.body))


async def test_what_cannot_be_answered_is_logged_once_with_its_reason(
    here: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    ada = Person(here.local, here.channel)
    for code, line in ((10062, "too late"), (10003, "not answered")):
        caplog.clear()
        here.local.faults = [replace(refusal(404, code, "Unknown"), path=CALLBACK)]

        await ada.begin(2, ada.command("help"))
        await here.settled(lambda: bool(unanswered(caplog)))
        again = await ada.type("help")

        assert [record.message for record in unanswered(caplog)] == [line]
        assert f"code {code}" in str(unanswered(caplog)[0].__dict__["facts"]["reason"])
        assert here.answered(again, "help")


async def test_a_vote_whose_answer_came_too_late_is_counted_on_the_button_all_the_same(here: Scene) -> None:
    ada, bob = Person(here.local, here.channel), Person(here.local, here.channel, id="3")
    public = await here.full_digest()
    await ada.press(public, "vote * up")
    here.local.faults = [replace(refusal(404, 10062, "Unknown interaction"), path=CALLBACK)]

    vote = next(
        each["custom_id"] for each in components(public.body["components"]) if " up" in each.get("custom_id", "")
    )
    await bob.begin(3, {"custom_id": vote, "component_type": 2}, public)

    await here.settled(lambda: "👍 2" in str(public.body))


async def test_an_interaction_that_comes_twice_is_answered_once(here: Scene) -> None:
    ada = Person(here.local, here.channel)
    seen = await ada.type("help")
    (session,) = here.local.gateway.sessions.values()

    for event in [each for each in session.log if each["t"] == "INTERACTION_CREATE"]:
        await here.local.gateway.frame(event)
    assert here.answered(await ada.type("trending"), "trending")

    assert len([each for each in here.local.asked("POST", CALLBACK) if seen.interaction.id in each.path]) == 1
    assert [request.command for request in here.requests] == ["help", "trending"]


@pytest.mark.parametrize("deadlines", [None, QUICK], ids=["at once", "promised"])
async def test_a_fault_of_ours_is_an_answer_with_a_reference(
    here: Scene, faulty: type[FaultyService], deadlines: Deadlines | None, caplog: pytest.LogCaptureFixture
) -> None:
    await here.restarted(service=faulty, deadlines=deadlines)
    ada = Person(here.local, here.channel)
    for fault in ("handle", "tallies"):
        caplog.clear()
        faulty.faulty = (fault, "pausing")

        seen = await ada.type("trending")

        assert seen.title == trouble.our_fault("").title
        assert seen.alone
        (logged,) = [record for record in caplog.records if record.levelname == "ERROR"]
        assert str(logged.__dict__["facts"]["reference"]) in seen.text
    faulty.faulty = ()
    assert here.answered(await ada.type("trending"), "trending")


async def test_who_cannot_leave_a_sign_of_life_answers_all_the_same(
    here: Scene, faulty: type[FaultyService], caplog: pytest.LogCaptureFixture
) -> None:
    faulty.faulty = ("alive",)
    await here.restarted(service=faulty)
    await here.settled(lambda: any(each.message == "heartbeat not written" for each in caplog.records))

    assert await here.helped()
    assert here.local.gateway.identified == 2


async def test_a_fault_behind_a_promise_is_told_to_one_person_and_leaves_the_page(
    here: Scene, faulty: type[FaultyService]
) -> None:
    ada = Person(here.local, here.channel)
    first = await ada.type("trending", window="month", count=25)
    page = first.message.body
    await here.restarted(service=faulty, deadlines=QUICK)
    faulty.faulty = ("pausing", "handle")

    shared = await ada.press(first, ButtonAction.SHARE)
    turned = await ada.press(first, ButtonAction.PAGE)

    assert shared.title == trouble.our_fault("").title
    assert turned.title == trouble.our_fault("").title
    assert shared.alone
    assert turned.alone
    assert first.message.body == page
    assert here.local.world.posted(here.channel) == []


async def test_who_was_promised_an_answer_is_told_that_the_bot_is_being_restarted(
    here: Scene, faulty: type[FaultyService]
) -> None:
    await here.restarted(service=faulty, deadlines=QUICK)
    faulty.faulty = ("hanging",)
    ada = Person(here.local, here.channel)
    asked = await ada.begin(2, ada.command("help"))
    await here.settled(lambda: asked.answered == DEFER)

    faulty.faulty = ()
    await here.restarted()

    assert (await ada.done(asked)).title == pages.restarting().title
    assert await here.helped()


def test_no_more_messages_are_remembered_than_there_is_room_for() -> None:
    known: OrderedDict[int, str] = OrderedDict()
    for number in (1, 2, 1, 3, 4):
        remember(known, number, f"value {number}", most=3)

    assert list(known) == [1, 3, 4]


def reply_to(local: LocalDiscord, rest: Rest, clock: ManualClock, begun: Interaction) -> InteractionReply:
    """The right to answer something, by a clock that only sleeping moves."""
    asked = IncomingInteraction(
        id=begun.id,
        token=begun.token,
        application=APPLICATION,
        kind=InteractionType.COMMAND,
        data=Data(),
        channel=begun.channel,
        person=begun.person,
        server_installed=True,
        direct=False,
    )
    return InteractionReply(rest=rest, incoming=asked, deadlines=Deadlines(clock=clock, sleep=clock.sleep))


BODY: dict[str, object] = {"content": "x", "allowed_mentions": {"parse": []}}


async def test_an_edit_is_tried_for_fourteen_minutes_and_no_longer_than_the_token_lives(
    local: LocalDiscord, channel: Channel
) -> None:
    clock = ManualClock()
    begun = local.interactions.begin("1", channel.id, asyncio.get_running_loop().time())
    local.interactions.deadline = 60
    async with Rest(local.url, TOKEN) as rest:
        reply = reply_to(local, rest, clock, begun)
        assert await reply.call_back(CallbackType.DEFER, {}) is Acknowledged.YES
        fault = replace(refusal(404, 10015, "Unknown Webhook"), path=ORIGINAL, method="PATCH", times=10_000)
        local.faults = [fault]
        with pytest.raises(AnswerFailed, match="10015"):
            await reply.edit(BODY)
        assert 13 * 60 < clock() - reply.received_at < 15 * 60
        assert not reply.alive or clock() - reply.received_at < 14.5 * 60

        fault.times = 20
        clock = ManualClock()
        reply = reply_to(local, rest, clock, begun)
        await reply.edit(BODY)

    assert begun.messages[0].body["content"] == "x"


async def test_a_callback_is_not_tried_after_its_three_seconds(local: LocalDiscord, channel: Channel) -> None:
    clock = ManualClock()
    begun = local.interactions.begin("1", channel.id, asyncio.get_running_loop().time())
    local.faults = [Fault(path=CALLBACK, status=503, times=10_000)]
    async with Rest(local.url, TOKEN) as rest:
        reply = reply_to(local, rest, clock, begun)
        with pytest.raises(AnswerFailed, match="503"):
            await reply.call_back(CallbackType.MESSAGE, BODY)
        assert clock() - reply.received_at < 3
        assert len(local.asked("POST", CALLBACK)) > 3

        local.faults = [replace(limited(2.9), path=CALLBACK)]
        reply = reply_to(local, rest, clock, begun)
        with pytest.raises(AnswerFailed, match="429"):
            await reply.call_back(CallbackType.MESSAGE, BODY)


async def test_a_promise_that_is_in_doubt_is_kept_and_one_that_came_too_late_is_given_up(
    local: LocalDiscord, channel: Channel
) -> None:
    local.interactions.deadline = 60
    begun = local.interactions.begin("1", channel.id, asyncio.get_running_loop().time())
    async with Rest(local.url, TOKEN) as rest:
        local.faults = [Fault(path=CALLBACK, status=500, times=10_000, after=True)]
        reply = reply_to(local, rest, ManualClock(), begun)
        assert await reply.call_back(CallbackType.DEFER, {}) is Acknowledged.PERHAPS
        await reply.edit(BODY)
        with pytest.raises(AnswerFailed, match="500"):
            await reply_to(local, rest, ManualClock(), begun).call_back(CallbackType.MESSAGE, BODY)

        late = refusal(404, 10062, "Unknown interaction")
        local.faults = [Fault(path=CALLBACK, status=500), replace(late, path=CALLBACK)]
        with pytest.raises(AnswerFailed, match="10062") as caught:
            await reply_to(local, rest, ManualClock(), begun).call_back(CallbackType.DEFER, {})
    assert caught.value.code == 10062
    assert begun.messages[0].body["content"] == "x"


async def test_who_was_acknowledged_by_another_process_is_told_so(local: LocalDiscord, channel: Channel) -> None:
    begun = local.interactions.begin("1", channel.id, asyncio.get_running_loop().time())
    local.interactions.deadline = 60
    async with Rest(local.url, TOKEN) as rest:
        one, two = (reply_to(local, rest, ManualClock(), begun) for _ in range(2))

        assert await one.call_back(CallbackType.DEFER, {}) is Acknowledged.YES
        assert await two.call_back(CallbackType.MESSAGE, BODY) is Acknowledged.BEFORE
