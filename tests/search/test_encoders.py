"""Encoders: the real runtime on models that the tests write."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from http import HTTPStatus
from pathlib import Path

import numpy as np
import pytest

from bot.domain.errors import SettingsError
from bot.search.encoders import OnnxEncoder, open_encoder
from bot.search.models import DEFAULT, Pooling, model_of
from tests.local_http import LocalHttp, Reply
from tests.search.tiny_model import WORDS, write_model


def opened(tmp_path: Path, name: str = "model", **how: bool | int) -> OnnxEncoder:
    return open_encoder(write_model(tmp_path / name, **how), tmp_path / "cache")  # type: ignore[arg-type]


def floats(vector: bytes) -> np.ndarray:
    return np.frombuffer(vector, "<f2").astype(np.float32)


def test_a_text_has_the_mean_of_its_words_at_unit_length(tmp_path: Path) -> None:
    encoder = opened(tmp_path)

    found = floats(encoder.question("car cat"))

    assert found == pytest.approx([2**-0.5, 0, 2**-0.5], abs=1e-3)


def test_vectors_come_back_in_the_order_of_the_texts_though_like_lengths_share_a_batch(tmp_path: Path) -> None:
    encoder = opened(tmp_path)
    texts = [" ".join([word] * (7 * at % 5 + 1)) for at in range(8) for word in WORDS]

    together = [floats(vector) for vector in encoder.papers(texts)]

    for text, vector in zip(texts, together, strict=True):
        assert vector == pytest.approx(floats(encoder.papers([text])[0]), abs=2e-3)


def test_nothing_beyond_128_tokens_counts(tmp_path: Path) -> None:
    encoder = opened(tmp_path)

    assert floats(encoder.question(" ".join(["car"] * 128 + ["cat"] * 300))) == pytest.approx([1, 0, 0], abs=1e-3)


def test_a_model_that_takes_fewer_tokens_is_asked_with_fewer(tmp_path: Path) -> None:
    encoder = opened(tmp_path, longest=2)

    assert floats(encoder.question("car car cat cat")) == pytest.approx([1, 0, 0], abs=1e-3)


def test_a_model_that_returns_one_vector_per_text_is_taken_as_it_is(tmp_path: Path) -> None:
    assert floats(opened(tmp_path, pooled=True).question("car cat")) == pytest.approx([2**-0.5, 0, 2**-0.5], abs=1e-3)


def test_text_without_a_known_word_has_a_vector_without_direction(tmp_path: Path) -> None:
    assert floats(opened(tmp_path).question("whatever")) == pytest.approx([0, 0, 0])


@pytest.mark.parametrize("text", ["", " ", "\0", "🙂" * 5_000, "a" * 100_000, "car\n\n\ncat"])
def test_any_text_can_be_encoded(tmp_path: Path, text: str) -> None:
    assert np.isfinite(floats(opened(tmp_path).question(text))).all()


def test_the_first_token_stands_for_the_text_where_the_model_says_so(tmp_path: Path) -> None:
    folder = Path(write_model(tmp_path / "model"))
    (folder / "1_Pooling").mkdir()
    (folder / "1_Pooling" / "config.json").write_text(json.dumps({"pooling_mode_cls_token": True}))

    assert floats(open_encoder(str(folder), tmp_path).question("cat car car")) == pytest.approx([0, 0, 1], abs=1e-3)


def test_a_prefix_goes_before_questions_only(tmp_path: Path) -> None:
    folder = Path(write_model(tmp_path / "model"))
    (folder / "config_sentence_transformers.json").write_text(json.dumps({"prompts": {"query": "cat "}}))
    encoder = open_encoder(str(folder), tmp_path)

    assert floats(encoder.question("car"))[2] > 0.5
    assert floats(encoder.papers(["car"])[0]) == pytest.approx([1, 0, 0], abs=1e-3)


def test_the_key_holds_everything_that_changes_a_vector(tmp_path: Path) -> None:
    names = [write_model(tmp_path / "one"), write_model(tmp_path / "two", {"car": (0.0, 1.0)})]
    prefixed = Path(write_model(tmp_path / "three"))
    (prefixed / "config_sentence_transformers.json").write_text(json.dumps({"prompts": {"query": "q: "}}))
    pooled = Path(write_model(tmp_path / "four"))
    (pooled / "1_Pooling").mkdir()
    (pooled / "1_Pooling" / "config.json").write_text(json.dumps({"pooling_mode_cls_token": True}))

    models = [model_of(name) for name in (*names, str(prefixed), str(pooled))]

    assert len({model.key for model in models}) == 4
    assert len({model.name for model in models}) == 2


def test_the_same_files_have_the_same_key_wherever_they_are(tmp_path: Path) -> None:
    one, other = (model_of(write_model(tmp_path / name)) for name in ("here", "elsewhere"))

    assert one.key == other.key


@pytest.mark.parametrize(
    ("name", "question"),
    [
        (DEFAULT, ""),
        ("BAAI/bge-small-en-v1.5", "Represent this sentence"),
        ("snowflake/snowflake-arctic-embed-xs", "Represent this sentence"),
        ("intfloat/multilingual-e5-large", "query: "),
        ("nomic-ai/nomic-embed-text-v1.5", "search_query: "),
    ],
)
def test_known_families_have_their_prefix(name: str, question: str) -> None:
    model = model_of(name)

    assert model.question.startswith(question)
    assert bool(model.question) == bool(question)
    assert model.pooling is Pooling.BUILT_IN


def test_only_the_measured_model_is_compared_without_scaling(tmp_path: Path) -> None:
    assert model_of(DEFAULT).calibrated
    assert not model_of("BAAI/bge-small-en-v1.5").calibrated
    assert not model_of(write_model(tmp_path / "model")).calibrated


def test_a_folder_without_a_model_is_refused_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"lacks model\.onnx"):
        open_encoder(str(tmp_path), tmp_path)


def test_a_folder_that_does_not_exist_is_not_looked_for_on_the_hub(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no folder"):
        open_encoder(str(tmp_path / "gone"), tmp_path)


@pytest.mark.parametrize("broken", ["model.onnx", "tokenizer.json", "tokenizer_config.json"])
def test_a_broken_model_is_refused_in_a_sentence(tmp_path: Path, broken: str) -> None:
    folder = Path(write_model(tmp_path / "model"))
    (folder / broken).write_bytes(b"{")

    with pytest.raises(SettingsError, match="cannot be loaded"):
        open_encoder(str(folder), tmp_path)


def test_offline_a_model_that_was_never_downloaded_is_refused_in_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SettingsError, match="cannot be loaded"):
        open_encoder(DEFAULT, tmp_path / "cache", offline=True)

    assert capsys.readouterr().err == ""


def test_a_name_that_nobody_knows_is_refused_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be loaded"):
        open_encoder("nobody/nothing", tmp_path, offline=True)


@pytest.mark.parametrize("status", [HTTPStatus.NOT_FOUND, HTTPStatus.INTERNAL_SERVER_ERROR])
async def test_a_hub_that_fails_is_asked_once_and_named_in_the_refusal(tmp_path: Path, status: HTTPStatus) -> None:
    async with LocalHttp(Reply(status=status)) as hub:
        # its client reads the address of the hub when it is imported
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot.search.encoders", DEFAULT, str(tmp_path)),
            env=os.environ | {"HF_ENDPOINT": hub.url.rstrip("/"), "HF_HUB_OFFLINE": "0"},
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
        )
        said = (await process.communicate())[1].decode()

    refusal = said.splitlines()[-1]
    assert process.returncode == 1
    assert f"{DEFAULT!r} cannot be downloaded" in refusal
    assert str(int(status)) in refusal
    # its sleeps between attempts are 39 s in total
    assert len([path for path in hub.paths if "/models/" in path]) == 1
