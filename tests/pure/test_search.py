from __future__ import annotations

from bot.query import parse
from bot.search import best, like, matches, subject, tokens
from tests.builders import TODAY, paper


def test_case_accents_and_a_plural_do_not_matter() -> None:
    assert tokens("Schrödinger's Agents") == ["schrodinger", "s", "agent"]
    assert tokens("loss class bus") == ["loss", "class", "bus"]


def test_every_wanted_word_must_be_there_and_no_unwanted_one() -> None:
    agents = paper(title="A survey of agents", abstract="They plan.")

    assert matches(agents, parse("agent plan", TODAY))
    assert not matches(agents, parse("agent robots", TODAY))
    assert not matches(agents, parse("agents -survey", TODAY))


def test_a_hyphen_matters_to_nobody() -> None:
    assert matches(paper(title="Fine-tuning made easy"), parse("fine tuning", TODAY))
    assert matches(paper(title="Fine tuning made easy"), parse("fine-tuning", TODAY))
    assert matches(paper(title="Finetuning made easy"), parse("fine-tuning", TODAY))


def test_a_word_in_the_title_counts_more_than_one_in_the_abstract() -> None:
    inside = paper("2604.00001", title="On memory", abstract="robots robots robots")
    above = paper("2604.00002", title="Robots remember", abstract="memory")

    assert best([inside, above], parse("robots", TODAY)) == [above, inside]


def test_of_two_equal_papers_the_newer_list_comes_first() -> None:
    old = paper("2604.00001", title="Agents", listed_on=None)
    new = paper("2604.00002", title="Agents")

    assert best([old, new], parse("agents", TODAY)) == [new, old]


def test_the_subject_is_what_sets_a_paper_apart() -> None:
    assert subject(paper(title="A new framework for protein folding with large language models")) == (
        "protein",
        "folding",
    )


def test_similar_papers_share_rare_words() -> None:
    folding = paper("2604.00001", title="Protein folding by diffusion")
    docking = paper("2604.00002", title="Protein docking by diffusion")
    images = [paper(f"2604.0001{n}", title=f"Image diffusion {n}") for n in range(5)]

    found = like(folding, [folding, docking, *images])

    assert found[0] == docking
    assert folding not in found
