"""Published dates: a day that no calendar has is refused, and a date ahead of now becomes the time
of first sight.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import web

from crawler.dates.days_in_text import date_in_url
from crawler.dates.parse_date import parse_date
from crawler.models.http_exchange import Response
from crawler.sources.formats.feed_model import Feed
from crawler.sources.formats.parse_feed import parse_feed
from crawler.utc_times import parse_iso_date
from tests.promises.workspace import answers, feed_source, nights_with

SEEN = datetime(2026, 12, 20, 12, tzinfo=UTC)
IMPOSSIBLE = [
    "2026-11-31",
    "2026-11-31T10:00:00Z",
    "2026-02-29",
    "2026-02-30T00:00:00+01:00",
    "2025-02-29T23:59:59-11:00",
    "2026-13-01",
    "2026-00-10",
    "2026-11-00",
    "2026-04-31T12:00:00+00:00",
]
ONLY_IN_FEEDS = [
    "20261131",
    "2026-11-30T25:00:00Z",
    "2026-11-30T10:61:00Z",
    "2026-11-30T24:00:01Z",
    "2026-W53-8",
    "2026-366",
    "Tue, 31 Nov 2026 10:00:00 GMT",
    "31 Feb 2026",
]


def _feed_date(written: str) -> datetime | None:
    item = f"<item><title>a</title><pubDate>{written}</pubDate></item>"
    body = f'<rss version="2.0"><channel><title>T</title>{item}</channel></rss>'.encode()
    url = "https://blog.example/feed"
    feed = parse_feed(Response(url, url, 200, (), body, SEEN))
    assert isinstance(feed, Feed)
    return feed.entries[0].published


@pytest.mark.parametrize("written", [*IMPOSSIBLE, *ONLY_IN_FEEDS])
def test_feed_entry_with_an_impossible_day_has_no_date(written: str) -> None:
    assert _feed_date(written) is None


@pytest.mark.parametrize("written", IMPOSSIBLE)
def test_page_and_api_with_an_impossible_day_have_no_date(written: str) -> None:
    assert parse_date(written, SEEN) is None
    assert parse_iso_date(written, SEEN) is None


def test_path_with_an_impossible_day_has_no_date() -> None:
    assert date_in_url("https://a.example/2026/11/31/title", SEEN) is None


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2026-11-30", datetime(2026, 11, 30, tzinfo=UTC)),
        ("2024-02-29T10:00:00Z", datetime(2024, 2, 29, 10, tzinfo=UTC)),
        ("2026-11-30T23:59:60Z", datetime(2026, 12, 1, tzinfo=UTC)),
        ("2026-11-30T24:00:00Z", datetime(2026, 12, 1, tzinfo=UTC)),
        ("20261130", datetime(2026, 11, 30, tzinfo=UTC)),
        ("2026-11", datetime(2026, 11, 1, tzinfo=UTC)),
    ],
)
def test_feed_entry_with_a_possible_day_keeps_it(written: str, expected: datetime) -> None:
    assert _feed_date(written) == expected


def test_date_ahead_of_now_becomes_the_time_of_first_fetch(tmp_path: Path) -> None:
    """A feed entry and its page state a date 12 hours ahead; the next night it is in the past."""
    host = "ahead.example"
    stated = (SEEN + timedelta(hours=12)).isoformat()
    item = (
        f"<item><title>Leases #DistributedSystems</title><link>https://{host}/post</link>"
        f"<pubDate>{stated}</pubDate></item>"
    )
    feed = f'<rss version="2.0"><channel><title>Feed</title>{item}</channel></rss>'
    meta = f'<meta property="article:published_time" content="{stated}">'
    text = "<p>Replicas vote, a leader is chosen, and the log is kept in one order.</p>" * 9
    page = (
        f"<html><head><title>Leases</title>{meta}</head><body><article>{text}</article></body>"
        "</html>"
    )

    def answer(path: str) -> web.Response:
        kind = "application/rss+xml" if path == "/feed.xml" else "text/html"
        return web.Response(text=feed if path == "/feed.xml" else page, content_type=kind)

    with nights_with(tmp_path, feed_source("Feed", host), {host: answers(answer)}) as nights:
        nights.run(SEEN)
        seen = SEEN.strftime("%Y-%m-%dT%H:%M:%SZ")
        assert nights.query("SELECT published, seen_at FROM posts") == [(seen, seen)]
        assert nights.query("SELECT published, first_seen FROM articles") == [(seen, seen)]
        nights.run(SEEN + timedelta(days=1))
        assert nights.query("SELECT published, seen_at FROM posts") == [(seen, seen)]


@pytest.mark.parametrize("written", ["2026-12-23", "2099-01-01T00:00:00Z"])
def test_date_further_ahead_is_refused(written: str) -> None:
    assert _feed_date(written) is None
    assert parse_date(written, SEEN) is None
