"""The feed in an answer, whatever its format: looks at the first byte and asks the reader of that
format.
"""

from __future__ import annotations

from crawler.html_text import web_url
from crawler.models.http_exchange import Response
from crawler.models.outcomes import Failure, Outcome
from crawler.sources.formats import json_feed, xml_feed
from crawler.sources.formats.feed_entry import Feed


def parse_feed(response: Response) -> Feed | Failure:
    """The feed in an answer, or a `bad_feed` failure; dates later than a day after `fetched_at` are
    not believed.
    """
    base = response.final_url or response.url
    reader = (
        json_feed.parse_json_feed
        if response.body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"{", b"[", b"null"))
        else xml_feed.parse_xml_feed
    )
    found = reader(
        response.body, response.header("content-type"), web_url(base), response.fetched_at
    )
    return (
        Failure(response.url, "collect", Outcome.BAD_FEED, found, status=response.status)
        if isinstance(found, str)
        else found
    )
