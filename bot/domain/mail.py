"""Outgoing mail: a page, and the action links of one reader."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.pages import Page
from bot.domain.requests import Chat


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionLinks:
    """Links by which a reader can act on a mail; any may be empty.

    They are separate from the page, because the page of a digest is shared by all its readers while these differ per
    reader.
    """

    #: page that asks on GET and unsubscribes on POST (RFC 8058)
    unsubscribe: str = ""
    #: the same by mail: "mailto:stop@example.org?subject=u12-..."
    unsubscribe_by_mail: str = ""
    #: page on which the subscription can be changed
    change: str = ""
    #: page with the button that confirms the subscription
    confirm: str = ""
    #: the digest on the website
    read: str = ""
    #: the privacy page
    privacy: str = ""
    #: why the reader gets this mail, as a sentence
    why: str = ""
    #: identifies the subscription in the bounce address (VERP)
    tag: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingMail:
    """One mail before it is encoded."""

    #: `Chat.id` is the address
    chat: Chat
    page: Page
    action_links: ActionLinks
    #: the same for every attempt, to recognize duplicates; letters and digits
    nonce: str
