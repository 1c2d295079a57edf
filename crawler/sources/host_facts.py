"""Facts about hosts of feeds that their feeds do not state: intervals, fallbacks, versions. No I/O.

Each row has a reason. Add a row.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import timedelta

from crawler.sources.protocol import PollingHints
from crawler.url_parser import host_of

_DAILY = timedelta(hours=22)  # less than a day, because a run may start a little earlier


@dataclass(frozen=True, slots=True)
class _Interval:
    """The shortest time between two polls of a host and of the hosts below it."""

    host: str
    shortest: timedelta
    reason: str


@dataclass(frozen=True, slots=True)
class _Fallback:
    """The URL of a feed, without scheme, and another URL of the same entries."""

    place: str
    url: str
    reason: str


@dataclass(frozen=True, slots=True)
class _SameEntry:
    """A pattern of entry URLs that name one entry, and their common form."""

    pattern: re.Pattern[str]
    common: str
    reason: str


# Sorted by host.
_INTERVALS = (
    _Interval("arxiv.org", _DAILY, "papers are announced once a day"),
    _Interval("lobste.rs", timedelta(hours=2), "the ttl of its feeds, and its wish to readers"),
    _Interval("reddit.com", timedelta(hours=12), "readers that poll often get 429"),
    _Interval("stackexchange.com", timedelta(hours=12), "300 requests a day for each IP address"),
    _Interval("stackoverflow.com", timedelta(hours=12), "300 requests a day for each IP address"),
)

# Sorted by place.
_FALLBACKS = (
    _Fallback(
        "corner.squareup.com/blog/rss.xml",
        "https://developer.squareup.com/blog/rss.xml",
        "the blog moved, and the old URL answers with a page",
    ),
    _Fallback(
        "engineering.zalando.com/feed.xml",
        "https://engineering.zalando.com/atom.xml",
        "the URL answers with a page",
    ),
    _Fallback(
        "jepsen.io/analyses.atom", "https://jepsen.io/blog.atom", "the feed of analyses was removed"
    ),
    _Fallback(
        "martin.kleppmann.com/feed.xml",
        "https://martin.kleppmann.com/feed.rss",
        "the URL answers with 404 since July 2026",
    ),
    _Fallback(
        "medium.com/feed/airbnb-engineering",
        "https://airbnb.tech/feed/",
        "Medium often closes connections from shared IP addresses",
    ),
    _Fallback(
        "netflixtechblog.com/feed",
        "https://medium.com/feed/netflix-techblog",
        "the host often answers data centres with 429",
    ),
    _Fallback(
        "planetscale.com/blog/rss.xml",
        "https://planetscale.com/blog/feed.atom",
        "the blog moved its feed",
    ),
)

_SAME_ENTRIES = (
    _SameEntry(
        re.compile(r"(arxiv\.org/abs/(?:[a-z-]+(?:\.[A-Z]{2})?/)?[\d.]{7,10})v\d{1,3}"),
        r"\1",
        "a new version of a paper is the same paper",
    ),
    _SameEntry(
        re.compile(r"(oai:arXiv\.org:[\w./-]{7,24})v\d{1,3}"),
        r"\1",
        "the id of a paper in the feeds of arXiv contains its version",
    ),
    _SameEntry(
        re.compile(r"((?:www\.)?youtube\.com)/shorts/([\w-]{11})"),
        r"\1/watch?v=\2",
        "a short video has two pages",
    ),
)


def with_host_interval(hints: PollingHints, url: str) -> PollingHints:
    """Return the `hints` of a feed with at least the shortest interval of the host of `url`."""
    host = f".{host_of(url)}"
    intervals = [fact.shortest for fact in _INTERVALS if host.endswith(f".{fact.host}")]
    if hints.min_interval:
        intervals.append(hints.min_interval)
    return replace(hints, min_interval=max(intervals)) if intervals else hints


def known_fallback(url: str) -> str:
    """Return another URL with the entries of the feed at `url`, or an empty string."""
    place = url.partition("://")[2].removeprefix("www.").rstrip("/")
    return next((fact.url for fact in _FALLBACKS if fact.place == place), "")


def common_entry_url(url: str) -> str:
    """Return the form of `url`, without scheme, that all URLs of one entry have."""
    for fact in _SAME_ENTRIES:
        if fact.pattern.fullmatch(url):
            return fact.pattern.sub(fact.common, url)
    return url
