"""256 real feeds, compared with the result of a plain XML or JSON parser."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from datetime import UTC, datetime
from functools import cache
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from crawler.models.http_exchange import Response
from crawler.sources.formats.feed_model import MAX_ENTRIES, Feed
from crawler.sources.formats.parse_feed import parse_feed

FEEDS = Path(__file__).parents[2] / "../shared/corpora/feeds"
FORMATS = ("atom", "json_feed", "rss", "rss1")


@cache
def _agreement() -> Counter[str]:
    if not (FEEDS / "index.jsonl").exists():
        pytest.skip("The collection of real feeds is not beside this checkout.")
    rows = [
        json.loads(line)
        for line in (FEEDS / "index.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    counted: Counter[str] = Counter()
    for row in rows:
        if row["kind"] == "real" and row["oracle"].get("format") in FORMATS:
            counted += _compared(_feed(FEEDS / row["file"]), row["oracle"])
    return counted


def _feed(path: Path) -> Feed | None:
    found = parse_feed(
        Response(
            "", "", 200, (), gzip.decompress(path.read_bytes()), datetime(2026, 11, 22, tzinfo=UTC)
        )
    )
    return found if isinstance(found, Feed) else None


def _compared(feed: Feed | None, oracle: dict[str, Any]) -> Counter[str]:
    counted = Counter(feeds=1)
    if feed is None:
        return counted
    counted["formats"] += feed.format == oracle["format"]
    counted["counts"] += len(feed.entries) == min(oracle["entries"], MAX_ENTRIES)
    if oracle["entries"] > MAX_ENTRIES:
        return counted  # the newest are kept, the oracle lists the first
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
