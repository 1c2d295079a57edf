"""A saved feed: RSS, RDF, Atom or JSON Feed. Its entries become the posts that polling gives."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from crawler.errors import InputError
from crawler.html_text_and_links import absolute_web_url
from crawler.importers.record_types import ImportOptions, Record
from crawler.models.http_exchange import Response
from crawler.models.outcomes import Failure
from crawler.models.posts import Provenance
from crawler.sources.feed import posts_of_feed
from crawler.sources.formats.parse_feed import parse_feed

PRIORITY = 42
HAS_ALL_POSTS = False

_MAX_BYTES = 25_000_000
_HEAD = 4_000
_ROOT = re.compile(
    rb"\A(?:\xef\xbb\xbf)?\s*(?:<\?[^>]{0,500}\?>\s*|<!--.{0,2000}?-->\s*|<!DOCTYPE[^>]{0,300}>\s*)*"
    rb"<(?:rss|(?:\w{1,20}:)?feed|(?:rdf:)?RDF)[\s>]",
    re.DOTALL | re.IGNORECASE,
)
_JSON_FEED = re.compile(rb"\"version\"\s*:\s*\"https:\\?/\\?/jsonfeed\.org\\?/version\\?/")
_SELF = re.compile(
    rb"<(?:\w{1,20}:)?link\b(?=[^>]{0,500}\brel=[\"']self[\"'])[^>]{0,500}?\bhref=[\"']([^\"'<>]+)"
)
_JSON_SELF = re.compile(rb"\"feed_url\"\s*:\s*\"([^\"]{1,2000})\"")


def matches(name: str, data: bytes) -> bool:
    """Return whether `data` has the root element of a feed, or the version of JSON Feed.

    `name` is not used.
    """
    head = data[: 2 * _HEAD].replace(b"\0", b"").removeprefix(b"\xff\xfe")  # UTF-16
    is_json = head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{")
    return bool(_ROOT.match(head)) or (is_json and bool(_JSON_FEED.search(head)))


def parse(name: str, data: bytes, options: ImportOptions) -> Iterator[Record]:
    """Yield one post per entry: its page as link and card.

    `data` is the file, `name` its name; `options` has the time of the import. Raises InputError if
    the file is too large or not a feed.
    """
    if len(data) > _MAX_BYTES:
        reason = f"{name} has {len(data) / 1e6:.0f} MB; the limit is {_MAX_BYTES // 1_000_000} MB."
        raise InputError(reason, "Save fewer entries in it.")
    url = _own_url(data) or "https://feed.invalid/"
    feed = parse_feed(Response(url, url, 200, (), data, options.seen_at))
    if isinstance(feed, Failure):
        message = feed.message.rstrip(".")
        raise InputError(f"{name} is not a feed: {message}.", "Save the feed itself as a file.")
    for post in posts_of_feed(feed, url):
        yield replace(post, provenance=Provenance(file=name))


def _own_url(data: bytes) -> str:
    """Return the URL of the feed as it states it, or an empty string.

    With it, the entries have the same URIs as those that polling the feed stores.
    """
    match = _SELF.search(data[: _HEAD * 10]) or _JSON_SELF.search(data[:_HEAD])
    written = match[1].decode("utf-8", "replace").replace("\\/", "/") if match else ""
    return absolute_web_url(written.replace("&amp;", "&"))
