"""What is said when somebody chooses rich messages: some clients show them blank, so that a sample is sent."""

from __future__ import annotations

from bot.domain.features import Feature, supports
from bot.domain.i18n import tr
from bot.domain.pages import Action, Card, Layout, Page, Section
from bot.domain.subscriptions import Subscription


def note(subscription: Subscription) -> tuple[Section, ...]:
    """Return what to know of the layout, where the surface has it."""
    if not _has_it(subscription):
        return ()
    warning = tr(
        "Some Telegram apps show rich messages as empty ones. A sample is posted below. "
        "If the sample is empty, choose the short layout again."
    )
    return (Section(text=warning),)


def back(subscription: Subscription) -> tuple[Action, ...]:
    """Return the button that chooses the short layout again."""
    if not _has_it(subscription):
        return ()
    return (Action(tr("Short layout"), f"subscriptions edit id:{subscription.id} layout:{Layout.COMPACT}"),)


def sample(subscription: Subscription) -> Page | None:
    """Return a page with an invented paper, as a digest shows it; None if the surface has no rich messages."""
    if not _has_it(subscription):
        return None
    card = Card(
        key="sample",
        number=1,
        title=tr("Title of a paper, which leads to its page"),
        url="https://arxiv.org/",
        byline=tr("Authors and date"),
        reason=tr("Why the digest has this paper"),
        body=tr(
            "The summary of the paper. You see its first lines, and the rest when you tap on it. "
            "In a digest, each paper has its whole summary. With the short layout, it has one or two sentences, and the "
            "rest is on the page that the number of the paper opens."
        ),
    )
    return Page(
        title=tr("Sample of a rich message"),
        intro=tr("If you can read this, your app shows rich messages."),
        sections=(Section(cards=(card,)),),
        layout=Layout.RICH,
    )


def _has_it(subscription: Subscription) -> bool:
    return supports(subscription.chat.surface, Feature.RICH_MESSAGES)
