"""Kinds of short replies: small talk, and what the bot cannot do."""

from __future__ import annotations

from enum import StrEnum


class Talk(StrEnum):
    """Kinds of small talk, each answered in one line."""

    GREETING = "greeting"
    THANKS = "thanks"
    ACKNOWLEDGED = "acknowledged"
    NEVER_MIND = "never_mind"
    PRAISE = "praise"
    COMPLAINT = "complaint"
    GOODBYE = "goodbye"
    WHO = "who"
    UNCLEAR = "unclear"


class Cannot(StrEnum):
    """Requests that people make and the bot cannot meet; the answer says so, and what comes nearest."""

    CITATIONS = "citations"
    FULL_TEXT = "full_text"
    TRANSLATE = "translate"
    SHARE = "share"
    REFERENCE_MANAGER = "reference_manager"
    SUBMIT = "submit"
    PRINT = "print"
    AUDIO = "audio"
    WRITE = "write"
    UNRELATED = "unrelated"
