"""Growth of CPU time when a hostile input doubles.

Run it with `python -m tests.promises.linear_cost [STAGE…]`; it prints a table of all families.
Each family is measured at sizes n, 2n and 4n. n grows until one call takes long enough to measure.
The time of a size is the shortest of several repeats, because other processes only add time. The
growth of a family is the square root of time(4n) / time(n): 2 is linear, 4 is quadratic.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

from crawler.errors import HashtrailError
from crawler.extract.extract_page import PageInput, extract_page
from crawler.html_text_and_links import html_to_text, strip_tags
from crawler.importers.click_tracking import mail_link_target
from crawler.importers.opml import parse_subscriptions
from crawler.importers.parse_file import parse_file
from crawler.importers.record_types import ImportOptions
from crawler.knowledge.entities import find_mentions
from crawler.knowledge.excerpts import make_excerpt
from crawler.links.article_key import normalize_url
from crawler.models.http_exchange import Response
from crawler.models.topics import Item
from crawler.sources.formats.parse_feed import parse_feed
from crawler.text_cleaning import clean, clean_block, clean_line, count_words, person_name
from crawler.topics.tagger import Tagger
from crawler.urls_and_hashtags import blank_urls_and_hashtags, find_hashtags, find_urls
from crawler.workspace import bundled_path
from tests.promises.hostile_families import FAMILIES, Family, Input

NOW = datetime(2026, 11, 22, tzinfo=UTC)
MOST_GROWTH = 2.5
LEAST_SECONDS = 0.002  # a call that takes less at size 4n is bounded by a limit
FIRST_SIZE = 1_000
LARGEST_SIZE = 1_000_000  # stages refuse more than 5 MB


@dataclass(frozen=True, slots=True)
class Growth:
    """The CPU seconds of one family at sizes n, 2n and 4n, and the growth per doubling."""

    family: Family
    size: int
    seconds: tuple[float, float, float]

    @property
    def per_doubling(self) -> float:
        if self.seconds[2] < LEAST_SECONDS:
            return 0.0
        return float((self.seconds[2] / self.seconds[0]) ** 0.5)


def measure(family: Family, least_seconds: float, repeats: int) -> Growth:
    """Measure one family, from the size at which one call takes `least_seconds` of CPU."""
    stage = STAGES[family.stage]
    size = FIRST_SIZE
    stage(family.make(size))  # tables and modules are loaded once
    while size < LARGEST_SIZE and _seconds(stage, family.make(size), 1) < least_seconds:
        size *= 2
    times = [_seconds(stage, family.make(size * factor), repeats) for factor in (1, 2, 4)]
    return Growth(family, size, (times[0], times[1], times[2]))


def _seconds(stage: Callable[[Any], object], data: Input, repeats: int) -> float:
    """The shortest CPU time of a call."""
    shortest = float("inf")
    for _ in range(repeats):
        started = time.process_time()
        stage(data)
        shortest = min(shortest, time.process_time() - started)
    return max(shortest, 1e-6)


def _import(name: str) -> Callable[[bytes], object]:
    format = {"txt": "paste", "jsonl": "jsonl", "js": "xarchive", "csv": "linkedin"}
    format |= {"html": "bookmarks", "eml": "mbox"}
    suffix = name.rpartition(".")[2]

    def read(data: bytes) -> object:
        try:
            return parse_file(name, data, format[suffix], ImportOptions(NOW))
        except HashtrailError as error:
            return error

    return read


def _subscriptions(data: bytes) -> object:
    try:
        return parse_subscriptions("list.opml", data)
    except HashtrailError as error:
        return error


def _feed(data: bytes) -> object:
    url = "https://h.example/feed"
    return parse_feed(Response(url, url, 200, (), data, NOW))


@cache
def _tagger() -> Tagger:
    return Tagger.load(bundled_path("data", "topics"))


def _each(*functions: Callable[[str], object]) -> Callable[[str], object]:
    return lambda text: [function(text) for function in functions]


STAGES: dict[str, Callable[[Any], object]] = {
    "bookmarks": _import("b.html"),
    "clean": _each(clean, clean_block, clean_line, count_words),
    "entities": find_mentions,
    "excerpt": lambda text: make_excerpt("", "", text),
    "extract": lambda data: extract_page(PageInput("https://h.example/a", data)),
    "feed": _feed,
    "html": _each(strip_tags, lambda text: html_to_text(text, "https://h.example/")),
    "jsonl": _import("a.jsonl"),
    "linkedin": _import("Shares.csv"),
    "mail link": mail_link_target,
    "mbox": _import("a.eml"),
    "names": person_name,
    "normalize": normalize_url,
    "opml": _subscriptions,
    "paste": _import("a.txt"),
    "tag": lambda text: _tagger().tag(Item(title="", text=text, hashtags=find_hashtags(text))),
    "urls": _each(find_urls, find_hashtags, blank_urls_and_hashtags),
    "xarchive": _import("tweets.js"),
}


def main(stages: list[str]) -> None:
    """Print the growth of every family, and of the stages named on the command line only."""
    grown = sorted(_measured(stages), key=lambda each: each.per_doubling)
    print(f"{len(grown)} families, worst growth {grown[-1].per_doubling:.2f} per doubling")


def _measured(stages: list[str]) -> Iterator[Growth]:
    for family in FAMILIES:
        if stages and family.stage not in stages:
            continue
        grown = measure(family, 0.02, 2)
        seconds = "  ".join(f"{each:8.4f}" for each in grown.seconds)
        mark = "  TOO FAST" if grown.per_doubling > MOST_GROWTH else ""
        name = f"{family.stage:10} {family.name:32} n={grown.size:<8}"
        print(f"{name} {seconds}  {grown.per_doubling:.2f}{mark}", flush=True)
        yield grown


if __name__ == "__main__":
    main(sys.argv[1:])
