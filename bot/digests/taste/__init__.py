"""Taste: learns from liked papers which words to prefer, and orders papers by them. See docs/taste.md."""

from bot.digests.taste.blend import Taste, choose, reordered, telling
from bot.digests.taste.frequencies import DocumentFrequencies
from bot.digests.taste.profile import Profile, TasteEvidence, TasteTerm, learn, separation
from bot.digests.taste.word_keys import key_of, keys

__all__ = [
    "DocumentFrequencies",
    "Profile",
    "Taste",
    "TasteEvidence",
    "TasteTerm",
    "choose",
    "key_of",
    "keys",
    "learn",
    "reordered",
    "separation",
    "telling",
]
