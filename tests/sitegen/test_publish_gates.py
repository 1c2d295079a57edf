"""Publish gates: losses and growth that a build refuses without `--force`."""

from __future__ import annotations

import pytest

from crawler.sitegen.publish_gates import (
    SMALL_SITE,
    PublishedSite,
    find_growth,
    find_losses,
    read_published_site,
)

BUSY = {"caching": 12, "queues": 10, "sagas": 9}


@pytest.mark.parametrize(
    ("articles", "refused"), [(100, False), (71, False), (69, True), (0, True), (500, False)]
)
def test_losing_more_than_thirty_percent_is_reported(articles: int, refused: bool) -> None:
    assert bool(list(find_losses(PublishedSite(articles=100), articles, {}))) is refused


@pytest.mark.parametrize(
    ("topics", "losses"),
    [
        ({"caching": 1, "queues": 1}, []),
        ({"queues": 10, "sagas": 9}, ["A topic would be empty: caching (12 articles)."]),
        ({}, ["2 topics would be empty: caching (12 articles), queues (10 articles)."]),
    ],
)
def test_emptied_busy_topic_is_reported(topics: dict[str, int], losses: list[str]) -> None:
    assert list(find_losses(PublishedSite(topics=BUSY), 0, topics)) == losses


@pytest.mark.parametrize(
    ("files", "size", "refused"),
    [(SMALL_SITE + 1, 2000, False), (SMALL_SITE + 1, 2001, True), (SMALL_SITE, 9000, False)],
)
def test_large_site_that_more_than_doubles_is_reported(
    files: int, size: int, refused: bool
) -> None:
    assert bool(list(find_growth(PublishedSite(files=files, bytes=1000), size))) is refused


def test_first_site_and_summary_without_topics_report_no_losses() -> None:
    assert list(find_losses(read_published_site(b"", 0, 0), 0, {})) == []
    assert read_published_site(b'{"articles": 7}', 3, 99) == PublishedSite(7, {}, 3, 99)
