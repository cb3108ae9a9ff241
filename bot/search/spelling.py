"""Pure: spelling correction by edit distance and word frequency."""

from __future__ import annotations

from collections.abc import Iterable

#: shortest words for which one and two edits are considered
_LONG_ENOUGH, _LONG = 4, 8
#: factor by which a correction must be more common than the typed word
_FREQUENCY_RATIO = 50


def suspicious(word: str, often: int, texts: int) -> bool:
    """Return whether a word that occurs in `often` of `texts` papers may be misspelled."""
    return len(word) >= _LONG_ENOUGH and word.isalpha() and often <= texts // 20_000


def meant(word: str, often: int, known: Iterable[tuple[str, int]]) -> str:
    """Return the nearest known word, the most common of equally near ones; empty if none is near enough."""
    slips = 2 if len(word) >= _LONG else 1
    near = (
        (distance, -common, other)
        for other, common in known
        if common >= max(3, _FREQUENCY_RATIO * often) and abs(len(other) - len(word)) <= slips and other != word
        if (distance := _distance(word, other, slips)) <= slips
    )
    return min(near, default=(0, 0, ""))[2]


def _distance(one: str, other: str, most: int) -> int:
    """Return the Damerau-Levenshtein distance (insert, delete, substitute, transpose), or any value above `most`."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        older, before, row = before, row, [i]
        for j, wanted in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != wanted))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == wanted:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return row[-1]
