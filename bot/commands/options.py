"""Options that several commands have."""

from __future__ import annotations

from bot.domain.requests import Completion, Option

#: how a command about one paper is told which
WHICH_PAPER = Option(
    name="id",
    description="Its number in the last list, its arXiv id or its address",
    required=True,
    completion=Completion.PAPER,
)
