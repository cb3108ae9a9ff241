"""Rules of the code base: nothing is decided by sentences, unique class names, file names with one meaning."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.house import LONG, Function, functions
from tests.source_code import modules

ROOT = Path(__file__).parents[1]
DESIGN = (ROOT / "docs" / "design.md").read_text(encoding="utf-8")

#: two words: a sentence, a phrase, a clause
SENTENCE = re.compile(r"[A-Za-z]{2,}[,:;]? [A-Za-z]{2,}")
#: fields of pages that are written for people
WORDING = {"title", "intro", "label", "heading", "footer"}
#: methods that ask something about a text
QUESTIONS = {"startswith", "endswith", "removeprefix", "removesuffix", "partition", "rpartition", "split", "find"}
#: comparisons with sentences of others, who offer no code, and with names that we gave
ALLOWED = {
    # Telegram reports these in its description only
    ("adapters/telegram/api_errors.py", "'method not found' in error.message.casefold()"),
    ("adapters/telegram/api_errors.py", "'query is too old' in error.message.casefold()"),
    ("adapters/telegram/api_errors.py", "'message is not modified' in error.message.casefold()"),
    # names of characters in the Unicode database
    ("bot/search/normalization.py", "unicodedata.name(chr(code)).startswith('GREEK SMALL LETTER ')"),
}


def is_sentence(node: ast.expr) -> bool:
    """Return whether an expression is or contains a literal of several words, or a translatable message."""
    return any(
        (isinstance(each, ast.Constant) and isinstance(each.value, str) and SENTENCE.search(each.value) is not None)
        or (isinstance(each, ast.Call) and isinstance(each.func, ast.Name) and each.func.id in ("tr", "tr_n"))
        for each in ast.walk(node)
    )


def is_wording(node: ast.expr) -> bool:
    """Return whether an expression is a text of a page for people: `page.title`, `row.label`."""
    if not isinstance(node, ast.Attribute) or node.attr not in WORDING:
        return False
    return node.attr != "title" or ast.unparse(node.value).endswith("page")


def questions(module: ast.Module) -> Iterator[ast.expr]:
    """Yield comparisons, calls that ask about a text, and patterns of `match`, in which wording decides."""
    for node in ast.walk(module):
        match node:
            case ast.Compare(left=left, comparators=others):
                sides = [left, *others]
                # an empty text says that there is none
                empty = any(isinstance(side, ast.Constant) and side.value == "" for side in sides)
                if any(is_sentence(side) for side in sides) or (not empty and any(map(is_wording, sides))):
                    yield node
            case ast.Call(func=ast.Attribute(value=asked, attr=method), args=arguments) if method in QUESTIONS:
                if is_wording(asked) or any(is_sentence(argument) for argument in arguments):
                    yield node
            case ast.MatchValue(value=value) if is_sentence(value):
                yield value


def test_nothing_is_decided_by_sentences_or_labels() -> None:
    found = {(path, ast.unparse(node)) for path, module in modules().items() for node in questions(module)}

    assert sorted(found - ALLOWED) == []


def test_the_rule_finds_comparisons_with_sentences_and_labels() -> None:
    module = ast.parse(
        "a == 'paused by hand'\n"
        "'no papers' in text\n"
        "text.startswith('Nothing new')\n"
        "page.title == known\n"
        "row.label.startswith('/')\n"
        "title == tr('Today')\n"
        "match a:\n    case 'not saved': pass\n"
        "a == 'paused'; paper.title == wanted; row.label == ''; words.split(' ')\n"
    )

    assert len(list(questions(module))) == 7


def test_a_class_name_is_used_once() -> None:
    places = defaultdict(list)
    for path, module in modules().items():
        for node in ast.walk(module):
            if isinstance(node, ast.ClassDef):
                places[node.name].append(path)

    assert {name: where for name, where in places.items() if len(where) > 1 and name not in ONE_IN_SEARCH} == {}


#: `Term`: of the thesaurus, and a clause for the index; `Run`: an intent, and the results of one ranker
ONE_IN_SEARCH = {"Term", "Run"}


def test_a_file_name_stands_in_two_folders_only_with_the_meaning_in_the_table() -> None:
    folders = defaultdict(list)
    for path in map(Path, modules()):
        if path.name != "__init__.py":
            folders[path.stem].append(path.parent.as_posix())
    table = DESIGN.partition("## File names that occur more than once")[2].partition("\n## ")[0]
    listed = set(re.findall(r"`(\w+)`", "".join(re.findall(r"^\| ([^|]*) \|", table, re.MULTILINE))))

    assert sorted({name for name, where in folders.items() if len(where) > 1} - listed) == []
    assert sorted(name for name in listed if len(folders[name]) < 2) == []


def test_functions_are_short() -> None:
    def is_old(function: Function) -> bool:
        return "/migrations/versions/" in function.path

    assert [each for each in functions() if each.lines > LONG and not is_old(each)] == []
