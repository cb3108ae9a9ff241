from __future__ import annotations

from bot.search import like, subject
from tests.builders import paper


def test_the_subject_is_what_sets_a_paper_apart() -> None:
    assert subject(paper(title="A new framework for protein folding with large language models")) == ("protein", "fold")


def test_similar_papers_share_rare_words() -> None:
    folding = paper("2604.00001", title="Protein folding by diffusion")
    docking = paper("2604.00002", title="Protein docking by diffusion")
    images = [paper(f"2604.0001{n}", title=f"Image diffusion {n}") for n in range(5)]

    found = like(folding, [folding, docking, *images])

    assert found[0] == docking
    assert folding not in found
