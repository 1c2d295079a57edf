"""Rate limits per host: pure decisions, with the time as a parameter.

A host bucket is the unit of a rate limit: one host, or all hosts of a shared platform.
Pauses follow Heritrix and Nutch (a multiple of the last response time, bounded). Crawl-delay is
obeyed up to 30 s, the bound of Nutch.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Self

from crawler.public_suffixes import icann_domain, site_of
from crawler.settings.fetch import FetchSettings
from crawler.url_parser import host_of

MAX_GAP_SECONDS = 30.0
REFUSALS_BEFORE_PAUSE = 3
UNREACHABLE_BEFORE_PAUSE = 3  # Nutch gives a host up after five exceptions
REFUSING_STATUSES = frozenset({429, 503})

# Registrable domains whose hosts share one server: one request at a time for all of them.
# Sorted; add a line.
SHARED_PLATFORMS = frozenset(
    {
        "bearblog.dev",
        "beehiiv.com",
        "blogspot.com",
        "dreamwidth.org",
        "firebaseapp.com",
        "gitbook.io",
        "github.io",
        "gitlab.io",
        "hashnode.dev",
        "hatenablog.com",
        "herokuapp.com",
        "livejournal.com",
        "medium.com",
        "micro.blog",
        "mirror.xyz",
        "netlify.app",
        "notion.site",
        "pages.dev",
        "readthedocs.io",
        "substack.com",
        "tumblr.com",
        "typepad.com",
        "vercel.app",
        "web.app",
        "webflow.io",
        "wordpress.com",
        "write.as",
    }
)


@lru_cache(maxsize=4096)
def bucket_name(url: str) -> str:
    """Return the name of the bucket of a URL; empty for a URL without a host.

    It is the host in lower case without a final dot, or the domain of its shared platform.
    """
    host = host_of(url).strip("[]")
    if _is_ip_address(host):
        return host
    domain = icann_domain(host)
    return domain if domain in SHARED_PLATFORMS else host


@lru_cache(maxsize=4096)
def bucket_domain(bucket: str) -> str:
    """Return the registrable domain of a bucket; most redirects of a site stay within it."""
    return site_of(bucket)


@dataclass(frozen=True, slots=True)
class PolitenessPolicy:
    """The limits of the operator.

    `delay_seconds` is the time between requests to a bucket; 0 disables all pauses, for own
    servers. `per_host` is the number of pages per bucket and run.
    """

    delay_seconds: float = 3.0
    per_host: int = 50

    @classmethod
    def of(cls, settings: FetchSettings) -> Self:
        """Return the policy of the `[fetch]` settings."""
        return cls(settings.delay_seconds, settings.per_host_nightly)


@dataclass(frozen=True, slots=True)
class HostBucket:
    """The state of a bucket during a run.

    `closed` is the reason why this run makes no more requests to it; empty while it is open.
    `unreachable` counts consecutive exchanges without a response.
    """

    free_at: datetime | None = None
    pages: int = 0
    refusals: int = 0
    unreachable: int = 0
    crawl_delay: float = 0.0
    closed: str = ""
    retry_after: datetime | None = None


@dataclass(frozen=True, slots=True)
class ExchangeOutcome:
    """The result of one exchange: its end, its duration in seconds, and the HTTP status.

    `spends` is whether it counts against the page budget. `is_unreachable` is whether no HTTP
    response arrived: the lookup, the connection or TLS failed, or the server timed out. `is_unsent`
    is whether no packet reached the host, so that no pause is needed.
    """

    at: datetime
    seconds: float
    status: int = 0
    retry_after: datetime | None = None
    spends: bool = True
    is_unreachable: bool = False
    is_unsent: bool = False


def wait_seconds(bucket: HostBucket, now: datetime) -> float:
    """Return the seconds until the next request to a bucket, from 0 to the longest gap.

    The bounds also hold when the clock was changed.
    """
    if bucket.free_at is None:
        return 0.0
    seconds = (bucket.free_at - now).total_seconds()
    return min(max(seconds, 0.0), MAX_GAP_SECONDS)


def deferral_reason(
    bucket: HostBucket, policy: PolitenessPolicy, now: datetime, *, spends: bool
) -> str:
    """Return why requests to a bucket are deferred to another run; empty when they are not.

    The budget of the `policy` limits only requests that spend it (pages, not robots.txt).
    """
    if bucket.closed:
        return bucket.closed
    if bucket.retry_after and (bucket.retry_after - now).total_seconds() > MAX_GAP_SECONDS:
        return "the host requested a later retry (Retry-After)"
    if not spends:
        return ""
    if bucket.pages and bucket.crawl_delay > MAX_GAP_SECONDS:
        return f"its Crawl-delay of {bucket.crawl_delay:g} s allows one page per run"
    if bucket.pages >= policy.per_host:
        return f"the budget of {policy.per_host} pages per run is used up"
    return ""


def bucket_after(
    bucket: HostBucket, policy: PolitenessPolicy, exchange: ExchangeOutcome
) -> HostBucket:
    """Return the state of a bucket after an exchange under a policy."""
    refusals = bucket.refusals + (exchange.status in REFUSING_STATUSES)
    unreachable = bucket.unreachable + 1 if exchange.is_unreachable else 0
    gap = timedelta(seconds=gap_seconds(bucket, policy, exchange.seconds))
    free_at = bucket.free_at if exchange.is_unsent else exchange.at + gap
    if exchange.retry_after:
        free_at = max(free_at or exchange.retry_after, exchange.retry_after)
    return replace(
        bucket,
        free_at=free_at,
        pages=bucket.pages + exchange.spends,
        refusals=refusals,
        unreachable=unreachable,
        closed=bucket.closed or _closing_reason(refusals, unreachable),
        retry_after=exchange.retry_after or bucket.retry_after,
    )


def _closing_reason(refusals: int, unreachable: int) -> str:
    if refusals >= REFUSALS_BEFORE_PAUSE:
        return f"the host refused {refusals} requests"
    if unreachable >= UNREACHABLE_BEFORE_PAUSE:
        return f"the host could not be reached {unreachable} times in a row"
    return ""


def gap_seconds(bucket: HostBucket, policy: PolitenessPolicy, seconds: float) -> float:
    """Return the pause in seconds after an exchange that took `seconds`.

    It is the longest of the delay of the `policy`, the Crawl-delay of the bucket and twice the
    duration, at most 30 s. A delay of 0 disables all pauses.
    """
    if policy.delay_seconds <= 0:
        return 0.0
    return min(max(policy.delay_seconds, bucket.crawl_delay, 2 * seconds), MAX_GAP_SECONDS)


def _is_ip_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
