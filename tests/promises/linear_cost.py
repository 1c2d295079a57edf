"""Growth of CPU time when a hostile input doubles.

Run it with `python -m tests.promises.linear_cost [STAGE…]`; it prints a table of all families.
The size of an input is multiplied by four until a call takes long enough to measure. The time of a
size is the shortest of several repeats, because other processes only add time. The time of an empty
input is subtracted, so that the fixed cost of a call hides nothing. The growth of a family is the
square root of the ratio of the last two times: 2 is linear, 4 is quadratic. Linear work that leaves
the processor's cache costs up to 2.9 on a machine with a small cache.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

from crawler.dates.days_in_text import find_dates
from crawler.dates.parse_date import parse_time
from crawler.erasure.match_traces import Traces
from crawler.errors import HashtrailError
from crawler.extract.extract_page import PageInput, extract_page
from crawler.extract.pdf_text import join_pages
from crawler.fetch.robots_txt import RobotsTxt
from crawler.html_text_and_links import html_to_text, strip_tags
from crawler.importers.click_tracking import mail_link_target
from crawler.importers.opml import parse_subscriptions
from crawler.importers.parse_file import parse_file
from crawler.importers.record_types import ImportOptions
from crawler.knowledge.entities import find_mentions
from crawler.knowledge.excerpts import make_excerpt
from crawler.links.article_key import normalize_url
from crawler.models.http_exchange import Response
from crawler.models.posts import Link, Post
from crawler.models.topics import Item
from crawler.paused_collector import paused_collector
from crawler.redirect_pages import page_redirect_target
from crawler.sources.formats.parse_feed import parse_feed
from crawler.sources.linked_feeds import linked_feeds
from crawler.store.tombstones import Tombstones, digest
from crawler.text_cleaning import clean, clean_block, clean_line, count_words, person_name
from crawler.topics.tagger import Tagger
from crawler.url_secrets import text_without_secrets
from crawler.urls_and_hashtags import blank_urls_and_hashtags, find_hashtags, find_urls
from crawler.workspace import bundled_path
from tests.promises.hostile_families import FAMILIES, Family, Input

PAGE = "https://h.example/a"
HOSTS = ("example.org", "github.com", "web.archive.org", "www.google.com")
NOW = datetime(2026, 11, 22, tzinfo=UTC)
MOST_GROWTH = 3.0
_Cached = type(cache(len))
SIZES = tuple(1_000 * 4**step for step in range(6))


@dataclass(frozen=True, slots=True)
class Growth:
    """The CPU seconds of one family at the first of `SIZES`, and the growth per doubling.

    `seconds` are those above the time of an empty input. The growth is 0 if they are too short to
    measure at every size: a limit bounds the cost.
    """

    family: Family
    seconds: tuple[float, ...]
    is_bounded: bool = False

    @property
    def per_doubling(self) -> float:
        small, large = self.seconds[-2:]
        return 0.0 if self.is_bounded else float((large / max(small, 1e-6)) ** 0.5)


def measure(family: Family, least_seconds: float, repeats: int) -> Growth:
    """Measure one family, up to the size that takes `least_seconds` more than an empty input."""
    stage = STAGES[family.stage]
    stage(family.make(SIZES[0]))  # tables and modules are loaded once
    cached = _cached_functions()
    fixed = _seconds(stage, family.make(0), repeats, cached)
    seconds: list[float] = []
    for size in filter(lambda size: size >= family.least, SIZES):
        seconds.append(_seconds(stage, family.make(size), repeats, cached) - fixed)
        if len(seconds) > 1 and seconds[-1] >= least_seconds:
            return Growth(family, tuple(seconds))
    return Growth(family, tuple(seconds), is_bounded=True)


def _seconds(stage: Callable[[Any], object], data: Input, repeats: int, cached: set[Any]) -> float:
    """The shortest CPU time of a call for which no result is cached."""
    shortest = float("inf")
    for _ in range(repeats):
        for function in cached:
            function.cache_clear()
        with paused_collector():
            started = time.process_time()
            stage(data)
            shortest = min(shortest, time.process_time() - started)
    return shortest


def _cached_functions() -> set[Any]:
    """The loaded functions that remember their results; a cache of few results holds tables."""
    modules = [module for name, module in sys.modules.items() if name.startswith("crawler.")]
    values = (value for module in modules for value in vars(module).values())
    cached = {value for value in values if isinstance(value, _Cached)}
    return {function for function in cached if (function.cache_parameters()["maxsize"] or 0) > 16}


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


def _robots(data: bytes) -> object:
    return RobotsTxt.parse(data).decide("bot", "https://h.example/" + "ab" * 1_000)


def _urls_of_hosts(path: str) -> object:
    starts = (f"https://{host}{start}" for host in HOSTS for start in ("/", "/x?q="))
    return [normalize_url(start + path) for start in starts]


def _each(*functions: Callable[[str], object]) -> Callable[[str], object]:
    return lambda text: [function(text) for function in functions]


def _erased(text: str) -> object:
    """Search `text` for an erased author and an erased page, on import and in an erasure."""
    words = ("x:ada", "mastodon:ada@h.example", "bluesky:did:plc:ada", PAGE)
    tombstones = Tombstones(frozenset(map(digest, words)), normalize_url)
    traces = Traces(frozenset(words), tombstones.digests, ("bluesky", "mastodon", "x"))
    post = Post("mastodon", "x:1", text, links=(Link(text[:100_000]),))
    return tombstones.cleared(post), traces.redacted(text), traces.in_text(text)


STAGES: dict[str, Callable[[Any], object]] = {
    "bookmarks": _import("b.html"),
    "clean": _each(clean, clean_block, clean_line, count_words),
    "dates": _each(lambda text: parse_time(text, NOW), lambda text: list(find_dates(text, NOW))),
    "entities": find_mentions,
    "erased": _erased,
    "erased posts": lambda data: Traces(frozenset(data.decode().split())).redacted(data.decode()),
    "excerpt": lambda text: make_excerpt("", "", text),
    "extract": lambda data: extract_page(PageInput(PAGE, data, fetched_at=NOW)),
    "feed": _feed,
    "html": _each(strip_tags, lambda text: html_to_text(text, "https://h.example/")),
    "jsonl": _import("a.jsonl"),
    "linked feeds": lambda text: linked_feeds(text, PAGE),
    "linkedin": _import("Shares.csv"),
    "mail link": mail_link_target,
    "mbox": _import("a.eml"),
    "names": person_name,
    "normalize": normalize_url,
    "normalize after a host": _urls_of_hosts,
    "opml": _subscriptions,
    "paste": _import("a.txt"),
    "pdf": lambda text: join_pages(text.split("\f")),
    "redirect page": lambda data: [
        page_redirect_target(data, url) for url in (PAGE, "https://lnkd.in/dAbC12")
    ],
    "robots": _robots,
    "secrets": text_without_secrets,
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
        seconds = "  ".join(f"{each:8.4f}" for each in grown.seconds[-3:])
        mark = "  TOO FAST" if grown.per_doubling > MOST_GROWTH else ""
        name = f"{family.stage:22} {family.name:36} n={SIZES[len(grown.seconds) - 1]:<8}"
        print(f"{name} {seconds}  {grown.per_doubling:.2f}{mark}", flush=True)
        yield grown


if __name__ == "__main__":
    main(sys.argv[1:])
