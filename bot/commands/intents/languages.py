"""Rules for the language of answers and digests: "auf Deutsch bitte", "answer in German"."""

from __future__ import annotations

import re

from bot.commands.intents.model import Context, Intent, Run
from bot.commands.intents.phrases import VOCABULARY, Phrases
from bot.commands.intents.utterance import Utterance
from bot.messages.language_names import find_language

_PLEASE = "please|bitte|pls"
#: said of answers; the language may be one that is not available
_ANSWERS = Phrases(
    f"(speak|talk|write|answer|reply|respond) [to] [me|us] [only|always] [in|with] <language> [from now on]"
    f" [{_PLEASE}]",
    f"[{_PLEASE}] (sprich|antworte|schreib|schreibe|rede|sprechen sie|antworten sie) [{_PLEASE}] [mit|zu] [mir|uns]"
    f" [auf|in|nur] <language> [{_PLEASE}]",
    "(do|can) you [also] (speak|talk|answer|reply) [to me] [in] <language>",
    "(sprichst|kannst|verstehst) du [auch] [auf] <language> [sprechen|antworten|reden|schreiben]",
    f"(switch|change|set) [the|my|your|interface|bot] [language] (to|into) <language> [{_PLEASE}]",
    f"[{_PLEASE}] [nur|immer] (auf|in) <language> (antworten|schreiben|sprechen|reden|bitte)",
    "[por favor|per favore|пожалуйста] (réponds|réponds-moi|répondez|parle|parlez|écris|responde|respóndeme"
    "|contesta|habla"
    "|escribe|rispondi|rispondimi|parla|scrivi|responda|fale|отвечай|говори|пиши) [moi|me|mi|мне] [seulement|solo|só"
    "|только] [en|in|em|на] <language> [s'il te plaît|s'il vous plaît|por favor|per favore|пожалуйста]",
    "[my|the|your] language [is|:|=] <language>",
    "[die|meine] sprache [ist|:|=|auf] <language>",
)
#: said of digests
_DIGESTS = Phrases(
    "[send|write|make] [me|us] [the|our|my|this chat's] digests? (in|auf) <language>",
    "[bitte] [schick|schicke|schreib] [mir|uns] [den|die|unsere|meine] digests? (auf|in) <language> [bitte]",
)
#: only a language
_BARE = Phrases(f"[{_PLEASE}] [in|auf] <language> [{_PLEASE}]")
#: names of languages in others than English
_OTHER_NAMES = (
    "deutsch|englisch|französisch|spanisch|italienisch|chinesisch|russisch|français|anglais|allemand|espagnol|italien|chinois"
    "|español|inglés|francés|alemán|italiano|chino|inglese|francese|tedesco|spagnolo|português|русский|русском|немецком"
    "|английском|中文|日本語|한국어"
)
_KNOWN = re.compile(rf"(?:{VOCABULARY['language']}|{_OTHER_NAMES})$")


def language(utterance: Utterance, context: Context) -> Intent | None:
    """A language for answers or digests. A language's name alone counts if answers can be in it."""
    said = utterance.plain
    if found := _DIGESTS.match(said):
        named = found["language"].strip()
        return Run("language", f"chat {named}") if _is_language(named) else None
    for found in _ANSWERS.all(said):
        if _is_language(found["language"].strip()):
            return Run("language", found["language"].strip())
    for found in _BARE.all(said):
        if len(found["language"]) > 3 and find_language(found["language"]):
            return Run("language", found["language"].strip())
    return None


def _is_language(name: str) -> bool:
    return find_language(name) is not None or _KNOWN.match(name) is not None


RULES = (language,)
