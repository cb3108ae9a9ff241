"""Taste: learns from liked papers which words to prefer, and orders papers by them. See docs/taste.md."""

from bot.digests.taste.blend import Taste, choose, reordered, telling
from bot.digests.taste.lexicon import Lexicon
from bot.digests.taste.profile import Evidence, Profile, Term, learn, separation
from bot.digests.taste.words import key_of, keys

__all__ = [
    "Evidence",
    "Lexicon",
    "Profile",
    "Taste",
    "Term",
    "choose",
    "key_of",
    "keys",
    "learn",
    "reordered",
    "separation",
    "telling",
]
