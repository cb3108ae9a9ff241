from __future__ import annotations

import pytest

from bot.domain.identifiers import paper_id


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


@pytest.mark.parametrize(
    "text",
    [
        "",
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
