"""The part of the build that needs code: the message catalogues are compiled into the wheel."""

from __future__ import annotations

from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from setuptools import setup
from setuptools.command.build_py import build_py


class BuildWithCatalogues(build_py):
    """Copies the packages, with a compiled `.mo` in place of each `.po`."""

    def run(self) -> None:
        """Build. Editable installs use the `.po` files of the checkout."""
        super().run()
        if self.editable_mode:
            return
        for source in Path(self.build_lib).glob("bot/messages/locales/*/LC_MESSAGES/*.po"):
            with source.open("rb") as translations, source.with_suffix(".mo").open("wb") as compiled:
                write_mo(compiled, read_po(translations))
            source.unlink()


setup(cmdclass={"build_py": BuildWithCatalogues})
