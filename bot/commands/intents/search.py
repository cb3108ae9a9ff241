"""The topic of a search, without the words with which people ask for it: "what should I read to understand X"."""

from __future__ import annotations

import re

from bot.commands.intents.utterance import Utterance

#: what one asks for instead of naming a topic
_NOUNS = frozenset(
    """
    paper papers pprs smth sth sumthing article articles preprint preprints publication publications literature
    research researches work
    works stuff thing things something anything everything whatever material materials resource resources read reads
    overview overviews introduction introductions intro result results info information reference references refs
    recs recommendation recommendations suggestion suggestions pointers primer primers tutorial tutorials link links
    """.split()
)
_VERBS = frozenset(
    """
    show find give get gimme send fetch pull dig bring see look looking search searching hunt hunting check tell list
    view reading recommend suggest point direct share display present need wanna want like love have has had got know
    seen read researching studying help interested curious lookup talk talks talking
    deal deals dealing hoping trying keen hunt cite citing catch receive read
    """.split()
)
_OTHERS = frozenset(
    """
    i am i'm im i'd id i've ive we we're me us you u my is are was were do does did can could would should will may
    anyone
    anybody someone there here out up at to for with some any all the a an few couple of more really very currently now
    just also only please pls plz what what's whats which who good great nice decent solid interesting cool
    new recent im happen done
    introductory beginner accessible seminal classic recommended be been it that if theres there's after where hi hey
    """.split()
)
_WHAT = frozenset({"what", "whats", "what's"})
_ASKING = _NOUNS | _VERBS | _OTHERS
#: words between what is asked for and its topic
_LINKS = frozenset("on about abt regarding concerning re wrt covering around".split())
#: these are links only behind a noun, or a verb of looking: "papers for X", but "search in trees"
_LOOSE_LINKS = frozenset("for in into with".split())
_LONG_LINKS = frozenset("about regarding concerning covering".split())
_LOOKING = frozenset("looking searching hunting look search find".split())
_DEALING = frozenset("dealing deal deals".split())
_LONGEST_REQUEST = 12
#: letters from which on a misspelled word is recognized
_SHORTEST_MISSPELLED = 5
#: words that are about as frequent in topics as in requests, so that they are not corrected into one
_TOPIC_WORDS = frozenset("speech lists graphs sharp points linking working wants reader networks".split())

