"""Parse feeds, next to other parsers, by CPU time of one process.

The feeds are the collection of real ones next to the checkout, or generated ones without it.
"""

from __future__ import annotations

import gzip
import random
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import feedparser

from bench.claims import Side, versions_of
from bench.measuring import cpu_seconds
from bench.results import OURS
from crawler.models.http_exchange import Response
from crawler.models.outcomes import Failure
from crawler.sources.formats.parse_feed import parse_feed
from devtools.peers import has_package

FEEDS = Path(__file__).resolve().parents[2] / "shared/corpora/feeds/real"
URL = "https://h.example/feed.xml"
MEGABYTE = 1_000_000
_ENTRIES = 15


@contextmanager
def sides(size: int, folder: Path) -> Iterator[list[Side]]:
    """Yield Hashtrail, feedparser and fastfeedparser for `size` feeds."""
    bodies = _documents(size)
    yield [
        Side(OURS, lambda: _rate(_hashtrail, bodies), versions_of("lxml")),
        Side("feedparser", lambda: _rate(_feedparser, bodies), versions_of("feedparser")),
        _fastfeedparser(bodies),
    ]


def _documents(size: int) -> list[bytes]:
    """Return feeds in XML, evenly chosen from the collection."""
    if not FEEDS.is_dir():
        dice = random.Random(1)
        return [_generated(dice, number) for number in range(size)]
    bodies = [path.read_bytes() for path in sorted(FEEDS.iterdir()) if path.is_file()]
    plain = [gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body for body in bodies]
    feeds = [body for body in plain if not body.lstrip(b"\xef\xbb\xbf \r\n").startswith(b"{")]
    return feeds[:: max(len(feeds) // size, 1)][:size]


def _generated(dice: random.Random, number: int) -> bytes:
    """Return an RSS feed with marked-up descriptions."""
    words = [f"word{index}" for index in range(500)]
    items = "".join(
        f"<item><title>{' '.join(dice.choices(words, k=8))}</title>"
        f"<link>/posts/{number}-{entry}</link><guid>{number}-{entry}</guid>"
        f"<pubDate>Mon, {1 + entry:02} Jun 2026 08:00:00 +0200</pubDate><description>"
        f"&lt;p&gt;{' '.join(dice.choices(words, k=120))}&lt;/p&gt;</description></item>"
        for entry in range(_ENTRIES)
    )
    return (
        f'<rss version="2.0"><channel><title>Feed {number}</title><link>{URL}</link>'
        f"<description>Generated</description>{items}</channel></rss>"
    ).encode()


def _hashtrail(body: bytes) -> int:
    feed = parse_feed(Response(URL, URL, 200, (), body, datetime.now(UTC)))
    return 0 if isinstance(feed, Failure) else len(feed.entries)


def _feedparser(body: bytes) -> int:
    return len(feedparser.parse(body).entries)


def _fastfeedparser(bodies: list[bytes]) -> Side:
    if not has_package("fastfeedparser"):
        return Side("fastfeedparser", None, {})
    import fastfeedparser

    def read(body: bytes) -> int:
        try:
            return len(fastfeedparser.parse(body).entries)
        except ValueError:  # not recognized as a feed
            return 0

    return Side("fastfeedparser", lambda: _rate(read, bodies), versions_of("fastfeedparser"))


def _rate(parse: Callable[[bytes], int], bodies: list[bytes]) -> Mapping[str, float]:
    counts: list[int] = []
    seconds = cpu_seconds(lambda: counts.extend(map(parse, bodies)))
    return {"feeds": sum(map(len, bodies)) / MEGABYTE / seconds, "entries read": sum(counts)}
