"""One post that cannot be read costs only itself: the other posts of the same answer are stored."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from crawler.models.http_exchange import Response
from crawler.models.outcomes import Failure
from crawler.sources import mastodon
from crawler.sources.formats.feed_model import Feed
from crawler.sources.formats.parse_feed import parse_feed
from tests.internet import networks

NOW = datetime(2026, 12, 1, 2, tzinfo=UTC)
GOOD = "Leases and fencing tokens"
RSS = (
    '<rss version="2.0" xmlns:georss="http://www.georss.org/georss"'
    ' xmlns:gml="http://www.opengis.net/gml" xmlns:media="http://search.yahoo.com/mrss/"'
    ' xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0"><channel><title>F</title>'
    "<item><title>Odd</title>{odd}</item>"
    f"<item><title>{GOOD}</title><link>https://good.example/1</link></item></channel></rss>"
)
ODD_ENTRIES = [
    "<description>&#55357;&#56832;</description>",
    "<description>&#xD800;</description>",
    "<description>&#x110000;</description>",
    "<gml:posList>1 2 3 4</gml:posList>",
    "<gml:Point><gml:pos>x</gml:pos></gml:Point>",
    "<georss:polygon>1 2 3</georss:polygon>",
    '<guid start="1">a</guid><feedburner:origLink url="x">a</feedburner:origLink>',
    '<title type="x" width="1"><link href=""><title/></link></title>',
    '<media:rating scheme="x"><media:rating/>adult</media:rating>',
    "<textInput><name>x</name><author>y</author></textInput><category/>",
    '<source url="">x</source><source><title>y</title></source>',
    '<category domain="x" term="y"><category/></category>',
    '<enclosure length="x" type=""/><enclosure/>',
]


def answer(body: bytes, url: str = "https://feed.example/feed") -> Response:
    headers = (("content-type", "application/octet-stream"),)
    return Response(url, url, 200, headers, body, NOW)


@pytest.mark.parametrize("odd", ODD_ENTRIES)
def test_malformed_feed_entry_keeps_the_other_entries(odd: str) -> None:
    feed = parse_feed(answer(RSS.format(odd=odd).encode()))
    assert isinstance(feed, Feed)
    assert GOOD in [entry.title for entry in feed.entries]


def json_feed(value: str) -> bytes:
    odd = '{"id": "1", "title": "Odd", "odd": ' + value + "}"
    version = '"version": "https://jsonfeed.org/version/1.1"'
    return f'{{{version}, "items": [{odd}, {{"id": "2", "title": "{GOOD}"}}]}}'.encode()


@pytest.mark.parametrize("value", ["9" * 5_000, "-" + "9" * 5_000, '"\\ud800"', '"a\tb"', "1e999"])
def test_malformed_json_feed_value_keeps_the_other_entries(value: str) -> None:
    feed = parse_feed(answer(json_feed(value)))
    assert not isinstance(feed, Failure)
    assert [entry.title for entry in feed.entries] == ["Odd", GOOD]


@pytest.mark.parametrize("key", ["content", "spoiler_text", "language", "uri", "id"])
@pytest.mark.parametrize("value", ["\ud800", "x\udfff", "\u0000"])
def test_malformed_status_keeps_the_other_statuses(key: str, value: str) -> None:
    statuses = [networks.status(8) | {key: value}, networks.status(3)]
    options = mastodon.Options(networks.SERVER, networks.TAG, consent="considerate")
    url = f"https://{networks.SERVER}/api/v1/timelines/tag/{networks.TAG}"
    batch = mastodon.parse_response(options, answer(json.dumps(statuses).encode(), url), None)
    assert networks.status(3)["uri"] in [post.uri for post in batch.posts]
