"""Who wrote the summaries of papers."""

from __future__ import annotations

from collections.abc import Iterable

from bot.domain.i18n import Translatable, joined, tr
from bot.domain.papers import Paper

#: credits of one summary and of several, by `Paper.summary_by`
KNOWN = {
    str(one): (one, several)
    for one, several in (
        (tr("AI summary by Hugging Face"), tr("AI summaries by Hugging Face")),
        (tr("Summary by Paperboy"), tr("Summaries by Paperboy")),
    )
}


def credit(summary_by: str) -> Translatable:
    """Return the credit of a summary; empty if there is none."""
    return KNOWN[summary_by][0] if summary_by in KNOWN else joined("", summary_by)


def of_several(papers: Iterable[Paper]) -> Translatable:
    """Return the credits of the summaries of a list: "AI summaries by Hugging Face", or nothing."""
    writers = dict.fromkeys(paper.summary_by for paper in papers if paper.summary and paper.summary_by)
    return joined(" · ", *(KNOWN[each][1] if each in KNOWN else each for each in writers))
