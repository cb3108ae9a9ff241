from __future__ import annotations

from bot.domain.i18n import into
from bot.messages.catalogue import language_of
from bot.messages.credits import KNOWN, credit, of_several
from bot.sources import huggingface_schema, sample
from tests.builders import paper


def test_the_credits_that_sources_give_are_translated() -> None:
    german = language_of("de")
    assert german

    for summary_by in (huggingface_schema.SUMMARY_BY, sample.SUMMARY_BY):
        assert summary_by in KNOWN
        assert credit(summary_by) == summary_by
        assert into(credit(summary_by), german) != summary_by


def test_a_list_names_each_author_of_summaries_once() -> None:
    papers = [
        paper("1", summary="a", summary_by=sample.SUMMARY_BY),
        paper("2", summary="b", summary_by="somebody"),
        paper("3", summary="c", summary_by=sample.SUMMARY_BY),
        paper("4", summary="", summary_by="nobody"),
    ]

    assert of_several(papers) == f"{KNOWN[sample.SUMMARY_BY][1]} · somebody"
