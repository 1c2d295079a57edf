"""Recognize entries with which feed generators report their own errors."""

from __future__ import annotations

import re
from dataclasses import replace

from crawler.sources.formats.feed_model import Entry, Feed

# Generator, pattern of the title, part of the link.
_ERRORS = (("RSS-Bridge", re.compile(r"Bridge returned error \d{1,4}!"), "_error_time="),)


def drop_error_entries(feed: Feed) -> Feed | str:
    """Return the `feed` without error entries, or its first error if it has no other entry."""
    errors = [_error_of(entry) for entry in feed.entries]
    if not any(errors):
        return feed
    entries = tuple(entry for entry, error in zip(feed.entries, errors, strict=True) if not error)
    return replace(feed, entries=entries) if entries else next(filter(None, errors))


def _error_of(entry: Entry) -> str:
    """Return the error that an entry reports, with the generator; empty if it is a post."""
    for generator, title, link in _ERRORS:
        if title.match(entry.title) and (link in entry.url or link in entry.id or not entry.url):
            return f"{generator} reports an error instead of entries: {entry.title}"
    return ""
