"""Kinds of small talk, and of requests that the bot does not support."""

from __future__ import annotations

from enum import StrEnum


class Talk(StrEnum):
    """Kinds of small talk, each with a one-line reply."""

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
    """Unsupported requests; the reply says so and offers the closest alternative."""

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
