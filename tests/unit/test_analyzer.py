"""Words that share a root and not a meaning have stems of their own."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.search.analyzer import analyzers, stems
from bot.search.normalization import pieces


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


@given(st.text(st.characters(max_codepoint=127)))
def test_ascii_is_split_into_words_as_the_engine_splits_it(text: str) -> None:
    assert pieces(text) == analyzers()["words"].analyze(text)


@given(st.lists(st.text(st.characters(categories=["Lu", "Ll", "Nd", "Pd"]), min_size=1)))
def test_the_stems_of_a_text_are_those_of_its_words(words: list[str]) -> None:
    assert stems(" ".join(words)) == [stem for word in words for stem in stems(word)]


def test_the_stems_of_rare_words_push_out_no_answer() -> None:
    many = " ".join(f"word{number}s" for number in range(60_000))

    assert stems(many)[-1] == "word59999"
    assert stems("word1s agents") == ["word1", "agent"]
