"""Small feeds for tests: one item or entry in a document of each format."""

from __future__ import annotations

from datetime import UTC, datetime

from crawler.models.http_exchange import Response
from crawler.models.outcomes import Failure
from crawler.sources.formats.feed_model import Entry, Feed
from crawler.sources.formats.parse_feed import parse_feed

URL = "https://notes.example/feeds/all.xml"
NOW = datetime(2026, 11, 22, tzinfo=UTC)
_NAMESPACES = (
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:dcterms="http://purl.org/dc/terms/" '
    'xmlns:prism="http://prismstandard.org/namespaces/basic/2.0/" '
    'xmlns:media="http://search.yahoo.com/mrss/" '
    'xmlns:atom="http://www.w3.org/2005/Atom" '
    'xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"'
)


def rss(*items: str, head: str = "") -> str:
    """Return an RSS 2.0 document with `items`, after the elements `head` of its channel."""
    listed = "".join(f"<item>{item}</item>" for item in items)
    return (
        f'<rss version="2.0" {_NAMESPACES}><channel><title>Notes</title>'
        f"<link>https://notes.example/</link>{head}{listed}</channel></rss>"
    )


def atom(*entries: str, attributes: str = "", head: str = "") -> str:
    """Return an Atom document with `entries`, the root's `attributes` and elements `head`."""
    listed = "".join(f"<entry>{entry}</entry>" for entry in entries)
    return (
        f'<feed xmlns="http://www.w3.org/2005/Atom" xmlns:media="http://search.yahoo.com/mrss/" '
        f"{attributes}><title>Notes</title>{head}{listed}</feed>"
    )


def parsed(
    document: str | bytes, content_type: str = "application/xml", url: str = URL
) -> Feed | Failure:
    """Return the result of `parse_feed` for a `document` from `url` with `content_type`."""
    body = document.encode() if isinstance(document, str) else document
    return parse_feed(Response(url, url, 200, (("content-type", content_type),), body, NOW))


def entries_of(
    document: str | bytes, content_type: str = "application/xml", url: str = URL
) -> tuple[Entry, ...]:
    """Return the entries of a `document` that is a feed, from `url` with `content_type`."""
    feed = parsed(document, content_type, url)
    assert isinstance(feed, Feed), feed
    return feed.entries
