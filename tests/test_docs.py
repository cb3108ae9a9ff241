from __future__ import annotations

import argparse
import ast
import re
from pathlib import Path

import pytest

from bot.app.cli.arguments import parser
from bot.app.settings import Settings
from bot.commands import COMMANDS
from tests.source_code import modules

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS_PAGE = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
SETTINGS_PAGE = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
PAGES = ["README.md", "CONTRIBUTING.md", *(f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md"))]


def subcommands() -> list[str]:
    (choices,) = (action for action in parser()._actions if isinstance(action, argparse._SubParsersAction))
    return list(choices.choices)


@pytest.mark.parametrize("name", [command.name for command in COMMANDS])
def test_the_page_of_commands_names_every_command_of_the_chat(name: str) -> None:
    assert f"`/{name}" in COMMANDS_PAGE


@pytest.mark.parametrize("name", subcommands())
def test_the_page_of_commands_names_every_command_of_the_command_line(name: str) -> None:
    assert f"`paperboy {name}" in COMMANDS_PAGE


@pytest.mark.parametrize("name", Settings.model_fields)
def test_the_page_of_settings_names_every_setting_with_its_default(name: str) -> None:
    (row,) = re.findall(rf"^\| `PAPERBOY_{name.upper()}` \| (.*?) \|", SETTINGS_PAGE, re.MULTILINE)
    default = Settings.model_fields[name].default

    assert not isinstance(default, (int, str)) or row.strip("`") == (str(default).lower() or "(empty)")


@pytest.mark.parametrize("page", PAGES)
def test_no_page_names_a_setting_that_is_none(page: str) -> None:
    named = set(re.findall(r"PAPERBOY_([A-Z_]+[A-Z])", (ROOT / page).read_text(encoding="utf-8")))

    assert named <= {name.upper() for name in Settings.model_fields}


def test_the_readme_is_short_and_has_one_picture() -> None:
    assert len(README.splitlines()) <= 80
    assert README.count("![") == 1


def test_every_page_is_one_link_away_from_the_readme_or_from_a_page_that_is() -> None:
    text = "\n".join((ROOT / page).read_text(encoding="utf-8") for page in PAGES)

    assert [page for page in PAGES if page.removeprefix("docs/") not in text and page != "README.md"] == []


@pytest.mark.parametrize("page", PAGES)
def test_links_between_documents_lead_somewhere(page: str) -> None:
    source = ROOT / page
    targets = re.findall(r"\]\((?!https?:)([^)#]+)", source.read_text(encoding="utf-8"))

    assert all((source.parent / target).exists() for target in targets)


DOCUMENTED = ("docs/glossary.md", "docs/how-to.md", "docs/design.md", "CONTRIBUTING.md")
GLOSSARY = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")


def public_classes(folder: str) -> set[str]:
    found = (module for path, module in modules().items() if path.startswith(f"{folder}/"))
    named = (node.name for module in found for node in module.body if isinstance(node, ast.ClassDef))
    return {name for name in named if not name.startswith("_")}


def test_the_glossary_lists_the_public_classes_of_domain_and_services_and_no_others() -> None:
    listed = re.findall(r"^\| `([A-Za-z]+)` \| (?=\S)", GLOSSARY, re.MULTILINE)
    known = public_classes("bot/domain") | public_classes("bot/services")

    assert sorted(known - set(listed)) == []
    assert sorted(set(listed) - known) == []
    assert len(listed) == len(set(listed))


@pytest.mark.parametrize("page", DOCUMENTED)
def test_every_file_that_a_document_names_exists(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    paths = re.findall(r"`((?:bot|adapters|tests|docs)/[\w./-]*)`", text)

    # NAME stands for what the reader adds
    assert [path for path in paths if "NAME" not in path and not (ROOT / path).exists()] == []


def test_every_fault_has_a_number_of_its_own() -> None:
    rows = re.findall(r"^\| (\d+) \| (.*)$", (ROOT / "docs" / "faults.md").read_text(encoding="utf-8"), re.MULTILINE)
    numbers, texts = [number for number, _ in rows], [text for _, text in rows]

    assert len(rows) > 100
    assert sorted(number for number in set(numbers) if numbers.count(number) > 1) == []
    assert sorted(text for text in set(texts) if texts.count(text) > 1) == []
