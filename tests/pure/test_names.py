from __future__ import annotations

import pytest

from bot.search.names import is_named


@pytest.mark.parametrize(
    ("name", "author"),
    [
        ("geoffrey hinton", "Geoffrey Hinton"),
        ("Geoffrey Hinton", "Geoffrey E. Hinton"),
        ("geoffrey e. hinton", "Geoffrey Hinton"),
        ("hinton", "Geoffrey E. Hinton"),
        ("g. hinton", "Geoffrey E. Hinton"),
        ("g. e. hinton", "Geoffrey Hinton"),
        ("hinton g", "Geoffrey Hinton"),
        ("hinton, geoffrey", "Geoffrey Hinton"),
        ("hinton geoffrey", "Geoffrey Hinton"),
        ("gu, albert", "Albert Gu"),
        ("liu, yang", "Yang Liu"),
        ("jurgen schmidhuber", "Jürgen Schmidhuber"),
        ("Jürgen Schmidhuber", "Jurgen Schmidhuber"),
        ("feifei li", "Fei-Fei Li"),
        ("li fei-fei", "Fei-Fei Li"),
        ("van der maaten", "Laurens van der Maaten"),
        ("maaten", "Laurens van der Maaten"),
        ("j.-b. alayrac", "Jean-Baptiste Alayrac"),
        ("王伟", "王伟"),
    ],
)
def test_an_author_is_found_as_people_write_the_name(name: str, author: str) -> None:
    assert is_named(name, author)


@pytest.mark.parametrize(
    ("name", "author"),
    [
        ("yang liu", "Liu Yang"),
        ("song han", "Song Wang"),
        ("geoffrey hinton", "Geoffrey Smith"),
        ("a. hinton", "Geoffrey Hinton"),
        ("hin", "Geoffrey Hinton"),
        ("", "Geoffrey Hinton"),
        ("...", "Geoffrey Hinton"),
    ],
)
def test_another_author_is_not(name: str, author: str) -> None:
    assert not is_named(name, author)
