from __future__ import annotations

from adapters.kit.breaker import CircuitBreaker, Open
from adapters.kit.dedupe import RecentIds


def test_a_breaker_is_open_as_long_as_it_was_told() -> None:
    breaker = CircuitBreaker()
    breaker.trip(100.0, 10, "told to")

    assert breaker.state(100.0) == Open(10, "told to")
    assert breaker.state(109.5) == Open(0.5, "told to")
    assert breaker.state(110.0) is None


def test_a_shorter_while_does_not_end_a_longer_one() -> None:
    breaker = CircuitBreaker()
    breaker.trip(100.0, 10, "long")
    breaker.trip(101.0, 2, "short")
    assert breaker.state(104.0) == Open(6, "long")
    breaker.trip(105.0, 10, "longer")
    assert breaker.state(111.0) == Open(4, "longer")


def test_too_many_refusals_open_it_until_the_oldest_is_past() -> None:
    breaker = CircuitBreaker(most_refused=3, window=60, reason="too many")
    for moment in (0.0, 10.0):
        breaker.count_refusal(moment)
    assert breaker.state(10.0) is None

    breaker.count_refusal(20.0)

    assert breaker.state(20.0) == Open(40, "too many")
    assert breaker.state(60.0) == Open(0, "too many")
    assert breaker.state(60.1) is None


def test_refusals_are_not_kept_where_nobody_counts_them() -> None:
    breaker = CircuitBreaker()
    for moment in range(1_000):
        breaker.count_refusal(moment)

    assert breaker.state(1_000) is None
    assert not breaker._refused


def test_an_id_is_new_once_and_the_oldest_are_forgotten() -> None:
    ids = RecentIds(size=2)

    assert [ids.add(id) for id in ("a", "a", "b", "c", "b", "a")] == [True, False, True, True, False, True]
