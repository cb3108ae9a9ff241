"""A typed line, and the request inside it without greetings and courtesies."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.domain.text import plain

#: longer text is prose to search for, never an intent
MOST_LETTERS, MOST_WORDS = 300, 35

_QUOTES = str.maketrans("’‘`´", "''''")
#: "w/ code", "w/o code"
_SHORTHAND = ((re.compile(r"\bw/o\s", re.IGNORECASE), "without "), (re.compile(r"\bw/\s", re.IGNORECASE), "with "))
#: contractions as they are typed on a phone: "thats", "im", "dont"; words that are also others ("its", "were") are not
_CONTRACTION = re.compile(
    r"\b(?:(that|what|there|here|where|who|how|when|let)(s)|(i)(m|ve)|(you|they)(re|ve)"
    r"|(do|does|did|is|are|was|have|has|had|ca|could|would|should|wo)n(t))\b"
)
#: "this weeks best papers"
_GENITIVE = re.compile(r"\b(this|last) (week|month|year)s(?= [a-z])")
#: mentions of the bot, and greetings with their addressees
_GREETING = re.compile(
    r"^(?:@\w+[\s,:]*"
    r"|(?:hey|hi+|hello|yo|hiya|heya|greetings|good (?:morning|afternoon|evening|day)|morning)\b"
    r"(?:[\s,]+(?:there|all|everyone|everybody|guys|folks|team|bot|paperboy|paper ?bot|and|again|friend|mate"
    r"|you)\b)*(?:\s*[,!.:-]+\s*|\s+(?=(?:can|could|please|pls|i|any|anyone|what|show|do|is|are|how|who|give|send"
    r"|find|let|would|any)\b)|$)"
    r"|(?:hallo|guten (?:tag|morgen|abend)|moin|bonjour|bonsoir|salut|hola|buenos d[ií]as|buenas|ciao|buongiorno|olá)"
    r"(?: zusammen| à tous| a todos)?\s*[,!.:]+\s*(?=\S)"
    r"|(?:bot|paperboy|dear bot|dear paperboy)[\s,!:]+"
    r"|(?:so|ok|okay|um+|uh+|hm+|thanks|thank you|sorry|quick question)[\s,!.:-]+(?=\S)"
    # these begin topics too: "right ventricle segmentation", "question answering"
    r"|(?:well|right|alright|great|cool|nice|perfect|question)(?:\s*[,!.:–-]+\s*|\s+(?=(?:can|could|please|pls|i|what|show"
    r"|do|is|are|how|who|give|send|find|let|now|thanks)\b))(?=\S))",
    re.IGNORECASE,
)
_COURTESY = re.compile(
    r"^(?:please|pls|plz|kindly|can (?:you|u|i|we)(?: please)?(?: just)?|could (?:you|u|i|we)(?: please)?(?:"
    r" possibly)?|would you(?: please)?(?: mind)?|"
    r"will you|do you mind|would it be possible to|is it possible to|may i|might i|"
    r"i(?:'d| would) (?:like|love) (?:you )?to|i(?:'d| would) (?:like|love)|i (?:want|need|wish)(?: you)? to|i"
    r" wanna|i(?:'m| am) trying to|let'?s|lemme|let me|just(?! \d)|now|then|go ahead and|help me(?: to)?|"
    r"(?:does |do )?any(?:one|body)(?: here| out there)? (?:know(?:s)?|have|has|got)(?: of| about)?|who knows)\b[\s,]*",
    re.IGNORECASE,
)
_CLOSING = re.compile(
    r"[\s,;.!-]*(?:\b(?:please|pls|plz|thanks(?: a lot| in advance| so much)?|thank you(?: very much| so much)?|thx"
    r"|ty|cheers|"
    r"if (?:you|u) can|if possible|for me|when you can|asap|mate|bot|paperboy|:\)|;\)|would you|could you|will you"
    r"|ok|okay)|@\w+)[\s.!?]*$",
    re.IGNORECASE,
)
#: also between other words: "abstract please, number five"
_PLEASE = re.compile(r"(?<=\S)[\s,]+(?:please|pls|plz)[\s,]+(?=\S)")
#: a sentence about the person before the request: "I'm an engineer working on RAG. Anything new about reranking?"
_BACKGROUND = re.compile(
    r"^(?:i|i'?m|i'?ve|we|we're|we've|my|our)\s[^.!?;\n]{3,}[.!\n]+\s+(?=(?:any|anything|what|which|who|where|how|is|are|do"
    r"|does|can|could|would|will|please|pls|show|find|give|send|get|list|recommend|suggest|search|subscribe|follow|notify"
    r"|papers?|i|we)\b.*\b(?:on|about|regarding|for|in|to|by)\s\w)",
    re.IGNORECASE,
)
#: "I'm new to this field, which papers ..."
_ASIDE = re.compile(
    r"^(?:i|i'?m|i'?ve|we|we're|we've|my|our)\s[^.!?;,\n]{3,},\s+(?=(?:what|which|where|can|could|do you"
    r"|is there|are there|any)\b"
    r".*\b(?:on|about|regarding|for|in|to|by)\s\w)",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W_]+(?:['.:/+#-][^\W_]+)*[+#]*|[#@][\w.]+")


@dataclass(frozen=True, slots=True)
class Utterance:
    """A line of plain text."""

    #: as typed, in one line, without invisible characters
    text: str
    #: without greetings and courtesies; the text itself if nothing is left
    request: str
    #: the request in lower case with single blanks, without punctuation at its end; "" for long text
    plain: str

    @classmethod
    def read(cls, text: str) -> Utterance:
        """Return the utterance of a line."""
        cleaned = plain(text).translate(_QUOTES).strip()
        for pattern, words in _SHORTHAND:
            cleaned = pattern.sub(words, cleaned)
        if len(cleaned) > MOST_LETTERS or len(cleaned.split()) > MOST_WORDS:
            return cls(cleaned, cleaned, "")
        request = unwrapped(cleaned)
        folded = re.sub(r"\s+", " ", _PLEASE.sub(" ", with_apostrophes(request.casefold()))).strip(" \t.!?,;…~")
        return cls(cleaned, request, folded)

    @property
    def words(self) -> list[str]:
        """The words of `plain`."""
        return _WORD.findall(self.plain)

    @property
    def silent(self) -> bool:
        """Whether it has neither letters nor digits: emoji, punctuation, stickers."""
        return not any(letter.isalnum() for letter in self.text)


def with_apostrophes(text: str) -> str:
    """Return text in lower case with the apostrophes of contractions: "thats" as "that's"."""
    return _GENITIVE.sub(r"\1 \2's", _CONTRACTION.sub(_with_apostrophe, text))


def _with_apostrophe(found: re.Match[str]) -> str:
    head, tail = (part for part in found.groups() if part)
    return f"{head}n't" if tail == "t" else f"{head}'{tail}"


def unwrapped(text: str) -> str:
    """Return the text without greetings, mentions and courtesies at both ends, unless nothing would be left."""
    rest = text.strip()
    for _ in range(8):
        asked = _ASIDE.sub("", _BACKGROUND.sub("", _GREETING.sub("", rest, count=1), count=1), count=1)
        shorter = _CLOSING.sub("", _COURTESY.sub("", asked, count=1), count=1).strip()
        if shorter == rest or not any(letter.isalnum() for letter in shorter):
            break
        rest = shorter
    return rest
