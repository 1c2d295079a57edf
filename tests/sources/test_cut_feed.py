"""Feeds that were cut, at the size limit or by their server: their complete entries are read."""

from __future__ import annotations

from dataclasses import replace

import pytest

from crawler.sources.formats.cut_feed import close_cut_feed
from crawler.sources.formats.feed_model import Feed
from crawler.sources.formats.parse_feed import parse_feed
from tests.sources.recorded import answer

URL = "https://blog.example/feed.xml"
RDF = (
    '<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">'
    "<channel><title>T</title></channel>"
)


def _entries(tag: str, body: str = "") -> str:
    return "".join(f"<{tag}><title>Entry {n}</title>{body}</{tag}>" for n in range(9))


@pytest.mark.parametrize(
    ("head", "entries", "end"),
    [
        ('<rss version="2.0"><channel><title>T</title>', _entries("item"), "</channel></rss>"),
        (RDF, _entries("item"), "</r:RDF>"),
        (
            '<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title>',
            _entries("entry"),
            "</feed>",
        ),
        (
            '<a:feed xmlns:a="http://www.w3.org/2005/Atom"><a:title>T</a:title>',
            _entries("a:entry").replace("title>", "a:title>"),
            "</a:feed>",
        ),
    ],
)
def test_cut_feed_has_its_complete_entries(head: str, entries: str, end: str) -> None:
    whole = head + entries + end
    cut = whole[: len(head) + len(entries) // 2].encode()
    assert close_cut_feed(cut).endswith(end.encode())
    feed = parse_feed(replace(answer(URL, cut), is_cut=True))
    assert isinstance(feed, Feed)
    assert [entry.title for entry in feed.entries] == [f"Entry {n}" for n in range(4)]


@pytest.mark.parametrize(
    "cut", [b"", b"<rss><channel><item><title>a", b'{"version": "https://json']
)
def test_document_without_a_complete_entry_is_unchanged(cut: bytes) -> None:
    assert close_cut_feed(cut) == cut


def test_cut_json_feed_has_its_complete_entries() -> None:
    cut = b'{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "1"}, {"id'
    feed = parse_feed(replace(answer(URL, cut), is_cut=True))
    assert isinstance(feed, Feed)
    assert [entry.id for entry in feed.entries] == ["1"]


@pytest.mark.parametrize(
    "last_entry",
    [
        "<item><title>Clocks drift",
        "<item><title>Clocks drift</title><link>https://blog.example/clo",
        "<item><title>Clocks drift</title><guid>https://blog.example/clo",
    ],
)
def test_entry_that_is_cut_before_its_page_is_left_out(last_entry: str) -> None:
    whole = "<item><title>Leases</title><link>https://blog.example/leases</link></item>"
    document = f'<rss version="2.0"><channel><title>T</title>{whole}{last_entry}'
    feed = parse_feed(answer(URL, document.encode()))
    assert isinstance(feed, Feed)
    assert [entry.title for entry in feed.entries] == ["Leases"]


def test_entry_that_is_cut_after_its_page_is_read() -> None:
    cut = "<item><title>Clocks</title><link>https://blog.example/clocks</link><description>Ha"
    document = f'<rss version="2.0"><channel><title>T</title>{cut}'
    feed = parse_feed(answer(URL, document.encode()))
    assert isinstance(feed, Feed)
    assert [entry.url for entry in feed.entries] == ["https://blog.example/clocks"]


@pytest.mark.parametrize("end", [b', {"id": "2", "url": "https://blog.ex', b",]}"])
def test_json_feed_with_a_damaged_end_has_its_complete_entries(end: bytes) -> None:
    start = b'{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "1"}'
    feed = parse_feed(answer(URL, start + end))
    assert isinstance(feed, Feed)
    assert [entry.id for entry in feed.entries] == ["1"]


def test_json_feed_without_a_complete_entry_is_a_failure() -> None:
    cut = b'{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "1"'
    assert not isinstance(parse_feed(answer(URL, cut)), Feed)
