"""Bring the message catalogues up to date with the source: `python -m tests.tables.catalogues`, or `make catalogues`.

New templates are added without a translation, and templates that are gone are removed. Translations are written into
the `.po` files, by hand or with any gettext editor.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from bot.messages.catalogue import DOMAIN, LOCALES

ROOT = Path(__file__).parents[2]
FOLDERS = ("bot", "adapters")
#: the functions that mark templates; the second takes a singular and a plural
KEYWORDS = {"tr": None, "tr_n": (1, 2)}
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


def template() -> Catalog:
    """Return every template in the source, with the file where it stands."""
    catalog = Catalog(project="Paperboy", charset="utf-8", fuzzy=False)
    for file, message in _found():
        catalog.add(message, locations=[(file, 1)])
    return catalog


def _found() -> Iterator[tuple[str, str | tuple[str, ...]]]:
    methods = [("**.py", "python"), ("**/templates/**.html", "jinja2")]
    for folder in FOLDERS:
        for file, _, message, _, _ in extract_from_dir(str(ROOT / folder), methods, keywords=KEYWORDS):
            yield f"{folder}/{file}", message


def catalogues() -> dict[str, Path]:
    """Return the catalogue of each language, by its tag."""
    return {path.parent.parent.name: path for path in sorted(LOCALES.glob(f"*/LC_MESSAGES/{DOMAIN}.po"))}


def read(path: Path, tag: str) -> Catalog:
    """Return a catalogue."""
    with path.open("rb") as file:
        return read_po(file, locale=tag)


def update() -> None:
    """Write every catalogue anew."""
    source = template()
    for tag, path in catalogues().items():
        known = read(path, tag)
        known.update(source, no_fuzzy_matching=True)
        known.obsolete.clear()
        with path.open("wb") as file:
            file.write(_HEADER.format(tag=tag, plurals=known.plural_forms).encode())
            write_po(file, known, width=_WIDTH, sort_output=True, include_lineno=False, omit_header=True)
        print(f"{tag}: {len(known)} messages, {len(untranslated(known))} without a translation")


def untranslated(catalogue: Catalog) -> list[str]:
    """Return the templates without a translation."""
    return [_first(message.id) for message in catalogue if message.id and not _complete(message)]


def _complete(message: Message) -> bool:
    strings = (message.string,) if isinstance(message.id, str) else message.string or ()
    return bool(strings) and all(strings)


def _first(id: str | tuple[str, ...] | list[str]) -> str:
    return id if isinstance(id, str) else id[0]


if __name__ == "__main__":
    update()
