"""OPML and other subscription lists: they hold addresses of feeds, not posts.

Read by listparser, which is given bytes.
"""

from __future__ import annotations

from collections.abc import Iterator

import listparser

from crawler.errors import InputError
from crawler.html_text import plain, web_url
from crawler.importers.decode_text import MAX_TEXT_BYTES
from crawler.importers.import_records import ImportOptions, Record
from crawler.text_cleaning import clean_line

PRIORITY = 50
HAS_ALL_POSTS = False

_MAX_FEEDS = 5_000


def matches(name: str, data: bytes) -> bool:
    """The suffix, or the root element."""
    return name.endswith(".opml") or b"<opml" in data[:1000].lower()


def parse(name: str, data: bytes, options: ImportOptions) -> Iterator[Record]:
    """Always raises InputError: a list of feeds has no posts, and says what to do with it."""
    raise InputError(
        f"{name} lists feeds, not posts.", f"Add them as sources with: hashtrail sources add {name}"
    )


def parse_subscriptions(name: str, data: bytes) -> tuple[tuple[str, str], ...]:
    """(title, address) of each feed, each address once.

    Raises InputError when the file is too large or lists none.
    """
    if len(data) > MAX_TEXT_BYTES:
        raise InputError(
            f"{name} has {len(data) / 1e6:.1f} MB; {MAX_TEXT_BYTES // 1_000_000} MB is the most that is read.",
            "Split it into smaller files.",
        )
    listed = listparser.parse(data)
    feeds: dict[str, str] = {}
    for feed in listed.feeds[:_MAX_FEEDS]:
        if url := web_url(feed.get("url")):
            feeds.setdefault(url, clean_line(plain(feed.get("title"))))
    if not feeds:
        raise InputError(
            f"{name} lists no feeds.", "An OPML file has outline elements with an xmlUrl."
        )
    return tuple((title, url) for url, title in feeds.items())
