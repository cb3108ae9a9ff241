from __future__ import annotations

import json
import socket
from pathlib import Path

import pytest

from bot.app.cli.doctor import sqlite
from bot.storage.migrate import HEAD
from tests.process.shipped import Paperboy


async def test_run_without_a_terminal_prints_the_digest_and_ends_well(paperboy: Paperboy) -> None:
    ended = await paperboy.fresh("run")

    assert ended.code == 0
    assert ended.out.startswith("Trending papers · Fri 24 Apr 2026\n")
    assert "sample" in ended.out
    assert ended.err == ""


async def test_run_logs_variables_that_are_no_settings_without_their_values(paperboy: Paperboy) -> None:
    ended = await paperboy("run", PAPERBOY_LOG_FORMAT="json", PAPERBOY_OFLINE="private", PAPERBOY_XYZZY="private")

    told = [json.loads(line) for line in ended.err.splitlines()]
    assert [(line["event"], line["name"], line["did_you_mean"]) for line in told] == [
        ("unknown setting", "PAPERBOY_OFLINE", "PAPERBOY_OFFLINE"),
        ("unknown setting", "PAPERBOY_XYZZY", None),
    ]
    assert "private" not in ended.err


async def test_lines_from_a_pipe_are_answered_one_after_the_other(paperboy: Paperboy) -> None:
    ended = await paperboy("chat", typed="/trending week\n/why 1\n\nvideo generation\n/quit\n/status\n")

    assert ended.code == 0
    titles = [line for line in ended.out.splitlines() if line.startswith(("Trending", "Why", "Papers on", "Status"))]
    assert titles == [
        "Trending papers · week to Fri 24 Apr 2026",
        "Why 2604.20796 is here",
        "Papers on video generation",
    ]


async def test_bytes_that_are_no_text_are_survived(paperboy: Paperboy) -> None:
    ended = await paperboy("chat", typed="/papers \udcff\udcfe video\n" + "x" * 100_000 + "\n")

    assert ended.code == 0
    assert "our fault" not in ended.out


async def test_numbers_mean_the_same_list_in_the_next_process(paperboy: Paperboy) -> None:
    await paperboy("trending", "week")

    ended = await paperboy("chat", typed="/paper 1\n")

    assert "2604.20796" in ended.out


async def test_trending_for_a_program(paperboy: Paperboy) -> None:
    ended = await paperboy("trending", "week", "agents", "top", "3", "--json")

    digest = json.loads(ended.out)
    assert (digest["window"], digest["query"], digest["sources"]) == ("week", "agents top:3", ["sample"])
    assert [paper["number"] for paper in digest["papers"]] == [1, 2, 3]
    first = digest["papers"][0]
    assert first["score"] == pytest.approx(sum(part["points"] for part in first["parts"]))
    assert first["url"] == f"https://arxiv.org/abs/{first['id']}"


async def test_papers_for_a_program(paperboy: Paperboy) -> None:
    ended = await paperboy("papers", "video", "--json")

    found = json.loads(ended.out)
    assert found["query"] == "video"
    assert all(paper["title"] and paper["listed_on"].startswith("2026-04-") for paper in found["papers"])


PAPER = {"number", "id", "title", "authors", "url", "pdf_url", "listed_on", "votes", "comments", "stars", "summary"}


async def test_a_paper_has_one_shape_in_every_answer_for_programs(paperboy: Paperboy) -> None:
    trending = json.loads((await paperboy("trending", "week", "top", "25", "--json")).out)["papers"]
    papers = json.loads((await paperboy("papers", "video", "--json")).out)["papers"]

    topic = json.loads((await paperboy("topic", "video", "--json")).out)["papers"]

    own = {"late", "score", "parts", "brought_by", "reason"}
    assert papers[0].keys() - own == trending[0].keys() - own == topic[0].keys() - own >= PAPER
    both = {each["id"]: each for each in trending}
    same = [(both[each["id"]]["votes"], each["votes"]) for each in papers if each["id"] in both]
    assert same
    assert all(here == there for here, there in same)


@pytest.mark.parametrize("encoding", ["latin-1", "ascii"])
async def test_an_encoding_that_lacks_characters_costs_characters_only(paperboy: Paperboy, encoding: str) -> None:
    ended = await paperboy("trending", "week", "top", "3", PYTHONIOENCODING=encoding)
    told = await paperboy("trending", "week", "top", "3", "--json", PYTHONIOENCODING=encoding)

    assert (ended.code, ended.err, told.code, told.err) == (0, "", 0, "")
    assert "?" in ended.out
    assert len(json.loads(told.out)["papers"]) == 3
    assert told.out.isascii()


