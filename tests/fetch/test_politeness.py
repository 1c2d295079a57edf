"""Rate limits per host."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.fetch.politeness import (
    MAX_GAP_SECONDS,
    SHARED_PLATFORMS,
    ExchangeOutcome,
    HostBucket,
    PolitenessPolicy,
    bucket_after,
    bucket_name,
    deferral_reason,
    gap_seconds,
    wait_seconds,
)

NOW = datetime(2026, 3, 1, 2, 0, tzinfo=UTC)
POLICY = PolitenessPolicy(delay_seconds=3, per_host=3)


@pytest.mark.parametrize(
    ("url", "bucket"),
    [
        ("https://Engineering.Example.org:8443/a", "engineering.example.org"),
        ("https://example.org./a", "example.org"),
        ("https://somebody.medium.com/a", "medium.com"),
        ("https://medium.com/@x/a", "medium.com"),
        ("https://a.substack.com/p/1", "substack.com"),
        ("https://one.github.io/", "github.io"),
        ("https://notmedium.com/", "notmedium.com"),
        ("https://www.example.co.uk/", "www.example.co.uk"),
        ("http://127.0.0.1:8080/", "127.0.0.1"),
        ("http://[2001:db8::1]/", "2001:db8::1"),
    ],
)
def test_bucket_name_is_the_host_or_its_platform(url: str, bucket: str) -> None:
    assert bucket_name(url) == bucket


def test_host_of_every_platform_has_the_platform_bucket() -> None:
    assert {
        bucket_name(f"https://somebody.{platform}/x") for platform in SHARED_PLATFORMS
    } == SHARED_PLATFORMS


@pytest.mark.parametrize(
    ("delay", "crawl_delay", "took", "gap"),
    [
        (3, 0, 0.1, 3),
        (3, 0, 4, 8),
        (3, 0, 60, 30),
        (3, 12, 0.1, 12),
        (3, 3600, 0.1, 30),
        (5, 2, 0.1, 5),
        (0, 0, 4, 0),
    ],
)
def test_gap_is_the_longest_of_delay_crawl_delay_and_twice_the_duration(
    delay: float, crawl_delay: float, took: float, gap: float
) -> None:
    assert gap_seconds(HostBucket(crawl_delay=crawl_delay), PolitenessPolicy(delay), took) == gap


def test_bucket_waits_until_its_gap_ends() -> None:
    bucket = bucket_after(HostBucket(), POLICY, ExchangeOutcome(NOW, 0.2, 200))
    assert wait_seconds(bucket, NOW) == 3
    assert wait_seconds(bucket, NOW + timedelta(seconds=2)) == 1
    assert wait_seconds(bucket, NOW + timedelta(seconds=9)) == 0


@given(st.timedeltas(min_value=timedelta(days=-4000), max_value=timedelta(days=4000)))
def test_clock_change_keeps_the_wait_within_bounds(jump: timedelta) -> None:
    bucket = bucket_after(HostBucket(), POLICY, ExchangeOutcome(NOW, 0.2, 200))
    assert 0 <= wait_seconds(bucket, NOW + jump) <= MAX_GAP_SECONDS


def test_budget_counts_pages_only() -> None:
    bucket = HostBucket()
    for _ in range(5):
        bucket = bucket_after(bucket, POLICY, ExchangeOutcome(NOW, 0.1, 200, spends=False))
    assert not deferral_reason(bucket, POLICY, NOW, spends=True)
    for _ in range(3):
        bucket = bucket_after(bucket, POLICY, ExchangeOutcome(NOW, 0.1, 200))
    assert "budget" in deferral_reason(bucket, POLICY, NOW, spends=True)
    assert not deferral_reason(bucket, POLICY, NOW, spends=False)


@pytest.mark.parametrize("statuses", [(429, 429, 429), (503, 503, 503), (429, 200, 503, 429)])
def test_three_refusals_close_a_bucket(statuses: tuple[int, ...]) -> None:
    bucket = HostBucket()
    for status in statuses:
        assert not deferral_reason(bucket, PolitenessPolicy(), NOW, spends=False)
        bucket = bucket_after(bucket, PolitenessPolicy(), ExchangeOutcome(NOW, 0.1, status))
    assert "refused 3" in deferral_reason(
        bucket, PolitenessPolicy(), NOW + timedelta(hours=9), spends=False
    )


def test_three_consecutive_timeouts_close_a_bucket() -> None:
    bucket = HostBucket()
    for is_unreachable in (True, True, False, True, True):
        bucket = bucket_after(
            bucket, PolitenessPolicy(), ExchangeOutcome(NOW, 30, is_unreachable=is_unreachable)
        )
    assert not deferral_reason(bucket, PolitenessPolicy(), NOW, spends=False)
    assert "could not be reached 3" in deferral_reason(
        bucket_after(bucket, PolitenessPolicy(), ExchangeOutcome(NOW, 30, is_unreachable=True)),
        PolitenessPolicy(),
        NOW,
        spends=False,
    )


def test_retry_after_defers_requests_until_that_time() -> None:
    later = NOW + timedelta(minutes=10)
    bucket = bucket_after(HostBucket(), POLICY, ExchangeOutcome(NOW, 0.1, 503, later))
    assert "later retry" in deferral_reason(bucket, POLICY, NOW, spends=False)
    assert not deferral_reason(bucket, POLICY, later, spends=False)


def test_crawl_delay_over_thirty_seconds_allows_one_page_per_run() -> None:
    bucket = HostBucket(crawl_delay=3600)
    assert not deferral_reason(bucket, POLICY, NOW, spends=True)
    assert "one page per run" in deferral_reason(
        bucket_after(bucket, POLICY, ExchangeOutcome(NOW, 0.1, 200)), POLICY, NOW, spends=True
    )
    assert not deferral_reason(replace(bucket, crawl_delay=30, pages=1), POLICY, NOW, spends=True)
