"""The whole archive of real titles, abstracts and summaries: nothing of LaTeX is left, nothing else is gone."""

from __future__ import annotations

import gzip
import json
import re
import time
from collections import Counter
from collections.abc import Iterator
from unicodedata import normalize

import pytest

from bot.domain import text
from tests.shared import PAPERS, needs_shared

pytestmark = needs_shared

_ADDRESS = re.compile(r"https?://\S+|\S+\.\w+/\S*")
_LEFT_OVER = re.compile(
    r"\\|\$[^$]*[\\^_{][^$]*\$|_\{|\^\{|``|''|\n"
    r"|(?<![A-Za-z])(?:text(?:bf|it|tt|sc)|math(?:cal|bb|bf|rm)|boldsymbol|varepsilon|infty|leq|geq|neq|cdot|lceil|rceil"
    r"|rightarrow|langle|rangle|propto|nabla)(?![a-z])"
    r"|[0-9]times|times[0-9]|\^circ|(?<![A-Za-z-])sim[0-9](?!real)"
    r"|(?<![A-Za-z])(?:alpha|beta|gamma|eta|theta|lambda|pi|tau|phi)[_^]"
)
# what a reader may stumble over: signs of TeX, and names of its macros and of Greek letters within mathematics
_SUSPICIOUS = re.compile(
    r"\\|\{[^{}]?\}|_\{|\^\{|\^[A-Za-z]{3,}|\$(?![\d.A-Z])(?<![0-9]\$)"
    r"|(?<![A-Za-z])(?:widetilde|widehat|overline|underline(?!s)|operatorname|subseteq|textsc|varphi|varepsilon|bigl|bigr)"
    r"(?![a-z])"
    r"|(?<![\w.-])(?:alpha|beta|gamma|delta|epsilon|lambda|sigma|tau|theta|omega|phi|psi|rho|eta|kappa)"
    r"\s?(?:[=^_<>≤≥∈∝⋅]|/[a-zα-ω])"
)
_TO_CLEAN = re.compile(r"[\\{}^$`~]|[a-zA-Z]_|times|sim[^ip]|arrow|approx|eq[0-9 ]|pm[0-9]")
_FORMULA = re.compile(r"\$[^$]*[\\^_][^$]*\$|\$\^|\^.?\$")
# a set is meant to be seen: {-1, 0, 1}
_BRACES = re.compile(r"\{[^{},:;…]*\}")


def _raw_texts() -> Iterator[tuple[str, str]]:
    with gzip.open(PAPERS / "papers.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            paper = json.loads(line)
            for field in ("title", "paper_title", "summary", "ai_summary"):
                if field in paper:
                    yield field, paper[field]


def _read(field: str, raw: str) -> str:
    return text.title(raw) if "title" in field else text.prose(raw)


def _nasty() -> list[dict[str, str]]:
    path = PAPERS / "fixtures" / "nasty_text.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else []


@pytest.mark.parametrize("case", _nasty(), ids=lambda case: f"{case['id']}-{case['field']}")
def test_every_known_nasty_text_becomes_readable(case: dict[str, str]) -> None:
    read = _read(case["field"], case["raw"])
    words = _ADDRESS.sub("", read)

    assert not _LEFT_OVER.search(words)
    assert not _BRACES.search(words)


@pytest.fixture(scope="module", params=[10, pytest.param(1, marks=pytest.mark.proof)], ids="one in {}".format)
def archive(request: pytest.FixtureRequest) -> list[tuple[str, str, str]]:
    """Field, raw and read, of every text that has something to clean, or of one in so many."""
    to_clean = [(field, raw) for field, raw in _raw_texts() if _TO_CLEAN.search(raw)]
    return [(field, raw, _read(field, raw)) for field, raw in to_clean[:: request.param]]


def test_nothing_of_latex_is_left_in_the_archive(archive: list[tuple[str, str, str]]) -> None:
    assert [read for _, _, read in archive if _LEFT_OVER.search(_ADDRESS.sub("", read))] == []


def test_less_than_one_text_in_a_thousand_holds_anything_that_looks_like_latex(
    archive: list[tuple[str, str, str]],
) -> None:
    suspicious = [read for _, _, read in archive if _SUSPICIOUS.search(_ADDRESS.sub("", read))]

    share = len(archive) / sum(1 for _, raw in _raw_texts() if _TO_CLEAN.search(raw))
    assert len(suspicious) < share * sum(1 for _ in _raw_texts()) / 1000


def test_the_archive_read_again_is_the_same(archive: list[tuple[str, str, str]]) -> None:
    changed = [(field, read) for field, raw, read in archive if raw != read]

    assert [read for field, read in changed if _read(field, read) != read] == []


def test_no_number_of_the_archive_is_lost_outside_addresses_and_tags(archive: list[tuple[str, str, str]]) -> None:
    assert [
        raw for _, raw, read in archive if "http" not in raw and "</" not in raw and _digits(raw) - _digits(read)
    ] == []


def test_no_amount_of_the_archive_is_lost(archive: list[tuple[str, str, str]]) -> None:
    plain_dollars = [(raw, read) for _, raw, read in archive if "$" in raw and not _FORMULA.search(raw)]

    assert [raw for raw, read in plain_dollars if _amounts(raw) - _amounts(read)] == []


def test_a_thousand_papers_take_seconds(archive: list[tuple[str, str, str]]) -> None:
    some = [(field, raw) for field, raw, _ in archive if field in {"title", "summary"}][:2_000]
    before = time.process_time()

    for field, raw in some:
        _read(field, raw)

    assert time.process_time() - before < 30  # 3 s alone, without coverage


def _digits(words: str) -> Counter[str]:
    return Counter(re.findall("[0-9]", normalize("NFKC", _ADDRESS.sub("", words))))


def _amounts(words: str) -> Counter[str]:
    return Counter(re.findall(r"\$[0-9](?:[0-9.,]*[0-9])?", words.replace("\\$", "$")))