async def test_collecting_offline_says_that_nothing_was_asked(paperboy: Paperboy) -> None:
    ended = await paperboy("collect")
    told = await paperboy("collect", "--json")

    assert (ended.code, ended.out) == (0, "Offline: nothing was fetched, because PAPERBOY_OFFLINE is set.\n")
    assert json.loads(told.out) == []


@pytest.mark.parametrize(
    ("days", "sentence"),
    [
        (("--from", "2026-04-01", "--to", "2026-03-01"), "--to 2026-03-01 is before --from 2026-04-01."),
        (("--from", "2999-01-01"), "There are no lists after today"),
    ],
)
async def test_days_that_contradict_each_other_are_refused(
    paperboy: Paperboy, days: tuple[str, ...], sentence: str
) -> None:
    ended = await paperboy("collect", *days)

    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith(f"paperboy: {sentence}")
    assert ended.err.count("\n") == 1


async def test_no_deliveries_are_an_empty_list_for_programs(paperboy: Paperboy) -> None:
    ended = await paperboy("deliveries", "--json")

    assert (ended.code, ended.out) == (0, "[]\n")


async def test_a_topic_is_tried_out_for_a_program(paperboy: Paperboy) -> None:
    ended = await paperboy("topic", "Agents", "-survey", "--from", "2026-04-20", "--to", "2026-04-24", "--json")

    told = json.loads(ended.out)
    assert (told["topic"], told["understood"]) == ("Agents -survey", "agents -survey")
    assert 0 < len(told["papers"]) < told["considered"]
    assert told["papers"][0]["reason"].startswith("about: agents")
    scores = [paper["score"] for paper in told["papers"]]
    assert scores[0] > scores[-1] >= 0.47


async def test_a_word_with_a_minus_is_a_word(paperboy: Paperboy) -> None:
    ended = await paperboy("papers", "agents", "-survey", "--json")

    assert ended.code == 0
    assert json.loads(ended.out)["query"] == "agents -survey"
    assert (await paperboy("papers", "-h")).out.startswith("usage:")


async def test_migrate_says_where_the_database_is(paperboy: Paperboy) -> None:
    ended = await paperboy("migrate")

    assert (ended.code, ended.out) == (0, f"The database is at schema {HEAD}.\n")


async def test_doctor_is_content_with_a_fresh_machine(paperboy: Paperboy) -> None:
    ended = await paperboy("doctor")

    assert ended.code == 0
    assert "✓ settings" in ended.out
    assert "✓ database" in ended.out
    assert "✓ sqlite        version 3." in ended.out
    assert "✓ network       not used" in ended.out


@pytest.mark.parametrize(
    ("version", "warns"),
    [
        ((3, 40, 1), True),
        ((3, 44, 5), True),
        ((3, 44, 6), False),
        ((3, 50, 7), False),
        ((3, 51, 2), True),
        ((3, 51, 3), False),
        ((3, 53, 0), False),
    ],
)
def test_doctor_warns_of_a_sqlite_that_can_damage_a_file(version: tuple[int, ...], warns: bool) -> None:
    finding = sqlite(version)

    assert finding.ok
    assert ("sqlite.org/wal.html" in finding.detail) == warns


async def test_doctor_finds_a_setting_that_is_none_and_names_the_nearest(paperboy: Paperboy) -> None:
    ended = await paperboy("doctor", PAPERBOY_COLECT_MINUTES="5")

    assert ended.code == 1
    assert "✗ settings" in ended.out
    assert "did you mean PAPERBOY_COLLECT_MINUTES?" in ended.out


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("PAPERBOY_COLLECT_MINUTES", "often", "PAPERBOY_COLLECT_MINUTES is 'often': expected a whole number"),
        ("PAPERBOY_COLLECT_MINUTES", "1", "PAPERBOY_COLLECT_MINUTES is '1': should be greater than or equal to 5"),
        ("PAPERBOY_ARXIV_URL", "arxiv.org", "PAPERBOY_ARXIV_URL is 'arxiv.org': expected an address"),
        ("PAPERBOY_OFFLINE", "perhaps", "PAPERBOY_OFFLINE is 'perhaps': expected true or false"),
        ("PAPERBOY_DISCORD_TOKEN", "canary\ncanary", "PAPERBOY_DISCORD_TOKEN: expected the token under Bot"),
        ("PAPERBOY_LOG_LEVEL", "loud", "PAPERBOY_LOG_LEVEL is 'loud': should be"),
        ("PAPERBOY_DATABASE_URL", "mysql://root:canary@db/x", "PAPERBOY_DATABASE_URL: expected sqlite:///"),
    ],
)
async def test_a_wrong_setting_is_one_clear_line(paperboy: Paperboy, name: str, value: str, sentence: str) -> None:
    ended = await paperboy("trending", **{name: value})

    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith(f"paperboy: {sentence}")
    assert ended.err.count("\n") == 1
    assert "canary" not in ended.err


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("dance",),
        ("papers",),
        ("import",),
        ("resend", "9" * 30),
        ("deliveries", "--limit", "-1"),
        ("deliver", "--at", "0001-01-01T00:00Z"),
    ],
)
async def test_a_wrong_command_line_shows_how_it_is_used(paperboy: Paperboy, arguments: tuple[str, ...]) -> None:
    ended = await paperboy(*arguments)

    assert ended.code == 2
    assert ended.err.startswith("usage: paperboy")


