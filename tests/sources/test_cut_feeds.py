"""Feeds that are larger than the limit: the complete entries are read, with a warning."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace

import pytest

from crawler.models.http_exchange import Response
from crawler.models.outcomes import Failure, Outcome
from crawler.sources.formats import feed_body
from crawler.sources.formats.feed_model import Feed
from crawler.sources.formats.parse_feed import parse_feed
from tests.sources.feed_documents import NOW, URL, atom, entries_of, parsed, rss
from tests.sources.recorded import answer, source

ITEMS = [f"<title>Entry {number}</title><link>/{number}</link>" for number in range(9)]
RDF = (
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
    'xmlns="http://purl.org/rss/1.0/"><channel><title>Notes</title></channel>'
    + "".join(f"<item>{item}</item>" for item in ITEMS)
    + "</rdf:RDF>"
)
JSON = json.dumps(
    {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Notes",
        "items": [{"id": str(n), "url": f"/{n}", "title": f"Entry {n}"} for n in range(9)],
    }
)
ATOM = atom(*(f"<title>Entry {n}</title><link href='/{n}'/>" for n in range(9)))


def _parsed_start(document: str, length: int) -> Feed | Failure:
    body = document.encode()[:length]
    return parse_feed(Response(URL, URL, 200, (), body, NOW, is_cut=True))


@pytest.mark.parametrize(
    "document", [rss(*ITEMS), RDF, JSON, ATOM, rss(*ITEMS).replace("Notes", "A & B")]
)
def test_complete_entries_of_a_cut_feed_are_read(document: str) -> None:
    whole = len(document)
    feed = _parsed_start(document, document.index("Entry 6") + 3)
    assert isinstance(feed, Feed)
    assert [entry.title for entry in feed.entries] == [f"Entry {n}" for n in range(6)]
    assert feed.entries[5].url == "https://notes.example/5"
    assert len(_parsed_start(document, whole).entries) == 9  # type: ignore[union-attr]


@pytest.mark.parametrize("document", [rss(*ITEMS), JSON, "no feed"])
def test_feed_that_is_cut_before_its_first_entry_is_a_failure(document: str) -> None:
    failure = _parsed_start(document, 60)
    assert isinstance(failure, Failure)
    assert failure.outcome is Outcome.BAD_FEED


def test_cut_feed_gives_its_posts_and_a_warning() -> None:
    start = rss(*ITEMS).partition("Entry 5")[0].encode()
    response = replace(answer(URL, start), is_cut=True)
    batch = source("feed").parse_response(response, None)
    assert len(batch.posts) == 5
    assert "limit" in batch.warning
    assert not source("feed").parse_response(answer(URL, rss(*ITEMS).encode()), None).warning


@pytest.mark.parametrize("document", [rss(*ITEMS), JSON])
def test_gzip_body_without_content_encoding_is_unpacked(document: str) -> None:
    entries = entries_of(gzip.compress(document.encode()), "application/gzip")
    assert len(entries) == 9


def test_gzip_body_is_unpacked_up_to_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed_body, "MAX_BYTES", 1_000)
    feed = parsed(gzip.compress(rss(*ITEMS * 99).encode()))
    assert isinstance(feed, Feed)
    assert 1 < len(feed.entries) < 20


@pytest.mark.parametrize("body", [b"\x1f\x8b\x08", b"\x1f\x8b\x08" + b"x" * 99])
def test_damaged_gzip_body_is_a_failure(body: bytes) -> None:
    assert isinstance(parsed(body), Failure)
