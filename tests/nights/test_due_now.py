"""The option `--due-now` of `hashtrail crawl`: every source, article and post is due."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from aiohttp import web

from tests.internet import networks
from tests.nights.test_deleted_posts import Networks
from tests.promises.workspace import START, Nights, answers, feed_source, nights_with, rss

PAGE = "https://pages.example/raft"
FEED, STATUSES = ("feeds.example", "/feed.xml"), (networks.SERVER, "/api/v1/statuses")
ARTICLE = ("pages.example", "/raft")
LIMIT = 2  # of 3 requests that would recheck all posts
SOON = START + timedelta(minutes=5)


@pytest.fixture
def nights(tmp_path: Path) -> Iterator[Nights]:
    feed, page = rss(("Consensus", PAGE)), "<title>Raft</title><p>A log replicated by terms.</p>"
    hosts = {
        "feeds.example": answers(lambda _: web.Response(text=feed)),
        "pages.example": answers(lambda _: web.Response(text=page, content_type="text/html")),
        networks.SERVER: Networks().mastodon,
    }
    sources = networks.MASTODON + feed_source("Papers", "feeds.example")
    with nights_with(tmp_path / "kb", sources, hosts, f"per_host_nightly = {LIMIT}\n") as made:
        made.run(START, "crawl")
        yield made


def request_counts(nights: Nights) -> Counter[tuple[str, str]]:
    """How often each host and path was requested."""
    return Counter(nights.internet.requests)


def test_crawl_minutes_later_requests_nothing(nights: Nights) -> None:
    before = request_counts(nights)
    report = nights.run(SOON, "crawl")
    assert report.counts["sources"] == 0
    assert request_counts(nights) == before


def test_due_now_polls_sources_and_rechecks_articles_and_posts(nights: Nights) -> None:
    before = request_counts(nights)
    report = nights.run(SOON, "crawl", due_now=True)
    new = request_counts(nights) - before
    assert (new[FEED], new[ARTICLE]) == (1, 1)
    assert report.counts["sources"] == 2
    assert report.counts["posts_rechecked"] > 0


def test_due_now_keeps_the_limit_per_host(nights: Nights) -> None:
    before = request_counts(nights)
    nights.run(SOON, "crawl", due_now=True)
    assert (request_counts(nights) - before)[STATUSES] == LIMIT


def test_option_reaches_the_run(nights: Nights) -> None:
    before = request_counts(nights)
    result = nights.command("crawl", "--json", "--due-now")
    assert json.loads(result.stdout)["counts"]["sources"] == 2
    assert (request_counts(nights) - before)[FEED] == 1
