"""What is stored, for how long, and the terms of use: /privacy, and the pages of the site."""

from __future__ import annotations

from collections.abc import Iterator

from bot.domain.i18n import Translatable, joined, lines, span, tr
from bot.domain.operator import Operator
from bot.domain.pages import Action, Link, Page, Row, Section
from bot.messages import sources
from bot.sources.registry import DETAILS_FROM


def privacy(operator: Operator, *, from_opened: bool = False) -> Page:
    """Return what is stored about chats and people, briefly. `from_opened` is whether opened papers count as liked."""
    return Page(
        title=tr("Privacy"),
        intro=_intro(),
        sections=(Section(rows=(*_stored(from_opened=from_opened), _removed(operator), _operator(operator))),),
        footer=lines(
            tr("{command} deletes everything about you.", command="/forget me"),
            tr("{command} deletes everything about this chat.", command="/forget everything"),
        ),
        links=tuple(_links(operator)),
    )


def privacy_policy(operator: Operator, *, from_opened: bool = False) -> Page:
    """Return the privacy page of the site."""
    return Page(
        title=tr("Privacy"),
        intro=_intro(),
        sections=(
            Section(heading=tr("Who is responsible"), rows=(_operator(operator), *_contact(operator))),
            Section(heading=tr("What is stored"), rows=_stored(from_opened=from_opened)),
            Section(heading=tr("For how long"), rows=(*_kept(operator), _removed(operator))),
            Section(heading=tr("See and delete your data"), rows=_rights()),
        ),
        actions=(Action(tr("Help"), "help"),),
    )


def terms(operator: Operator) -> Page:
    """Return the terms page of the site."""
    return Page(
        title=tr("Terms of use"),
        intro=tr("Paperboy is free, open-source software. These terms are about this installation of it."),
        sections=(
            Section(heading=tr("Who runs it"), rows=(_operator(operator), *_contact(operator))),
            Section(heading=tr("The service"), text=_service()),
            Section(heading=tr("Papers"), text=_papers()),
            Section(heading=tr("Your part"), text=_conduct()),
        ),
        actions=(Action(tr("Privacy"), "privacy"), Action(tr("Help"), "help")),
    )


def _intro() -> Translatable:
    return tr("Paperboy stores only what it needs to answer you and to send your digests.")


def _links(operator: Operator) -> Iterator[Link]:
    if operator.site:
        yield Link(tr("Privacy policy"), operator.privacy_url)
        yield Link(tr("Terms of use"), operator.terms_url)


def _operator(operator: Operator) -> Row:
    return Row(tr("Operator"), operator.name or tr("The operator of this installation hasn't given a name."))


def _contact(operator: Operator) -> Iterator[Row]:
    missing = tr("The operator of this installation hasn't given a contact.")
    yield Row(tr("Contact"), operator.contact or missing)


def _stored(*, from_opened: bool) -> tuple[Row, ...]:
    return (
        Row(
            tr("About a chat"),
            tr(
                "its id and name on its platform, its server, its language, when it added me, its subscriptions and "
                "their deliveries, the ids of papers already shown, and for two days the last question"
            ),
        ),
        Row(
            tr("About a mailbox"),
            tr(
                "its address, for two days after somebody enters it and for as long as it gets digests, "
                "and how many mails bounced"
            ),
        ),
        Row(
            tr("About a person"),
            tr(
                "your language, which papers you save and vote on, what you subscribed to and which chats you manage, "
                "under your id on the platform; no names, no messages"
            ),
        ),
        Row(tr("About your taste"), _of_taste(from_opened=from_opened)),
        Row(
            tr("About a button"),
            tr(
                "the id of each press, for two days, so that it counts only once; who pressed it and what for, only "
                "until it is answered"
            ),
        ),
        Row(tr("Sent elsewhere"), _sent_elsewhere()),
        Row(tr("In logs"), tr("which command was used, in which chat, and how long the answer took")),
    )


def _sent_elsewhere() -> Translatable:
    return joined(
        "; ",
        tr(
            "if I know few papers on a topic, or if it is about the life sciences, I send its words to {sources}, "
            "but never who asked",
            sources=sources.remote(),
        ),
        tr(
            "if somebody opens a paper, I may send its id to {sources}, but never who opened it",
            sources=sources.names(DETAILS_FROM),
        ),
    )


def _of_taste(*, from_opened: bool) -> Translatable:
    opened = (
        tr("Papers you open count as liked; I store their ids.")
        if from_opened
        else tr("I don't store which papers you open.")
    )
    return joined(
        " ",
        tr("the words you sent with {command} and the papers you pasted, under your id.", command="/taste"),
        tr("I compute what you like from these, your votes and your saved papers. Only you can see it."),
        tr("Votes in a chat also shape that chat's taste. Members can see it, but not who voted for what."),
        opened,
    )


def _removed(operator: Operator) -> Row:
    return Row(
        tr("After you remove me"),
        tr(
            "{time} after the bot is removed from a chat, everything about the chat is deleted. If the bot comes back "
            "before then, everything is kept.",
            time=span(operator.retention),
        ),
    )


def _kept(operator: Operator) -> tuple[Row, ...]:
    return (
        Row(tr("Subscriptions and settings"), tr("until somebody deletes them")),
        Row(tr("Saved papers, votes, taste"), tr("until you delete them, in every chat")),
        Row(tr("When each digest was sent"), tr("for 90 days")),
        Row(tr("Questions, buttons, requests by mail"), tr("for two days")),
    )


def _rights() -> tuple[Row, ...]:
    return (
        Row("/export", tr("shows the settings of a chat as text that you can keep or send to another chat")),
        Row("/saved · /taste", tr("show what is stored about you")),
        Row("/forget me", tr("deletes everything about you")),
        Row("/forget everything", tr("deletes everything about a chat; administrators can use it")),
        Row(tr("By mail"), tr("every mail has a link that ends the digests")),
        Row(
            tr("On this site"),
            tr(
                "one cookie remembers the language that you choose, and one the questions in the chat until you close "
                "the browser; nobody counts your visits"
            ),
        ),
        Row(
            tr("Elsewhere"),
            tr(
                "nothing about a deleted chat or person stays in the database. Logs and backups are the operator's; "
                "messages that were sent stay on the platform"
            ),
        ),
    )


def _service() -> Translatable:
    return lines(
        tr("Paperboy finds research papers and sends digests when you ask it to."),
        tr("It comes without any warranty. A digest can be late, be incomplete or fail, and the service can end."),
    )


def _papers() -> Translatable:
    return lines(
        tr("Titles, abstracts and figures belong to their authors and publishers, and come from the sources named."),
        tr("Being listed here says what people read and vote for, not whether a paper is right."),
    )


def _conduct() -> Translatable:
    return lines(
        tr("Subscribe only chats that you manage and mailboxes that are yours."),
        tr("Don't use the bot to disturb others, or so heavily that it stops working for them."),
        tr("The rules of the platform on which you use the bot apply too."),
    )
