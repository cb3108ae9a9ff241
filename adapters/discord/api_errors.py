"""API errors of Discord (status codes, JSON error codes, time-outs) mapped to delivery errors and to failures for
the retry policy.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from adapters.discord.rest import ApiError, NoResponse, RequestDeferred
from adapters.kit.retry import Failure, Impact
from bot.domain.errors import DeliveryError
from bot.domain.i18n import tr
from bot.domain.requests import Chat

#: permanent errors by Discord's JSON error code, with the reason shown to people
_PERMANENT = {
    10003: tr("the channel was deleted"),
    10004: tr("the server was deleted"),
    50001: tr("the bot can't view the channel"),
    50007: tr("the person accepts no messages from the bot"),
    50008: tr("the channel doesn't accept messages"),
    50013: tr("the bot isn't allowed to post there"),
    50024: tr("the channel doesn't accept messages"),
    50083: tr("the thread is archived"),
    160005: tr("the thread is locked"),
    220001: tr("the forum doesn't accept this kind of message"),
    40067: tr("the forum requires a tag but has none"),
}
#: the bot is no longer in the channel, or was blocked
_REMOVED = frozenset({10003, 10004, 50001, 50007})
#: transient errors by code, with the time after which to retry
_TRANSIENT = {
    20016: timedelta(minutes=10),
    20022: timedelta(minutes=10),
    20028: timedelta(minutes=10),
    30046: timedelta(hours=1),
    160006: timedelta(minutes=10),
}
#: errors that end the edits of one message: it is too old for more, of somebody else, or gone
_NOT_EDITABLE = {
    30046: tr("Discord allows no more edits of this message"),
    50005: tr("the message isn't the bot's own"),
    10008: tr("the message was deleted"),
}
#: errors with which Discord refuses a thread until a person allows it
_NO_THREAD = {
    50013: tr("the bot needs the permission Create Public Threads there"),
    50001: tr("the bot can't view the channel"),
    10008: tr("the message was deleted"),
    10003: tr("the channel was deleted"),
}
#: the message has a thread
THREAD_EXISTS = 160004
#: the message existed and has been deleted
DELETED = 10008
#: the request's body is invalid
_BAD_FORM = 50035
#: an interaction callback that is too late; one that is acknowledged already; a webhook that does not exist yet
TOO_LATE, GIVEN, NOT_YET = 10062, 40060, 10015


def delivery_error(chat: Chat, error: ApiError | RequestDeferred | NoResponse) -> DeliveryError:
    """Return the delivery error for a message that was refused or whose outcome is unknown."""
    match error:
        case RequestDeferred(seconds=seconds, reason=reason):
            return DeliveryError(chat, reason, retry_after=timedelta(seconds=seconds))
        case NoResponse(reason=reason, reached=reached):
            return DeliveryError(chat, reason, ambiguous=reached)
        case ApiError():
            return _refused(chat, error)


def edit_error(chat: Chat, error: ApiError | RequestDeferred | NoResponse) -> DeliveryError:
    """Return the error of an edit; permanent if the message can't be changed any more."""
    return _final(chat, error, _NOT_EDITABLE) or delivery_error(chat, error)


def thread_error(chat: Chat, error: ApiError | RequestDeferred | NoResponse) -> DeliveryError:
    """Return the error of opening a thread; permanent if a person has to allow it first."""
    return _final(chat, error, _NO_THREAD) or delivery_error(chat, error)


def _final(
    chat: Chat, error: ApiError | RequestDeferred | NoResponse, known: Mapping[int, str]
) -> DeliveryError | None:
    """Return the permanent error for a known code, and for any other 403 or 404 of Discord's own."""
    if not isinstance(error, ApiError) or error.foreign:
        return None
    code = error.trouble.code
    if code in known or error.status in (403, 404):
        return DeliveryError(chat, known.get(code) or _PERMANENT.get(code) or str(error), permanent=True)
    return None


def _refused(chat: Chat, refusal: ApiError) -> DeliveryError:
    status, code, message = refusal.status, refusal.trouble.code, str(refusal)
    if status >= 500:
        return DeliveryError(chat, f"Discord returned an error ({status})", ambiguous=True, gateway=True)
    if code in _TRANSIENT:
        retry_after = refusal.trouble.retry_after
        return DeliveryError(
            chat, message, retry_after=_TRANSIENT[code] if retry_after is None else timedelta(seconds=retry_after)
        )
    if status in (401, 429) or (refusal.foreign and status == 403):
        return DeliveryError(chat, message, retry_after=timedelta(seconds=_retry_seconds(refusal)))
    if code in _PERMANENT:
        return DeliveryError(chat, _PERMANENT[code], permanent=True, removed=code in _REMOVED)
    # an unknown 403 pauses no subscription: a proxy or firewall may have caused it
    return DeliveryError(chat, message)


def _retry_seconds(refusal: ApiError) -> float:
    if refusal.trouble.retry_after is not None:
        return refusal.trouble.retry_after
    return 600.0 if refusal.foreign else 900.0


def answer_failure(error: Exception) -> Failure | None:
    """Return what a failed answer to a person may have done and whether to retry it; None for a bug of our own."""
    match error:
        case RequestDeferred(seconds=seconds, reason=reason):
            return Failure(impact=Impact.NONE, reason=reason, retry_after=seconds)
        case NoResponse(reason=reason, reached=reached):
            return Failure(impact=Impact.POSSIBLE if reached else Impact.NONE, reason=reason)
        case ApiError(status=429):
            return Failure(impact=Impact.NONE, reason=str(error), retry_after=error.trouble.retry_after or 0.0)
        case ApiError(status=status) if status >= 500:
            return Failure(impact=Impact.POSSIBLE, reason=str(error))
        case ApiError():
            code = error.trouble.code
            impact = Impact.ALREADY_DONE if code == GIVEN else Impact.NONE
            return Failure(impact=impact, reason=str(error), permanent=code != NOT_YET)
    return None


def form_refused(error: ApiError) -> bool:
    """Whether another form of the same page (embed, text) may be accepted."""
    return error.status == 400 and error.trouble.code in (_BAD_FORM, 50006, 50109)
