"""The table of preprint servers: their titles and the URLs of a paper there. Pure data."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from bot.domain.identifiers import is_doi

ARXIV = "arxiv"
BIORXIV = "biorxiv"
MEDRXIV = "medrxiv"
#: how the DOIs of bioRxiv and medRxiv begin; since late 2025 with the second
OPENRXIV_DOIS = ("10.1101/", "10.64898/")


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A preprint server, or the DOI resolver for papers that are on none of them."""

    #: as stored with a paper; empty for the DOI resolver
    name: str
    #: as people read it
    title: str
    #: URL of a paper's page, with `{id}`
    page: str
    #: URL of the PDF, with `{id}`; empty where it cannot be derived from the id
    pdf: str = ""

    def page_of(self, paper_id: str) -> str:
        """Return the URL of a paper's page."""
        return self.page.format(id=quoted(paper_id))

    def pdf_of(self, paper_id: str) -> str:
        """Return the URL of a paper's PDF, "" if unknown."""
        return self.pdf.format(id=quoted(paper_id))


SERVERS = (
    Server(
        name=ARXIV,
        title="arXiv",
        page="https://arxiv.org/abs/{id}",
        pdf="https://arxiv.org/pdf/{id}",
    ),
    Server(
        name=BIORXIV,
        title="bioRxiv",
        page="https://www.biorxiv.org/content/{id}",
        pdf="https://www.biorxiv.org/content/{id}.full.pdf",
    ),
    Server(
        name=MEDRXIV,
        title="medRxiv",
        page="https://www.medrxiv.org/content/{id}",
        pdf="https://www.medrxiv.org/content/{id}.full.pdf",
    ),
    Server(name="", title="DOI", page="https://doi.org/{id}"),
)
_BY_NAME = {server.name: server for server in SERVERS}
#: for a paper whose server is not in the table
_RESOLVER = _BY_NAME[""]


def find(name: str) -> Server:
    """Return the server with that name; the DOI resolver for any other name."""
    return _BY_NAME.get(name, _RESOLVER)


def hosting(paper_id: str, told: str) -> str:
    """Return the name of the server on which a paper is: an arXiv id is on arXiv, a DOI never is."""
    if not is_doi(paper_id):
        return ARXIV
    return "" if told == ARXIV else told


def permanent_url(paper_id: str) -> str:
    """Return the URL that identifies a paper, whatever is known of its server: on arXiv, or that of its DOI."""
    return find(hosting(paper_id, "")).page_of(paper_id)


def quoted(paper_id: str) -> str:
    """Return an id as part of a URL's path; slashes stay."""
    return quote(paper_id, safe="/:;")
