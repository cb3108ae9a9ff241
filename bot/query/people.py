"""Who: "by Amari", "by Gu and Dao", "from Google", "at MIT", "Vaswani et al. 2017"."""

from __future__ import annotations

import re

from bot.query.asked import Query
from bot.query.dates import date_at
from bot.query.line import Found, Line
from bot.query.tokens import Token, phrase

_LONGEST_NAME = 3
_MOST_NAMES = 3
_PARTICLES = frozenset("van von der den de del della di da dos du la le el al bin ibn ter ten".split())
_PREFIX = re.compile(r"(?:Mc|Mac|Le|La|De|Del|Di|Du|Da|Van|Von|El|Al|Fitz|[OD]')(?=[A-Z])")
#: they end in a capital, and name what is done or made, not who did it
_THINGS = re.compile(
    r".{4,}(?:ing|tion|tions|sion|ment|ments|ness|ity|ism|ance|ence)|(?:design|default|nature|humans?)"
)
_WRITTEN = frozenset("written authored coauthored co-authored published released submitted".split())
#: who publishes under its own name, in every form that people write; other places are known by their last word
_HOUSES = frozenset(
    house.strip()
    for house in """
    google, google deepmind, google research, google brain, deepmind, meta, meta ai, meta fair, fair, facebook, openai,
    facebook ai, open ai, anthropic, microsoft, microsoft research, nvidia, apple, amazon, aws, ibm, intel, amd,
    qualcomm, adobe, salesforce, snowflake, databricks, servicenow, snap, samsung, naver, sony, bosch, disney, huawei, 
    noah's ark, tencent, tencent hunyuan, bytedance, bytedance seed, tiktok, alibaba, damo academy, qwen, tongyi, ant group, baidu,
    kuaishou, xiaomi, meituan, oppo, sensetime, deepseek, moonshot, zhipu, z.ai, minimax, stepfun, baichuan, mistral,
    cohere, hugging face, huggingface, stability, runway, xai, eleutherai, together, sakana, kyutai, ai2, allenai, mila,
    allen institute, vector institute, inria, cnrs, mit, stanford, berkeley, uc berkeley, cmu, carnegie mellon, harvard,
    princeton, yale, cornell, columbia, caltech, nyu, ucla, ucsd, uiuc, georgia tech, oxford, cambridge, ucl, imperial,
    imperial college, imperial college london, eth, eth zurich, epfl, tum, max planck, tsinghua, peking university, pku,
    fudan, zhejiang, sjtu, shanghai ai lab, baai, kaist, postech, nus, ntu, hkust, hku, cuhk, mbzuai, technion,
    waterloo, mcgill, riken
    """.split(",")
)
_LONGEST_HOUSE = 6
_PLACES = frozenset("university institute lab labs college academy research ai".split())


def people(line: Line, place: int) -> Found | None:
    """An author or an organization, behind the word that says so."""
    lead, start = line.word(place), place + 1
    if lead not in ("by", "from", "at") or line.tokens[place].closes:
        return None
    if organization := _organization(line, start + (line.word(start) == "the")):
        return organization
    return _authors(line, start) if lead == "by" and _may_name(line.word(place - 1)) else None


def and_others(line: Line, place: int) -> Found | None:
    """ "Vaswani et al. (2017)": one of the authors, and perhaps the year."""
    name = line.word(place)
    return _with_others(line, place + 1, (name,)) if name.isalpha() else None


def _with_others(line: Line, place: int, names: tuple[str, ...]) -> Found | None:
    if line.word(place) != "et" or line.word(place + 1) != "al":
        return None
    end = place + 2
    dated = date_at(line.words, end, line.today) if len(line.word(end)) == 4 else None
    if dated is None or dated.span is None:
        return Found(end, Query(authors=names))
    return Found(dated.end, Query(authors=names, after=dated.span.first, before=dated.span.end))


def who(line: Line, place: int) -> Found | None:
    """What stands behind "papers by" or "papers from" is a name, however it is written."""
    lead, first = line.word(place), place + 1
    if lead not in ("by", "from", "at") or line.tokens[place].closes:
        return None
    if lead == "by" and first < len(line) and line.tokens[first].quoted and not line.tokens[first].refused:
        return Found(first + 1, Query(authors=(line.tokens[first].word,)))
    if found := people(line, place):
        return found
    end = first
    while end - first < _LONGEST_NAME and line.word(end) and not (end > first and line.ends(end)):
        end += 1
    words = line.words[first:end]
    if not words or not line.ends(end) or _THINGS.fullmatch(words[-1]) or not all(map(_spelled, words)):
        return None
    name = phrase(" ".join(words))
    return Found(end, Query(authors=(name,)) if lead == "by" else Query(organizations=(name,)))


def name_end(line: Line, place: int) -> int:
    """The place behind the capitalised name that begins at a place; the place itself where none does."""
    end = place
    while end - place < _LONGEST_NAME and end < len(line) and _in_name(line.tokens[end], end > place):
        end += 1
        if line.tokens[end - 1].closes:
            break
    while end > place and line.word(end - 1) in _PARTICLES:
        end -= 1
    return end


def _organization(line: Line, place: int) -> Found | None:
    for end in range(min(place + _LONGEST_HOUSE, len(line)), place, -1):
        words = line.words[place:end]
        if all(words) and line.ends(end) and _is_house(line, place, end):
            return Found(end, Query(organizations=(" ".join(words),)))
    return None


def _is_house(line: Line, place: int, end: int) -> bool:
    words = line.words[place:end]
    if any(token.closes for token in line.tokens[place : end - 1]):
        return False
    if " ".join(words) in _HOUSES:
        return True
    if words[0] == "university" and len(words) > 2 and words[1] == "of":
        return True
    return words[-1] in _PLACES and len(words) > 1 and line.tokens[place].typed[:1].isupper()


def _authors(line: Line, place: int) -> Found | None:
    names: list[str] = []
    end, behind = place, place
    while len(names) < _MOST_NAMES:
        behind = name_end(line, end)
        if behind == end:
            break
        names.append(phrase(" ".join(line.words[end:behind])))
        end = behind + 1
        if line.word(behind) not in ("and", "&"):
            break
    behind = behind if behind > end else end - 1
    if not names or not line.ends(behind) or _THINGS.fullmatch(names[-1]):
        return None
    known = tuple(dict.fromkeys(names))
    return _with_others(line, behind, known) or Found(behind, Query(authors=known))


def _may_name(before: str) -> bool:
    """ "Proposed by" is followed by a method more often than by a person."""
    return before in _WRITTEN or not before.endswith(("ed", "en"))


def _in_name(token: Token, inside: bool) -> bool:
    if not token.plain:
        return False
    if token.word in _PARTICLES:
        return True
    return _capitalised(token.typed.strip("()[],;:?!*")) and not (inside and token.word in ("since", "with"))


def _capitalised(typed: str) -> bool:
    """Whether a word is written like a name: Amari, LeCun, O'Brien, Fei-Fei, A., J.-B. - not GPT-4, LLMs, ResNet."""
    parts = typed.rstrip(".").removesuffix("'s").replace(".", "-").split("-")
    return bool(typed) and all(_name_part(part) for part in parts if part)


def _name_part(part: str) -> bool:
    rest = _PREFIX.sub("", part, count=1)
    return rest.isalpha() and rest[0].isupper() and (len(rest) == 1 or rest[1:].islower())


def _spelled(word: str) -> bool:
    return word.replace("-", "").replace("'", "").replace(".", "").isalpha()
