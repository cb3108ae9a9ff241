"""Subject areas of bioRxiv and medRxiv, and servers, in queries and in plain English."""

from __future__ import annotations

import pytest

from bot.domain.subject_areas import AREAS, SUBJECT_AREAS, areas_named, normalized_area, servers_with
from bot.query import Query, parse, show
from tests.builders import TODAY


def test_areas_are_spelled_as_they_are_normalized() -> None:
    assert all(normalized_area(name) == name and areas_named(name) == (name,) for name in AREAS)
    assert (len(SUBJECT_AREAS["biorxiv"]), len(SUBJECT_AREAS["medrxiv"])) == (27, 51)
    assert servers_with("pathology") == ("biorxiv", "medrxiv")
    assert servers_with("hep-th") == ("arxiv",)


@pytest.mark.parametrize("area", AREAS)
def test_every_area_can_be_typed_in_every_way(area: str) -> None:
    wanted = Query(categories=(area,))

    for written in (f'"{area}"', f'"{area.title()}"', area.replace(" ", "-"), area.replace(" ", "_"), area):
        assert parse(f"cat:{written}", TODAY) == wanted
    assert parse(f"cat:{area} sleep", TODAY) == Query(words=("sleep",), categories=(area,))
    assert parse(f'-cat:"{area}" sleep', TODAY) == Query(words=("sleep",), without_categories=(area,))
    assert parse(show(wanted), TODAY) == wanted


@pytest.mark.parametrize(
    ("typed", "categories", "words"),
    [
        ("cat:psychiatry", ("psychiatry and clinical psychology",), ()),
        ("cat:pharmacology", ("pharmacology and toxicology", "pharmacology and therapeutics"), ()),
        ("cat:Haematology,cs.LG", ("hematology", "cs.LG"), ()),
        ("cat:HIV/AIDS", ("hiv aids",), ()),
        ('cat:"radiology & imaging"', ("radiology and imaging",), ()),
        ('cat:"cs.CL cell biology hep-th"', ("cs.CL", "cell biology", "hep-th"), ()),
        ("cat:cs.LG,plant biology roots", ("cs.LG", "plant biology"), ("roots",)),
        ("cat:genetics, mice", ("genetics",), ("mice",)),
        ("cat:cs.LG public health", ("cs.LG",), ("public", "health")),
        ("cat:ml", ("cs.LG",), ()),
    ],
)
def test_areas_stand_beside_categories_of_arxiv(
    typed: str, categories: tuple[str, ...], words: tuple[str, ...]
) -> None:
    assert parse(typed, TODAY) == Query(categories=categories, words=words)


def test_an_unknown_area_is_reported() -> None:
    read = parse('cat:"neuroscience, astrology" cat:alchemy', TODAY)

    assert (read.categories, read.ignored) == (("neuroscience",), ("astrology", "cat:alchemy"))


BIO, MED = ("biorxiv",), ("medrxiv",)


@pytest.mark.parametrize(
    ("typed", "query"),
    [
        ("server:bioRxiv", Query(servers=BIO)),
        ("server:biorxiv,medrxiv sleep", Query(servers=BIO + MED, words=("sleep",))),
        ("-server:arxiv sleep", Query(without_servers=("arxiv",), words=("sleep",))),
        ("sleep from bioRxiv", Query(servers=BIO, words=("sleep",))),
        ("sleep from bioRxiv or medRxiv", Query(servers=BIO + MED, words=("sleep",))),
        ("papers from biorxiv and medrxiv about sleep", Query(servers=BIO + MED, words=("sleep",))),
        ("sleep not from arXiv", Query(without_servers=("arxiv",), words=("sleep",))),
        ("agents on arXiv", Query(servers=("arxiv",), words=("agents",))),
        ("arXiv papers on agents", Query(servers=("arxiv",), words=("agents",))),
        ("new neuroscience preprints from bioRxiv", Query(servers=BIO, categories=("neuroscience",))),
        ("cell biology preprints posted on bioRxiv", Query(servers=BIO, categories=("cell biology",))),
        ("bioRxiv preprints in cell biology", Query(servers=BIO, categories=("cell biology",))),
        ("new on medRxiv in public health", Query(servers=MED, categories=("public and global health",))),
        ("medRxiv psychiatry papers", Query(servers=MED, categories=("psychiatry and clinical psychology",))),
        ("bioRxiv neuroscience", Query(servers=BIO, categories=("neuroscience",))),
        ("bioRxiv", Query(servers=BIO)),
        # an area of the other server, and a subject that is none, are topics
        ("neurology preprints from bioRxiv since March", Query(servers=BIO, words=("neurology",))),
        ("sleep preprints from bioRxiv", Query(servers=BIO, words=("sleep",))),
        ("neuroscience", Query(words=("neuroscience",))),
        ("cell biology of yeast", Query(words=("cell", "biology", "of", "yeast"))),
        ("the role of bioRxiv in science", Query(words=("the", "role", "of", "biorxiv", "in", "science"))),
        ("arXiv dataset", Query(words=("arxiv", "dataset"))),
        ("word:biorxiv", Query(words=("biorxiv",))),
    ],
)
def test_servers_are_understood_in_fields_and_in_english(typed: str, query: Query) -> None:
    read = parse(typed, TODAY)

    assert (read.servers, read.without_servers) == (query.servers, query.without_servers)
    assert (read.categories, read.words) == (query.categories, query.words)
    assert parse(show(read), TODAY) == read


def test_an_unknown_server_is_reported() -> None:
    assert parse("server:chemrxiv sleep", TODAY).ignored == ("server:chemrxiv",)
    assert parse("server:biorxiv,x sleep", TODAY).ignored == ("server:biorxiv,x",)
