"""Digests that are delivered: what they have beside the list itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.digests.shortfall import Shortfall
from bot.domain.features import layout_on
from bot.domain.i18n import lines, tr
from bot.domain.pages import Action, Page, Section, without_thumbnails
from bot.domain.papers import Paper
from bot.domain.subscriptions import Subscription
from bot.domain.text import shorten
from bot.messages import cards, schedules, shortfalls, words
from bot.messages.credits import of_several

_LONGEST = 160


def delivered(page: Page, subscription: Subscription, late_since: datetime | None = None) -> Page:
    """Return the page with the time of the next digest, and with a note if this one is late."""
    schedule = subscription.schedule
    late = (
        tr("Late: this digest was due {moment}.", moment=schedules.moment(late_since, schedule)) if late_since else ""
    )
    coming = schedules.due(subscription)
    return replace(
        page if subscription.thumbnails else without_thumbnails(page),
        intro=lines(late, page.intro),
        footer=lines(page.footer, tr("Next digest: {moment}", moment=coming) if coming else ""),
        layout=layout_on(subscription.chat.surface, subscription.layout),
    )


def nothing(subscription: Subscription, reason: Shortfall) -> Page:
    """Return the page for a day without papers, with the reason."""
    asked = shorten(subscription.query, _LONGEST)
    return Page(title=words.joined(tr("No new papers"), asked), intro=shortfalls.sentence(reason, subscription.query))


def again(digest_id: str, papers: Sequence[Paper]) -> Page:
    """Return a digest that was sent, with its papers as they are known now."""
    listed = tuple(cards.listed(paper, number) for number, paper in enumerate(papers, 1))
    return Page(
        title=tr("Digest {id}", id=digest_id),
        intro=tr("{papers}, in the order in which they were sent.", papers=words.papers(len(papers))),
        sections=(Section(cards=listed),),
        footer=of_several(papers),
        actions=(Action(tr("Trending"), "trending"),),
    )
