"""When a host may be asked again: pure decisions about cells, with the clock passed in.

A cell is what politeness counts as one server: a host, or all of a platform that serves many hosts
from one place.
Gaps follow Heritrix and Nutch (a multiple of the last response time, bounded); Crawl-delay is kept
to the bound Nutch uses, 30 s.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Self

from crawler.public_suffixes import icann_domain
from crawler.url_parser import host_of
from crawler.workspace import FetchSettings

MAX_GAP_SECONDS = 30.0
REFUSALS_BEFORE_PAUSE = 3
SILENCES_BEFORE_PAUSE = 3  # Nutch gives a host up after five exceptions
REFUSING_STATUSES = frozenset({429, 503})

# Registrable domains whose many hosts are one server: one request at a time for all of them.
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
    """The cell of a URL: its host in lower case without a final dot, or the platform that host
    belongs to; empty when it has no host we could ask.
    """
    host = host_of(url).strip("[]")
    if _is_address(host):
        return host
    domain = icann_domain(host)
    return domain if domain in SHARED_PLATFORMS else host


@dataclass(frozen=True, slots=True)
class PolitenessPolicy:
    """The operator's side: seconds between requests to one cell (0 switches all gaps off, for
    servers of one's own), and pages per cell and run.
    """

    delay_seconds: float = 3.0
    per_host: int = 50

    @classmethod
    def of(cls, settings: FetchSettings) -> Self:
        """What `[fetch]` says."""
        return cls(settings.delay_seconds, settings.per_host_nightly)


@dataclass(frozen=True, slots=True)
class HostBucket:
    """What we remember of one cell during a run.

    `closed` says in words why it is not asked again in this run; empty while it may be.
    """

    free_at: datetime | None = None
    pages: int = 0
    refusals: int = 0
    silences: int = 0
    crawl_delay: float = 0.0
    closed: str = ""
    retry_after: datetime | None = None


@dataclass(frozen=True, slots=True)
class ExchangeOutcome:
    """What one exchange with a cell told us: its end, the server's seconds, status and wish for the
    next attempt; whether it spends the budget.

    `silent`: there was no conversation at all (no name, connection, TLS or timely word).
    """

    at: datetime
    seconds: float
    status: int = 0
    retry_after: datetime | None = None
    spends: bool = True
    silent: bool = False


def wait_seconds(cell: HostBucket, now: datetime) -> float:
    """Seconds until this cell may be asked; never negative, and never over the longest gap,
    whatever the clock did since.
    """
    return (
        min(max((cell.free_at - now).total_seconds(), 0.0), MAX_GAP_SECONDS)
        if cell.free_at
        else 0.0
    )


def deferral_reason(
    cell: HostBucket, policy: PolitenessPolicy, now: datetime, *, spends: bool
) -> str:
    """Why this cell is not asked again in this run, in words; empty when it may be.

    Only what `spends` (pages) is held against the budget.
    """
    if cell.closed:
        return cell.closed
    if cell.retry_after and (cell.retry_after - now).total_seconds() > MAX_GAP_SECONDS:
        return "the host asked to be left alone until a later time"
    if spends and cell.pages and cell.crawl_delay > MAX_GAP_SECONDS:
        return f"its Crawl-delay of {cell.crawl_delay:g} s allows one page a night"
    return (
        f"the nightly budget of {policy.per_host} pages is used up"
        if spends and cell.pages >= policy.per_host
        else ""
    )


def bucket_after(cell: HostBucket, policy: PolitenessPolicy, answer: ExchangeOutcome) -> HostBucket:
    """The cell after an exchange: its next free moment, its budget, and whether it is to be left
    alone.
    """
    refusals = cell.refusals + (answer.status in REFUSING_STATUSES)
    silences = cell.silences + 1 if answer.silent else 0
    gap_ends = answer.at + timedelta(seconds=gap_seconds(cell, policy, answer.seconds))
    return replace(
        cell,
        free_at=max(gap_ends, answer.retry_after) if answer.retry_after else gap_ends,
        pages=cell.pages + answer.spends,
        refusals=refusals,
        silences=silences,
        closed=cell.closed or _why_closed(refusals, silences),
        retry_after=answer.retry_after or cell.retry_after,
    )


def _why_closed(refusals: int, silences: int) -> str:
    if refusals >= REFUSALS_BEFORE_PAUSE:
        return f"the host refused {refusals} requests"
    return (
        f"the host could not be reached {silences} times in a row"
        if silences >= SILENCES_BEFORE_PAUSE
        else ""
    )


def gap_seconds(cell: HostBucket, policy: PolitenessPolicy, seconds: float) -> float:
    """The gap after an exchange that took `seconds`: the operator's delay, the Crawl-delay or twice
    that time, whichever is longest, to 30 s.
    """
    if policy.delay_seconds <= 0:
        return 0.0
    return min(max(policy.delay_seconds, cell.crawl_delay, 2 * seconds), MAX_GAP_SECONDS)


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
