"""Pure: the first answers teach what else papers on the topic say (pseudo relevance feedback)."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

#: papers that are learned from, and what one further down counts for: its score beside the best one's to this power
TEACHERS = 10
_SHARPNESS = 8
#: stems that are learned, and what all of them are worth beside the query's own
_LEARNED = 30
_WORTH = 0.7
#: a stem that more of the papers have tells nothing, one that fewer papers have is a name
_COMMON = 0.2
_FEWEST = 2
#: among fewer papers the first answers are about other things too
_ENOUGH = 200
#: the part of what the papers say that must be new for it to count fully
_NEW = 0.35
#: how much rarity counts
_RARITY = 1.5


def learned(
    asked: Mapping[str, float],
    teachers: Sequence[tuple[float, Sequence[str]]],
    frequency: Callable[[str], int],
    papers: int,
) -> dict[str, float]:
    """Stems that the best answers share and the query lacks, with what each is worth.

    `teachers` are the scores and stems of the first answers, best first; `frequency` says how many of the `papers`
    have a stem.
    """
    if papers < _ENOUGH:
        return {}
    gained: defaultdict[str, float] = defaultdict(float)
    for part, stems in _parts(teachers):
        for stem, weight in _telling(stems, frequency, papers).items():
            gained[stem] += part * weight
    best = sorted(((worth, stem) for stem, worth in gained.items() if stem not in asked), reverse=True)[:_LEARNED]
    scale = _WORTH * _newness(asked, gained) * sum(asked.values()) / (sum(worth for worth, _ in best) or 1)
    most = max(asked.values(), default=0.0)
    return {stem: min(worth * scale, most) for worth, stem in best}


def _newness(asked: Mapping[str, float], gained: Mapping[str, float]) -> float:
    """How much of what the papers say was not asked: little is left to learn for who pastes a whole abstract."""
    whole = sum(gained.values()) or 1
    new = sum(worth for stem, worth in gained.items() if stem not in asked)
    return min(1.0, new / whole / _NEW)


def _parts(teachers: Sequence[tuple[float, Sequence[str]]]) -> Iterable[tuple[float, Sequence[str]]]:
    first = max((score for score, _ in teachers), default=0) or 1
    shares = [(score / first) ** _SHARPNESS for score, _ in teachers]
    whole = sum(shares) or 1
    return [(share / whole, stems) for share, (_, stems) in zip(shares, teachers, strict=True)]


def _telling(stems: Sequence[str], frequency: Callable[[str], int], papers: int) -> dict[str, float]:
    """What each stem of a paper says of it; the squares add up to one."""
    weights = {}
    for stem, count in Counter(stems).items():
        often = frequency(stem)
        if _FEWEST <= often <= max(_COMMON * papers, _FEWEST):
            rarity = math.log(1 + (papers - often + 0.5) / (often + 0.5))
            weights[stem] = count / (count + 1.2) * rarity**_RARITY
    length = math.sqrt(sum(weight * weight for weight in weights.values())) or 1
    return {stem: weight / length for stem, weight in weights.items()}
