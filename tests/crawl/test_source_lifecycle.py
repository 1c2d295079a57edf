"""Decisions about the lifecycle of a source: permanent targets, and intervals of quiet sources."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from crawler.crawl.check_schedule import quiet_interval
from crawler.crawl.source_lifecycle import permanent_target
from crawler.curation.source_health import changed_nature, usual_gap_days
from crawler.models.http_exchange import Hop, Response
from tests.post_traits import PostTraits

NOW = datetime(2026, 11, 22, tzinfo=UTC)
DAY = timedelta(days=1)
OLD, NEW = "https://a.example/rss", "https://b.example/feed"
STEADY = [PostTraits(frozenset({"a.example"}), frozenset({"en"}), frozenset({"raft"}))] * 30


@pytest.mark.parametrize(
    ("statuses", "target", "expected"),
    [
        ((301,), NEW, NEW),
        ((308, 301), NEW, NEW),
        ((301, 302), NEW, ""),
        ((307,), NEW, ""),
        ((), OLD, ""),
        ((301,), f"{NEW}?access_token=0123456789abcdef0123456789abcdef", ""),
    ],
)
def test_target_is_permanent_only_if_every_redirect_is(
    statuses: tuple[int, ...], target: str, expected: str
) -> None:
    hops = tuple(Hop(OLD, status) for status in statuses)
    assert permanent_target(Response(OLD, target, 200, (), b"", NOW, hops)) == expected


def test_quiet_interval_grows_to_a_week_and_no_further() -> None:
    days = [quiet_interval(unchanged, "a", NOW) / DAY for unchanged in (0, 13, 14, 21, 28, 5_000)]
    assert days[:2] == [0, 0]
    assert all(
        bound * 0.8 <= value <= bound for bound, value in zip((2, 4, 7, 7), days[2:], strict=True)
    )


def test_quiet_intervals_of_many_sources_differ() -> None:
    assert len({quiet_interval(28, f"source {n}", NOW) for n in range(50)}) > 40


def test_usual_gap_is_the_median_of_days_with_posts() -> None:
    days = [(NOW - DAY * age).date() for age in (1, 1, 1, 8, 15, 22, 90)]
    assert usual_gap_days(days) == 7
    assert usual_gap_days(days[:5]) is None


@pytest.mark.parametrize(
    ("recent", "change"),
    [
        (STEADY[0], ""),
        (PostTraits(frozenset({"shop.example"}), frozenset({"en"}), frozenset({"raft"})), "host"),
        (PostTraits(frozenset({"a.example"}), frozenset({"fr"}), frozenset({"raft"})), "language"),
        (PostTraits(frozenset({"a.example"}), frozenset({"en"}), frozenset()), "topic"),
        (PostTraits(frozenset({"a.example"}), frozenset(), frozenset({"caching"})), ""),
    ],
)
def test_change_of_one_trait_is_named(recent: PostTraits, change: str) -> None:
    description = changed_nature(STEADY + [recent] * 10)
    assert bool(description) is bool(change)
    assert change in description


def test_few_posts_are_not_compared() -> None:
    assert changed_nature([*STEADY[:15], *[PostTraits()] * 10]) == ""
