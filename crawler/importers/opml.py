"""OPML and other lists of subscriptions: they contain URLs of feeds, not posts."""

from __future__ import annotations

import re
from collections.abc import Iterator

import listparser

from crawler.errors import InputError
from crawler.html_text_and_links import absolute_web_url, strip_tags
from crawler.importers.decode_text import MAX_TEXT_BYTES
from crawler.importers.record_types import ImportOptions, Record
from crawler.text_cleaning import clean_line

PRIORITY = 50
HAS_ALL_POSTS = False

_MAX_FEEDS = 5_000
# The scheme that browsers passed to feed readers (draft-obasanjo-feed-uri-scheme-02).
_FEED_SCHEME = re.compile(r"\s*feed:(?://|(https?://))", re.IGNORECASE)


def matches(name: str, data: bytes) -> bool:
    """Return whether `name` has the suffix, or `data` the root element."""
    return name.endswith(".opml") or b"<opml" in data[:1000].lower()


def parse(name: str, data: bytes, options: ImportOptions) -> Iterator[Record]:
    """Return no record: raise InputError, because a list of feeds has no posts.

    The error names the command for such a file `name`; `data` and `options` are not used.
    """
    raise InputError(
        f"{name} lists feeds, not posts.", f"Add them as sources with: hashtrail sources add {name}"
    )


def parse_subscriptions(name: str, data: bytes) -> tuple[tuple[str, str], ...]:
    """Return (title, URL) of each feed in the OPML file `data`, each URL once.

    `name` is the file name for messages. Raises InputError if the file is too large or lists no
    feeds.
    """
    if len(data) > MAX_TEXT_BYTES:
        size, limit = f"{len(data) / 1e6:.1f} MB", f"{MAX_TEXT_BYTES // 1_000_000} MB"
        message = f"{name} has {size}; {limit} is the most that is read."
        raise InputError(message, "Split it into smaller files.")
    titles = _titles_by_url(data)
    if not titles:
        hint = "An OPML file has outline elements with an xmlUrl."
        raise InputError(f"{name} lists no feeds.", hint)
    return tuple((title, url) for url, title in titles.items())


def _web_scheme(match: re.Match[str]) -> str:
    """Return the scheme of the web: `feed://` means http, `feed:https://` means https."""
    return match[1] or "http://"


def _titles_by_url(data: bytes) -> dict[str, str]:
    titles: dict[str, str] = {}
    for feed in listparser.parse(data).feeds[:_MAX_FEEDS]:
        url = absolute_web_url(_FEED_SCHEME.sub(_web_scheme, feed.get("url") or ""))
        if url:
            titles.setdefault(url, clean_line(strip_tags(feed.get("title"))))
    return titles
