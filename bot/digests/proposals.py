"""Proposals of subscriptions."""

from __future__ import annotations

from dataclasses import dataclass

from bot.digests.forecasts import Forecast, Overlap
from bot.domain.subscriptions import Subscription
from bot.query.subscriptions.spec import SubscriptionSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A subscription that a chat is asked about before it is saved."""

    subscription: Subscription
    #: what the person said
    wish: SubscriptionSpec
    #: where a time zone comes from that nobody named: "same as subscription 1"; empty if somebody named it
    zone_from: str = ""
    forecast: Forecast
    overlaps: tuple[Overlap, ...] = ()
    #: part of the buttons' commands, so that an old button cannot save a newer draft
    mark: str = ""
    has_fewer: bool = True
    has_more: bool = True
    #: why it may never bring anything; empty if it may
    warning: str = ""
    #: the command that saves it if it is not stored as the chat's draft: "subscribe agents at 9:00 Europe/Berlin save"
    saving: str = ""
