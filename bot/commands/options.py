"""Options that several commands share."""

from __future__ import annotations

from bot.domain.i18n import tr
from bot.domain.requests import Completion, Option

#: one paper
WHICH_PAPER = Option(
    name="id",
    description=tr("Number from the last list, arXiv id, DOI or link"),
    required=True,
    completion=Completion.PAPER,
)
#: words of a query
QUERY = Option(name="query", description=tr("Words to search for; -word excludes a word"), completion=Completion.QUERY)
#: length of a list
COUNT = Option(name="count", description=tr("Number of papers, 1 to 25"), typed="top {}")
