"""Replies to requests in a language other than English."""

from __future__ import annotations

from bot.domain.i18n import Translatable, joined, lines, tr
from bot.query import Foreign

#: "papers are written in English; use English words, such as", in the language of the request, not of its reader
_IN_ENGLISH = {
    "de": "Die Arbeiten sind auf Englisch geschrieben. Bitte frage mit englischen Wörtern, zum Beispiel:",
    "fr": "Les articles sont rédigés en anglais. Demandez avec des mots anglais, par exemple :",
    "es": "Los artículos están escritos en inglés. Pregunta con palabras en inglés, por ejemplo:",
    "pt": "Os artigos são escritos em inglês. Pergunte com palavras em inglês, por exemplo:",
    "it": "Gli articoli sono scritti in inglese. Chiedi con parole inglesi, per esempio:",
    "ru": "Статьи написаны на английском. Спросите английскими словами, например:",
    "zh": "论文是用英文写的。请用英文词提问，例如：",
    "ja": "論文は英語で書かれています。英語の言葉で聞いてください。例：",
    "ko": "논문은 영어로 쓰여 있습니다. 영어 단어로 물어보세요. 예:",
}
_EXAMPLE = "/papers reinforcement learning"


def unknown_words(other: Foreign) -> tuple[str, str]:
    """Return the title and the hint of a refusal, the hint in the language of the request as well."""
    own = _IN_ENGLISH.get(other.language, "")
    english = tr("Use English words: {command}", command=_EXAMPLE)
    return (
        tr("Papers are written in English, and I don't know any of these words."),
        lines(f"{own} {_EXAMPLE}" if own else "", english),
    )


def bridged(other: Foreign | None) -> Translatable:
    """Return how a request in another language was translated; empty if it was in English."""
    if other is None or not other.english:
        return joined("")
    return tr("Papers are written in English, so I searched for: {words}", words=other.english)
