"""Standing wishes: a subscription in what a person typed, and in words that read back to the same."""

from bot.subscribing.composing import asked, best_of_week, digest_due, digest_for, kept_back_since
from bot.subscribing.forecast import Brought, Forecast, Overlap, carried_from, overlaps, replayed
from bot.subscribing.reader import EVERYTHING, change, read
from bot.subscribing.shown import safe, show
from bot.subscribing.slots import Slot, next_slot, past_week
from bot.subscribing.steps import fewer, more
from bot.subscribing.wish import Wish

__all__ = [
    "EVERYTHING",
    "Brought",
    "Forecast",
    "Overlap",
    "Slot",
    "Wish",
    "asked",
    "best_of_week",
    "carried_from",
    "change",
    "digest_due",
    "digest_for",
    "fewer",
    "kept_back_since",
    "more",
    "next_slot",
    "overlaps",
    "past_week",
    "read",
    "replayed",
    "safe",
    "show",
]
