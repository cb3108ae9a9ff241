"""Into which concepts a query is split, and what each weighs."""

from __future__ import annotations

import pytest

from bot.search.concepts import concepts


@pytest.mark.parametrize(
    ("words", "weights"),
    [
        (("protein", "folding"), {"protein folding": 1.0}),
        (("diffusion", "teapot", "for", "model"), {"diffusion": 1.0, "teapot": 1.0, "model": 0.15}),
        (("ai", "for", "folding"), {"ai": 0.02, "folding": 1.0}),
        (("ai",), {"ai": 1.0}),
        (("teapot", "lid", "kettle"), {"teapot lid kettle": 1.0}),
        (("teapot", "lid", "kettle", "saucer"), dict.fromkeys(("teapot", "lid", "kettle", "saucer"), 1.0)),
    ],
)
def test_rare_words_weigh_as_much_as_known_concepts_and_common_ones_little(
    words: tuple[str, ...], weights: dict[str, float]
) -> None:
    assert {each.text: each.weight for each in concepts(words)} == pytest.approx(weights)


def test_literally_each_word_is_a_concept_of_its_own() -> None:
    found = concepts(("zyzzyva", "model"), literally=True)

    assert {each.text: each.weight for each in found} == pytest.approx({"zyzzyva": 1.0, "model": 0.15})
    assert not any(each.known for each in found)
