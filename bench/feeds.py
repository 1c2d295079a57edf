"""Measure how fast feeds are parsed on one core, by CPU time, next to feedparser.

    python -m bench.feeds [FOLDER]

FOLDER has feeds, also with gzip. The default is the collection of real feeds next to the checkout.
Hashtrail's result is complete: cleaned titles, resolved links, dates in UTC, summaries as text.
feedparser runs with its defaults. The pass over lxml trees alone gives the upper bound.
"""

from __future__ import annotations

import gzip
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import feedparser
from lxml import etree

from crawler.models.http_exchange import Response
from crawler.models.outcomes import Failure
from crawler.sources.formats.parse_feed import parse_feed

FEEDS = Path(__file__).resolve().parents[2] / "shared/corpora/feeds/real"
URL = "https://h.example/feed.xml"
PASSES = 3
MEGABYTE = 1_000_000


def documents(folder: Path) -> list[bytes]:
    """Return the feeds in XML of a `folder`."""
    bodies = [path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file()]
    plain = [gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body for body in bodies]
    return [body for body in plain if not body.lstrip(b"\xef\xbb\xbf \r\n").startswith(b"{")]


def entries_by_hashtrail(body: bytes) -> int:
    """Return the number of entries that `parse_feed` reads in `body`."""
    feed = parse_feed(Response(URL, URL, 200, (), body, datetime.now(UTC)))
    return 0 if isinstance(feed, Failure) else len(feed.entries)


def entries_by_feedparser(body: bytes) -> int:
    """Return the number of entries that feedparser reads in `body`."""
    return len(feedparser.parse(body).entries)


def rate(work: Callable[[bytes], object], bodies: Sequence[bytes]) -> float:
    """Megabytes per second of CPU time, the best of three passes."""
    return max(sum(map(len, bodies)) / MEGABYTE / _seconds(work, bodies) for _ in range(PASSES))


def _seconds(work: Callable[[bytes], object], bodies: Sequence[bytes]) -> float:
    start = time.process_time()
    for body in bodies:
        work(body)
    return time.process_time() - start


def is_well_formed(body: bytes) -> bool:
    """Return whether `body` is XML."""
    try:
        etree.fromstring(body)
    except (etree.XMLSyntaxError, ValueError):
        return False
    return True


def compare(name: str, bodies: Sequence[bytes]) -> None:
    """Print the rates of both parsers for the feeds `bodies` and their ratio; `name` is the row."""
    size = sum(map(len, bodies)) / MEGABYTE
    ours, theirs = rate(entries_by_hashtrail, bodies), rate(entries_by_feedparser, bodies)
    print(
        f"{name:<12} {len(bodies):>4} feeds {size:6.1f} MB   hashtrail {ours:6.1f} MB/s   "
        f"feedparser {theirs:5.1f} MB/s   ratio {ours / theirs:.1f}"
    )


def main() -> None:
    """Print the rates for well-formed and malformed feeds, and the feeds that differ."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FEEDS
    if not folder.is_dir():
        print(f"There is no folder {folder} with feeds: nothing is measured.")
        return
    bodies = documents(folder)
    well_formed = [body for body in bodies if is_well_formed(body)]
    compare("well-formed", well_formed)
    compare("malformed", [body for body in bodies if not is_well_formed(body)])
    print(f"lxml alone   {rate(etree.fromstring, well_formed):6.1f} MB/s")
    counts = [(entries_by_hashtrail(body), entries_by_feedparser(body)) for body in well_formed]
    same = sum(ours == min(theirs, 500) for ours, theirs in counts)
    print(f"same number of entries in {same} of {len(counts)} well-formed feeds")


if __name__ == "__main__":
    main()
