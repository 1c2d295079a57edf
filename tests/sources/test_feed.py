"""Feeds: plain text, absolute web links, plausible dates, stable identities, no file access."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.models.outcomes import Failure, Outcome
from crawler.sources.formats.feed_model import MAX_ENTRIES, Feed
from crawler.sources.formats.parse_feed import parse_feed
from tests.sources.recorded import answer, answers, play, source

URL = "https://blog.example/feed.xml"


def _read(body: str | bytes, content_type: str = "application/xml") -> Feed:
    found = parse_feed(
        answer(
            URL,
            body.encode() if isinstance(body, str) else body,
            headers={"content-type": content_type},
        )
    )
    assert isinstance(found, Feed), found
    return found


def _rss(*items: str, head: str = "") -> str:
    listed = "".join(f"<item>{item}</item>" for item in items)
    return (
        '<rss version="2.0"><channel><title>T</title>'
        f"<link>https://blog.example/</link>{head}{listed}</channel></rss>"
    )


def _uris(*items: str) -> list[str]:
    batch = source("feed").parse_response(answer(URL, _rss(*items).encode()), None)
    return [post.uri for post in batch.posts]


def test_entry_is_a_post_with_its_page_as_link_and_card() -> None:
    post = play(source("feed"), answers("feed")).posts[0]
    assert post.text == "Leases and clocks\n\nWhy a lease needs a bound on drift."
    assert post.links[0].url == post.cards[0].link == "https://blog.example/leases-and-clocks"
    assert (post.cards[0].title, post.cards[0].site_name) == (
        "Leases and clocks",
        "Example & Sons on Systems",
    )
    assert (post.author and post.author.name, post.hashtags) == (
        "Ada Example",
        ("Distributedsystems",),
    )
    assert post.published == datetime(2026, 11, 19, 8, tzinfo=UTC)


def test_relative_links_become_absolute_and_script_links_are_dropped() -> None:
    _, later, hostile, words = play(source("feed"), answers("feed")).posts
    assert (later.links[0].url, later.url, later.published) == (
        "https://blog.example/later",
        "https://talk.example/t/9",
        None,
    )
    assert not hostile.links
    assert not hostile.cards
    assert words.text == "No title, no link, no guid: only words."


def test_polling_hints_of_a_feed_are_returned() -> None:
    hints = play(source("feed"), answers("feed")).batches[0].hints
    assert (hints.min_interval, hints.skip_hours, hints.skip_days) == (
        timedelta(hours=2),
        (1, 2),
        (5, 6),
    )


def test_link_identifies_an_entry_before_its_guid() -> None:
    one, two = _uris(
        "<guid>g</guid><link>https://a.example/1</link>",
        "<guid>g</guid><link>https://a.example/2</link>",
    )
    assert one != two
    assert _uris("<guid>other</guid><link>http://a.example/1/</link>") == [one]


def test_entries_with_one_link_differ_by_id_and_feeds_by_url() -> None:
    both = _uris(
        "<guid>a</guid><link>https://a.example/</link>",
        "<guid>b</guid><link>https://a.example/</link>",
    )
    assert len(set(both)) == 2
    assert all("blog.example/feed.xml" in uri for uri in both)


@pytest.mark.parametrize(
    "date",
    [
        *(
            "Fri, 01 Jan 2099 00:00:00 GMT",
            "0001-01-01T00:00:00Z",
            "9999-12-31T23:59:59-14:00",
            "-0001-01-01",
        ),
        *("170000000", "2024-13-45", "31 Feb 2026", "", "yesterday"),
    ],
)
def test_impossible_date_is_unknown(date: str) -> None:
    assert _read(_rss(f"<title>a</title><pubDate>{date}</pubDate>")).entries[0].published is None


@pytest.mark.parametrize(
    "date",
    [
        "Thu, 19 Nov 2026 08:00:00 +0000",
        "2026-11-19T08:00:00Z",
        "19 Nov 26 08:00 GMT",
        "2026-11-19T09:00:00+01:00",
    ],
)
def test_common_date_formats_are_parsed(date: str) -> None:
    assert _read(_rss(f"<title>a</title><pubDate>{date}</pubDate>")).entries[
        0
    ].published == datetime(2026, 11, 19, 8, tzinfo=UTC)


def test_rdf_atom_and_json_feed_have_the_same_shape() -> None:
    rdf = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" \
xmlns="http://purl.org/rss/1.0/"><channel rdf:about="https://blog.example/">
      <title>T</title><link>https://blog.example/</link></channel>\
<item rdf:about="https://blog.example/1"><title>One</title>
      <link>https://blog.example/1</link></item></rdf:RDF>"""
    atom = """<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://blog.example/">\
<title>T</title><entry><id>x</id>
      <title type="html">One</title><link href="1"/><updated>2026-11-19T08:00:00Z</updated>\
</entry></feed>"""
    document = json.dumps(
        {
            "version": "https://jsonfeed.org/version/1.1",
            "title": "T",
            "items": [{"id": 1, "url": "/1", "title": "One"}],
        }
    )
    feeds = [_read(each) for each in (rdf, atom, document)]
    assert [feed.format for feed in feeds] == ["rss1", "atom", "json_feed"]
    assert {(feed.title, feed.entries[0].title, feed.entries[0].url) for feed in feeds} == {
        ("T", "One", "https://blog.example/1")
    }