async def test_a_data_directory_that_cannot_be_made_is_said(paperboy: Paperboy, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")

    ended = await paperboy("trending", PAPERBOY_DATA_DIR=str(tmp_path / "taken"))

    assert (ended.code, ended.out) == (1, "")
    assert str(tmp_path / "taken") in ended.err
    assert "Traceback" not in ended.err


async def test_an_archive_is_loaded_once_and_what_is_wrong_in_it_is_said(paperboy: Paperboy, tmp_path: Path) -> None:
    papers, observations = tmp_path / "papers.jsonl", tmp_path / "votes.csv"
    whole = {
        "id": "2603.00001",
        "list_dates": ["2026-03-03"],
        "title": "A paper of March",
        "summary": "Short.",
        "authors": ["Ada Lovelace"],
        "paper_published_at": "2026-03-02T00:00:00.000Z",
        "upvotes": 9,
        "observed_at": "2026-03-09T00:00:00Z",
    }
    papers.write_text(json.dumps(whole) + '\n{"id": "2603.00002"}\n{"trunc\n')
    observations.write_text(
        "paper_id,observed_at,upvotes,num_comments,github_stars,via,list_date\n"
        "2603.00001,2026-03-03T12:00:00Z,3,1,,daily_papers_api,2026-03-03\n"
        "2603.99999,2026-03-03T12:00:00Z,3,1,,daily_papers_api,2026-03-03\n"
    )

    first = await paperboy("import", str(papers), "--observations", str(observations))
    second = await paperboy("import", str(papers), "--observations", str(observations))

    assert first.out == "Imported 1 new paper and 2 new observations from papers.jsonl.\n"
    assert second.out == "Imported 0 new papers and 0 new observations from papers.jsonl.\n"
    assert first.err.count("skipped: ") == 3
    assert (first.code, second.code) == (0, 0)


async def test_an_archive_that_is_not_there_is_one_clear_line(paperboy: Paperboy) -> None:
    ended = await paperboy("import", "nowhere.jsonl")

    assert ended.code == 1
    assert "nowhere.jsonl" in ended.err
    assert ended.err.count("\n") == 1


async def test_a_reader_that_has_enough_is_no_fault(paperboy: Paperboy, tmp_path: Path) -> None:
    import asyncio
    import sys

    line = f"{sys.executable} -m bot trending | head -1"
    child = await asyncio.create_subprocess_shell(
        line, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE, env=paperboy.environment({})
    )
    out, err = await child.communicate()

    assert out.decode() == "Trending papers · Fri 24 Apr 2026\n"
    assert err == b""


async def test_an_address_that_is_taken_ends_the_site_with_one_line(paperboy: Paperboy) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        ended = await paperboy("run", PAPERBOY_WEB_ADDRESS=address)

    assert ended.code == 2
    assert ended.err.splitlines()[-1] == f"paperboy: PAPERBOY_WEB_ADDRESS {address}: Address already in use."


async def test_a_program_says_lines_and_reads_an_object_for_each(paperboy: Paperboy) -> None:
    said = [
        "agents",
        "more",
        json.dumps({"chat": "console:7", "person": "7", "locale": "de", "text": "thanks"}),
        json.dumps({"chat": "console:7", "text": "more"}),
        '{"text": 3}',
        "{broken",
        "/nonsense",
    ]
    ended = await paperboy("chat", "--json", "--at", "2026-04-25T09:00Z", typed="\n".join(said))

    agents, more, thanks, other, wrong, broken, unknown = map(json.loads, ended.out.splitlines())
    assert (agents["command"], agents["query"], agents["refusal"]) == ("papers", "agents", None)
    assert (more["command"], more["argument"]) == ("papers", "agents more:8")
    cards = [card["id"] for page in (agents, more) for section in page["page"]["sections"] for card in section["cards"]]
    assert len(cards) == len(set(cards)) == 16
    assert (thanks["command"], thanks["page"]["sections"]) == ("", [])
    assert other["command"] == "trending"
    assert "text" in wrong["error"]
    assert "JSON" in broken["error"]
    assert (unknown["command"], unknown["refusal"]) == ("", "refused")
