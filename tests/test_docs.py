from __future__ import annotations

import argparse
import re
from pathlib import Path

import pytest

from bot.app.cli.arguments import parser
from bot.app.settings import Settings
from bot.commands import COMMANDS

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def subcommands() -> list[str]:
    (choices,) = (action for action in parser()._actions if isinstance(action, argparse._SubParsersAction))
    return list(choices.choices)


@pytest.mark.parametrize("name", [command.name for command in COMMANDS])
def test_the_readme_names_every_command_of_the_chat(name: str) -> None:
    assert f"`/{name}" in README


@pytest.mark.parametrize("name", subcommands())
def test_the_readme_names_every_command_of_the_command_line(name: str) -> None:
    assert f"`paperboy {name}" in README


@pytest.mark.parametrize("name", Settings.model_fields)
def test_the_readme_names_every_setting_with_its_default(name: str) -> None:
    (row,) = re.findall(rf"^\| `PAPERBOY_{name.upper()}` \| (.*?) \|", README, re.MULTILINE)
    default = Settings.model_fields[name].default

    assert not isinstance(default, (int, str)) or row.strip("`") == (str(default).lower() or "(empty)")


def test_the_readme_names_no_setting_that_is_none() -> None:
    named = set(re.findall(r"PAPERBOY_([A-Z_]+)", README))

    assert named == {name.upper() for name in Settings.model_fields}


@pytest.mark.parametrize("page", ["README.md", *(f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md"))])
def test_links_between_documents_lead_somewhere(page: str) -> None:
    source = ROOT / page
    targets = re.findall(r"\]\((?!https?:)([^)#]+)", source.read_text(encoding="utf-8"))

    assert all((source.parent / target).exists() for target in targets)
