"""Language detection, and translation of technical terms into English, as the papers are in English."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from bot.query.tokens import fold

#: non-Latin scripts by the prefix of their letters' Unicode names, with the language most often written in them
_SCRIPTS = {
    "CYRILLIC": "ru",
    "CJK": "zh",
    "HIRAGANA": "ja",
    "KATAKANA": "ja",
    "HANGUL": "ko",
    "ARABIC": "ar",
    "HEBREW": "he",
    "DEVANAGARI": "hi",
    "THAI": "th",
    "GREEK": "el",
}
#: languages with terms in the table
_TRANSLATED = frozenset("ru zh ja ko ar de fr es pt it".split())
#: function words of languages in Latin script; some are English words too, so one alone is not enough
_FUNCTION_WORDS = {
    "de": "der die das und über für mit von zu im den dem ein eine mir bitte neue neueste arbeiten artikel nach ohne",
    "fr": "le les des du une sur pour avec dans et aux moi articles récents derniers donne cherche sans",
    "es": "el los las del una sobre para con en y por artículos recientes últimos dame busco sin trabajos",
    "pt": "os das dos uma sobre para com em artigos recentes últimos sem trabalhos",
    "it": "il gli dei della una su per con articoli recenti ultimi senza sul",
}
_ENGLISH_FUNCTION_WORDS = frozenset("the a of and for with to in on by from is are without as at that".split())
_LETTERS_OF_A_SCRIPT = 0.3
_MIN_FUNCTION_WORDS = 3
_WORD = re.compile(r"[^\W\d_]+")
#: English terms within text in another script: "RLHF", "GPT-4"
_ENGLISH = re.compile(r"(?<![^\W_])[A-Za-z][A-Za-z0-9+.-]*(?![^\W_])", re.ASCII)
_FIELD = re.compile(r'(?<!\S)-?[a-z]+:(?:"[^"]*"|\S+)')


@dataclass(frozen=True, slots=True)
class Foreign:
    """A line in another language."""

    #: language tag: "de", "zh"
    language: str
    #: its known technical terms in English, in order, followed by the typed fields; empty if none is known
    english: str


def foreign(text: str) -> Foreign | None:
    """Return the translated terms of a line in another language, or None for English. Takes linear time."""
    fields = [match[0] for match in _FIELD.finditer(text)]
    text = _FIELD.sub(" ", text)
    folded = fold(text)
    script = _script(folded)
    guess, certain = (script, True) if script else _latin(folded)
    terms = [*_terms(folded, anywhere=bool(script))] if guess else []
    language = guess if certain or terms else ""
    if not language:
        return None
    if language not in _TRANSLATED:
        return Foreign(language, "")
    said = [*terms, *((match.start(), match[0]) for match in _ENGLISH.finditer(text))] if script else terms
    words = dict.fromkeys(term for _, term in sorted(said))
    return Foreign(language, " ".join((*words, *fields)))


def _script(text: str) -> str:
    """Return the language of a non-Latin script that makes up much of the text, or ""."""
    letters = [letter for letter in text if letter.isalpha()]
    others = [name for letter in letters if not letter.isascii() and (name := _of(letter))]
    if not others or len(others) < _LETTERS_OF_A_SCRIPT * len(letters):
        return ""
    # Japanese also uses Chinese characters; one or two Greek letters are a formula
    language = "ja" if "ja" in others else max(others, key=others.count)
    formula = language == "el" and not any(len(word) > 2 for word in _WORD.findall(text) if _of(word[0]))
    return "" if formula else language


@cache
def _of(letter: str) -> str:
    return _SCRIPTS.get(unicodedata.name(letter, "").split(" ")[0], "")


def _latin(text: str) -> tuple[str, bool]:
    """Return the Latin-script language with the most function words, and whether there are enough of them."""
    words = set(_WORD.findall(text))
    counted = {language: len(words & words_of_language) for language, words_of_language in _function_words().items()}
    best = max(counted, key=lambda language: counted[language])
    foreign = counted[best] > len(words & _ENGLISH_FUNCTION_WORDS)
    return (best, counted[best] >= _MIN_FUNCTION_WORDS) if foreign else ("", False)


@cache
def _function_words() -> dict[str, frozenset[str]]:
    return {language: frozenset(words.split()) for language, words in _FUNCTION_WORDS.items()}


def _terms(text: str, *, anywhere: bool) -> Iterator[tuple[int, str]]:
    """Yield position and English form of each known term, without overlaps; terms in Latin script match whole words
    only.
    """
    taken: list[tuple[int, int]] = []
    for pattern, english in _patterns(anywhere):
        for match in pattern.finditer(text):
            start, end = match.span()
            if not any(start < other_end and other < end for other, other_end in taken):
                taken.append((start, end))
                yield start, english


@cache
def _patterns(anywhere: bool) -> list[tuple[re.Pattern[str], str]]:
    """Return the patterns and their English forms, longest term first."""
    found: list[tuple[int, re.Pattern[str], str]] = []
    for line in (files("bot.query.data") / "terms.txt").read_text("utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        english, _, terms = line.partition("=")
        for term in map(str.strip, terms.split(",")):
            latin = all(not _of(letter) for letter in term)
            if latin is not anywhere or (latin and term.isascii() and term.rstrip("*") in english):
                found.append((len(term), _pattern(fold(term), words=latin), english.strip()))
    return [(pattern, english) for _, pattern, english in sorted(found, key=lambda each: -each[0])]


def _pattern(term: str, *, words: bool) -> re.Pattern[str]:
    inner = re.escape(term).replace(r"\*", r"\w{0,6}").replace(r"\ ", r"\s?" if not words else r"\s")
    return re.compile(rf"(?<!\w){inner}(?!\w)" if words else inner)
