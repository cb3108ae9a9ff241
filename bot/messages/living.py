"""Digests that are updated after they were sent, and notices about what could not be done to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.digests.composition import Digest
from bot.digests.paper_news import with_news
from bot.domain.follow_ups import PaperNews
from bot.domain.i18n import Translatable, lines, tr, tr_n
from bot.domain.pages import Card, Page
from bot.domain.requests import ChatDetails
from bot.domain.subscriptions import Subscription
from bot.messages import delivered, schedules, trending, words


def updated(
    digest: Digest,
    subscription: Subscription,
    news: Sequence[PaperNews],
    *,
    composed_at: datetime,
    as_of: datetime,
    late_since: datetime | None = None,
) -> Page:
    """Return the page of a delivered digest with news: the same papers and numbers, their votes, and who moved."""
    page = trending.digest(with_news(digest, news), None, composed_at, digest_id=digest.id, layout=subscription.layout)
    moved = {each.paper_id: each.moved for each in news}
    sections = tuple(
        replace(section, cards=tuple(_card(card, moved.get(card.key, 0)) for card in section.cards))
        for section in page.sections
    )
    when = tr("Updated {moment}", moment=schedules.local(as_of, subscription.schedule))
    return delivered.delivered(
        replace(page, sections=sections, footer=lines(when, page.footer)), subscription, late_since
    )


def _card(card: Card, moved: int) -> Card:
    return replace(card, reason=words.joined(_move(moved), card.reason)) if moved else card


def _move(places: int) -> Translatable:
    if places > 0:
        return tr_n("▲ {count} place", "▲ {count} places", places)
    return tr_n("▼ {count} place", "▼ {count} places", -places)


def no_thread(subscription: Subscription, details: ChatDetails, reason: str) -> Page:
    """Return the notice that a digest was sent without the thread for its discussion."""
    where = details.name or details.chat.id
    command = f"/subscriptions edit id:{subscription.id} thread:no"
    return Page(
        title=tr("No thread for the digest"),
        intro=lines(
            tr(
                "I sent the digest to {chat}, but I couldn't open its thread: {reason}.",
                chat=where,
                reason=words.stored(reason),
            ),
            tr("I try again with the next digest, and won't mention it again until a thread worked."),
        ),
        footer=tr("To do without threads, send {command} there.", command=command),
    )
