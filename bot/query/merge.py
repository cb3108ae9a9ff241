"""Merge the parts of a line into one query, within its limits."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from bot.query.model import LONGEST_PHRASE, LONGEST_WORD, MOST_IGNORED, MOST_NAMES, MOST_PHRASES, MOST_WORDS, Query


@dataclass(slots=True)
class _Merge:
    """Parts in order, and what exceeds the limits, each with the number of its part."""

    parts: Sequence[Query]
    dropped: list[tuple[int, str]] = field(default_factory=list)

    def words(self) -> tuple[str, ...]:
        """Return all words except immediate repetitions: "knowledge in knowledge graphs" keeps both."""
        kept: list[str] = []
        for number, word in ((number, word) for number, part in enumerate(self.parts) for word in part.words):
            if kept[-1:] == [word]:
                continue
            if len(kept) < MOST_WORDS and len(word) <= LONGEST_WORD:
                kept.append(word)
            else:
                self.dropped.append((number, word))
        return tuple(kept)

    def texts(
        self, of: Callable[[Query], tuple[str, ...]], most: int, longest: int = LONGEST_PHRASE
    ) -> tuple[str, ...]:
        kept: dict[str, None] = {}
        for number, part in enumerate(self.parts):
            for text in of(part):
                if text in kept or (len(kept) < most and len(text) <= longest):
                    kept[text] = None
                else:
                    self.dropped.append((number, text))
        return tuple(kept)

    def first(self, of: Callable[[Query], str]) -> Query:
        """Return the first part that sets a value; later, different values are left out."""
        said = [(number, part) for number, part in enumerate(self.parts) if of(part)]
        self.dropped += [(number, of(part)) for number, part in said if of(part) != of(said[0][1])]
        return said[0][1] if said else Query()


def merged(parts: Iterable[Query], *, cut: bool = False) -> Query:
    """Merge the parts into one query; of several bounds the narrowest wins. `cut` means that the text was truncated."""
    merge = _Merge([*parts])
    known = merge.parts
    order = merge.first(lambda part: f"sort:{part.sort.value}" if part.sort else "")
    number = merge.first(_number)
    return Query(
        words=merge.words(),
        phrases=merge.texts(lambda part: part.phrases, MOST_PHRASES),
        authors=merge.texts(lambda part: part.authors, MOST_NAMES),
        organizations=merge.texts(lambda part: part.organizations, MOST_NAMES),
        categories=merge.texts(lambda part: part.categories, MOST_NAMES),
        without=merge.texts(lambda part: part.without, MOST_WORDS, LONGEST_WORD),
        without_phrases=merge.texts(lambda part: part.without_phrases, MOST_PHRASES),
        without_authors=merge.texts(lambda part: part.without_authors, MOST_NAMES),
        without_organizations=merge.texts(lambda part: part.without_organizations, MOST_NAMES),
        without_categories=merge.texts(lambda part: part.without_categories, MOST_NAMES),
        after=max((part.after for part in known if part.after), default=None),
        before=min((part.before for part in known if part.before), default=None),
        has=frozenset().union(*(part.has for part in known)),
        min_votes=max((part.min_votes for part in known if part.min_votes is not None), default=None),
        either=tuple(dict.fromkeys(group for part in known for group in part.either))[:MOST_NAMES],
        strict=any(part.strict for part in known),
        ids=merge.texts(lambda part: part.ids, MOST_NAMES),
        guesses=tuple(dict.fromkeys(guess for part in known for guess in part.guesses))[:MOST_NAMES],
        sort=order.sort,
        limit=number.limit,
        asked_limit=number.asked_limit,
        ignored=_ignored(merge, cut=cut),
    )


def _number(part: Query) -> str:
    if part.limit is None:
        return ""
    return f"top:{part.limit if part.asked_limit is None else part.asked_limit}"


def _ignored(merge: _Merge, *, cut: bool) -> tuple[str, ...]:
    typed = [(number, text) for number, part in enumerate(merge.parts) for text in part.ignored]
    # the sort is stable, so within a part unreadable text comes before what exceeds a limit
    in_order = [text for _, text in sorted(typed + merge.dropped, key=lambda said: said[0])]
    few = [text if len(text) <= LONGEST_WORD else f"{text[:LONGEST_WORD]}…" for text in in_order[:MOST_IGNORED]]
    return (*few, "…") if cut or len(in_order) > MOST_IGNORED else tuple(few)
