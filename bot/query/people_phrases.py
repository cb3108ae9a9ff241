"""Authors and organizations: "by Amari", "by Gu and Dao", "from Google", "at MIT", "Vaswani et al. 2017"."""

from __future__ import annotations

import re

from bot.query.dates import date_at
from bot.query.model import Query
from bot.query.tokens import Match, QueryLine, Token, phrase

_LONGEST_NAME = 3
_MOST_NAMES = 3
_PARTICLES = frozenset("van von der den de del della di da dos du la le el al bin ibn ter ten".split())
_PREFIX = re.compile(r"(?:Mc|Mac|Le|La|De|Del|Di|Du|Da|Van|Von|El|Al|Fitz|[OD]')(?=[A-Z])")
#: endings of capitalized words that name things or activities rather than people
NOT_NAMES = re.compile(
    r".{4,}(?:ing|tion|tions|sion|ment|ments|ness|ity|ism|ance|ence)|(?:design|default|nature|humans?)"
)
_WRITTEN = frozenset("written authored coauthored co-authored published released submitted".split())
#: known publishing organizations in all common spellings; others are recognized by their last word
_ORGANIZATIONS = frozenset(
    name.strip()
    for name in """
    google, google deepmind, google research, google brain, deepmind, meta, meta ai, meta fair, fair, facebook,
    openai, facebook ai, open ai, anthropic, microsoft, microsoft research, nvidia, apple, amazon, aws, ibm, intel,
    amd, qualcomm, adobe, salesforce, snowflake, databricks, servicenow, snap, samsung, naver, sony, bosch, disney,
    huawei, noah's ark, tencent, tencent hunyuan, bytedance, bytedance seed, tiktok, alibaba, damo academy, qwen,
    tongyi, ant group, baidu, kuaishou, xiaomi, meituan, oppo, sensetime, deepseek, moonshot, zhipu, z.ai, minimax,
    stepfun, baichuan, mistral, cohere, hugging face, huggingface, stability, runway, xai, eleutherai, together,
    sakana, kyutai, ai2, allenai, mila, allen institute, vector institute, inria, cnrs, mit, stanford, berkeley, uc
    berkeley, cmu, carnegie mellon, harvard, princeton, yale, cornell, columbia, caltech, nyu, ucla, ucsd, uiuc,
    georgia tech, oxford, cambridge, ucl, imperial, imperial college, imperial college london, eth, eth zurich,
    epfl, tum, max planck, tsinghua, peking university, pku, fudan, zhejiang, sjtu, shanghai ai lab, baai, kaist,
    postech, nus, ntu, hkust, hku, cuhk, mbzuai, technion, waterloo, mcgill, riken
    """.split(",")
)
#: names of models as well
MODELS = frozenset(
    "qwen deepseek mistral minimax baichuan tongyi fair together snap runway stability apple meta".split()
)
#: frequent words of topics, which names of methods are made of: "Vision Transformer papers"
_TOPIC_WORDS = frozenset(
    """
    agent agents attention audio chain code data deep diffusion flash flow foundation game gan gaussian graph image
    language large latent learning llm machine mamba memory model models monte carlo multi neural network networks
    object
    prompt reasoning reinforcement reward robot robots self sparse speech state tensor text token tokens training
    transformer transformers tree video
    vision visual world
    """.split()
)
_MAX_ORGANIZATION_WORDS = 6
_PLACES = frozenset("university institute lab labs college academy research ai".split())


def is_person(line: QueryLine, start: int, end: int) -> bool:
    """Return whether the words between two positions are the name of a person rather than of a topic.

    A single word is one only with "'s": "Hinton's".
    """
    words = line.words[start:end]
    if not words or (len(words) == 1 and not words[0].endswith("'s")):
        return False
    return not NOT_NAMES.fullmatch(words[-1]) and _TOPIC_WORDS.isdisjoint(words)


def people(line: QueryLine, place: int) -> Match | None:
    """Parse an author or organization after "by", "from" or "at"."""
    lead, start = line.word(place), place + 1
    if lead not in ("by", "from", "at") or line.tokens[place].closes:
        return None
    if found := organizations(line, start):
        return found
    return authors(line, start) if lead == "by" and _may_name(line.word(place - 1)) else None


def not_by(line: QueryLine, place: int) -> Match | None:
    """Parse an excluded author or organization: "not from Google", "that aren't by Y. Bengio", "except from Meta"."""
    found = _NOT.match(" ".join(line.words[place : place + _LONGEST_NOT]))
    if found is None:
        return None
    named = who(line, place + len(found[0].split()))
    if named is None:
        return None
    # "not from A or B" is neither
    each = (named.asks, *(one for choices in named.asks.either for one in choices))
    excluded = Query(
        without_authors=tuple(name for one in each for name in one.authors),
        without_organizations=tuple(name for one in each for name in one.organizations),
    )
    return Match(named.end, excluded) if excluded != Query() else None


_LONGEST_NOT = 6
_NOT = re.compile(
    r"(?:(?:that|which|who) )?(?:(?:is|are|was|were) not|(?:is|are|was|were)n'?t|not|except|excluding|nothing|none)"
    r"(?: (?:those|anything|papers|written|made|published|ones|the ones))? (?=(?:by|from) )"
)


def et_al(line: QueryLine, place: int) -> Match | None:
    """Parse "Vaswani et al. (2017)": an author and optionally the year."""
    name = line.word(place)
    return _with_others(line, place + 1, (name,)) if name.isalpha() else None


