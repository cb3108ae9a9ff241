"""A worker that dies before or after any transaction or send, and what the next one makes of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.services.delivery.crash import CODE
from tests.databases import Postgres, sqlite_url
from tests.proofs.crew import Crew
from tests.proofs.platform import Rules
from tests.proofs.results import note
from tests.proofs.scene import Judgement, scene

#: three chats with a digest of two messages each; the third is closed to the bot
CHATS, PARTS, CLOSED = 3, 2, "3"
#: one at a time, so that the outcome is always the same
ONE = Crew(chunk=1, nonced_chunk=1, cards=3, lease=3, timeout=2)
#: seconds after the crash at which the next worker comes: the lease is over, the nonce is still remembered
LATER = 60


@dataclass(frozen=True, slots=True)
class Outcome:
    """What becomes of a crash at a place."""

    place: str
    #: messages that the platform is sent twice, and drops where it knows nonces
    repeats: int = 0
    #: deliveries in doubt where it does not
    uncertain: int = 0


OUTCOMES = (
    Outcome("plan.before"),
    Outcome("plan.middle"),
    Outcome("plan.after"),
    Outcome("claim.before"),
    Outcome("claim.after"),
    Outcome("begin.before"),
    Outcome("begin.after", uncertain=1),
    Outcome("send.before", uncertain=1),
    Outcome("send.after", repeats=1, uncertain=1),
    Outcome("part.before", repeats=1, uncertain=1),
    Outcome("part.after"),
    Outcome("send.before:2", uncertain=1),
    Outcome("send.after:2", repeats=1, uncertain=1),
    Outcome("mark.before", repeats=1, uncertain=1),
    Outcome("mark.after"),
    Outcome("end.before", uncertain=1),
    Outcome("end.after"),
)
FEW = [outcome for outcome in OUTCOMES if outcome.place in ("plan.middle", "send.after")]
PLATFORMS = {"nonces": Rules(nonced=True, closed=CLOSED), "no nonces": Rules(closed=CLOSED)}


def crashing(url: str, directory: Path, rules: Rules, place: str) -> Judgement:
    """One worker dies at the place, and a minute later another one comes."""
    later = directory / "clock"
    later.write_text(str(LATER))
    with scene(url, directory, CHATS, rules, ONE) as run:
        assert run.work(crash_at=place, once=True).ended() == CODE
        assert run.work(clock=later, once=True).ended() == 0
        return run.judge(CHATS - 1, PARTS)


def check(judgement: Judgement, rules: Rules, outcome: Outcome) -> None:
    """Compare with the table."""
    doubtful = 0 if rules.nonced else outcome.uncertain
    refused = outcome.place == "end.before" and doubtful
    assert not judgement.lost, judgement.told
    assert not judgement.doubled, judgement.told
    assert judgement.states["uncertain"] == doubtful, judgement.told
    assert judgement.states["failed"] == (0 if refused else 1), judgement.told
    assert judgement.states["sent"] == CHATS - 1 - (0 if refused else doubtful), judgement.told
    assert judgement.record.repeats == (outcome.repeats if rules.nonced else 0), judgement.told


@pytest.mark.parametrize("outcome", FEW, ids=lambda outcome: outcome.place)
def test_a_crash_on_a_platform_without_nonces(tmp_path: Path, outcome: Outcome) -> None:
    rules = PLATFORMS["no nonces"]

    judgement = crashing(sqlite_url(tmp_path), tmp_path, rules, outcome.place)

    check(judgement, rules, outcome)


def test_a_crash_on_a_platform_with_nonces_is_not_noticed(tmp_path: Path) -> None:
    rules = PLATFORMS["nonces"]

    judgement = crashing(sqlite_url(tmp_path), tmp_path, rules, "mark.before")

    check(judgement, rules, Outcome("mark.before", repeats=1))


@pytest.mark.proof
@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.parametrize("outcome", OUTCOMES, ids=lambda outcome: outcome.place)
def test_every_place_on_sqlite(tmp_path: Path, outcome: Outcome, platform: str) -> None:
    judgement = crashing(sqlite_url(tmp_path), tmp_path, PLATFORMS[platform], outcome.place)

    note(f"crash at {outcome.place}, SQLite, {platform}", judgement.told)
    check(judgement, PLATFORMS[platform], outcome)


@pytest.mark.proof
@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.parametrize("outcome", OUTCOMES, ids=lambda outcome: outcome.place)
def test_every_place_on_postgresql(postgres: Postgres, tmp_path: Path, outcome: Outcome, platform: str) -> None:
    with postgres.database() as url:
        judgement = crashing(url, tmp_path, PLATFORMS[platform], outcome.place)

    note(f"crash at {outcome.place}, PostgreSQL, {platform}", judgement.told)
    check(judgement, PLATFORMS[platform], outcome)
