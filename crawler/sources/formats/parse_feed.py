"""Parse a feed of any format: the first byte of the document selects the parser."""

from __future__ import annotations

from crawler.html_text_and_links import absolute_web_url
from crawler.models.http_exchange import Response
from crawler.models.outcomes import Failure, Outcome
from crawler.sources.formats.feed_model import Feed
from crawler.sources.formats.json_feed import parse_json_feed
from crawler.sources.formats.xml_feed import parse_xml_feed

_JSON_STARTS = (b"{", b"[", b"null")


def parse_feed(response: Response) -> Feed | Failure:
    """Return the feed in `response`, or a failure `bad_feed`.

    Dates later than one day after `response.fetched_at` are ignored.
    """
    is_json = response.body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(_JSON_STARTS)
    parse = parse_json_feed if is_json else parse_xml_feed
    base = absolute_web_url(response.final_url or response.url)
    content_type = response.header("content-type")
    feed = parse(response.body, content_type, base, response.fetched_at)
    if isinstance(feed, str):
        return Failure(response.url, "collect", Outcome.BAD_FEED, feed, status=response.status)
    return feed
