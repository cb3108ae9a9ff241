from __future__ import annotations

import pytest

from bot.domain.identifiers import paper_id, paper_ids


@pytest.mark.parametrize(
    "text",
    [
        "2604.01234",
        "2604.01234v3",
        "arXiv:2604.01234v2",
        "https://arxiv.org/abs/2604.01234v1",
        "https://arxiv.org/pdf/2604.01234.pdf",
        "https://huggingface.co/papers/2604.01234",
        "what about 2604.01234?",
        "10.48550/arXiv.2604.01234",
        "https://doi.org/10.48550/arxiv.2604.01234v2",
    ],
)
def test_an_id_is_found_wherever_it_stands(text: str) -> None:
    assert paper_id(text) == "2604.01234"


def test_ids_from_before_april_2007_are_ids_too() -> None:
    assert paper_id("https://arxiv.org/abs/cs.LG/0112017v1") == "cs/0112017"
    assert paper_id("hep-th/9901001") == "hep-th/9901001"
    assert paper_id("https://doi.org/10.48550/arXiv.hep-th/9901001") == "hep-th/9901001"


PREPRINT = "10.1101/2024.01.02.573456"


@pytest.mark.parametrize(
    "text",
    [
        PREPRINT,
        f"{PREPRINT}v2",
        f"doi:{PREPRINT}.",
        f"https://doi.org/{PREPRINT}",
        f"http://dx.doi.org/{PREPRINT}#abstract",
        f"https://www.biorxiv.org/content/{PREPRINT}v1",
        f"https://www.biorxiv.org/content/{PREPRINT}v12.full",
        f"https://www.biorxiv.org/content/{PREPRINT}v1.full.pdf+html",
        f"https://www.biorxiv.org/content/{PREPRINT}v1.supplementary-material",
        f"https://www.biorxiv.org/content/{PREPRINT}v2?rss=1",
        "https://www.biorxiv.org/content/biorxiv/early/2024/01/02/2024.01.02.573456.full.pdf",
        f"https://connect.biorxiv.org/biorxiv_xml.php?doi={PREPRINT}&x=1",
        "https%3A%2F%2Fdoi.org%2F10.1101%2F2024.01.02.573456",
        f"({PREPRINT})",
        f"[{PREPRINT}](https://doi.org/10.1038/nature12373)",
        f"<{PREPRINT}>",
        f"“{PREPRINT}”",
        f"{PREPRINT}, 2604.01234",
    ],
)
def test_a_doi_is_found_without_version_wherever_it_stands(text: str) -> None:
    assert paper_id(text) == PREPRINT


@pytest.mark.parametrize(
    ("text", "id"),
    [
        ("https://www.medrxiv.org/content/10.64898/2025.12.30.25343210v1.full-text", "10.64898/2025.12.30.25343210"),
        ("https://www.biorxiv.org/content/early/2018/01/01/241234", "10.1101/241234"),
        ("10.1101/gr.123456.111", "10.1101/gr.123456.111"),
        ("10.1038/S41586-024-07487-W", "10.1038/s41586-024-07487-w"),
        ("doi:10.1016/S0140-6736(20)30183-5.", "10.1016/s0140-6736(20)30183-5"),
        ("(10.1016/S0140-6736(20)30183-5)", "10.1016/s0140-6736(20)30183-5"),
        (r"10.1007/978-3-030-58452-8\_24", "10.1007/978-3-030-58452-8_24"),
        ("https://www.frontiersin.org/articles/10.3389/fnins.2020.00123/full", "10.3389/fnins.2020.00123"),
        (
            "https://doi.org/10.1002/(SICI)1097-0258(19980815)17:15<1661::AID-SIM968>3.0.CO;2-2",
            "10.1002/(sici)1097-0258(19980815)17:15<1661::aid-sim968>3.0.co;2-2",
        ),
        ("10.21203/rs.3.rs-123456/v1", "10.21203/rs.3.rs-123456/v1"),
        ("10.1000/2604.01234567", "10.1000/2604.01234567"),
    ],
)
def test_dois_of_other_forms_are_found(text: str, id: str) -> None:
    assert paper_id(text) == id


def test_every_id_in_a_text_is_found_in_order() -> None:
    text = f"2604.01234v2; {PREPRINT}v2; cs/0112017 and https://doi.org/10.48550/arXiv.2604.00002"

    assert list(paper_ids(text)) == ["2604.01234", PREPRINT, "cs/0112017", "2604.00002"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "10.1101/",
        "10.12/abc",
        "v10.1101/abc",
        "110.1101/abc",
        "10.1101/...",
        "10.1101 / abc",
        "10.48550/arXiv.soon",
        "3",
        "12.5",
        "2613.01234",
        "2600.01234",
        "version 2604.012",
        "192.168.2604.01234567",
        "https://github.com/someone/something/issues/1234567",
        "github.com/math/1201234",
        "cs/9913001",
        "page/0112017",
        "10.10/2604.01234567",
    ],
)
def test_what_only_looks_like_an_id_is_none(text: str) -> None:
    assert paper_id(text) is None
