"""No surface says arXiv of a paper that is not there, and every one leads to the paper's own server."""

from __future__ import annotations

import io
import json
from collections.abc import Callable

import pytest
from rich.console import Console

from adapters.console.render import render as on_console
from adapters.discord.render import box
from adapters.email.render import html as in_mail
from adapters.email.render import text as in_plain_mail
from adapters.telegram.render import formatted
from adapters.web.render import PageContext
from adapters.web.render import html as on_site
from bot.app.cli.exported import paper_facts
from bot.domain.pages import Page, Section
from bot.domain.papers import Paper
from bot.messages import cards, keeping, papers
from bot.messages.plain_text import plain
from tests.adapters.email.letters import ACTION_LINKS
from tests.builders import paper

PREPRINT = paper("10.1101/2024.01.02.573456", server="biorxiv", title="Neurons", categories=("neuroscience",))
ELSEWHERE = {
    PREPRINT: ("bioRxiv", "https://www.biorxiv.org/content/10.1101/2024.01.02.573456"),
    paper("10.64898/2025.12.30.25343210", server="medrxiv", title="Trials"): (
        "medRxiv",
        "https://www.medrxiv.org/content/10.64898/2025.12.30.25343210",
    ),
    paper("10.1038/s41586-024-07487-w", server="", title="Journal"): (
        "DOI",
        "https://doi.org/10.1038/s41586-024-07487-w",
    ),
}


def printed(page: Page) -> str:
    out = io.StringIO()
    Console(file=out, width=200, force_terminal=True).print(on_console(page))
    return out.getvalue()


SURFACES: dict[str, Callable[[Page], str]] = {
    "console": printed,
    "discord": lambda page: json.dumps(box(page).json),
    "telegram": lambda page: formatted(page).html,
    "mail": lambda page: in_mail(page, ACTION_LINKS),
    "plain mail": lambda page: in_plain_mail(page, ACTION_LINKS),
    "plain text": plain,
    "site": lambda page: on_site("page.html", PageContext(url="/"), page=page, title=page.title).decode(),
}


@pytest.mark.parametrize("surface", SURFACES)
@pytest.mark.parametrize("told", ELSEWHERE, ids=lambda told: told.server or "doi")
def test_a_surface_leads_to_the_papers_server(surface: str, told: Paper) -> None:
    title, url = ELSEWHERE[told]
    of_one = papers.paper(told, None)
    in_list = Page(title="Papers", sections=(Section(cards=(cards.listed(told, 1), cards.listed(PREPRINT, 2))),))

    for page in (of_one, in_list):
        shown = SURFACES[surface](page)

        assert url in shown
        assert "arxiv" not in shown.lower().replace("biorxiv", "").replace("medrxiv", "")
    assert title in SURFACES[surface](of_one)


@pytest.mark.parametrize("told", ELSEWHERE, ids=lambda told: told.server or "doi")
def test_what_programs_and_citations_say_is_true_too(told: Paper) -> None:
    facts = paper_facts(told, 0, None, None)

    assert facts["url"] == ELSEWHERE[told][1]
    assert facts["hugging_face_url"] == ""
    assert (facts["pdf_url"] == "") == (told.server == "")
    written = f"{json.dumps(facts)} {plain(keeping.citation(told))}".lower()
    assert "arxiv" not in written.replace("biorxiv", "").replace("medrxiv", "")