def test_link_blog_entry_links_the_page_it_is_about() -> None:
    item = {"id": "1", "url": "/1", "external_url": "https://far.example/x", "title": "One"}
    document = {"version": "https://jsonfeed.org/version/1", "title": "T", "items": [item]}
    (post,) = source("feed").parse_response(answer(URL, json.dumps(document).encode()), None).posts
    assert (post.links[0].url, post.url) == ("https://far.example/x", "https://blog.example/1")


@pytest.mark.parametrize(
    ("declared", "text"), [("utf-8", "Zürich"), ("iso-8859-1", "Zürich"), ("koi8-r", "Привет")]
)
def test_xml_declaration_sets_the_encoding_without_a_charset(declared: str, text: str) -> None:
    body = f'<?xml version="1.0" encoding="{declared}"?>{_rss(f"<title>{text}</title>")}'.encode(
        declared
    )
    assert _read(body, "text/xml").entries[0].title == text


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html><title>Just a moment</title></html>",
        b"null",
        b"{}",
        b'{"version": "https://jsonfeed.org/version/1", ',
        b"\x1f\x8b\0",
        b"text",
    ],
)
def test_document_without_a_feed_is_a_failure(body: bytes) -> None:
    found = parse_feed(answer(URL, body))
    assert isinstance(found, Failure)
    assert found.outcome is Outcome.BAD_FEED


def test_body_that_looks_like_a_file_name_is_not_opened(tmp_path: Path) -> None:
    secret = tmp_path / "feed.xml"
    secret.write_text(_rss("<title>secret</title>"), encoding="utf-8")
    for body in (str(secret).encode(), f"file://{secret}".encode()):
        assert isinstance(parse_feed(answer(URL, body)), Failure)


def test_external_entity_reads_no_file(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("secret", encoding="utf-8")
    declared = f'<!DOCTYPE x [<!ENTITY f SYSTEM "{secret.as_uri()}">]>'
    found = parse_feed(answer(URL, f"{declared}{_rss('<title>&f;</title>')}".encode()))
    assert isinstance(found, Failure) or "secret" not in found.entries[0].title


def test_newest_500_entries_of_a_large_feed_are_stored() -> None:
    items = [
        (
            f"<title>{day}</title><pubDate>"
            f"{(datetime(2024, 1, 1, tzinfo=UTC) + timedelta(days=day)).isoformat()}</pubDate>"
        )
        for day in range(600)
    ]
    feed = _read(_rss(*items))
    assert len(feed.entries) == MAX_ENTRIES
    assert feed.entries[0].title == "100"


@settings(max_examples=150)
@given(
    body=st.binary(max_size=300)
    | st.text(max_size=300).map(
        lambda text: _rss(f"<title>{text}</title>").encode("utf-8", "surrogatepass")
    )
)
def test_any_bytes_are_a_feed_or_a_failure(body: bytes) -> None:
    assert isinstance(parse_feed(answer(URL, body)), Feed | Failure)


def test_only_tags_keeps_the_entries_with_one_of_the_categories() -> None:
    items = (
        "<title>A</title><category>Distributed Systems</category>",
        "<title>B</title><category>Company news</category>",
        "<title>C</title>",
    )
    filtered = source("feed", only_tags=["distributed-systems", "databases"])
    batch = filtered.parse_response(answer(URL, _rss(*items).encode()), None)
    assert [post.text for post in batch.posts] == ["A"]
