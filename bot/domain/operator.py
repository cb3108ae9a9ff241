"""The operator of an installation, as its privacy and terms pages name them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Operator:
    """Who runs the bot, how to reach them, and what they promise."""

    #: of a person or an organization; empty if not given
    name: str = ""
    #: an address or a page; empty if not given
    contact: str = ""
    #: public URL of the site, without a trailing slash; empty if there is none
    site: str = ""
    #: how long the data of a chat is kept after the bot was removed from it
    retention: timedelta = timedelta(days=90)

    @property
    def privacy_url(self) -> str:
        """URL of the privacy page; empty without a site."""
        return f"{self.site}/privacy" if self.site else ""

    @property
    def terms_url(self) -> str:
        """URL of the terms page; empty without a site."""
        return f"{self.site}/terms" if self.site else ""


#: an installation without these settings
UNNAMED = Operator()