def _with_others(line: QueryLine, place: int, names: tuple[str, ...]) -> Match | None:
    if line.word(place) != "et" or line.word(place + 1) != "al":
        return None
    end = place + 2
    dated = date_at(line.words, end, line.today) if len(line.word(end)) == 4 else None
    if dated is None or dated.span is None:
        return Match(end, Query(authors=names))
    return Match(dated.end, Query(authors=names, after=dated.span.first, before=dated.span.end))


def who(line: QueryLine, place: int) -> Match | None:
    """Parse what follows "papers by" or "papers from" as a name, in any capitalization."""
    lead, first = line.word(place), place + 1
    if lead not in ("by", "from", "at") or line.tokens[place].closes:
        return None
    if lead == "by" and (name := _quoted(line, first)):
        return Match(first + 1, Query(authors=(name,)))
    return people(line, place) or _any_name(line, first, lead)


def _quoted(line: QueryLine, place: int) -> str:
    token = line.tokens[place] if place < len(line) else None
    return token.word if token and token.quoted and not token.negated else ""


def _any_name(line: QueryLine, first: int, lead: str) -> Match | None:
    end = first
    while end - first < _LONGEST_NAME and line.word(end) and not (end > first and line.ends(end)):
        end += 1
    words = line.words[first:end]
    if not words or not line.ends(end) or any(map(NOT_NAMES.fullmatch, words)) or not all(map(_spelled, words)):
        return None
    name = phrase(" ".join(words))
    return Match(end, Query(authors=(name,)) if lead == "by" else Query(organizations=(name,)))


def name_end(line: QueryLine, place: int) -> int:
    """Return the position after a capitalized name, or `place` if there is none."""
    end, parts = place, 0
    while parts < _LONGEST_NAME and end < len(line) and _in_name(line.tokens[end]):
        parts += line.word(end) not in _PARTICLES
        end += 1
        if line.tokens[end - 1].closes:
            break
    while end > place and line.word(end - 1) in _PARTICLES:
        end -= 1
    return end


def organizations(line: QueryLine, place: int) -> Match | None:
    """Parse "Google", "the University of Oxford" or "DeepSeek or Qwen"."""
    names: list[str] = []
    end, alternatives = place, False
    while len(names) < _MOST_NAMES:
        start = end + (line.word(end) in ("and", "or") if names else line.word(end) == "the")
        behind = organization_end(line, start)
        if behind is None or (names and start == end):
            break
        alternatives |= line.word(end) == "or"
        names.append(" ".join(line.words[start:behind]))
        end = behind
    known = tuple(dict.fromkeys(names))
    if alternatives and len(known) > 1:
        return Match(end, Query(either=(tuple(Query(organizations=(name,)) for name in known),)))
    return Match(end, Query(organizations=known)) if known else None


def organization_end(line: QueryLine, place: int, *, anywhere: bool = False) -> int | None:
    """Return the position after the longest organization name at a position, or None.

    A clause has to end there, unless `anywhere` is set.
    """
    ends = range(min(place + _MAX_ORGANIZATION_WORDS, len(line)), place, -1)
    return next(
        (
            end
            for end in ends
            if all(line.words[place:end])
            and (_is_written_as_name(line, place, end) if anywhere else line.ends(end))
            and _is_organization(line, place, end)
        ),
        None,
    )


def owner(line: QueryLine, place: int, end: int) -> str:
    """Return the words of a name, of which the last may be a genitive: "DeepMind's"."""
    return " ".join(line.words[place:end]).removesuffix("'s")


def _is_written_as_name(line: QueryLine, place: int, end: int) -> bool:
    """Return whether it is a known organization, or each word is capitalized: not "Which research" in a question."""
    known = owner(line, place, end) in _ORGANIZATIONS
    return known or all(token.typed[:1].isupper() for token in line.tokens[place:end])


def _is_organization(line: QueryLine, place: int, end: int) -> bool:
    words = owner(line, place, end).split()
    if any(token.closes for token in line.tokens[place : end - 1]):
        return False
    if " ".join(words) in _ORGANIZATIONS:
        return True
    if words[0] == "university" and len(words) > 2 and words[1] == "of":
        return True
    return words[-1] in _PLACES and len(words) > 1 and line.tokens[place].typed[:1].isupper()


def authors(line: QueryLine, place: int) -> Match | None:
    names: list[str] = []
    end = place
    while len(names) < _MOST_NAMES:
        start = end + (bool(names) and line.word(end) in ("and", "&"))
        behind = name_end(line, start)
        if behind == start or (names and start == end):
            break
        names.append(phrase(" ".join(line.words[start:behind])))
        end = behind
    if not names or not line.ends(end) or NOT_NAMES.fullmatch(names[-1]):
        return None
    known = tuple(dict.fromkeys(names))
    return _with_others(line, end, known) or Match(end, Query(authors=known))


def _may_name(before: str) -> bool:
    """Return False after words such as "proposed", where "by" introduces a method more often than a person."""
    return before in _WRITTEN or not before.endswith(("ed", "en"))


def _in_name(token: Token) -> bool:
    return token.plain and (token.word in _PARTICLES or _capitalised(token.typed.strip("()[],;:?!*")))


def _capitalised(typed: str) -> bool:
    """Return whether a word is spelled like a name: Amari, LeCun, O'Brien, Fei-Fei, A., J.-B., but not GPT-4, LLMs,
    ResNet.
    """
    parts = typed.rstrip(".").removesuffix("'s").replace(".", "-").split("-")
    return bool(typed) and all(_name_part(part) for part in parts if part)


def _name_part(part: str) -> bool:
    rest = _PREFIX.sub("", part, count=1)
    return rest.isalpha() and rest[0].isupper() and (len(rest) == 1 or rest[1:].islower())


def _spelled(word: str) -> bool:
    return word.replace("-", "").replace("'", "").replace(".", "").isalpha()