#: requests without a link before the topic: "gimme diffusion papers", "have you got any gui agents"
_BEFORE = re.compile(
    r"^(?:gimme|lemme see|wanna (?:see|read)|got(?: any| some)|"
    r"(?:(?:i|we) )?(?:need|want|wanna see|wanna read|would like)(?: to (?:see|read|find|get))?(?: some| any| a few)?|"
    r"(?:show|give|find|get|send|fetch|bring|list)(?: me| us)(?: some| any| a few| all)?|"
    r"(?:(?:i|we) )?(?:see|have a look at|look at|look up)(?: some| any)?)\s+(?=\S)",
    re.IGNORECASE,
)
_PAPERS = r"(?:papers?|articles?|preprints?|works?|research|publications?|literature|material|results?)"
_ABOUT = r"(?:on|about|for|regarding|concerning|around|in|into|to do with|related to|dealing with)"
#: requests with a shape of their own
_FRAMES = tuple(
    re.compile(rf"^(?:{frame})(?=[\s:\"“(])[\s:,–-]*", re.IGNORECASE)
    for frame in (
        rf"(?:what|which)(?: {_PAPERS})? (?:should|could|can|do|must|would) (?:i|we|one|you) (?:read|look at|start"
        rf" with|recommend|suggest)(?: first| next)?(?: if i want)?(?: to (?:understand|learn(?: about)?|get into"
        rf"|get started (?:with|on|in)|know more about|catch up on)| {_ABOUT})",
        r"(?:i(?:'m| am)|im|we(?:'re| are))? ?(?:very |really |currently )?(?:interested in|curious about|reading up"
        rf" on|working on|looking (?:for|into)|researching|studying)(?: (?:some |any )?{_PAPERS}(?: {_ABOUT})?)?",
        rf"(?:do|are there|is there|have)(?: you(?: have| know(?: of)?)?)?(?: any| some)? {_PAPERS} (?:that "
        rf")?(?:propos\w+"
        rf"|introduc\w+|present\w*|describ\w+|discuss\w*|stud(?:y|ies|ying)|{_ABOUT})",
        rf"(?:my|our|a|the) (?:students?|colleagues?|professor|prof|supervisor|boss|advisor|team|friends?|group"
        rf"|lab|kids?)"
        rf" (?:needs?|wants?|asked(?: me)?(?: for)?|is looking for|are looking for|has to read"
        rf"|have to read)(?: {_PAPERS})?"
        rf"(?: {_ABOUT})?",
        r"(?:i(?:'m| am)|im|we(?:'re| are))? ?(?:currently )?(?:writing|doing|preparing|starting|giving"
        r"|planning|finishing)"
        r" (?:a|an|my|our|the)? ?(?:\w+ )?(?:thesis|paper|survey|review|report|project|talk|presentation|seminar|essay"
        r"|dissertation|phd|proposal|lecture|course|class|homework)(?: (?:chapter|section|part|draft))?"
        r" (?:on|about|in|for)",
        r"(?:(?:hm+|ok|okay|so|and|but),? )*(?:what|how) about",
        rf"(?:is|are) there(?: any| some| a| an)?(?: {_PAPERS}(?: {_ABOUT})?)?",
        rf"do (?:you|u) (?:know|have)(?: of| about)?(?: any| some)?(?: {_PAPERS})?(?: {_ABOUT})?",
        r"(?:someone|somebody|people|(?:a |my )(?:friend|colleague|prof|professor|supervisor|boss"
        r"|advisor)) (?:told|said"
        r"|mentioned|recommended|suggested|pointed)(?: me)?(?: to)?(?: (?:look at|read|check out|look into"
        r"|check|about|that))?",
        rf"{_PAPERS} for my (?:\w+ ){{1,2}}(?:on|about|in)",
        r"where (?:should|can|could|do|would) (?:a beginner|i|we|one|someone|you) (?:start"
        r"|begin)(?: reading)?(?: with| on| in)",
        r"what are (?:people|others|researchers) (?:doing|working) (?:in|on|with)",
        r"what do (?:you|u|we) have(?: on| about)?",
        r"i(?:'ve)? (?:heard|read|saw)(?: something)? (?:about|of)",
        r"look ?up(?! (?:tables?|arguments?|operations?|free)\b)",
        r"(?:give me |show me )?your best(?: papers)? (?:on|about|for)",
        # any personal clause that ends with papers on a topic: "I would be grateful for some literature concerning X"
        rf"(?:i|i'?m|i'?d|we|you|do you|can you|could you|would you|please|my"
        rf"|our) [^:;.?!\"]{{0,70}}?\b{_PAPERS} (?:on|about"
        r"|regarding|concerning|covering|around)",
        r"(?:show|list|find|get|give)(?= (?:the|all|every|any|each)\b)",
        r"(?:\((?:for|from) [^)]{1,40}\))",
        rf"(?:{_PAPERS} )?(?:with|containing|that (?:have|contain|mention)|mentioning)(?: the)? exact (?:phrase|words"
        r"|wording|term)",
    )
)
#: "papers, memory for agents", "papers: memory for agents"
_HEADLINE = re.compile(rf"^{_PAPERS}(?: please| pls| plz)?\s*(?:[,:;]|\s[–-]\s)\s*", re.IGNORECASE)
#: "topic: X", "subject - X", "query = X", also after another clause
_LABEL = re.compile(
    r"(?:^|(?<=[,;])\s*)(?:(?:the )?(?:topic|subject|theme|area|query|keywords?|search(?: terms?)?|find"
    r"|look(?:ing)? for)"
    r"(?:\s*[:=]|\s+[–-]\s|\s+(?:is|are)\s)|(?<=[,;] )(?:topic|subject|query|keywords?)\s)\s*",
    re.IGNORECASE,
)
#: "either of: eeg, fmri", "any of these: ocr, tts", "either lora or adapters"
_ALTERNATIVES = re.compile(
    r"^(?:either(?: of| one of)?|(?:any|one)(?: one)? of(?: (?:these|those|the following))?)(?=[\s:])[\s:–-]*",
    re.IGNORECASE,
)
#: a request that stands behind its topic, or that interrupts it: "rag rag give me rag papers"
_INTERRUPTION = re.compile(
    r"(?<=\w)\s+(?:give|show|send|find|get)(?: me| us)(?: some| the| any| all)?(?=\s)", re.IGNORECASE
)
_QUESTION_BEHIND = re.compile(
    r"^(?P<topic>.*\w)\s*[,;.–-]\s*(?P<behind>(?:what|anything|something|any|got|you|is|are|do)\b[^,;]*)$",
    re.IGNORECASE,
)
_MOST_FRAMES = 4
#: "show the newest papers on X first", "what is new on X lately"
_BEHIND = (
    re.compile(r"(?<=\w)\s+first$", re.IGNORECASE),
    re.compile(r"(?<=\w)[\s,]+(?:lately|recently|nowadays|these days|at the moment|out there)$", re.IGNORECASE),
)
#: "I'm writing about X and need references", "OCR or document parsing, whichever"
_ENDS = (
    re.compile(
        rf"[\s,;]+(?:and|so|but) (?:i |we )?(?:really |urgently )?(?:need|want|would like|am looking for"
        rf"|could use)"
        rf" (?:some |a few |good |more |any )*(?:{_PAPERS}|references?|sources|refs"
        r"|citations?|pointers|recommendations?)$",
        re.IGNORECASE,
    ),
    re.compile(
        r"[\s,;–-]+(?:whichever|whatever|either(?: (?:one|way|is fine|works|will do))?|both (?:are )?(?:fine|ok(?:ay)?)"
        r"|i don't (?:care|mind)(?: which)?|doesn't matter(?: which)?|no matter which)$",
        re.IGNORECASE,
    ),
)
_ORDERED = re.compile(r"\b(?:newest|latest|most recent|most (?:up)?voted|most popular|hottest|best)\b", re.IGNORECASE)


