"""The round that plans, claims, composes, sends and marks: every due digest once, or a row that says why not."""

from bot.deliver.crash import CrashPoint
from bot.deliver.deliverer import Deliverer
from bot.deliver.pace import Pace
from bot.deliver.retry_policy import OnUncertain
from bot.deliver.serving import serve

__all__ = ["CrashPoint", "Deliverer", "OnUncertain", "Pace", "serve"]
