"""The files that other programs read: they need no engine and no hosting to be checked."""

from __future__ import annotations

import configparser
import re
import shlex
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.app.cli.arguments import parser
from bot.app.settings import Settings
from bot.version import VERSION

ROOT = Path(__file__).parents[2]
SETTINGS = {f"PAPERBOY_{name.upper()}" for name in Settings.model_fields}
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def read(name: str) -> Any:
    return yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))


def dockerfile() -> list[tuple[str, str]]:
    """The instructions with what stands behind them; comments are left out, continued lines are one."""
    text = re.sub(r"^#.*\n", "", (ROOT / "Dockerfile").read_text(encoding="utf-8"), flags=re.MULTILINE)
    lines = re.sub(r"\\\n\s*", "", text).splitlines()
    return [(name, rest) for line in lines if line.strip() for name, _, rest in [line.partition(" ")]]


def is_command(arguments: list[str]) -> bool:
    """Whether the command line takes them."""
    parser().parse_args(arguments)
    return True


def test_an_image_is_pinned_runs_as_nobody_and_tells_whether_it_is_well() -> None:
    steps = dockerfile()
    (python,) = (rest for name, rest in steps if name == "ARG" and rest.startswith("PYTHON="))
    last = max(number for number, (name, _) in enumerate(steps) if name == "FROM")
    final = dict(steps[last:])

    assert re.fullmatch(r"PYTHON=3\.\d+\.\d+-slim-\w+", python)
    assert {rest.partition(" ")[0] for name, rest in steps if name == "FROM"} == {"python:${PYTHON}"}
    assert final["USER"] == "10001"
    assert final["HEALTHCHECK"].endswith('CMD ["paperboy", "doctor", "--live"]')
    assert is_command(["doctor", "--live"])
    assert yaml.safe_load(final["ENTRYPOINT"]) == ["paperboy"]
    assert is_command(yaml.safe_load(final["CMD"]))


def test_an_image_has_a_model_only_where_one_is_named() -> None:
    steps = dockerfile()
    last = max(number for number, (name, _) in enumerate(steps) if name == "FROM")
    environment = dict(part.split("=", 1) for part in dict(steps[last:])["ENV"].split())
    installed = next(rest for name, rest in steps if name == "RUN" and "pip install" in rest)

    assert [rest for name, rest in steps if name == "ARG" and rest.startswith("ENCODER")] == ['ENCODER=""'] * 2
    assert {name for name in environment if name.startswith("PAPERBOY_")} <= SETTINGS
    assert environment["PAPERBOY_ENCODER"] == "$ENCODER"
    assert environment["PAPERBOY_MODELS_DIR"] == "${ENCODER:+/opt/paperboy/models}"
    assert "${ENCODER:+,semantic}" in installed
    assert 'if [ -n "$ENCODER" ]' in installed


def test_what_an_image_copies_is_there() -> None:
    copied = [rest.split()[:-1] for name, rest in dockerfile() if name == "COPY" and not rest.startswith("--from")]

    assert all((ROOT / source).exists() for sources in copied for source in sources)


def test_the_composition_is_a_database_one_that_talks_and_two_that_deliver() -> None:
    services = read("compose.yaml")["services"]

    assert services.keys() == {"database", "run", "work"}
    assert services["run"]["command"] == ["run"]
    assert services["work"]["command"] == ["work"]
    assert services["work"]["deploy"]["replicas"] == 2
    assert all(is_command(services[name]["command"]) for name in ("run", "work"))
    assert re.fullmatch(r"postgres:\d+\.\d+-\w+", services["database"]["image"])


def test_the_composition_sets_what_is_a_setting_and_waits_for_a_database_that_is_well() -> None:
    composition = read("compose.yaml")
    services = composition["services"]
    ours = [services["run"], services["work"]]

    assert {name for each in ours for name in each["environment"]} <= SETTINGS
    for each in ours:
        assert each["depends_on"] == {"database": {"condition": "service_healthy"}}
        assert each["image"].endswith(f":{VERSION}")
        assert "${POSTGRES_PASSWORD:?" in each["environment"]["PAPERBOY_DATABASE_URL"]
    assert "healthcheck" in services["database"]
    volumes = {volume.partition(":")[0] for each in services.values() for volume in each.get("volumes", ())}
    assert volumes == composition["volumes"].keys()
    assert all(port.startswith("127.0.0.1:") for each in services.values() for port in each.get("ports", ()))


def test_the_unit_runs_a_command_that_there_is_and_does_not_repeat_a_wrong_setting() -> None:
    unit = configparser.RawConfigParser(strict=False)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read(ROOT / "docs" / "paperboy.service", encoding="utf-8")
    service = unit["Service"]
    program, *arguments = shlex.split(service["ExecStart"])

    assert program == "/opt/paperboy/bin/paperboy"
    assert is_command(arguments)
    assert service["Environment"].partition("=")[0] in SETTINGS
    assert service["RestartPreventExitStatus"] == "2"
    assert service["User"] == "paperboy"


def test_the_hosted_checks_run_targets_of_the_makefile_on_every_version() -> None:
    jobs = read(".github/workflows/ci.yml")["jobs"]
    targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    runs = [step["run"] for job in jobs.values() for step in job["steps"] if "run" in step]
    made = {run.removeprefix("make ") for run in runs if run.startswith("make ")}
    versions = jobs["test"]["strategy"]["matrix"]["python"]

    assert {"lint", "test", "cover", "package"} <= made <= set(targets)
    assert versions == ["3.11", "3.12", "3.13", "3.14"]
    promised = [each.rpartition(" ")[2] for each in PROJECT["project"]["classifiers"] if ":: Python :: 3." in each]
    assert promised == versions


def test_what_is_checked_before_a_commit_is_what_lint_checks() -> None:
    hooks = [hook["entry"] for repo in read(".pre-commit-config.yaml")["repos"] for hook in repo["hooks"]]
    lint = (ROOT / "Makefile").read_text(encoding="utf-8").partition("\nlint:")[2].partition("\n\n")[0]

    tools = [hook.split()[0].removeprefix(".venv/bin/") for hook in hooks]
    assert sorted(set(tools)) == sorted(set(re.findall(r"\$\(BIN\)/(\S+)", lint)))


def test_the_coverage_has_a_floor() -> None:
    assert PROJECT["tool"]["coverage"]["report"]["fail_under"] >= 90


def test_the_version_has_its_dated_section_below_what_is_unreleased() -> None:
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    sections = re.findall(r"^## \[(.+?)\](?: - (\S+))?$", changes, re.MULTILINE)

    assert sections[0] == ("Unreleased", "")
    assert sections[1][0] == VERSION
    assert all(date.fromisoformat(day) for _, day in sections[1:])


@pytest.mark.parametrize(
    "pattern", [r"pip\w* install '?paperboy\b(?!-)", r"\bpaperboy\[", r"uv tool install paperboy\b"]
)
def test_nothing_names_the_package_of_a_stranger(pattern: str) -> None:
    places = [*ROOT.glob("*.md"), ROOT / "Makefile", ROOT / "Dockerfile", ROOT / "compose.yaml"]
    for root in ("bot", "adapters", "docs"):
        places += [path for path in (ROOT / root).rglob("*") if path.suffix in (".py", ".md", ".html", ".service")]

    assert [str(place) for place in places if re.search(pattern, place.read_text(encoding="utf-8"))] == []
    assert PROJECT["project"]["name"] != "paperboy"
