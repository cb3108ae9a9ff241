"""What the pictures of a manager's subscriptions show: channels of one server, made by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

from bot.domain.deliveries import Delivery, DeliveryState
from bot.domain.pages import Page
from bot.domain.papers import DeliveryReason
from bot.domain.requests import Chat, ChatDetails
from bot.domain.schedule import EVERY_DAY, Schedule
from bot.domain.schedule.rule import WEEKDAYS
from bot.domain.standings import ChatDeliveries, ChatStandings, Overview, Standing
from bot.domain.subscriptions import Pause, Subscription
from bot.messages import managed_chats as view
from bot.messages.pauses import notice
from bot.sources import sample

NOW = sample.AS_OF
_GONE = {"discord": "the channel was deleted", "telegram": "the bot was removed from the chat"}
_NEXT = datetime(2026, 4, 27, 7, tzinfo=UTC)
_WEEKDAYS = Schedule(at=time(9), zone="Europe/Berlin", days=WEEKDAYS)
_DAILY = Schedule(at=time(18, 30), zone="Europe/Berlin", days=EVERY_DAY)


def _details(surface: str, id: int, name: str) -> ChatDetails:
    return ChatDetails(Chat(surface, str(id)), name, "1" if surface == "discord" else "")


def _subscription(
    details: ChatDetails, id: int, query: str, *, schedule: Schedule = _WEEKDAYS, paused: Pause | None = None
) -> Subscription:
    return Subscription(
        id=id,
        chat=details.chat,
        query=query,
        schedule=schedule,
        size=5,
        next_at=None if paused else _NEXT,
        paused=paused,
        paused_detail=_GONE[details.chat.surface] if paused is Pause.PLATFORM else "",
        created_at=NOW,
    )


def chats(surface: str) -> list[ChatStandings]:
    """Six channels, the first of which was deleted, and the second paused by a person."""
    mark, sign = ("#", 1) if surface == "discord" else ("", -1)
    names = ("old-reading-group", "seminar", "agents", "papers", "proteins", "vision")
    titles = names if mark else ("Old reading group", "Seminar", "Agents daily", "Papers", "Proteins", "Vision lab")
    found = [_details(surface, sign * (1001234567890 + place), f"{mark}{title}") for place, title in enumerate(titles)]
    rows = (
        [_subscription(found[0], 3, "retrieval", paused=Pause.PLATFORM)],
        [_subscription(found[1], 9, "reasoning", paused=Pause.PERSON)],
        [_subscription(found[2], 12, "agents -survey")],
        [_subscription(found[3], 1, ""), _subscription(found[3], 2, "diffusion", schedule=_DAILY)],
        [_subscription(found[4], 4, "protein folding")],
        [_subscription(found[5], 5, "video generation")],
    )
    return [
        ChatStandings(details, tuple(Standing(number, each) for number, each in enumerate(some, 1)))
        for details, some in zip(found, rows, strict=True)
    ]


def overview(surface: str) -> Page:
    """The list of all subscriptions."""
    shown = chats(surface)
    found = Overview(
        chats=tuple(shown),
        subscriptions=sum(len(each.standings) for each in shown),
        places=len(shown),
        attention=1,
        of_server=surface == "discord",
        before=0,
        page=1,
        pages=1,
    )
    return view.overview(found, shown[3].details.chat if surface == "discord" else Chat(surface, "7"), NOW)


def one(surface: str) -> Page:
    """The subscription of the channel that was deleted."""
    lost = chats(surface)[0]
    return view.one(lost.standings[0], lost.details, NOW, overseen=True)


def told(surface: str) -> Page:
    """The message to whoever subscribed."""
    lost = chats(surface)[0]
    subscriptions = [each.subscription for each in lost.standings]
    return notice(subscriptions, {lost.details.chat.id: lost.details}, acts=surface == "telegram")


def today(surface: str) -> Page:
    """The status of all channels."""
    shown = chats(surface)

    def row(which: int, id: int, state: DeliveryState, reason: DeliveryReason, note: str = "") -> ChatDeliveries:
        subscription = shown[which].standings[0].subscription
        delivery = Delivery(
            id=id,
            subscription_id=subscription.id,
            chat=subscription.chat,
            local_date=date(2026, 4, 24),
            due_at=NOW,
            state=state,
            visible_at=NOW.replace(hour=23, minute=46),
            changed_at=NOW,
            reason=reason,
            note=note,
        )
        return ChatDeliveries(shown[which].details, ((delivery, subscription),))

    found = [
        row(2, 1, DeliveryState.PLANNED, DeliveryReason.PLATFORM_WAIT, "429"),
        row(4, 2, DeliveryState.SKIPPED, DeliveryReason.EMPTY),
        row(0, 3, DeliveryState.FAILED, DeliveryReason.FORBIDDEN, "the channel was deleted"),
    ]
    return view.today(Page(title="Status"), found, shown[3].details.chat, NOW)
