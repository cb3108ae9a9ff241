"""Texts of SMTP replies. Some servers use a permanent code for a temporary failure; the text tells them apart."""

from __future__ import annotations

import re
from collections.abc import Iterable

#: longest part of a reply that is searched, in characters
_READ = 2_000
#: SMTP codes for a mailbox that does not exist
_NOBODY = frozenset({550, 551, 553, 556})
#: RFC 3463: subjects of an enhanced code that concern the mailbox; 5.7.1 is policy, and says nothing of it
_ENHANCED = re.compile(r"\s*([245])\.(\d{1,3})\.(\d{1,3})\b")
#: a mailbox that is full, or refuses mails of this size, exists
_STILL_THERE = frozenset({("2", "2"), ("2", "3"), ("2", "4")})


def _any(*phrases: str) -> re.Pattern[str]:
    """Match any of the phrases; `_` stands for white space, `~` for it and up to four words."""
    spelled = (each.replace("~", r"(?:\s+[\w'-]+){0,4}\s+").replace("_", r"\s+") for each in phrases)
    return re.compile(rf"\b(?:{'|'.join(spelled)})", re.IGNORECASE)


_THINGS = "(?:connections?|messages?|mails?|e-mails?|recipients?|requests?|sessions?|attempts?|deliver(?:y|ies))"
_MAILBOX = "(?:users?|recipients?|mailbox|address|account|inbox)"

#: temporary refusals: rate limits, greylisting, a busy server
_PASSING = _any(
    *("rate[ -]?limit", "at_a_rate", "rate_exceeded", "(?:exceed\\w*|over|high)~rate", "throttl", "slow_down"),
    *("(?:too|so)_(?:many|much|fast|frequent|quick|often|busy)", "per_(?:second|minute|hour|day)"),
    *(rf"(?:{_THINGS}|hourly|daily|sending|receiving|rate)_(?:limit|quota)", "(?:hourly|daily)~(?:limit|quota)"),
    *("limits?_(?:exceeded|reached|hit)", "limits?~(?:exceeded|reached|hit)"),
    *("temporar", "gr[ae]y[ -]?list", "defer+ed", "come_back_later", "at_this_time", "right_now", "busy"),
    *("(?:try|retry|resend|send|deliver)_(?:again|later)", "(?:try|retry|resend|send|deliver)~(?:again|later)"),
    *(r"retry_(?:in|after)_\d", "being_(?:moved|migrated)"),
)
#: the mailbox is full
_FULL = _any(
    rf"{_MAILBOX}(?:_|~)(?:full|over[ -]?quota|over_its)",
    *("over[ -]?quota", "out_of_(?:storage|space|quota)", "exceed\\w*~(?:quota|storage)", "quota_exceeded"),
    *("quota~(?:exceeded|full|reached)", "(?:insufficient|not_enough)_(?:storage|space|disk)"),
    *("(?:insufficient|not_enough)~(?:storage|space|disk)", "(?:storage|disk)(?:_|~)(?:full|exceeded)"),
)
#: the mailbox does not exist
_NEVER = _any(
    *(rf"{_MAILBOX}(?:_|~)unknown", rf"unknown(?:_|~){_MAILBOX}", rf"no_such(?:_|~){_MAILBOX}"),
    *(
        rf"no~{_MAILBOX}_(?:here|by)",
        rf"invalid_{_MAILBOX}",
        rf"{_MAILBOX}(?:_|~)not(?:_be)?_found",
        rf"{_MAILBOX}_invalid",
    ),
    *(
        "(?:does|do|did)_not_exist",
        "(?:doesn|don|didn)['’]?t_exist",
        "not_exist",
        "no_longer_(?:exists|valid|active|in_use)",
    ),
)


def nobody_there(code: int, text: str) -> bool:
    """Return whether a reply says permanently that the mailbox does not exist."""
    if code not in _NOBODY or passes(text):
        return False
    enhanced = _ENHANCED.match(text)
    if enhanced is None:
        return not is_full(text)
    return enhanced[1] == "5" and enhanced[2] in ("1", "2") and (enhanced[2], enhanced[3]) not in _STILL_THERE


def passes(text: str) -> bool:
    """Return whether a refusal is temporary by its text: a rate limit, greylisting, a busy server."""
    return _says(text, [_PASSING]) and not _says(text, [_NEVER])


def is_full(text: str) -> bool:
    """Return whether the mailbox is full."""
    return _says(text, [_FULL])


def _says(text: str, patterns: Iterable[re.Pattern[str]]) -> bool:
    words = text[:_READ]
    return any(pattern.search(words) for pattern in patterns)
