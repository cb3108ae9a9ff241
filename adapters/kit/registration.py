"""How an adapter registers itself: its name, its builder, and its part of the process's settings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from pydantic import BaseModel


@dataclass(frozen=True, slots=True)
class Adapter:
    """The registry entry of an adapter."""

    #: as in `Chat.surface`: "discord"
    name: str
    #: "package.module:function", imported only where the adapter is configured. The function takes the adapter's
    #: settings and an `AdapterContext` and returns an asynchronous context manager that yields the adapter
    builder: str
    #: names of settings; the adapter is opened where any of them is set
    configured_by: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AdapterContext:
    """What a builder may need besides its own settings."""

    clock: Callable[[], datetime]
    #: an address or page of the operator, for user agents; may be empty
    contact: str
    #: where the site is reachable from outside; may be empty
    public_url: str


class AdapterSettings(BaseModel):
    """Base of each adapter's settings model. `Settings` inherits from all of them, so field names must be unique."""

    adapter: ClassVar[Adapter]
