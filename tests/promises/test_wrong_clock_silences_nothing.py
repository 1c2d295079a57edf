"""After a run under a wrong clock every source, post and article is checked again, and the monitor
reports it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from aiohttp import web

from crawler.crawl.check_schedule import MAX_INTERVAL, longest_article_interval
from crawler.models.outcomes import Failure, Outcome
from crawler.store.database import open_store
from crawler.store.due_queries import LONGEST_PLAN
from crawler.store.source_state import (
    ListedSource,
    due_sources,
    save_poll_failure,
    save_poll_success,
    sync_sources,
)
from tests.internet import networks
from tests.promises.workspace import START, Nights, answers, feed_source, nights_with, rss

FEED = "clock-feed.example"
DAY = timedelta(days=1)
# Nights as days after the first one: on one of them the clock is ahead.
HISTORIES = {
    "20 days ahead": (0, 20, 1),
    "10 years ahead": (0, 3650, 1),
    "a year behind": (0, -365, 1),
}


async def _mastodon(request: web.Request) -> web.Response:
    """A server with a few posts without links: all of them on one page."""
    if request.path.startswith("/api/v1/instance") or request.path.startswith("/api/v2/"):
        return web.json_response(networks.INSTANCE)
    if request.path == "/api/v1/statuses" or not request.query.get("min_id"):
        return web.json_response([networks.status(number) for number in (7, 9, 10)])
    return web.json_response([])


@pytest.fixture(scope="module", params=HISTORIES.values(), ids=HISTORIES.keys())
def nights(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Nights]:
    feed = rss(("Leases #DistributedSystems", f"https://{FEED}/post"))
    hosts = {
        FEED: answers(lambda path: web.Response(text=feed, content_type="application/rss+xml")),
        networks.SERVER: _mastodon,
    }
    sources = feed_source("Feed", FEED) + networks.MASTODON
    with nights_with(tmp_path_factory.mktemp("clock"), sources, hosts) as nights:
        for days in request.param:
            nights.run(START + days * DAY, "crawl")
        yield nights


def test_every_run_polls_every_source(nights: Nights) -> None:
    assert [report.counts["sources"] for report in nights.reports] == [2] * len(nights.reports)


def test_run_after_a_wrong_clock_rechecks_posts(nights: Nights) -> None:
    behind = [
        after
        for before, after in pairwise(nights.reports)
        if before.started - after.started > LONGEST_PLAN / 4
    ]
    assert all(report.counts["posts_rechecked"] > 0 for report in behind)


def test_no_check_is_scheduled_beyond_the_longest_interval(nights: Nights) -> None:
    furthest = (nights.clock + LONGEST_PLAN).strftime("%Y-%m-%dT%H:%M:%SZ")
    for table in ("sources", "posts"):
        found = nights.query(f"SELECT count(*) FROM {table} WHERE next_check > ?", furthest)
        assert found == [(0,)]


@pytest.mark.parametrize("ahead", [2, 20, 39, 400])
def test_failed_poll_under_a_wrong_clock_is_repeated(tmp_path: Path, ahead: int) -> None:
    db = open_store(tmp_path / "hashtrail.db")
    sync_sources(db, [ListedSource("dead", "feed")])
    save_poll_success(db, "dead", START, START + timedelta(hours=1))
    failure = Failure("u", "collect", Outcome.TIMEOUT, "")
    wrong = START + ahead * DAY
    save_poll_failure(db, "dead", failure, wrong, wrong + timedelta(hours=1))
    assert [each.name for each in due_sources(db, START + timedelta(hours=22))] == ["dead"]


def test_clock_an_hour_behind_repeats_no_poll(tmp_path: Path) -> None:
    db = open_store(tmp_path / "hashtrail.db")
    sync_sources(db, [ListedSource("feed", "feed")])
    save_poll_success(db, "feed", START, START + timedelta(hours=1))
    assert due_sources(db, START - timedelta(hours=1)) == []


@pytest.mark.parametrize("recheck_days", [1, 30, 365])
def test_own_intervals_are_not_treated_as_a_wrong_clock(recheck_days: int) -> None:
    assert MAX_INTERVAL < LONGEST_PLAN
    assert timedelta(days=recheck_days) < longest_article_interval(recheck_days)
    assert longest_article_interval(recheck_days) > MAX_INTERVAL
