"""Pure: what stands on a digest that comes by itself and not on one that was asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.digests.shortfall import Shortfall
from bot.domain.pages import Action, Page, Section
from bot.domain.papers import Paper
from bot.domain.subscriptions import Subscription
from bot.domain.text import shorten
from bot.messages import cards, shortfalls, terms, words

_LONGEST = 160


def delivered(page: Page, subscription: Subscription, late_since: datetime | None = None) -> Page:
    """The page with the moment of the next one, and an apology where this one is late."""
    coming = subscription.next_at and terms.moment(subscription.next_at, subscription.schedule)
    late = f"Late: this was due {terms.moment(late_since, subscription.schedule)}." if late_since else ""
    return replace(
        page,
        intro="\n".join(filter(None, (late, page.intro))),
        footer="\n".join(filter(None, (page.footer, f"Next digest: {coming}" if coming else ""))),
        moments=terms.moments(subscription),
    )


def nothing(subscription: Subscription, reason: Shortfall) -> Page:
    """A day without papers, and why it is one."""
    asked = shorten(subscription.query, _LONGEST)
    return Page(title=words.joined("No new papers", asked), intro=shortfalls.sentence(reason, subscription.query))


def again(digest_id: str, papers: Sequence[Paper]) -> Page:
    """One that was sent, with what is known of its papers now."""
    listed = tuple(cards.listed(paper, number) for number, paper in enumerate(papers, 1))
    return Page(
        title=f"Digest {digest_id}",
        intro=f"{words.papers(len(papers))}, as they were sent.",
        sections=(Section(cards=listed),),
        footer=cards.summarised(papers),
        actions=(Action("Trending", "trending"),),
    )
