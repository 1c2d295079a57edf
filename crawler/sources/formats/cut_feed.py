"""The complete entries of a feed that was cut: at the size limit, or by its server."""

from __future__ import annotations

import re
from collections.abc import Iterator

from crawler.sources.formats.written_feed import WrittenFeed
from crawler.tolerant_json import decode_json, split_array

_ITEMS = re.compile(rb'"items"\s*:\s*(?=\[)')
_LAST_ENTRY = re.compile(rb"</((?:[\w.-]{1,40}:)?(?:item|entry))\s*>", re.IGNORECASE)
_FIRST_TAG = re.compile(rb"<(?:[\w.-]{1,40}:)?(?:item|entry)\b", re.IGNORECASE)
_LAST_TAG = re.compile(rb"</(?:[\w.-]{1,40}:)?(?:rss|rdf|feed|channel)\s*>", re.IGNORECASE)
_ROOT = re.compile(rb"<((?:[\w.-]{1,40}:)?(?:rss|rdf|feed|channel))\b", re.IGNORECASE)
_HEAD = 65_536
_TAIL = 4_000_000


def close_cut_feed(data: bytes) -> bytes:
    """Return the document `data` up to its last complete entry, with its open elements closed.

    Data in UTF-16 or without a complete entry is returned unchanged.
    """
    start = max(0, len(data) - _TAIL)
    ends = [match.end() for match in _LAST_ENTRY.finditer(data, start)]
    if not ends:
        return data
    first_entry = _FIRST_TAG.search(data, 0, _HEAD)
    head = data[: first_entry.start()] if first_entry else data[:_HEAD]
    opened = [match[1] for match in _ROOT.finditer(head)]
    closed = {match[1] for match in re.finditer(rb"</([\w.:-]{1,50})\s*>", head)}
    still_open = [name for name in opened if name not in closed]
    return data[: ends[-1]] + b"".join(b"</%s>" % name for name in reversed(still_open))


def without_cut_entry(feed: WrittenFeed, data: bytes) -> WrittenFeed:
    """Return `feed` without its last entry if the document `data` ends before the page of it.

    Such an entry has half of its fields, and would be another post than the complete entry.
    """
    start = max((match.end() for match in _LAST_ENTRY.finditer(data)), default=0)
    is_open = _FIRST_TAG.search(data, start) and not _LAST_TAG.search(data, start)
    if not is_open or not feed.entries or any(link.href for link in feed.entries[-1].links):
        return feed
    return feed._replace(entries=feed.entries[:-1])


def close_cut_json(data: bytes) -> bytes:
    """Return the JSON document `data` with the complete elements of `items` as its last member.

    Data without `items` is returned unchanged.
    """
    items = _ITEMS.search(data)
    if not items:
        return data
    return data[: items.end()] + b"[" + b",".join(_complete(data[items.end() :])) + b"]}"


def _complete(array: bytes) -> Iterator[bytes]:
    """Yield the elements of an array up to the first that is damaged."""
    for element in split_array(array):
        try:
            decode_json(element)
        except ValueError:
            return
        yield element
