from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.bibtex import entry
from bot.domain.references import MOST_REFERENCES, references
from tests.builders import paper

RIS = (
    "TY  - JOUR TI  - Attention in a plane AU  - Lovelace, Ada PY  - 2026 ER  - "
    "TY  - JOUR T1  - Engines UR  - http://arxiv.org/abs/2604.00002 ER  - "
)
CSV = '"Key","Title","DOI","Url"\n"A1","Engines","10.48550/arXiv.2604.00001","http://arxiv.org/abs/2604.00001"'
JSON = '[{"title": "Engines", "DOI": "10.48550/ARXIV.2604.00003", "extra": "arXiv:2604.00004 [cs]"}]'


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("2604.00001 2604.00002", ("2604.00001", "2604.00002")),
        ("2604.00001, arXiv:2604.00001v3", ("2604.00001",)),
        ("https://arxiv.org/pdf/2604.00001v2 and cs/0112017", ("2604.00001", "cs/0112017")),
        ("@misc{a2026, eprint = {2604.00001}, archivePrefix = {arXiv}}", ("2604.00001",)),
        ("@article{a, doi={10.1109/ICRA.2023.10161234}, year={2023}}", ()),
        (CSV, ("2604.00001",)),
        (JSON, ("2604.00003", "2604.00004")),
        ("nothing", ()),
        ("", ()),
    ],
)
def test_ids_are_found_in_whatever_people_paste(text: str, ids: tuple[str, ...]) -> None:
    assert references(text).ids == ids


def test_an_entry_without_an_id_is_told_by_its_title() -> None:
    text = (
        "@inproceedings{x, booktitle={Proc.}, title = {Attention in a {Plane}}}"
        " @misc{y, title={Engines}, eprint={2604.00002}}"
    )

    assert references(text).titles == ("Attention in a Plane",)
    assert references(text).ids == ("2604.00002",)


def test_ris_is_read_from_one_line_as_chats_fold_it() -> None:
    assert references(RIS).titles == ("Attention in a plane",)
    assert references(RIS).ids == ("2604.00002",)


@given(
    st.lists(st.integers(1, 99_999), min_size=1, max_size=30, unique=True), st.text(alphabet="ab{}\\ %&é", max_size=20)
)
def test_what_bibtex_writes_is_read_again(numbers: list[int], title: str) -> None:
    ids = [f"2604.{number:05}" for number in numbers]

    assert references("\n".join(entry(paper(id, title=title)) for id in ids)).ids == tuple(ids)


def test_no_more_than_a_limit_is_read() -> None:
    assert len(references(" ".join(f"2604.{number:05}" for number in range(1, 999))).ids) == MOST_REFERENCES
