"""The wheel and the source distribution, built as anybody would build them and used outside of the checkout."""

from __future__ import annotations

import gettext
import os
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import tomllib
import venv
import zipfile
from importlib.metadata import version
from pathlib import Path

import pytest

from bot.messages.catalogue import available

ROOT = Path(__file__).parents[2]
_SOURCES = ("bot", "adapters", "docs", "tests")
_FILES = ("pyproject.toml", "setup.py", "MANIFEST.in", "README.md", "CHANGELOG.md", "LICENSE", "CONTRIBUTING.md")
_MORE = ("Makefile", "Dockerfile", "compose.yaml", "constraints.txt")
_HOOKS = """
import sys
from setuptools import build_meta
target = sys.argv[1]  # the hooks put arguments of their own there
print(build_meta.build_sdist(target), build_meta.build_wheel(target))
"""
#: what the patterns of pyproject.toml alone find, without a build and without a trace in the tree
_PATTERNS = """
from setuptools import Distribution
distribution = Distribution()
distribution.parse_config_files()
distribution.include_package_data = False
command = distribution.get_command_obj("build_py")
command.ensure_finalized()
for _, folder, _, names in command.data_files:
    print(*(f"{folder}/{name}" for name in names), sep="\\n")
"""
_PLACE = "from bot.domain.schedule.cities import find_cities; print(find_cities('kampala')[0].zone)"


def _run(*command: str | Path, cwd: Path, **environment: str) -> str:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("PAPERBOY_", "PYTHON"))}
    done = subprocess.run(
        [*map(str, command)], cwd=cwd, env={**inherited, **environment}, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def _build(source: Path, target: Path) -> tuple[Path, Path]:
    """Return the source distribution and the wheel of a tree, made by the build backend's own hooks."""
    target.mkdir()
    sdist, wheel = _run(sys.executable, "-c", _HOOKS, target, cwd=source).split()[-2:]
    return target / sdist, target / wheel


def _in_the_tree() -> set[str]:
    """The files that a wheel has to hold: all of the program but bytecode."""
    paths = (path for root in ("bot", "adapters") for path in (ROOT / root).rglob("*"))
    kept = (path for path in paths if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".pyc")
    return {path.relative_to(ROOT).as_posix() for path in kept}


def _names(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as packed:
        return {name for name in packed.namelist() if ".dist-info/" not in name}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    if int(version("setuptools").partition(".")[0]) < 77:
        pytest.skip("the build backend, setuptools 77 or newer, is not installed")
    home = tmp_path_factory.mktemp("distribution")
    checkout = home / "checkout"
    for name in _SOURCES:
        shutil.copytree(ROOT / name, checkout / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in (*_FILES, *_MORE):
        shutil.copy(ROOT / name, checkout / name)
    return _build(checkout, home / "dist")


@pytest.fixture(scope="module")
def installed(built: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh environment with the wheel; what it depends on is that of the tests, as there may be no network."""
    home = tmp_path_factory.mktemp("environment")
    venv.create(home, with_pip=False, symlinks=True)
    python = home / "bin" / "python"
    install = ("-m", "pip", "--python", python, "install", "--no-deps", "--no-index", "--quiet", built[1])
    _run(sys.executable, *install, cwd=home)
    (site,) = home.glob("lib/python*/site-packages")
    # a plain path: the editable checkout, which a .pth of its own names there, does not come along
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return home


def test_the_patterns_name_every_data_file_and_no_folder_that_is_gone() -> None:
    found = set(_run(sys.executable, "-c", _PATTERNS, cwd=ROOT).split())
    patterns = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"][
        "package-data"
    ]
    folders = [
        ROOT / package.replace(".", "/") / pattern.rpartition("/")[0]
        for package, those in patterns.items()
        for pattern in those
    ]

    assert found == {name for name in _in_the_tree() if not name.endswith(".py")}
    assert [str(pattern) for pattern in folders if not any(ROOT.glob(str(pattern.relative_to(ROOT))))] == []


@pytest.mark.proof
def test_the_wheel_has_every_file_that_the_program_reads(built: tuple[Path, Path]) -> None:
    _, wheel = built
    names = _names(wheel)

    assert wheel.name.startswith("paperboy_digest-")
    assert {name.partition("/")[0] for name in names} == {"bot", "adapters"}
    # each catalogue is there as what it is compiled to
    assert {name.removesuffix(".po") + ".mo" if name.endswith(".po") else name for name in _in_the_tree()} <= names


@pytest.mark.proof
def test_the_wheel_has_compiled_catalogues_in_place_of_their_sources(built: tuple[Path, Path]) -> None:
    _, wheel = built
    sources = {path.relative_to(ROOT) for path in ROOT.glob("bot/messages/locales/*/LC_MESSAGES/*.po")}
    compiled = {str(path.with_suffix(".mo")) for path in sources}

    assert compiled
    assert {name for name in _names(wheel) if "/locales/" in name} == compiled
    with zipfile.ZipFile(wheel) as packed:
        for name in compiled:
            with packed.open(name) as file:
                assert "plural" in gettext.GNUTranslations(file).info()["plural-forms"]


@pytest.mark.proof
def test_the_installed_program_finds_its_languages(installed: Path, tmp_path: Path) -> None:
    asked = "from bot.messages.catalogue import available, language_of; print(*available()); language_of('de')"

    tags = _run(installed / "bin" / "python", "-c", asked, cwd=tmp_path).split()

    assert tags == list(available())


@pytest.mark.proof
def test_the_source_distribution_makes_the_same_wheel(built: tuple[Path, Path], tmp_path: Path) -> None:
    sdist, wheel = built
    with tarfile.open(sdist) as packed:
        packed.extractall(tmp_path, filter="data")
    (source,) = tmp_path.iterdir()

    _, again = _build(source, tmp_path / "again")

    assert (source / "docs" / "operations.md").is_file()
    assert (source / "CHANGELOG.md").is_file()
    assert (source / "tests" / "conftest.py").is_file()
    assert _names(again) == _names(wheel)


@pytest.mark.proof
def test_the_installed_command_works_outside_of_the_checkout(installed: Path, tmp_path: Path) -> None:
    settings = {"PAPERBOY_DATA_DIR": str(tmp_path / "data"), "PAPERBOY_OFFLINE": "1"}
    command = installed / "bin" / "paperboy"

    where = _run(installed / "bin" / "python", "-c", "import bot; print(bot.__file__)", cwd=tmp_path)
    said = _run(command, "--version", cwd=tmp_path)
    digest = _run(command, "trending", "week", "top", "3", cwd=tmp_path, **settings)
    doctor = _run(command, "doctor", cwd=tmp_path, **settings)
    found = _run(command, "papers", "video", cwd=tmp_path, **settings)
    place = _run(installed / "bin" / "python", "-c", _PLACE, cwd=tmp_path)

    assert where.startswith((str(installed.resolve()), str(installed)))
    assert said == f"paperboy {version('paperboy-digest')}\n"
    assert "Trending papers" in digest
    assert "✓ database" in doctor
    assert "Papers on video" in found
    assert place == "Africa/Kampala\n"
