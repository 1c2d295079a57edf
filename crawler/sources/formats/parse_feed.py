"""Parse a feed of any format: the first byte of the document selects the parser."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from crawler.html_text_and_links import absolute_web_url
from crawler.models.http_exchange import Response
from crawler.models.outcomes import Failure, Outcome
from crawler.sources.formats.cut_feed import close_cut_feed, close_cut_json
from crawler.sources.formats.error_entries import drop_error_entries
from crawler.sources.formats.feed_body import unpacked
from crawler.sources.formats.feed_model import Entry, Feed
from crawler.sources.formats.json_feed import parse_json_feed
from crawler.sources.formats.xml_feed import parse_xml_feed

# Byte order marks, white space and the zero bytes of UTF-16 before the first character.
_BEFORE = b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n"
_HEAD = 1_024
_MAX_AHEAD = timedelta(hours=1)
_JSON_STARTS = (b"{", b"[", b"null")


def parse_feed(response: Response) -> Feed | Failure:
    """Return the feed in `response`, or a failure `bad_feed`.

    Dates later than one day after `response.fetched_at` are ignored, and those later than one hour
    become this time. Entries with which a generator reports an error are left out; a feed of
    nothing else is a failure. Of a body that is cut, the complete entries are read.
    """
    feed = _parse(unpacked(response))
    checked = feed if isinstance(feed, str) else drop_error_entries(feed)
    if isinstance(checked, str):
        return Failure(response.url, "collect", Outcome.BAD_FEED, checked, status=response.status)
    entries = tuple(_dated(entry, response.fetched_at) for entry in checked.entries)
    return replace(checked, entries=entries)


def _parse(response: Response) -> Feed | str:
    """Return the feed in `response`, or the reason why it is not a feed."""
    body = response.body
    is_json = body[:_HEAD].lstrip(_BEFORE).startswith(_JSON_STARTS)
    if response.is_cut:
        body = close_cut_json(body) if is_json else close_cut_feed(body)
    parse = parse_json_feed if is_json else parse_xml_feed
    base = absolute_web_url(response.final_url or response.url)
    return parse(body, response.header("content-type"), base, response.fetched_at)


def _dated(entry: Entry, seen_at: datetime) -> Entry:
    """Return an entry without dates in the future: the writer's clock or zone is wrong."""
    latest = seen_at + _MAX_AHEAD
    if not any(date and date > latest for date in (entry.published, entry.updated)):
        return entry
    published, updated = (
        seen_at if date and date > latest else date for date in (entry.published, entry.updated)
    )
    return replace(entry, published=published, updated=updated, stated=entry.published)
