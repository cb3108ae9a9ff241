"""Pages, labels and form texts that only exist on Discord."""

from __future__ import annotations

from dataclasses import replace

from adapters.discord.permissions import Permission, names
from bot.domain.i18n import Message, Translatable, lines, listing, tr
from bot.domain.pages import Page, Section, Trouble
from bot.domain.subscriptions import EmptyDay
from bot.messages.localization import text_in

#: who may manage the subscriptions of a channel, as shown in refusals
MANAGERS = tr("someone with the “Manage Server” permission")

SHARE_LABEL = tr("Show to everyone")
CHANGE_LABEL = tr("Change …")
PAPER_MENU = tr("Open a paper: abstract, why, save, cite …")
SUBSCRIPTION_MENU = tr("Choose a subscription: change, move, pause, end …")

MODAL_TITLE = tr("What would you like to change?")
#: fields of the modal by name; Discord limits a label to 45 characters
MODAL_LABELS = {
    "when": tr("When"),
    "query": tr("Topic"),
    "count": tr("Maximum number of papers"),
    "else": tr("Other options"),
    "empty": tr("On days without new papers"),
}
MOVE_TITLE = tr("Move this subscription")
MOVE_LABEL = tr("To which channel?")
MOVE_DESCRIPTION = tr("A text channel, an announcement channel, a thread or a forum")
TOPIC_EMPTY = tr("Leave it empty for all papers")
MODAL_KEEP = tr("Leave empty to keep it as it is")
MODAL_NO_CHANGE = tr("No change")
EMPTY_DAYS = {
    EmptyDay.NOTE: tr("Send a short note"),
    EmptyDay.BEST: tr("Send the week's best papers that weren't shown yet"),
    EmptyDay.NOTHING: tr("Send nothing"),
}


def other_server() -> Page:
    """Refuse a command about a channel of another server."""
    return _refused(
        tr("That channel is in another server"), tr("Use this command in the server that the channel belongs to.")
    )


def hidden_channel() -> Page:
    """Refuse to show anything about a channel that the person cannot view."""
    return _refused(
        tr("You can't view that channel"), tr("Only members who can view a channel can see its subscriptions.")
    )


def not_manager() -> Page:
    """Refuse to change a subscription."""
    return Page(
        title=tr("To change subscriptions, you need the “Manage Server” permission"),
        intro=tr("Ask {managers}.", managers=MANAGERS),
        trouble=Trouble.NOT_ALLOWED,
    )


def cannot_post(channel: str, missing: Permission) -> Page:
    """Refuse a subscription because the bot lacks permissions; `channel` is a name, empty for the current channel."""
    title = (
        tr("I'm not allowed to post in #{channel}", channel=channel) if channel else tr("I'm not allowed to post here")
    )
    return _refused(
        title,
        lines(
            tr("Missing permissions: {permissions}.", permissions=listing(names(missing))),
            tr("Grant them to my role or in the channel's settings, then try again. Nothing was saved."),
        ),
    )


def everyone_role() -> Page:
    """Refuse to mention the role that every member has."""
    return _refused(
        tr("That role includes everyone"), tr("Choose a role that members can opt out of. Nothing was saved.")
    )


def with_advice(page: Page, channel: str, missing: Permission) -> Page:
    """Return the page with a note on optional permissions that the bot lacks; `channel` as in `cannot_post`."""
    permissions = listing(names(missing))
    advice = tr("Optional permissions that I don't have here: {permissions}.", permissions=permissions)
    if channel:
        advice = tr(
            "Optional permissions that I don't have in #{channel}: {permissions}.",
            channel=channel,
            permissions=permissions,
        )
    return replace(page, sections=(*page.sections, Section(text=text_in(advice, page.language))))


def overloaded() -> Page:
    """Tell a person that a request was dropped because too many of theirs are running."""
    return Page(
        title=tr("One at a time, please"),
        intro=tr("I'm still answering your earlier requests, so I skipped this one. Try again when they are done."),
        trouble=Trouble.REFUSED,
    )


def restarting() -> Page:
    """Tell a person that the process ends before their answer is ready."""
    return Page(
        title=tr("I'm restarting"),
        intro=tr(
            "Your answer wasn't ready in time. Try again in a minute. If you were changing something, check first "
            "whether it was saved."
        ),
        trouble=Trouble.BUSY,
    )


def left_out(count: int) -> Message:
    """Return the note on what does not fit into one message."""
    return tr("… and {count} more that didn't fit.", count=count)


def _refused(title: Message, intro: Translatable) -> Page:
    return Page(title=title, intro=intro, trouble=Trouble.REFUSED)
