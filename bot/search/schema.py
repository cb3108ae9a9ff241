"""The index's fields: what of a paper can be asked for."""

from __future__ import annotations

import tantivy

from bot.models import Paper
from bot.search.filters import KEYS, WORDS, day_of
from bot.search.folding import folded

#: a new number makes every index anew; the number is part of the directory's name
VERSION = 2
#: what a word in the title counts for, beside 1 for the body, which holds the title too
TITLE = 0.25
#: the stems of the body are kept with how often they occur
_OWN_KEYS = tuple(row for row in KEYS if row.field != "body")


def schema() -> tantivy.Schema:
    """The schema of this version."""
    builder = (
        tantivy.SchemaBuilder()
        .add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
        .add_text_field("title", tokenizer_name="stems", index_option="freq")
        .add_text_field("body", tokenizer_name="stems", index_option="freq")
        # the words of titles as they are written, to know how a word is spelled
        .add_text_field("spelled", tokenizer_name="words", index_option="basic")
        # all words as they are written, for quotes and for what is refused
        .add_text_field(WORDS.field, tokenizer_name="blanks", index_option="position")
        .add_integer_field("day", fast=True)
        .add_integer_field("votes", fast=True)
    )
    for row in _OWN_KEYS:
        builder = builder.add_text_field(row.field, tokenizer_name="raw", index_option="basic")
    return builder.build()


def document(paper: Paper, votes: int) -> tantivy.Document:
    """The paper as the index keeps it."""
    made = tantivy.Document()
    made.add_text("id", paper.id)
    title = folded(paper.title)
    made.add_text("title", title)
    made.add_text("spelled", title)
    made.add_text("body", " ".join((title, folded(text(paper)))))
    for words in WORDS.passages(paper):
        made.add_text(WORDS.field, " ".join(words))
    for row in _OWN_KEYS:
        for key in dict.fromkeys(row.keys(paper)):
            made.add_text(row.field, key)
    made.add_integer("day", day_of(paper))
    made.add_integer("votes", votes)
    return made


def text(paper: Paper) -> str:
    """What a paper says of itself, but for its title."""
    return " ".join(filter(None, (paper.abstract, paper.summary, " ".join(paper.keywords))))
