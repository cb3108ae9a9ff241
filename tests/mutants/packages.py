"""What is changed, and which tests are asked about it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Package:
    """Files of the program and their test files, both as patterns."""

    name: str
    sources: tuple[str, ...]
    tests: tuple[str, ...]
    #: whether a sample is spread evenly over the patterns of sources
    spread: bool = False

    def files(self) -> Iterator[Path]:
        """The files, relative to the checkout."""
        for part in self.parts():
            yield from part

    def parts(self) -> list[list[Path]]:
        """The files that a sample is drawn from, each part with an equal share of it."""
        files = [[path.relative_to(ROOT) for path in sorted(ROOT.glob(pattern))] for pattern in self.sources]
        return files if self.spread else [[file for part in files for file in part]]

    def test_files(self) -> list[str]:
        """The test files, relative to the checkout."""
        paths = {path for pattern in self.tests for path in ROOT.glob(pattern)}
        return sorted(path.relative_to(ROOT).as_posix() for path in paths)


_LEDGER = (
    "claims",
    "deliveries",
    "delivery_changes",
    "delivery_progress",
    "planner",
    "rates",
    "generations",
    "restored",
)
_LEDGER_TESTS = (
    "tests/storage/test_*.py",
    "tests/services/test_*.py",
    *(f"tests/unit/test_{name}.py" for name in ("pace", "rates", "retry_policy")),
)
_UNIT_TESTS = (
    *"alike analyzer digest intents keywords languages names query* search_prior shortfall".split(),
    *"subscribing* topic views_papers".split(),
)
_SEARCH_TESTS = (
    "tests/search/test_*.py",
    "tests/conversation/test_*.py",
    *(f"tests/unit/test_{name}.py" for name in _UNIT_TESTS),
)
_ADAPTERS = ("discord", "telegram", "web", "email", "kit")
_ADAPTER_TESTS = (
    "tests/adapters/**/test_*.py",
    *(f"tests/unit/test_mail_{name}.py" for name in ("addresses", "refusals", "reports")),
    "tests/conversation/test_doors.py",
    "tests/test_adapters_registry.py",
    "tests/test_mail_settings.py",
)

PACKAGES = {
    package.name: package
    for package in (
        Package("ledger", tuple(f"bot/storage/{name}.py" for name in _LEDGER), _LEDGER_TESTS),
        Package("delivery", ("bot/services/delivery/*.py",), _LEDGER_TESTS),
        Package("query", ("bot/query/**/*.py",), _SEARCH_TESTS),
        Package("search", ("bot/search/*.py",), _SEARCH_TESTS),
        Package("adapters", tuple(f"adapters/{name}/**/*.py" for name in _ADAPTERS), _ADAPTER_TESTS, spread=True),
    )
}


def measured_as(package: Package) -> str:
    """Return the name of the first package with the same tests: they are measured once."""
    return next(name for name, each in PACKAGES.items() if each.tests == package.tests)
