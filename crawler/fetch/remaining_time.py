"""Estimate how long the remaining requests take. Pure functions.

Every host receives one request at a time, with pauses. The host with the longest queue therefore
determines the end, and not the average rate so far. Many hosts together are limited by the machine.
"""

from __future__ import annotations

from collections.abc import Mapping

from crawler.fetch.politeness import HostBucket, PolitenessPolicy, gap_seconds


def seconds_of_bucket(
    pages: int, bucket: HostBucket, policy: PolitenessPolicy, exchange_seconds: float
) -> float:
    """Return the seconds that `pages` more pages of one `bucket` take.

    `exchange_seconds` is the usual duration of a request. The first page of a bucket needs its
    robots.txt too. Pages beyond the limit of the `policy` are not requested in this run.
    """
    if bucket.closed:
        return 0.0
    allowed = min(pages, max(policy.per_host - bucket.pages, 0))
    if not allowed:
        return 0.0
    requests = allowed + (not bucket.pages)
    gap = gap_seconds(bucket, policy, exchange_seconds)
    return requests * exchange_seconds + max(requests - 1, 0) * gap


def remaining_seconds(
    waiting: Mapping[str, int],
    buckets: Mapping[str, HostBucket],
    policy: PolitenessPolicy,
    exchange_seconds: float,
    pages_per_second: float,
) -> float:
    """Return the seconds until the last of the `waiting` pages, which are counted by bucket.

    `buckets` are the rate limits so far under `policy`, and `exchange_seconds` is the usual
    duration of a request. `pages_per_second` is the highest rate of this machine so far; 0 if
    unknown.
    """
    slowest = max(
        (
            seconds_of_bucket(pages, buckets.get(name, HostBucket()), policy, exchange_seconds)
            for name, pages in waiting.items()
        ),
        default=0.0,
    )
    by_machine = sum(waiting.values()) / pages_per_second if pages_per_second else 0.0
    return max(slowest, by_machine)
