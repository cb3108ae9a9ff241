from __future__ import annotations

from bot.sources.cache import Cache

TAG = {"etag": '"one"'}


def test_an_answer_without_a_name_is_not_kept() -> None:
    cache = Cache()

    cache.put("/a", {}, b"body", has_next=False)

    assert cache.get("/a") is None


def test_the_answer_asked_for_longest_ago_makes_room() -> None:
    cache = Cache(room=10)
    for url in ("/a", "/b"):
        cache.put(url, TAG, b"12345", has_next=False)
    cache.get("/a")

    cache.put("/c", TAG, b"12345", has_next=False)

    assert [url for url in ("/a", "/b", "/c") if cache.get(url)] == ["/a", "/c"]


def test_an_answer_larger_than_the_room_drives_nobody_out() -> None:
    cache = Cache(room=10)
    cache.put("/a", TAG, b"12345", has_next=False)

    cache.put("/b", TAG, b"12345678901", has_next=False)

    assert cache.get("/a") is not None
    assert cache.get("/b") is None


def test_a_newer_answer_takes_the_place_of_the_older_one_and_no_more_room() -> None:
    cache = Cache(room=10)
    for body in (b"12345", b"67890", b"abcde"):
        cache.put("/a", TAG, body, has_next=False)
    cache.put("/b", TAG, b"12345", has_next=False)

    known = cache.get("/a")

    assert known is not None
    assert known.body == b"abcde"