def topic(utterance: Utterance) -> str:
    """Return the request without the words that only ask; the request itself if nothing else would be left."""
    rest = utterance.request
    if not utterance.plain:
        return rest
    return without_request(_without_end(" ".join(_INTERRUPTION.sub(" ", _without_question(rest)).split())))


def without_request(text: str) -> str:
    """Return a topic without the request before it: "papers on X" as "X"; the text itself if nothing would be left."""
    rest = text
    for _ in range(_MOST_FRAMES):
        shorter = _shorter(rest).strip()
        if shorter == rest or not any(letter.isalnum() for letter in shorter):
            break
        rest = shorter
    return rest


def _without_end(text: str) -> str:
    """Return the text without "first" behind an order, and without "lately"."""
    first, lately = _BEHIND
    rest = text.rstrip(" .?!")
    for pattern in _ENDS:
        rest = pattern.sub("", rest)
    shorter = lately.sub("", first.sub("", rest) if _ORDERED.search(rest) else rest)
    return shorter if shorter != text.rstrip(" .?!") else text


def _shorter(text: str) -> str:
    if head := _head(text):
        return text[head:]
    if found := _ALTERNATIVES.match(text):
        return _alternatives(text[found.end() :])
    for frame in (*_FRAMES, _HEADLINE):
        if found := frame.match(text):
            return text[found.end() :]
    if found := _LABEL.search(text):
        return f"{text[: found.start()]} {text[found.end() :]}"
    if end := _request_end(text):
        return text[end:]
    return _BEFORE.sub("", text, count=1)


