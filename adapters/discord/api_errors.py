"""Pure: what Discord's refusals mean for a delivery."""

from __future__ import annotations

from datetime import timedelta

from adapters.discord.rest import Refusal, Unanswered, Waiting
from adapters.kit.retry import Failure, Impact
from bot.domain.errors import DeliveryError
from bot.domain.requests import Chat

#: refusals that would come again every time, by Discord's code, in words for /status
_FOR_EVER = {
    10003: "the channel is gone",
    10004: "the server is gone",
    50001: "the bot cannot see the channel",
    50008: "the channel takes no messages",
    50013: "the bot may not post there",
    50024: "the channel takes no messages",
    50083: "the thread is archived",
    160005: "the thread is locked",
    220001: "the forum takes no messages of this kind",
    40067: "the forum wants a tag that it does not offer",
}
#: refusals that pass by themselves, and after how long
_LATER = {
    20016: timedelta(minutes=10),
    20022: timedelta(minutes=10),
    20028: timedelta(minutes=10),
    30046: timedelta(hours=1),
    160006: timedelta(minutes=10),
}
#: the message had been there, and somebody has deleted it
DELETED = 10008
#: a form that is not taken
_BAD_FORM = 50035
#: an answer to a person that came too late, or was given already; one for which the first word has not arrived yet
TOO_LATE, GIVEN, NOT_YET = 10062, 40060, 10015


def delivery_error(chat: Chat, error: Refusal | Waiting | Unanswered) -> DeliveryError:
    """What the engine must know of a message that was not taken, or may have been."""
    match error:
        case Waiting(seconds=seconds, reason=reason):
            return DeliveryError(chat, reason, retry_after=timedelta(seconds=seconds))
        case Unanswered(reason=reason, reached=reached):
            return DeliveryError(chat, reason, ambiguous=reached)
        case Refusal():
            return _refused(chat, error)


def _refused(chat: Chat, refusal: Refusal) -> DeliveryError:
    status, code, told = refusal.status, refusal.trouble.code, str(refusal)
    if status >= 500:
        return DeliveryError(chat, f"Discord is in trouble ({status})", ambiguous=True, gateway=True)
    if code in _LATER:
        asked = refusal.trouble.retry_after
        return DeliveryError(chat, told, retry_after=_LATER[code] if asked is None else timedelta(seconds=asked))
    if status in (401, 429) or (refusal.foreign and status == 403):
        return DeliveryError(chat, told, retry_after=timedelta(seconds=_patience(refusal)))
    if code in _FOR_EVER:
        return DeliveryError(chat, f"{_FOR_EVER[code]} (code {code})", permanent=True)
    # an unknown 403 pauses nobody: it may be a whim of something on the way
    return DeliveryError(chat, told)


def _patience(refusal: Refusal) -> float:
    if refusal.trouble.retry_after is not None:
        return refusal.trouble.retry_after
    return 600.0 if refusal.foreign else 900.0


def answer_failure(error: Exception) -> Failure | None:
    """Return what a call that answers a person has done and whether it may be made again; None for a fault of ours."""
    match error:
        case Waiting(seconds=seconds, reason=reason):
            return Failure(impact=Impact.NONE, reason=reason, retry_after=seconds)
        case Unanswered(reason=reason, reached=reached):
            return Failure(impact=Impact.POSSIBLE if reached else Impact.NONE, reason=reason)
        case Refusal(status=429):
            return Failure(impact=Impact.NONE, reason=str(error), retry_after=error.trouble.retry_after or 0.0)
        case Refusal(status=status) if status >= 500:
            return Failure(impact=Impact.POSSIBLE, reason=str(error))
        case Refusal():
            code = error.trouble.code
            impact = Impact.ALREADY_DONE if code == GIVEN else Impact.NONE
            return Failure(impact=impact, reason=str(error), permanent=code != NOT_YET)
    return None


def form_refused(error: Refusal) -> bool:
    """Whether another form of the same page may be taken."""
    return error.status == 400 and error.trouble.code in (_BAD_FORM, 50006, 50109)
