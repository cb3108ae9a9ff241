"""What goes to a mailbox: a page, and the ways out that belong to this one reader."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.pages import Page
from bot.domain.requests import Chat


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionLinks:
    """What a reader may do with a mail; any of them may be empty.

    They are beside the page and not on it: the page of a digest is one object for all who get it, and these differ
    from reader to reader.
    """

    #: a page that asks on GET and ends the subscription on POST (RFC 8058)
    unsubscribe: str = ""
    #: the same as a mail to be sent: "mailto:stop@example.org?subject=u12-..."
    unsubscribe_by_mail: str = ""
    #: a page where the subscription can be changed
    change: str = ""
    #: a page with the button that begins the subscription
    confirm: str = ""
    #: the same digest on the site
    read: str = ""
    #: why this mail came, in a sentence
    why: str = ""
    #: letters that tell this subscription from others in the address that undeliverable mail comes back to
    tag: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingMail:
    """One mail before it has the form of one."""

    #: `Chat.id` is the address
    chat: Chat
    page: Page
    ways: ActionLinks
    #: the same for every try, so that a double can be told; letters and digits
    nonce: str
