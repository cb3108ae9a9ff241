from __future__ import annotations

import csv
import gzip
import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.domain.sources import FetchResult
from bot.sources import sample
from tests.shared import PAPERS, needs_shared

LATEX = re.compile(r"[\\{}$^_~]|\s{2}|\n")
SENTENCE_END = re.compile(r"[.!?](?=\s|$)")
COPIED_WORDS = 6


@pytest.fixture(scope="module")
def harvest() -> FetchResult:
    return sample.load()


def test_the_sample_is_one_harvest_of_its_newest_moment(harvest: FetchResult) -> None:
    newest = max(observation.seen_at for observation in harvest.observations)

    assert harvest.seen_at == sample.AS_OF == newest
    assert harvest.day is None
    assert harvest.rejected == ()


def test_about_a_hundred_and_twenty_papers_each_once(harvest: FetchResult) -> None:
    ids = [paper.id for paper in harvest.papers]

    assert 115 <= len(ids) <= 130
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"\d{4}\.\d{5}", id) for id in ids)


def test_they_stand_on_the_ten_lists_of_two_weeks_about_a_dozen_a_day(harvest: FetchResult) -> None:
    monday = date(2026, 4, 13)
    weekdays = {monday + timedelta(days=n) for n in range(12) if n not in (5, 6)}

    papers_a_day = Counter(paper.listed_on for paper in harvest.papers)

    assert set(papers_a_day) == weekdays
    assert all(10 <= count <= 14 for count in papers_a_day.values())


def test_papers_come_by_list_day_and_then_by_id(harvest: FetchResult) -> None:
    order = [(paper.listed_on or date.min, paper.id) for paper in harvest.papers]

    assert order == sorted(order)


def test_the_newest_listing_of_a_paper_is_its_list_day(harvest: FetchResult) -> None:
    newest: dict[str, date] = {}
    for listing in harvest.listings:
        newest[listing.paper_id] = max(listing.day, newest.get(listing.paper_id, date.min))

    assert newest == {paper.id: paper.listed_on for paper in harvest.papers}


def test_one_paper_was_listed_twice(harvest: FetchResult) -> None:
    times = Counter(listing.paper_id for listing in harvest.listings)

    assert [id for id, count in times.items() if count > 1] == ["2604.07429"]


def test_every_paper_has_authors_and_a_title_that_reads(harvest: FetchResult) -> None:
    for paper in harvest.papers:
        assert 1 <= len(paper.authors) <= 60, paper.id
        assert all(name == name.strip() != "" for name in paper.authors), paper.id
        assert len(paper.title) > 10, paper.id
        assert not LATEX.search(paper.title), paper.id


def test_every_summary_is_one_sentence_of_ours(harvest: FetchResult) -> None:
    for paper in harvest.papers:
        assert 90 <= len(paper.summary) <= 220, paper.id
        assert [end.end() for end in SENTENCE_END.finditer(paper.summary)] == [len(paper.summary)], paper.id
        assert paper.summary_by == "Summary by Paperboy"
        assert paper.abstract == ""


def test_no_two_summaries_are_alike(harvest: FetchResult) -> None:
    openings = Counter(" ".join(paper.summary.split()[:3]) for paper in harvest.papers)

    assert max(openings.values()) == 1


def test_topics_are_a_few_words_in_lower_case(harvest: FetchResult) -> None:
    for paper in harvest.papers:
        assert 2 <= len(paper.keywords) <= 5, paper.id
        assert all(word == word.lower().strip() != "" for word in paper.keywords), paper.id


def test_links_lead_to_the_web(harvest: FetchResult) -> None:
    links = [url for paper in harvest.papers for url in (paper.code_url, paper.project_url) if url]

    assert len(links) > 100
    assert all(re.fullmatch(r"https?://[\w.-]+(/\S*)?", url) for url in links)


