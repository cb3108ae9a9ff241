"""Index schema: fields and documents."""

from __future__ import annotations

import hashlib

import tantivy

from bot.domain.papers import Paper
from bot.search.filters import KEY_FIELDS, NUMBER_FIELDS, WORDS, passages_of
from bot.search.normalization import normalized, pieces
from bot.search.passages import Passages, alphabet_key, unpacked
from bot.search.stop_words import STOP_WORDS

#: raise it if the content of a field changes, so that every index is rebuilt; new fields are noticed without it
_CONTENT = 6
_FIELDS = " ".join((*sorted((*KEY_FIELDS, *NUMBER_FIELDS)), alphabet_key()))
#: schema version, part of the directory's name
VERSION = f"{_CONTENT}-{hashlib.sha256(_FIELDS.encode()).hexdigest()[:6]}"
#: the field with the position of a paper's record in the forward index
RECORD = "record"
#: length of a title's key
_KEY_BYTES = 8
#: boost of the title field; the body, which contains the title too, has 1
TITLE = 0.25


def schema() -> tantivy.Schema:
    """Return the schema of this version."""
    builder = (
        tantivy.SchemaBuilder()
        .add_text_field("id", tokenizer_name="raw", index_option="basic")
        # stems, which the engine only has to split
        .add_text_field("title", tokenizer_name="blanks", index_option="freq")
        .add_text_field("body", tokenizer_name="blanks", index_option="freq")
        # all significant words of the title together, for queries that are a title
        .add_text_field("named", tokenizer_name="raw", index_option="basic")
        # title words as written, for spelling correction
        .add_text_field("spelled", tokenizer_name="words", index_option="basic")
        # all words as written, for phrases and exclusions
        .add_text_field(WORDS, tokenizer_name="blanks", index_option="position")
    )
    for name in (*NUMBER_FIELDS, RECORD):
        builder = builder.add_integer_field(name, fast=True)
    for name in KEY_FIELDS:
        builder = builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    return builder.build()


def document(paper: Paper, votes: int, text: Passages, record: int) -> tantivy.Document:
    """Return the index document of a paper with its packed text and the position of its record."""
    made = tantivy.Document()
    made.add_text("id", paper.id)
    made.add_text("title", " ".join(unpacked(text.title)))
    if key := title_key(paper.title):
        made.add_text("named", key)
    made.add_text("spelled", normalized(paper.title))
    made.add_text("body", " ".join(stem for field in text.fields for stem in unpacked(field)))
    for words in passages_of(paper):
        made.add_text(WORDS, " ".join(words))
    for name, field in KEY_FIELDS.items():
        for key in dict.fromkeys(field.of_paper(paper)):
            made.add_text(name, key)
    for name, number in NUMBER_FIELDS.items():
        if (value := number(paper, votes)) is not None:
            made.add_integer(name, value)
    made.add_integer(RECORD, record)
    return made


def title_key(title: str) -> str:
    """Return a key that titles with the same significant words share; empty without any."""
    significant = " ".join(sorted({word for word in pieces(title) if word not in STOP_WORDS}))
    # hashed, as whole titles would make the index larger by a tenth
    return hashlib.blake2b(significant.encode(), digest_size=_KEY_BYTES).hexdigest() if significant else ""
