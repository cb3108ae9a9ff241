"""Bring the message catalogues up to date with the source: `python -m tests.tables.catalogues`, or `make catalogues`.

New templates are added without a translation, and templates that are gone are removed. Translations are written into
the `.po` files, by hand or with any gettext editor. `python -m tests.tables.catalogues merge de FILE.po ...` copies
translations from other files and reports those that cannot be used.
"""

from __future__ import annotations

import argparse
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from bot.messages.catalogue import DOMAIN, LOCALES

ROOT = Path(__file__).parents[2]
FOLDERS = ("bot", "adapters")
#: the functions that mark templates; the second takes a singular and a plural
KEYWORDS = {"tr": None, "tr_n": (1, 2)}
#: the number of a plural message
_COUNT = "count"
_FIELD = re.compile(r"\{(\w+)\}")
#: columns of a line in a `.po` file
_WIDTH = 100
#: without the dates and names that gettext tools write, so that a catalogue only changes with its messages
_HEADER = r"""msgid ""
msgstr ""
"Language: {tag}\n"
"Plural-Forms: {plurals}\n"
"Content-Type: text/plain; charset=utf-8\n"
"Content-Transfer-Encoding: 8bit\n"

"""


def template(folders: Sequence[str] = FOLDERS) -> Catalog:
    """Return every template in the source, or in some folders of it, with the file where it stands."""
    catalog = Catalog(project="Paperboy", charset="utf-8", fuzzy=False)
    for file, message in _found(folders):
        catalog.add(message, locations=[(file, 1)])
    return catalog


def _found(folders: Sequence[str]) -> Iterator[tuple[str, str | tuple[str, ...]]]:
    methods = [("**.py", "python"), ("**/templates/**.html", "jinja2")]
    for folder in folders:
        for file, _, message, _, _ in extract_from_dir(str(ROOT / folder), methods, keywords=KEYWORDS):
            yield f"{folder}/{file}", message


def catalogues() -> dict[str, Path]:
    """Return the catalogue of each language, by its tag."""
    return {path.parent.parent.name: path for path in sorted(LOCALES.glob(f"*/LC_MESSAGES/{DOMAIN}.po"))}


def read(path: Path, tag: str) -> Catalog:
    """Return a catalogue."""
    with path.open("rb") as file:
        return read_po(file, locale=tag)


def write(catalogue: Catalog, path: Path, tag: str) -> None:
    """Write a catalogue, sorted by template."""
    with path.open("wb") as file:
        file.write(_HEADER.format(tag=tag, plurals=catalogue.plural_forms).encode())
        write_po(file, catalogue, width=_WIDTH, sort_output=True, include_lineno=False, omit_header=True)


def update() -> None:
    """Write every catalogue anew."""
    for tag, path in catalogues().items():
        known = _up_to_date(read(path, tag))
        write(known, path, tag)
        print(f"{tag}: {len(known)} messages, {len(untranslated(known))} without a translation")


def _up_to_date(catalogue: Catalog) -> Catalog:
    """Return the catalogue with exactly the templates of the source."""
    catalogue.update(template(), no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    return catalogue


def merge(catalogue: Catalog, fragments: Iterable[tuple[str, str]]) -> list[str]:
    """Copy translations into a catalogue from texts with gettext entries, and return what could not be used.

    `fragments` are names and texts; a text needs no header. A translation that is left empty is skipped. Of several
    translations of a template the first is used, and the others are reported.
    """
    problems: list[str] = []
    taken: dict[str, tuple[str, Message]] = {}
    for name, message in _entries(fragments, catalogue.locale_identifier or "en"):
        shown = f"{name}: {first(message.id)!r}"
        if not is_translated(message):
            problems.append(f"{shown} has no translation, or not every plural form")
            continue
        known = catalogue.get(message.id)
        earlier = taken.setdefault(first(message.id), (name, message))
        if known is None or _forms(known) != _forms(message):
            problems.append(f"{shown} is not in the source")
        elif wrong := wrong_fields(message):
            problems.append(f"{shown} has other fields: {', '.join(wrong)}")
        elif earlier[1].string != message.string:
            problems.append(f"{shown} is {message.string!r}, but {earlier[1].string!r} in {earlier[0]}")
        else:
            known.string = message.string
    return problems


def _entries(fragments: Iterable[tuple[str, str]], tag: str) -> Iterator[tuple[str, Message]]:
    """Yield each entry with the name of its text. Entries are read one by one, because Babel joins duplicates."""
    for name, text in fragments:
        for entry in re.split(r"^(?=msgid )", text, flags=re.MULTILINE)[1:]:
            for message in read_po(io.BytesIO(entry.encode()), locale=tag):
                if message.id:
                    yield name, message


def wrong_fields(message: Message) -> list[str]:
    """Return the fields that a translation lacks, or has in addition to those of its template.

    A plural form may lack the number, and a field that the singular or the plural of the template lacks.
    """
    templates = [_fields(form) for form in _forms(message)]
    known, required = set().union(*templates), set.intersection(*templates) - {_COUNT}
    if len(templates) == 1:
        required = known
    strings = [message.string] if isinstance(message.string, str) else list(message.string or ())
    return sorted(set().union(*(_fields(each) - known | required - _fields(each) for each in strings)))


def _forms(message: Message) -> list[str]:
    return [message.id] if isinstance(message.id, str) else list(message.id)


def _fields(text: str) -> set[str]:
    return set(_FIELD.findall(text))


def untranslated(catalogue: Catalog) -> list[str]:
    """Return the templates without a translation."""
    return [first(message.id) for message in catalogue if message.id and not is_translated(message)]


def is_translated(message: Message) -> bool:
    """Return whether every form of a message has a translation."""
    strings = (message.string,) if isinstance(message.id, str) else message.string or ()
    return bool(strings) and all(strings)


def first(id: str | tuple[str, ...] | list[str]) -> str:
    """Return a template, or the singular of one."""
    return id if isinstance(id, str) else id[0]


def _merge_files(tag: str, files: Sequence[Path]) -> int:
    path = LOCALES / tag / "LC_MESSAGES" / f"{DOMAIN}.po"
    known = _up_to_date(read(path, tag) if path.is_file() else Catalog(locale=tag))
    problems = merge(known, [(file.name, file.read_text(encoding="utf-8")) for file in files])
    path.parent.mkdir(parents=True, exist_ok=True)
    write(known, path, tag)
    missing = untranslated(known)
    print(*problems, *(f"no translation: {each!r}" for each in missing), sep="\n")
    print(f"{tag}: {len(known)} messages, {len(missing)} without a translation, {len(problems)} entries not used")
    return 1 if problems else 0


def main() -> int:
    """Update every catalogue, or merge files into one; return the exit status."""
    parser = argparse.ArgumentParser(description="Update the message catalogues.")
    actions = parser.add_subparsers(dest="action")
    merging = actions.add_parser("merge", help="copy translations from other files into a catalogue, or begin one")
    merging.add_argument("tag", help="language of the catalogue, such as de")
    merging.add_argument("files", nargs="*", type=Path)
    arguments = parser.parse_args()
    if arguments.action == "merge":
        return _merge_files(arguments.tag, arguments.files)
    update()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