def test_a_publication_date_lies_near_the_month_in_the_id(harvest: FetchResult) -> None:
    for paper in harvest.papers:
        if paper.published_at is not None:
            numbered = datetime(2000 + int(paper.id[:2]), int(paper.id[2:4]), 1, tzinfo=UTC)
            assert numbered - timedelta(days=100) < paper.published_at < numbered + timedelta(days=31), paper.id


def test_every_paper_was_seen_from_its_first_list_day_on_and_never_after_the_end(harvest: FetchResult) -> None:
    first_listed: dict[str, date] = {}
    for listing in harvest.listings:
        first_listed[listing.paper_id] = min(listing.day, first_listed.get(listing.paper_id, date.max))

    assert {observation.paper_id for observation in harvest.observations} == set(first_listed)
    for observation in harvest.observations:
        assert first_listed[observation.paper_id] <= observation.seen_at.date(), observation
        assert observation.seen_at <= sample.AS_OF, observation


def test_observations_are_few_in_order_and_not_below_zero(harvest: FetchResult) -> None:
    seen: dict[str, list[datetime]] = {}
    for observation in harvest.observations:
        seen.setdefault(observation.paper_id, []).append(observation.seen_at)

    assert all(moments == sorted(set(moments)) and len(moments) <= 12 for moments in seen.values())
    assert all(observation.votes >= 0 for observation in harvest.observations)


def test_fridays_list_and_no_other_was_seen_at_the_last_moment(harvest: FetchResult) -> None:
    friday = {paper.id for paper in harvest.papers if paper.listed_on == date(2026, 4, 24)}

    seen_last = {observation.paper_id for observation in harvest.observations if observation.seen_at == sample.AS_OF}

    assert seen_last == friday


def test_some_papers_rose_late(harvest: FetchResult) -> None:
    votes: dict[str, list[int]] = {}
    for observation in harvest.observations:
        votes.setdefault(observation.paper_id, []).append(observation.votes)

    late = [
        id for id, counts in votes.items() if len(counts) > 2 and counts[-1] >= 10 and counts[-1] >= 1.8 * counts[1]
    ]

    assert len(late) >= 8


def test_reading_the_sample_needs_none_of_the_heavy_libraries() -> None:
    heavy = ("pydantic", "sqlalchemy", "httpx", "feedparser", "asyncio")
    program = (
        f"import sys; from bot.sources import sample; sample.load(); print([m for m in {heavy} if m in sys.modules])"
    )

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


@needs_shared
def test_every_vote_count_stands_in_the_archive(harvest: FetchResult) -> None:
    with gzip.open(PAPERS / "upvote_observations.csv.gz", "rt", encoding="utf-8") as file:
        archive = {(row["paper_id"], row["observed_at"], int(row["upvotes"])) for row in csv.DictReader(file)}

    sampled = {(seen.paper_id, f"{seen.seen_at:%Y-%m-%dT%H:%M:%SZ}", seen.votes) for seen in harvest.observations}

    assert sampled <= archive


@needs_shared
def test_no_summary_shares_six_words_in_a_row_with_an_abstract_or_an_ai_summary(harvest: FetchResult) -> None:
    ours = {paper.id: _runs(paper.summary) for paper in harvest.papers}

    theirs = {id: _runs(abstract) | _runs(ai_summary) for id, abstract, ai_summary in _archived() if id in ours}

    assert theirs.keys() == ours.keys()
    assert {id: ours[id] & theirs[id] for id in ours if ours[id] & theirs[id]} == {}


def _archived() -> Iterator[tuple[str, str, str]]:
    with gzip.open(PAPERS / "papers.jsonl.gz", "rt", encoding="utf-8") as file:
        for line in file:
            paper = json.loads(line)
            yield paper["id"], paper["summary"], paper.get("ai_summary", "")


def _runs(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"[a-z0-9]+", text.lower())
    return {tuple(words[at : at + COPIED_WORDS]) for at in range(len(words) - COPIED_WORDS + 1)}
