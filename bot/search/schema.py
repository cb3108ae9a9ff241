"""The index's fields: what of a paper can be asked for."""

from __future__ import annotations

from datetime import date

import tantivy

from bot.models import Paper
from bot.search.folding import folded, pieces

#: a new number makes every index anew; the number is part of the directory's name
VERSION = 1
#: what a word in the title counts for, beside 1 for the body, which holds the title too
TITLE = 0.25
#: the day before every paper
NO_DAY = 0


def schema() -> tantivy.Schema:
    """The schema of this version."""
    return (
        tantivy.SchemaBuilder()
        .add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
        .add_text_field("title", tokenizer_name="stems", index_option="freq")
        .add_text_field("body", tokenizer_name="stems", index_option="position")
        # the words of titles as they are written, to know how a word is spelled
        .add_text_field("spelled", tokenizer_name="words", index_option="basic")
        .add_text_field("names", tokenizer_name="words", index_option="basic")
        .add_text_field("organization", tokenizer_name="words", index_option="basic")
        .add_text_field("category", tokenizer_name="raw", index_option="basic")
        .add_text_field("has", tokenizer_name="raw", index_option="basic")
        .add_integer_field("day", fast=True)
        .add_integer_field("votes", fast=True)
        .build()
    )


def document(paper: Paper, votes: int) -> tantivy.Document:
    """The paper as the index keeps it."""
    made = tantivy.Document()
    made.add_text("id", paper.id)
    title = folded(paper.title)
    made.add_text("title", title)
    made.add_text("spelled", title)
    made.add_text("body", " ".join((title, folded(text(paper)))))
    made.add_text("names", " ".join(word for name in paper.authors for word in pieces(name)))
    made.add_text("organization", folded(paper.organization))
    for category in _categories(paper):
        made.add_text("category", category)
    for thing in _things(paper):
        made.add_text("has", thing)
    made.add_integer("day", day(paper))
    made.add_integer("votes", votes)
    return made


def text(paper: Paper) -> str:
    """What a paper says of itself, but for its title."""
    return " ".join(filter(None, (paper.abstract, paper.summary, " ".join(paper.keywords))))


def day(paper: Paper) -> int:
    """The ordinal of the day on which the paper came out, or was first told of."""
    told: date | None = paper.published_at.date() if paper.published_at else paper.listed_on
    return told.toordinal() if told else NO_DAY


def _categories(paper: Paper) -> list[str]:
    """Each category, and what it is part of: "cs" for "cs.CL"."""
    every = [*paper.categories, *(category.partition(".")[0] for category in paper.categories)]
    return list(dict.fromkeys(category.casefold() for category in every))


def _things(paper: Paper) -> list[str]:
    held = {"code": paper.code_url, "project": paper.project_url, "abstract": paper.abstract, "summary": paper.summary}
    return [name for name, value in held.items() if value]
