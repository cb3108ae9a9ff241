"""What is said when somebody chooses rich messages: some clients show them blank, so that a sample is sent."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.features import Feature, supports
from bot.domain.i18n import tr
from bot.domain.pages import Action, Card, Layout, Page, Section
from bot.domain.subscriptions import Subscription

_WARNING = tr(
    "Some Telegram apps show rich messages as empty ones. A sample is posted below. "
    "If the sample is empty, choose the short layout again."
)


def explained(page: Page, subscription: Subscription) -> Page:
    """Return the page that confirms the layout with a warning, a sample, and a button that chooses the short layout."""
    if not supports(subscription.chat.surface, Feature.RICH_MESSAGES):
        return page
    id, layout = f"id:{subscription.id}", f"layout:{Layout.COMPACT}"
    back = Action(tr("Short layout"), f"subscriptions edit {id} {layout}")
    return replace(
        page,
        sections=(*page.sections, Section(text=_WARNING)),
        actions=(*page.actions, back),
        sample=_sample(),
    )


def _sample() -> Page:
    """Return a page with an invented paper, as a digest shows it."""
    card = Card(
        key="sample",
        number=1,
        title=tr("Title of a paper, which leads to its page"),
        url="https://arxiv.org/",
        byline=tr("Authors and date"),
        reason=tr("Why the digest has this paper"),
        body=tr(
            "The summary of the paper. You see its first lines, and the rest when you tap on it. "
            "In a digest, each paper has its whole summary. With the short layout, it has one or two sentences, and "
            "the rest is on the page that the number of the paper opens."
        ),
    )
    return Page(
        title=tr("Sample of a rich message"),
        intro=tr("If you can read this, your app shows rich messages."),
        sections=(Section(cards=(card,)),),
        layout=Layout.RICH,
    )