def _head(text: str) -> int:
    """Return the length of a request before a colon: "need refs 4 my lit review: prompt compression"; 0 if none."""
    head, colon, behind = text.partition(":")
    words = [_known(word) for word in head.split()]
    asks = head == head.casefold() and 1 < len(words) <= _LONGEST_HEAD and behind.startswith(" ")
    if not asks or words[0] not in _VERBS | _NOUNS | {"i", "some", "any"} or not _NOUNS.intersection(words):
        return 0
    return len(head) + len(colon)


_LONGEST_HEAD = 8


def _alternatives(text: str) -> str:
    """Return a list of topics as alternatives: "ocr, tts, asr" as "ocr OR tts OR asr"."""
    each = [part.strip() for part in re.split(r"\s*[,;/|]\s*(?:or\s+)?|\s+or\s+", text.rstrip(" .?!")) if part.strip()]
    return f"({' OR '.join(each)})" if len(each) > 1 else text


def _request_end(text: str) -> int:
    """Return the length of a request at the start that ends with a link to its topic; 0 if there is none.

    All of its words have to be words of asking, and at least one a noun or a verb.
    """
    before: list[str] = []
    for found in re.finditer(r"\S+", text):
        if len(before) > _LONGEST_REQUEST:
            return 0
        word = _known(found[0].casefold().strip(".!?,;:"))
        # "papers with code", "any work in which agents ..."
        if before and (word in _LINKS or (word in _LOOSE_LINKS and _is_loose_link(word, before, text[found.end() :]))):
            return found.end() if (_NOUNS | _VERBS | _WHAT).intersection(before) else 0
        if word == "where" and before and before[-1] in _NOUNS:
            return found.end()
        if word not in _ASKING or found[0].endswith((":", ";")):
            return 0
        before.append(word)
    return 0


def _is_loose_link(link: str, before: list[str], behind: str) -> bool:
    if link == "with":
        return before[-1] in _DEALING
    may_follow = before[-1] in _NOUNS or (link == "for" and before[-1] in _LOOKING)
    return may_follow and not re.match(r"\s*(?:which|that|me|us)\b", behind)


def _known(word: str) -> str:
    """Return the word of asking that a word is, or of which it is a misspelling: "serach", "papres"."""
    if word in _ASKING or word in _LINKS or word in _LOOSE_LINKS or len(word) < _SHORTEST_MISSPELLED:
        return word
    if word in _TOPIC_WORDS:
        return word
    return next((known for known in sorted(_NOUNS | _VERBS | _LONG_LINKS) if _is_misspelling(word, known)), word)


def _is_misspelling(word: str, known: str) -> bool:
    """Return whether two neighbouring letters are swapped, or one letter is missing, doubled or another."""
    if len(known) < _SHORTEST_MISSPELLED or abs(len(word) - len(known)) > 1 or word[0] != known[0]:
        return False
    if _squeezed(word) == _squeezed(known):
        return True
    same = next(
        (at for at, (one, other) in enumerate(zip(word, known, strict=False)) if one != other),
        min(len(word), len(known)),
    )
    rest, other = word[same:], known[same:]
    if len(word) == len(known):
        swapped = rest[:2] == other[:2][::-1] and rest[2:] == other[2:]
        return swapped or rest[1:] == other[1:]
    return rest[1:] == other if len(word) > len(known) else rest == other[1:]


def _squeezed(word: str) -> str:
    """Return the word with single letters instead of double ones: "reccomend" and "recommend" are then alike."""
    return re.sub(r"(.)\1", r"\1", word)


def _without_question(text: str) -> str:
    """Return the text without a question behind its topic: "tool use for small models, what is there?"."""
    found = _QUESTION_BEHIND.match(text)
    if found is None or not all(_known(word) in _ASKING for word in re.findall(r"[\w']+", found["behind"].casefold())):
        return text
    return found["topic"]
