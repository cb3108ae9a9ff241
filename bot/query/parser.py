"""Query parser: tokenizes a line, applies the phrase parsers in order and merges their results."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from functools import lru_cache

from bot.domain.text import plain
from bot.query.alternatives import Brackets, QueryPart, joined, joins
from bot.query.arxiv import ids_of, like, plain_category
from bot.query.calendar import clamped
from bot.query.date_phrases import opening_date, when, year
from bot.query.filter_phrases import category_phrase, has_phrase, order_phrase, top_phrase, votes_phrase
from bot.query.languages import foreign
from bot.query.model import Query
from bot.query.negation_phrases import negation_phrase
from bot.query.people_phrases import et_al, not_by, people, who
from bot.query.people_requests import people_request
from bot.query.request_grammar import courtesy_phrase, request_phrase
from bot.query.server_phrases import server_phrase
from bot.query.spec import IN_PROSE, NAMES, READERS, merged
from bot.query.tokens import LONGEST_TEXT, Match, QueryLine, Token, phrase, tokens

#: phrase parsers, in the order in which they are tried
_READERS: tuple[Callable[[QueryLine, int], Match | None], ...] = (
    when,
    year,
    votes_phrase,
    has_phrase,
    not_by,
    people,
    et_al,
    negation_phrase,
    top_phrase,
    order_phrase,
    category_phrase,
    courtesy_phrase,
)
#: punctuation that can be dropped without reporting it
_MARKS = re.compile(r"[\"'.,;:?!…–—|/&-]*")
_SMALL_WORDS = frozenset("a an the of in on at for to and or by from with via is are as vs".split())
_ABOUT = frozenset("on about regarding concerning in of for".split())
#: fewer capitalized words are not a title
_SHORTEST_TITLE = 4
_IN_CAPITALS = 0.75
#: a shorter line may be a request with a full stop
_SHORTEST_STATEMENT = 8
#: number of words above which names and quotes are guesses, a line without a request is prose, and any line is prose
_LONGEST_WISH, _LONGEST_ASKED, _LONGEST_QUESTION = 12, 30, 80
#: "A." is an initial and does not end a sentence
_INITIAL = 2
#: phrase parsers that may be wrong in a long line
_GUESSING = (not_by, people, et_al)


def parse(text: str, today: date) -> Query:
    """Parse a query; any text is valid. `today` resolves relative dates such as "last month". Takes linear time."""
    return _read(text[:LONGEST_TEXT], today, cut=len(text) > LONGEST_TEXT)


# cached, because one reply parses the same few lines about ten times, for itself and for each of its buttons
@lru_cache(maxsize=256)
def _read(text: str, today: date, *, cut: bool) -> Query:
    clean, brackets = plain(text), Brackets()
    other = foreign(clean)
    if other and other.english:
        clean = other.english
    return _of_text(brackets.taken_out(clean), clamped(today), brackets, cut=cut)


def _of_text(text: str, today: date, brackets: Brackets, *, cut: bool = False) -> Query:
    line = QueryLine(tokens(text, NAMES), today)
    if _is_prose(line):
        return merged(_prose(line, brackets), cut=cut)
    return merged(joined([*_parts(line, brackets)], merged), cut=cut)


def _prose(line: QueryLine, brackets: Brackets) -> Iterator[Query]:
    """Parse prose: quotes, names, dates and signs are plain words here."""
    place = 0
    while place < len(line):
        token = line.tokens[place]
        found = _field(line, place) if token.field in IN_PROSE else None
        if found is not None:
            yield found.asks
            place = found.end
            continue
        inside = brackets.within(token)
        said = phrase(token.typed if inside is None else inside) if token.field or inside is not None else token.word
        yield Query(words=tuple(said.split()))
        place += 1


def _parts(line: QueryLine, brackets: Brackets) -> Iterator[QueryPart]:
    opening, place = False, 0
    while place < len(line):
        inside = brackets.within(line.tokens[place])
        if inside is not None:
            yield QueryPart(_of_text(inside, line.today, brackets))
            place += 1
            continue
        joining, surely = joins(line.tokens[place])
        found = None if joining else _special_token(line, place)
        if found is None and not joining:
            begun = (people_request(line, place) or request_phrase(line, place)) if line.closed(place) else None
            found = server_phrase(line, place) or begun or _phrase_at(line, place, opening=opening)
            # "with code on agents": the topic follows a filter at the start like a request
            opening = opening or begun is not None or (place == 0 and found is not None and found.asks.filters)
        if found is None:
            filler = not line.word(place) or _is_filler(line, place, opening=opening)
            found = Match(place + 1, Query(words=() if filler else (line.word(place),)))
            opening = opening and not found.asks.words
        yield QueryPart(found.asks, joining, surely, closes=line.tokens[found.end - 1].closes)
        place = found.end


def _field(line: QueryLine, place: int) -> Match | None:
    """Parse a field with its value. Return None if a blank instead of a value follows the colon; then it is a word."""
    if place + 1 == len(line):
        return None
    name, value = line.tokens[place], line.tokens[place + 1]
    may_follow = not value.field and not value.negated
    found = READERS[name.field](line, place + 1, name.negated) if may_follow else None
    return found or (line.ignoring(place, place + 2) if value.value else None)


def _special_token(line: QueryLine, place: int) -> Match | None:
    """Parse a token that is not part of a sentence: a field, id, phrase, exclusion or punctuation."""
    token = line.tokens[place]
    if token.field:
        return _field(line, place) or Match(place + 1, Query(words=(token.typed.strip("-:(").casefold(),)))
    if found := like(line, place):
        return found
    if ids := ids_of(token):
        return line.ignoring(place, place + 1) if token.negated else Match(place + 1, Query(ids=ids))
    if token.quoted and not token.negated and line.sentence > _LONGEST_WISH:
        return Match(place + 1, Query(words=tuple(token.word.split()), guesses=(Query(phrases=(token.word,)),)))
    if token.quoted or token.negated:
        return Match(place + 1, _exact(token))
    if not token.word:
        quiet = _MARKS.fullmatch(token.typed) is not None
        return Match(place + 1, Query()) if quiet else line.ignoring(place, place + 1)
    return None


def _exact(token: Token) -> Query:
    """Return the query for a phrase, or for an excluded word, category or phrase."""
    if not token.word:
        return Query(ignored=(token.typed,)) if token.typed.strip('-" ') else Query()
    if not token.quoted and (known := plain_category(token.word)):
        return Query(without_categories=(known,))
    if token.quoted:
        return Query(without_phrases=(token.word,)) if token.negated else Query(phrases=(token.word,))
    return Query(without=(token.word,))


def _phrase_at(line: QueryLine, place: int, *, opening: bool) -> Match | None:
    """Parse an English phrase, skipping "and" or "but" before it."""
    start = place + (line.word(place) in ("and", "but") and not line.closed(place + 1))
    if opening and (found := who(line, start) or opening_date(line, start)):
        return found
    for read in _READERS:
        if found := read(line, start):
            return _as_guess(line, start, found) if read in _GUESSING and line.sentence > _LONGEST_WISH else found
    return None


def _as_guess(line: QueryLine, start: int, found: Match) -> Match:
    """Return the words as topic, and their possible meaning as a guess."""
    words = tuple(filter(None, line.words[start : found.end]))
    return Match(found.end, Query(words=words, guesses=(found.asks,)))


def _is_filler(line: QueryLine, place: int, *, opening: bool) -> bool:
    """Return whether a word carries no meaning: it leads to the topic ("papers since 2024 on") or repeats "papers"."""
    if line.word(place) in (_ABOUT if opening else ()) or (line.word(place) == "and" and _is_isolated(line, place)):
        return True
    before = line.words[max(0, place - 4) : place]
    ends = line.ends(place + 1) or when(line, place + 1) is not None
    wanted = line.word(place) in ("papers", "paper") and place > 0 and ends
    return wanted and bool(line.word(place - 1)) and not _SMALL_WORDS.intersection(before)


def _is_isolated(line: QueryLine, place: int) -> bool:
    """Return whether neither neighbouring token is a word of a sentence."""
    around = [line.tokens[other] for other in (place - 1, place + 1) if 0 <= other < len(line)]
    return not any(token.plain and not ids_of(token) for token in around)


def _is_prose(line: QueryLine) -> bool:
    """Return whether the line is a title, a statement or a long text, for which similar papers are wanted."""
    if _is_title(line) or _is_statement(line):
        return True
    if line.sentence > _LONGEST_QUESTION:
        return True
    sentences = sum(token.typed.endswith((".", "!")) and len(token.typed) > _INITIAL for token in line.tokens)
    long = line.sentence > _LONGEST_ASKED or (sentences > 1 and line.sentence > _LONGEST_WISH)
    return long and request_phrase(line, 0) is None


def _is_statement(line: QueryLine) -> bool:
    """Return whether the line is a full sentence without a request; then "in 2001" is part of its text."""
    long = line.sentence >= _SHORTEST_STATEMENT and line.tokens[-1].typed.rstrip("\"')").endswith(".")
    return long and request_phrase(line, 0) is None


def _is_title(line: QueryLine) -> bool:
    """Return whether most significant words are capitalized; a title has no filters in it."""
    said = [token.typed.lstrip("([{'") for token in line.tokens if token.plain and token.word not in _SMALL_WORDS]
    words = [word for word in said if word[:1].isalpha()]
    if said and said[0][:1].islower() and (people_request(line, 0) or request_phrase(line, 0)):
        return False
    if len(words) < _SHORTEST_TITLE or all(word.isupper() for word in words):
        return False
    return sum(word[0].isupper() for word in words) > _IN_CAPITALS * len(words)
