"""Pure: the vocabulary of the field: other names of a topic, its kinds and parts, and what only supports it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from bot.search.analyzer import stems_of

Stems = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Term:
    """One way to say something."""

    stems: Stems
    #: as a person reads it
    text: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One concept of the field."""

    names: tuple[Term, ...]
    #: a paper about one of these is about the concept too
    kinds: tuple[Term, ...] = ()
    #: these support it and are not enough
    related: tuple[Term, ...] = ()

    @property
    def key(self) -> str:
        """The name under which its frequency is counted."""
        return " ".join(self.names[0].stems)


class Thesaurus:
    """Entries by each of their names; of several entries with a name, the one that has it nearest to its front."""

    def __init__(self, lines: Sequence[str]) -> None:
        self.entries = tuple(_entry(line) for line in lines if line.strip() and not line.startswith("#"))
        placed: dict[Stems, tuple[int, Entry]] = {}
        for entry in self.entries:
            for place, name in enumerate(entry.names):
                if place < placed.get(name.stems, (place + 1, entry))[0]:
                    placed[name.stems] = place, entry
        self._named = {name: entry for name, (_, entry) in placed.items()}
        self._longest = max(map(len, self._named), default=0)

    def at(self, stems: Sequence[str], place: int) -> tuple[int, Entry] | None:
        """Return the place behind the longest name that begins at a place, and its entry."""
        for end in range(min(place + self._longest, len(stems)), place, -1):
            if entry := self._named.get(tuple(stems[place:end])):
                return end, entry
        return None


def contains(whole: Stems, part: Stems) -> bool:
    """Return whether the stems of one term stand side by side in another."""
    return any(whole[at : at + len(part)] == part for at in range(len(whole) - len(part) + 1))


def _entry(line: str) -> Entry:
    """One line, without the terms that say no more than one before them: an "AI agent" is an "agent"."""
    before, _, related = line.partition("~")
    names, _, kinds = before.partition(">")
    named = tuple(_terms(names))
    known = [name.stems for name in named]
    more = tuple(term for term in _terms(kinds) if not _covered(term, known))
    known += [term.stems for term in more]
    return Entry(named, more, tuple(term for term in _terms(related) if not _covered(term, known)))


def _covered(term: Term, known: Iterable[Stems]) -> bool:
    return any(contains(term.stems, other) for other in known)


def _terms(part: str) -> Iterator[Term]:
    seen: set[Stems] = set()
    for text in filter(None, map(str.strip, part.split(","))):
        stems = stems_of(text)
        if stems and stems not in seen:
            seen.add(stems)
            yield Term(stems, text)


@cache
def shipped() -> Thesaurus:
    """Return the thesaurus of the field."""
    return Thesaurus((files("bot.search.data") / "thesaurus.txt").read_text("utf-8").splitlines())
