"""Words that share a root and not a meaning have stems of their own."""

from __future__ import annotations

import pytest

from bot.search.analyzer import stems


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("tokenization", "tokens"),
        ("personalization", "person"),
        ("visualization", "visual"),
        ("generalization", "general"),
        ("localization", "local"),
        ("animation", "animals"),
        ("transformers", "transformation"),
        ("operators", "operation"),
        ("objectives", "object"),
        ("conversational", "conversion"),
        ("universal", "university"),
        ("universe", "universal"),
    ],
)
def test_a_derived_word_is_no_form_of_its_root(one: str, other: str) -> None:
    assert stems(one) != stems(other)


@pytest.mark.parametrize(
    "forms",
    [
        "tokenization tokenizer tokenizers tokenized tokenizing tokenisation",
        "quantization quantisation quantizers",
        "personalization personalized personalize",
        "animation animated animations",
        "transformer transformers",
        "agents agent",
        "size sizes",
    ],
)
def test_forms_of_a_word_have_one_stem(forms: str) -> None:
    assert len({tuple(stems(form)) for form in forms.split()}) == 1
