"""Pure: what is said to somebody who asks in another language."""

from __future__ import annotations

from bot.query import Foreign

#: "papers are written in English; ask with English words, such as", for those whose words are known
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
    """Return the title and the hint of a refusal: papers are in English, and how to ask."""
    own = _IN_ENGLISH.get(other.language, "")
    english = f"Ask with English words: {_EXAMPLE}"
    return "Papers are in English, and I know none of these words.", f"{own} {_EXAMPLE}\n{english}" if own else english


def bridged(other: Foreign | None) -> str:
    """Return the line that says how a question in another language was read; empty where it was not in one."""
    if other is None or not other.english:
        return ""
    return f"Read as English: {other.english}. Papers are written in English."
