"""Index schema: fields and documents."""

from __future__ import annotations

import tantivy

from bot.domain.papers import Paper
from bot.search.filters import KEYS, WORDS, day_of
from bot.search.normalization import normalized

#: schema version, part of the directory's name; raise it to rebuild every index
VERSION = 2
#: boost of the title field; the body, which contains the title too, has 1
TITLE = 0.25
#: "body" is excluded because it is indexed with term frequencies
_OWN_KEYS = tuple(row for row in KEYS if row.field != "body")


def schema() -> tantivy.Schema:
    """Return the schema of this version."""
    builder = (
        tantivy.SchemaBuilder()
        .add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
        .add_text_field("title", tokenizer_name="stems", index_option="freq")
        .add_text_field("body", tokenizer_name="stems", index_option="freq")
        # title words as written, for spelling correction
        .add_text_field("spelled", tokenizer_name="words", index_option="basic")
        # all words as written, for phrases and exclusions
        .add_text_field(WORDS.field, tokenizer_name="blanks", index_option="position")
        .add_integer_field("day", fast=True)
        .add_integer_field("votes", fast=True)
    )
    for row in _OWN_KEYS:
        builder = builder.add_text_field(row.field, tokenizer_name="raw", index_option="basic")
    return builder.build()


def document(paper: Paper, votes: int) -> tantivy.Document:
    """Return the index document of a paper."""
    made = tantivy.Document()
    made.add_text("id", paper.id)
    title = normalized(paper.title)
    made.add_text("title", title)
    made.add_text("spelled", title)
    made.add_text("body", " ".join((title, normalized(text(paper)))))
    for words in WORDS.passages(paper):
        made.add_text(WORDS.field, " ".join(words))
    for row in _OWN_KEYS:
        for key in dict.fromkeys(row.keys(paper)):
            made.add_text(row.field, key)
    made.add_integer("day", day_of(paper))
    made.add_integer("votes", votes)
    return made


def text(paper: Paper) -> str:
    """Return the text of a paper without its title."""
    return " ".join(filter(None, (paper.abstract, paper.summary, " ".join(paper.keywords))))
