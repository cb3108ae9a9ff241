"""Pure: thesaurus of the field: synonyms of a concept, its kinds and parts, and related terms."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from bot.search.analyzer import stems_of

Stems = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ConceptTerm:
    """One wording of a concept."""

    stems: Stems
    #: as displayed
    text: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One concept of the thesaurus."""

    names: tuple[ConceptTerm, ...]
    #: narrower terms: a paper about one of these is about the concept too
    kinds: tuple[ConceptTerm, ...] = ()
    #: related terms: supporting evidence, not enough on their own
    related: tuple[ConceptTerm, ...] = ()

    @property
    def key(self) -> str:
        """Key of the concept in the frequency table."""
        return " ".join(self.names[0].stems)


class Thesaurus:
    """Entries by name. If several entries share a name, the one that lists it earliest is used."""

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
        """Return the end of the longest name that begins at `place` and its entry, or None."""
        for end in range(min(place + self._longest, len(stems)), place, -1):
            if entry := self._named.get(tuple(stems[place:end])):
                return end, entry
        return None


def contains(whole: Stems, part: Stems) -> bool:
    """Return whether the stems of `part` occur next to each other in `whole`."""
    return any(whole[at : at + len(part)] == part for at in range(len(whole) - len(part) + 1))


def _entry(line: str) -> Entry:
    """Parse one line, dropping terms that contain an earlier one: "AI agent" adds nothing to "agent"."""
    before, _, related = line.partition("~")
    names, _, kinds = before.partition(">")
    named = tuple(_terms(names))
    known = [name.stems for name in named]
    more = tuple(term for term in _terms(kinds) if not _covered(term, known))
    known += [term.stems for term in more]
    return Entry(named, more, tuple(term for term in _terms(related) if not _covered(term, known)))


def _covered(term: ConceptTerm, known: Iterable[Stems]) -> bool:
    return any(contains(term.stems, other) for other in known)


def _terms(part: str) -> Iterator[ConceptTerm]:
    seen: set[Stems] = set()
    for text in filter(None, map(str.strip, part.split(","))):
        stems = stems_of(text)
        if stems and stems not in seen:
            seen.add(stems)
            yield ConceptTerm(stems, text)


@cache
def shipped() -> Thesaurus:
    """Return the shipped thesaurus."""
    return Thesaurus((files("bot.search.data") / "thesaurus.txt").read_text("utf-8").splitlines())
