"""256 real feeds, compared with the result of a plain XML or JSON parser."""

from __future__ import annotations

import gzip
import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from crawler.dates.parse_date import parse_time
from crawler.html_text_and_links import absolute_web_url
from crawler.models.http_exchange import Response
from crawler.sources.formats.feed_model import MAX_ENTRIES, Entry, Feed
from crawler.sources.formats.feedparser_feed import read_with_feedparser
from crawler.sources.formats.parse_feed import parse_feed
from crawler.sources.formats.tree_feed import read_tree
from crawler.sources.formats.xml_feed import clean_feed
from crawler.sources.formats.xml_repair import decode_xml

FEEDS = Path(__file__).parents[2] / "../shared/corpora/feeds"
FORMATS = ("atom", "json_feed", "rss", "rss1")


NOW = datetime(2026, 11, 22, tzinfo=UTC)
URL = "https://h.example/feed.xml"
FIELDS = ("url", "title", "published", "authors", "summary", "tags", "discussion", "copied_from")
MARKUP = re.compile(r"<[^>]*>")
PROXY = "http://feedproxy.google.com/"  # feeds state the original link besides


@cache
def _rows() -> list[dict[str, Any]]:
    if not (FEEDS / "index.jsonl").exists():
        pytest.skip("The collection of real feeds is not beside this checkout.")
    lines = (FEEDS / "index.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    return [row for row in rows if row["kind"] == "real" and row["oracle"].get("format") in FORMATS]


@cache
def _agreement() -> Counter[str]:
    counted: Counter[str] = Counter()
    for row in _rows():
        counted += _compared(_feed(FEEDS / row["file"]), row["oracle"])
    return counted


def _feed(path: Path) -> Feed | None:
    feed = parse_feed(Response("", "", 200, (), gzip.decompress(path.read_bytes()), NOW))
    return feed if isinstance(feed, Feed) else None


def _compared(feed: Feed | None, oracle: dict[str, Any]) -> Counter[str]:
    counted = Counter(feeds=1)
    if feed is None:
        return counted
    counted["formats"] += feed.format == oracle["format"]
    counted["counts"] += len(feed.entries) == min(oracle["entries"], MAX_ENTRIES)
    if oracle["entries"] > MAX_ENTRIES:
        counted["long feeds"] += 1
        return counted  # the newest are kept, the oracle lists the first
    differences = 0
    for entry, title, link, date in _listed(feed, oracle):
        differences += not _is_same_entry(entry, title, link, date)
    counted["feeds alike"] += not differences
    for entry, title, link in zip(feed.entries, oracle["titles"], oracle["links"], strict=False):
        counted["titles"] += 1
        counted["titles alike"] += entry.title == " ".join(unescape(title or "").split())
        if (link or "").startswith("http"):
            counted["links"] += 1
            counted["links alike"] += entry.url == link.strip()
    return counted


def test_every_feed_is_parsed_in_its_format_with_all_entries() -> None:
    counted = _agreement()
    assert counted["formats"] == counted["counts"] == counted["feeds"] > 200


def test_titles_and_links_equal_those_in_the_feed() -> None:
    counted = _agreement()
    assert counted["titles alike"] >= 0.98 * counted["titles"]
    assert counted["links alike"] >= 0.98 * counted["links"]


def _listed(feed: Feed, oracle: dict[str, Any]) -> Iterator[tuple[Entry, str, str, str]]:
    columns = (oracle["titles"], oracle["links"], oracle["dates"])
    for entry, title, link, date in zip(feed.entries, *columns, strict=False):
        yield entry, title or "", (link or "").strip(), date or ""


def _is_same_entry(entry: Entry, title: str, link: str, date: str) -> bool:
    is_same_link = entry.url == absolute_web_url(link) or link.startswith(PROXY)
    is_same_date = parse_time(date, NOW) in (entry.published, entry.updated)
    return (
        _words(entry.title) == _words(title)
        and (is_same_link or not link.startswith("http"))
        and (not date or (entry.published is not None and is_same_date))
    )


def _words(title: str) -> str:
    """The first words of a title without markup, which both readings show alike."""
    return " ".join(MARKUP.sub("", unescape(unescape(title))).split())[:250]


def test_99_percent_of_the_feeds_agree_in_every_listed_entry() -> None:
    counted = _agreement()
    assert counted["feeds alike"] + counted["long feeds"] >= 0.99 * counted["feeds"]


def test_fast_reader_and_feedparser_agree_in_every_field() -> None:
    equal: Counter[str] = Counter()
    for row in _rows():
        document = decode_xml(gzip.decompress((FEEDS / row["file"]).read_bytes())).encode()
        written = read_tree(document, URL)
        if written is None:
            equal["other feeds"] += 1
            continue
        fast = clean_feed(written, URL, NOW).entries
        slow = clean_feed(read_with_feedparser(document), URL, NOW).entries
        assert len(fast) == len(slow)
        equal["entries"] += len(fast)
        for ours, theirs in zip(fast, slow, strict=True):
            equal.update(name for name in FIELDS if getattr(ours, name) == getattr(theirs, name))
    assert equal["other feeds"] <= 20  # JSON Feed, Atom 0.3, feeds without entries
    for name in FIELDS:
        assert equal[name] >= 0.99 * equal["entries"], name
