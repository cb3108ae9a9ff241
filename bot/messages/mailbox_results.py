"""The page for each result of the mailbox services (`bot/domain/mailbox_results.py`)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.domain import mailbox_results as results
from bot.domain.pages import Page
from bot.domain.standings import ChangedSubscription
from bot.messages import mailing, subscriptions


def page_of(result: results.MailboxResult, now: datetime) -> Page:
    """Return the page that shows a result."""
    match result:
        case results.InvitationSent() | results.InvitationOpened() | results.InvitationAccepted():
            return _invitation(result, now)
        case results.AlreadySubscribed(address):
            return mailing.begun_before(address)
        case results.InvitationDeclined():
            return mailing.request_dropped()
        case results.UnsubscribeOpened(subscription):
            return mailing.leave(subscription)
        case results.Unsubscribed(subscription):
            return mailing.left(subscription)
        case results.AlreadyUnsubscribed():
            return mailing.left_before()
        case results.ChangeOpened(subscription):
            return mailing.as_it_is(subscription, now)
        case ChangedSubscription() | results.MailPaused() | results.MailResumed():
            # the buttons and the footer of these pages only work in a chat
            return replace(_change(result, now), actions=(), footer="")
        case _:
            return _bounce(result)


def _invitation(
    result: results.InvitationSent | results.InvitationOpened | results.InvitationAccepted, now: datetime
) -> Page:
    subscription = result.subscription
    match result:
        case results.InvitationSent():
            return mailing.invited(subscription.chat.id, subscription)
        case results.InvitationOpened():
            return mailing.really(subscription.chat.id, subscription)
        case results.InvitationAccepted():
            return mailing.begun(subscription.chat.id, subscription, now)


def _change(result: ChangedSubscription | results.MailPaused | results.MailResumed, now: datetime) -> Page:
    match result:
        case ChangedSubscription(before, after, served):
            return subscriptions.changed(after, before, served, now)
        case results.MailPaused(standing, changed):
            return subscriptions.paused([standing]) if changed else subscriptions.already_paused([standing])
        case results.MailResumed(standing, changed):
            return subscriptions.resumed([standing], now) if changed else subscriptions.already_running([standing])


def _bounce(
    result: results.BounceCounted | results.MailboxSuspended | results.MailboxReleased | results.ReportIgnored,
) -> Page:
    match result:
        case results.BounceCounted(address, count, limit):
            return mailing.noted(address, count, limit)
        case results.MailboxSuspended(address, reason, paused):
            return mailing.suspended(address, paused, reason)
        case results.MailboxReleased(address):
            return mailing.released(address)
        case results.ReportIgnored():
            return mailing.unknown()
