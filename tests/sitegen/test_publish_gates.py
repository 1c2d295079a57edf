"""What a build may take from readers, or give them, without being told that it is meant."""

from __future__ import annotations

import pytest

from crawler.sitegen.publish_gates import (
    GROWN_UP,
    PublishedSite,
    find_growth,
    find_losses,
    read_published_site,
)

BUSY = {"caching": 12, "queues": 10, "sagas": 9}


@pytest.mark.parametrize(
    ("now", "refused"), [(100, False), (71, False), (69, True), (0, True), (500, False)]
)
def test_losing_more_than_a_third_is_noticed(now: int, refused: bool) -> None:
    assert bool(list(find_losses(PublishedSite(articles=100), now, {}))) is refused


@pytest.mark.parametrize(
    ("now", "told"),
    [
        ({"caching": 1, "queues": 1}, []),
        ({"queues": 10, "sagas": 9}, ["A topic would be empty: caching (12 articles)."]),
        ({}, ["2 topics would be empty: caching (12 articles), queues (10 articles)."]),
    ],
)
def test_a_busy_topic_that_empties_is_named(now: dict[str, int], told: list[str]) -> None:
    assert list(find_losses(PublishedSite(topics=BUSY), 0, now)) == told


@pytest.mark.parametrize(
    ("files", "size", "refused"),
    [(GROWN_UP + 1, 2000, False), (GROWN_UP + 1, 2001, True), (GROWN_UP, 9000, False)],
)
def test_a_grown_up_site_that_more_than_doubles_is_noticed(
    files: int, size: int, refused: bool
) -> None:
    assert bool(list(find_growth(PublishedSite(files=files, bytes=1000), size))) is refused


def test_the_first_site_has_nothing_to_lose_and_an_older_one_counted_no_topics() -> None:
    assert list(find_losses(read_published_site(b"", 0, 0), 0, {})) == []
    assert read_published_site(b'{"articles": 7}', 3, 99) == PublishedSite(7, {}, 3, 99)
