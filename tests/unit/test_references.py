from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.bibtex import entry
from bot.domain.references import MOST_REFERENCES, Reference, references
from tests.builders import paper

PREPRINT = "10.1101/2024.01.02.573456"
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
        ("@article{a, doi={10.1109/ICRA.2023.10161234}, year={2023}}", ("10.1109/icra.2023.10161234",)),
        (r"@inproceedings{a, doi = {10.1007/978-3-030-58452-8\_24}}", ("10.1007/978-3-030-58452-8_24",)),
        ('@article{a, doi = "10.1101/2024.01.02.573456", note={after 10.1038/nature12373}}', (PREPRINT,)),
        ("@article{a, note={see 10.1038/nature12373}, DOI = {10.1101/2024.01.02.573456v2}}", (PREPRINT,)),
        ("@misc{a, eprint={2604.00001}, doi={10.1103/PhysRevD.100.012345}}", ("2604.00001",)),
        ("TY  - JOUR DO  - 10.1016/S0140-6736(20)30183-5 ER  - ", ("10.1016/s0140-6736(20)30183-5",)),
        ("10.1101/2024.01.02.573456v2, https://doi.org/10.1038/nature12373.", (PREPRINT, "10.1038/nature12373")),
        (f'"Key","DOI"\n"A1","{PREPRINT}"\n"A2","10.1038/nature12373"', (PREPRINT, "10.1038/nature12373")),
        (CSV, ("2604.00001",)),
        (JSON, ("2604.00003", "2604.00004")),
        ("nothing", ()),
        ("", ()),
    ],
)
def test_ids_are_found_in_whatever_people_paste(text: str, ids: tuple[str, ...]) -> None:
    assert tuple(each.id for each in references(text)) == ids


def test_an_entry_without_an_id_is_told_by_its_title() -> None:
    text = (
        "@inproceedings{x, booktitle={Proc.}, title = {Attention in a {Plane}}}"
        " @misc{y, title={Engines}, eprint={2604.00002}}"
    )

    assert references(text) == (Reference("", "Attention in a Plane"), Reference("2604.00002"))


def test_an_entry_with_a_doi_keeps_its_title_for_papers_that_are_known_by_another_id() -> None:
    text = "@article{x, doi = {10.1109/ICRA.2023.10161234}, title = {Attention in a {Plane}}}"

    assert references(text) == (Reference("10.1109/icra.2023.10161234", "Attention in a Plane"),)


def test_ris_is_read_from_one_line_as_chats_fold_it() -> None:
    assert references(RIS) == (Reference("", "Attention in a plane"), Reference("2604.00002"))


@given(
    st.lists(st.integers(1, 99_999), min_size=1, max_size=30, unique=True), st.text(alphabet="ab{}\\ %&é", max_size=20)
)
def test_what_bibtex_writes_is_read_again(numbers: list[int], title: str) -> None:
    ids = [f"2604.{number:05}" for number in numbers]

    written = "\n".join(entry(paper(id, title=title)) for id in ids)

    assert [each.id for each in references(written)] == ids


def test_no_more_than_a_limit_is_read() -> None:
    assert len(references(" ".join(f"2604.{number:05}" for number in range(1, 999)))) == MOST_REFERENCES
