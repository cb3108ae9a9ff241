"""What holds for every sentence that people read, and for its translations."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Set
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from tests.source_code import modules
from tests.tables.catalogues import ROOT, catalogues, is_translated, merge, read, template, untranslated, wrong_fields

#: folders whose sentences are all translatable
DONE = (
    "adapters",
    "bot/commands",
    "bot/digests",
    "bot/domain",
    "bot/messages",
    "bot/query",
    "bot/search",
    "bot/services",
)
#: names of modules whose texts operators read, in the log and on the command line, and of those that recognize and
#: name the errors of platforms, which the ledger stores; models.py has what encoders are given
OPERATORS = frozenset(
    "api_errors.py diagnostics.py health.py high_water_mark.py metrics.py models.py mail_options.py settings.py"
    " polling_lease.py public_checks.py"
    " smtp_errors.py".split()
)
#: where `tr` is defined, for modules and for templates
DEFINITIONS = frozenset({"bot/domain/i18n.py", "adapters/web/render.py"})
#: what marks a template
MARKERS = frozenset({"tr", "tr_n"})
#: functions of the log, and those that take the event of a log line
LOGGING = frozenset({"debug", "info", "warning", "error", "exception"})
WITH_EVENT = frozenset({"log_fault", "isolate_failures"})
#: the only exceptions whose text people in chats read; others are for programmers and operators
FOR_READERS = frozenset("UserError UnknownCommand BadArgument OtherLanguage NotAllowed NotFound".split())
#: what operators see in the log and in `paperboy doctor`
FOR_OPERATORS = frozenset(
    "HealthCheck Failure DeliveryError FetchError StoreError CircuitBreaker trip _trip _back_off".split()
)
#: arguments that hold commands or parts of them
SYNTAX = frozenset({"usage", "examples", "command", "change", "typed"})
#: functions that take a pattern or a table of words
PATTERNS = frozenset({"_pairs", "compile", "match", "fullmatch", "search", "sub", "split"})
#: folders that recognize what people type, or name what a platform did: words without a capital in front and a stop
#: behind are phrases or stored reasons there, not sentences
READING = (
    "adapters/",
    "bot/query/",
    "bot/search/",
    "bot/commands/intents/",
    "bot/domain/schedule/",
    "bot/domain/text/",
)
#: SVG, robots.txt and HTTP headers
MACHINE_READ = re.compile(r"<|User-agent:|default-src ")
#: signs of a regular expression or a grammar
PATTERN_SIGNS = re.compile(r"[|\\]|\(\?|\)\?|\?:|\w_\w|<_?\w*>")
WORD = re.compile(r"\W*[^\W\d_]+(?:['’-][^\W\d_]+)*\W*")
PHRASE = re.compile(r"[^\WA-Z][^.!?“”]*")
FIELD = re.compile(r"\{(\w+)\}")


def called(node: ast.Call) -> str:
    """The last name of what is called: "info" of `log.info(…)`."""
    func = node.func
    return func.attr if isinstance(func, ast.Attribute) else func.id if isinstance(func, ast.Name) else ""


def logs(node: ast.Call) -> bool:
    """Whether a call writes a log line: `log.info(…)`, or `(log.warning if … else log.info)(…)`."""
    choices = [node.func.body, node.func.orelse] if isinstance(node.func, ast.IfExp) else [node.func]
    return all(
        isinstance(each, ast.Attribute)
        and each.attr in LOGGING
        and isinstance(each.value, ast.Name)
        and each.value.id == "log"
        for each in choices
    )


def is_exempt(node: ast.AST) -> bool:
    """Whether strings in a part of a module are translatable, or are not for people in chats."""
    match node:
        case ast.Call():
            name = called(node)
            of_log = logs(node) or name in WITH_EVENT
            return of_log or name in MARKERS | FOR_OPERATORS | PATTERNS
        case ast.Raise(exc=ast.Call() as error):
            name = called(error)
            return name.lstrip("_")[:1].isupper() and name not in FOR_READERS
        # a docstring, or one string behind another
        case ast.Expr(value=ast.Constant()):
            return True
        case ast.FunctionDef(name="__repr__"):
            return True
        # what is typed: the same in every language
        case ast.keyword(arg=name):
            return name in SYNTAX
        # sentences by language
        case ast.Dict(keys=keys):
            tags = [key.value for key in keys if isinstance(key, ast.Constant) and isinstance(key.value, str)]
            return len(tags) == len(keys) > 0 and all(len(tag) == 2 for tag in tags)
    return False


def is_sentence(text: str, *, reading: bool) -> bool:
    """Whether a string has three words and is no command, no name and no pattern."""
    if text.startswith(("/", "http")) or text.isupper() or PATTERN_SIGNS.search(text) or MACHINE_READ.match(text):
        return False
    if reading and PHRASE.fullmatch(re.sub(r"[]\[{}?]", "", text).strip()):
        return False
    return sum(bool(WORD.fullmatch(word)) for word in text.split()) >= 3


def text_of(node: ast.AST) -> str | None:
    """The text of a string or f-string, with a field in place of each expression."""
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=parts):
            return "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in parts)
    return None


def sentences(node: ast.AST, *, reading: bool = False) -> Iterator[tuple[int, str]]:
    """The line and the text of every string of three words and more that is for people and not translatable."""
    if is_exempt(node):
        return
    text = text_of(node)
    if text is not None:
        if is_sentence(text, reading=reading):
            yield node.lineno, text  # type: ignore[attr-defined]
        return
    for name, value in ast.iter_fields(node):
        # types may be written as strings
        children = value if isinstance(value, list) else [value] if name not in ("annotation", "returns") else []
        for child in children:
            if isinstance(child, ast.AST):
                yield from sentences(child, reading=reading)


def test_no_sentence_for_people_is_outside_of_the_catalogue() -> None:
    found = {
        f"{path}:{line}": text
        for path, module in modules().items()
        if path.startswith(tuple(f"{folder}/" for folder in DONE)) and Path(path).name not in OPERATORS
        for line, text in sentences(module, reading=path.startswith(READING))
    }

    assert found == {}


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('title = "Nothing was found"', True),
        ('title = f"Nothing was found on {query}"', True),
        ('title = f"{count} were found here"', True),
        ('page(title=words("nothing was found"))', True),
        ('TITLES = {1: "Nothing was found"}', True),
        ('raise NotFound("Nothing was found", "Try again")', True),
        ('title = tr("Nothing was found")', False),
        ('title = tr_n("{count} was found here", "{count} were found here", n)', False),
        ('log.info("nothing was found", query=query)', False),
        ('(log.info if fine else log.warning)("nothing was found")', False),
        ('raise ValueError(f"nothing was found for {query}")', False),
        ('return NotFound("Nothing was found")', True),
        ('PATTERN = "(?:find|show) me (?:some|all) papers"', False),
        ('NAMES = "agents models speech".split()', False),
        ('kind = "text/x-delivery-status"', False),
        ('def found() -> None:\n    """Return what was found."""', False),
        ('command = "/subscribe agents at 9:00"', False),
        ('label = "Two words"', False),
    ],
)
def test_a_sentence_is_recognized(source: str, found: bool) -> None:
    assert bool(list(sentences(ast.parse(source)))) == found


def marked() -> Iterator[tuple[str, ast.Call]]:
    """Every call of `tr` and `tr_n` with its place."""
    for path, module in modules().items():
        for node in ast.walk(module):
            if isinstance(node, ast.Call) and called(node) in MARKERS and path not in DEFINITIONS:
                yield f"{path}:{node.lineno}", node


def mistakes(node: ast.Call, later: Set[str] = frozenset()) -> str:
    """What is wrong with a call of `tr` or `tr_n`; empty if nothing is. The fields in `later` may be given or not."""
    expected, templates = (1, 1) if called(node) == "tr" else (3, 2)
    literals = [each.value for each in node.args[:templates] if isinstance(each, ast.Constant)]
    if len(node.args) != expected or len(literals) != templates or not all(isinstance(each, str) for each in literals):
        return "its template is not a literal"
    given = {keyword.arg for keyword in node.keywords}
    if None in given:
        return "its fields are not named"
    if any(isinstance(keyword.value, ast.JoinedStr) for keyword in node.keywords):
        return "Babel warns of a field that is an f-string"
    used = {field for text in literals for field in FIELD.findall(str(text))}
    if templates == 2:
        used.discard("count")
        if "{count}" not in str(literals[1]):
            return "its plural has no {count}"
    return f"it has other fields: {sorted(map(str, used ^ given - later))}" if used - later != given - later else ""


def test_every_template_is_a_literal_with_exactly_its_fields() -> None:
    calls = list(marked())

    assert len(calls) > 30
    assert {place: wrong for place, call in calls if (wrong := mistakes(call, added_later(place)))} == {}


def added_later(place: str) -> Set[str]:
    """Return the fields that are added to a template when they are known.

    The schedule parser adds the words that a complaint is about, a source's trouble has its detail.
    """
    if place.startswith("bot/domain/schedule/"):
        return {"words"}
    return {"detail"} if place.startswith("bot/domain/source_troubles") else set()


@pytest.mark.parametrize(
    ("source", "right"),
    [
        ('tr("Papers on {query}", query=words)', True),
        ('tr_n("{count} paper on {query}", "{count} papers on {query}", n, query=words)', True),
        ('tr("Papers on {query}")', False),
        ('tr("Papers", query=words)', False),
        ('tr(f"Papers on {query}")', False),
        ("tr(TEMPLATE)", False),
        ('tr("Papers on {query}", query=f"{first} and {second}")', False),
        ('tr("Papers on " + query)', False),
        ('tr("Papers on {query}", **fields)', False),
        ('tr_n("{count} paper", "{count} papers", n, count=2)', False),
        ('tr_n("a paper", "papers", n)', False),
    ],
)
def test_a_wrong_template_is_recognized(source: str, right: bool) -> None:
    (statement,) = ast.parse(source).body
    assert isinstance(statement, ast.Expr)
    assert isinstance(statement.value, ast.Call)
    assert (mistakes(statement.value) == "") == right


@pytest.mark.parametrize("tag", catalogues())
def test_a_catalogue_has_every_template_and_no_other(tag: str) -> None:
    catalogue, source = read(catalogues()[tag], tag), template()

    assert {message.id for message in catalogue if message.id} == {message.id for message in source if message.id}
    assert list(catalogue.obsolete) == []
    assert untranslated(catalogue) == []


@pytest.mark.parametrize("tag", catalogues())
def test_a_translation_has_the_fields_of_its_template(tag: str) -> None:
    catalogue = read(catalogues()[tag], tag)

    wrong = {message.id: wrong_fields(message) for message in catalogue if message.id and is_translated(message)}
    assert {id: fields for id, fields in wrong.items() if fields} == {}


def german() -> Catalog:
    catalogue = Catalog(locale="de")
    for id in ("Papers on {query}", "Help", ("{count} paper", "{count} papers"), "Saved"):
        catalogue.add(id)
    return catalogue


def entry(id: str, string: str) -> str:
    return f'# a comment\nmsgid "{id}"\nmsgstr "{string}"\n'


def test_translations_are_merged() -> None:
    catalogue = german()
    plural = 'msgid "{count} paper"\nmsgid_plural "{count} papers"\nmsgstr[0] "ein Paper"\nmsgstr[1] "{count} Paper"\n'

    problems = merge(
        catalogue,
        [("a.po", entry("Help", "Hilfe") + plural), ("b.po", entry("Papers on {query}", "Paper zu {query}"))],
    )

    assert problems == []
    assert untranslated(catalogue) == ["Saved"]
    forms = [message.string for message in catalogue if isinstance(message.id, tuple)]
    assert [tuple(each or ()) for each in forms] == [("ein Paper", "{count} Paper")]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (entry("Gone", "Weg"), "is not in the source"),
        (entry("Papers on {query}", "Paper zu {frage}"), "has other fields: frage, query"),
        (entry("Help", "Hilfe") + entry("Help", "Anleitung"), "is 'Anleitung', but 'Hilfe' in a.po"),
        (entry("Help", ""), "has no translation, or not every plural form"),
        (entry("{count} paper", "ein Paper"), "is not in the source"),
    ],
)
def test_a_translation_that_cannot_be_merged_is_reported(text: str, problem: str) -> None:
    (found,) = merge(german(), [("a.po", text)])

    assert found.startswith("a.po: ")
    assert found.endswith(problem)


def test_the_same_translation_twice_is_no_problem() -> None:
    assert merge(german(), [("a.po", entry("Help", "Hilfe")), ("b.po", entry("Help", "Hilfe"))]) == []


def test_the_folders_exist() -> None:
    assert all(Path(ROOT / folder).is_dir() for folder in DONE)
