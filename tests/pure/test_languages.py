from __future__ import annotations

import pytest

from bot.query import foreign, parse, show
from tests.builders import TODAY


@pytest.mark.parametrize(
    ("typed", "language", "read"),
    [
        ("статьи про обучение с подкреплением для языковых моделей", "ru", "reinforcement learning language models"),
        ("Artikel über Sprachmodelle", "de", "language models"),
        ("请给我关于强化学习的论文", "zh", "reinforcement learning"),
        ("請給我 RLHF 論文 sort:new", "zh", "rlhf sort:new"),
        ("強化学習に関する論文", "ja", "reinforcement learning"),
        ("강화 학습 논문", "ko", "reinforcement learning"),
        ("articles sur l'apprentissage par renforcement", "fr", "reinforcement learning"),
        ("artículos sobre modelos de lenguaje y agentes", "es", "language models agents"),
    ],
)
def test_terms_of_the_field_are_read_in_english(typed: str, language: str, read: str) -> None:
    other = foreign(typed)

    assert other
    assert other.language == language
    assert show(parse(typed, TODAY)) == read


@pytest.mark.parametrize(
    "typed",
    [
        "agents",
        "robots that learn",
        "optimisation of segmentation",
        "μ-law α",
        "weekly 3D 生成",
        "naïve Bayes over Schrödinger bridges",
        "die casting with der Waals forces",
        "de novo protein design",
        "",
    ],
)
def test_english_stays_as_it_is(typed: str) -> None:
    assert foreign(typed) is None


def test_a_language_without_a_known_term_is_recognised_all_the_same() -> None:
    other = foreign("Привет, как дела")

    assert other
    assert (other.language, other.english) == ("ru", "")
