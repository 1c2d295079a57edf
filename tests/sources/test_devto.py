"""DEV: one API request per new article, and the URL of its first publication."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from tests.sources.recorded import (
    DATA,
    answer,
    answers,
    play,
    play_rechecks,
    posts_to_recheck,
    refusal,
    source,
)


def test_cross_post_links_canonical_url_and_its_page_on_dev() -> None:
    crossed, own = play(source("devto"), answers("devto")).posts
    assert (crossed.links[0].url, crossed.url) == (
        "https://blog.example/leases-and-clocks",
        "https://dev.to/ada/leases-and-clocks-4kp",
    )
    assert (crossed.cards[0].site_name, own.cards[0].site_name) == ("", "DEV Community")


def test_tags_are_parsed_from_either_field() -> None:
    crossed, own = play(source("devto"), answers("devto")).posts
    assert (crossed.hashtags, own.hashtags) == (
        ("distributedsystems", "time"),
        ("distributedsystems",),
    )


def test_only_articles_after_the_cursor_are_requested() -> None:
    night = play(source("devto"), answers("devto"), "2026-11-19T09:00:00Z")
    assert [batch.posts[0].uri for batch in night.batches[1:]] == ["devto:3001"]
    assert len(play(source("devto"), answers("devto"), "2026-11-20T09:00:00Z").batches) == 1


def test_404_for_an_article_gives_no_failure() -> None:
    night = play(source("devto"), answers("devto"))
    assert len(night.batches) == 4
    assert night.cursor == "2026-11-20T09:00:00Z"


def test_missing_article_is_undecided_while_the_api_lists_nothing() -> None:
    result = play_rechecks(
        source("devto"),
        posts_to_recheck("devto"),
        lambda url: answer(url, b"[]") if "latest" in url else refusal(url, 404),
    )
    assert not result.gone
    assert result.urls[-1] == "https://dev.to/api/articles/latest?per_page=1"


def test_response_with_another_article_is_undecided() -> None:
    other = (DATA / "devto/edited.json").read_bytes()
    result = play_rechecks(
        source("devto"), posts_to_recheck("devto")[1:], lambda url: answer(url, other)
    )
    assert not result.gone
    assert result.failures[0].message == "DEV answered with another article."


FEED = "https://dev.to/feed/tag/distributedsystems"
NEWEST = datetime(2026, 11, 20, 12, tzinfo=UTC)


def page(number: int, size: int = 12) -> bytes:
    """A page of the feed: one article an hour, twelve hours a page, newest first."""
    items = ""
    for place in range(size):
        age = (number - 1) * 12 + place
        date = format_datetime(NEWEST - timedelta(hours=age))
        link = f"https://dev.to/ada/article-{age}"
        items += f"<item><title>{age}</title><link>{link}</link><pubDate>{date}</pubDate></item>"
    return f"<rss version='2.0'><channel><title>DEV</title>{items}</channel></rss>".encode()


def requested(cursor: str | None, sizes: dict[int, int]) -> list[str]:
    """The URLs of a run whose pages have these sizes and whose articles are all missing."""
    polled, urls = source("devto"), []
    queue = [polled.first_request(cursor)]
    while queue and len(urls) <= polled.max_requests:
        url = queue.pop(0).url
        urls.append(url)
        number = int(url.partition("?page=")[2] or 1)
        is_page = url.startswith(FEED) and number in sizes
        response = answer(url, page(number, sizes[number])) if is_page else refusal(url, 404)
        batch = polled.parse_response(response, cursor)
        assert batch.failure is None
        queue += batch.next_requests
    assert len(urls) <= polled.max_requests
    return urls


def test_full_pages_are_read_down_to_the_newest_article_of_the_last_run() -> None:
    urls = requested("2026-11-19T18:00:00Z", {1: 12, 2: 12, 3: 12})
    assert [url for url in urls if url.startswith(FEED)] == [FEED, f"{FEED}?page=2"]
    assert len([url for url in urls if "/api/articles/ada/" in url]) == 18


def test_first_run_reads_at_most_four_pages() -> None:
    urls = requested(None, dict.fromkeys(range(1, 9), 12))
    assert [url for url in urls if url.startswith(FEED)][-1] == f"{FEED}?page=4"
    assert len(urls) == source("devto").max_requests


def test_page_that_is_not_full_is_the_last() -> None:
    assert [url for url in requested(None, {1: 5}) if url.startswith(FEED)] == [FEED]


def test_missing_second_page_does_not_fail_the_source() -> None:
    assert f"{FEED}?page=2" in requested(None, {1: 12})


def test_only_the_first_page_sets_the_cursor() -> None:
    polled = source("devto")
    assert polled.parse_response(answer(FEED, page(1)), None).cursor == "2026-11-20T12:00:00Z"
    assert polled.parse_response(answer(f"{FEED}?page=2", page(2)), None).cursor is None


def test_page_with_more_than_twelve_articles_is_cut() -> None:
    batch = source("devto").parse_response(answer(FEED, page(1, 500)), None)
    assert len(batch.next_requests) == 13
