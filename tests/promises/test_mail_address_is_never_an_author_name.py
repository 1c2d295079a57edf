"""A mail address is never used as an author name, whichever way it arrives."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from crawler.importers.parse_file import parse_file
from crawler.importers.record_types import ImportOptions
from crawler.models.http_exchange import Response
from crawler.models.posts import Author
from crawler.sources.formats.feed_model import Feed
from crawler.sources.formats.parse_feed import parse_feed
from crawler.store.authors import upsert_authors
from crawler.store.database import open_memory
from crawler.text_cleaning import person_name

NOW = datetime(2026, 11, 22, tzinfo=UTC)
NAMES = {
    "Ann Author": "Ann Author",
    "Ann (@ann)": "Ann (@ann)",
    "Ann Author <ann@lab.example>": "Ann Author",
    "ann%40lab.example": "",
    "ann@lab": "",
    "ann@lab.com": "",
    "ann@lab.com (Ann Author)": "Ann Author",
    "ann@lab.engineering (Ann Author)": "Ann Author",
    "ann (at) lab.com": "",
    "mailto:ann@lab.com": "",
    '"ann x"@lab.com Ann': "Ann",
    "ann＠lab.com": "",
    "ann@lab.com, bob@lab.com": "",
    "@ann@hachyderm.io": "",
}


@pytest.mark.parametrize("written", NAMES)
def test_mail_address_is_removed_from_a_name(written: str) -> None:
    assert person_name(written) == NAMES[written]


def _authors(body: str) -> tuple[str, ...]:
    url = "https://h.example/feed"
    feed = parse_feed(Response(url, url, 200, (), body.encode(), NOW))
    assert isinstance(feed, Feed)
    return feed.entries[0].authors


def _rss(author: str) -> str:
    item = f"<item><title>T</title><link>https://h.example/1</link>{author}</item>"
    return f"<rss version='2.0'><channel><title>A</title>{item}</channel></rss>"


RSS = {
    "<author>ann@lab.com</author>": (),
    "<author>ann@lab.com (Ann Author)</author>": ("Ann Author",),
    "<author>a@b.engineering (Ann Author)</author>": ("Ann Author",),
    "<author>a@b.systems</author>": (),
    "<author>Ann Author &lt;a@b.engineering&gt;</author>": ("Ann Author",),
    "<managingEditor>a@b.systems</managingEditor>": (),
}


@pytest.mark.parametrize("author", RSS)
def test_rss_authors_have_no_mail_addresses(author: str) -> None:
    assert _authors(_rss(author)) == RSS[author]


def test_mail_address_next_to_a_creator_leaves_only_the_creator() -> None:
    dc = "xmlns:dc='http://purl.org/dc/elements/1.1/'"
    creator = f"<author>bob@corp.example</author><dc:creator {dc}>Bob Example</dc:creator>"
    assert _authors(_rss(creator)) == ("Bob Example",)


@pytest.mark.parametrize("name", ["ann@lab.com", "ann@lab.engineering"])
def test_atom_and_json_feed_authors_have_no_mail_addresses(name: str) -> None:
    author = f"<author><name>{name}</name><email>{name}</email></author>"
    entry = f"<entry><title>t</title><id>1</id>{author}</entry>"
    assert _authors(f"<feed xmlns='http://www.w3.org/2005/Atom'>{entry}</feed>") == ()
    item = {"id": "1", "title": "t", "authors": [{"name": name}]}
    feed = {"version": "https://jsonfeed.org/version/1.1", "items": [item]}
    assert _authors(json.dumps(feed)) == ()


def test_letter_without_sender_name_has_the_host_as_author() -> None:
    for sender in ("news@weekly.example", '"news@weekly.example" <news@weekly.example>'):
        mail = f"From: {sender}\nSubject: Issue 7\n\nhttps://a.example/two-words\n"
        options = ImportOptions(NOW)
        (post,) = parse_file("a.eml", mail.encode(), None, options).posts
        assert post.author is not None
        assert (post.author.name, post.author.handle) == ("weekly.example", "weekly.example")


def test_mail_address_as_name_in_an_export_is_dropped() -> None:
    author = {"handle": "ann", "name": "ann@lab.com"}
    post = {"type": "post", "uri": "x:1", "network": "x", "text": "T", "author": author}
    article = {"type": "article", "url": "https://a.example/", "authors": ["b@lab.com", "Bo"]}
    lines = f"{json.dumps(post)}\n{json.dumps(article)}".encode()
    imported = parse_file("a.jsonl", lines, None, ImportOptions(NOW))
    assert imported.posts[0].author is not None
    assert imported.posts[0].author.name == ""
    assert imported.articles[0].authors == ("Bo",)


def test_no_network_stores_a_mail_address_as_a_name() -> None:
    db = open_memory()
    authors = [Author("mastodon", "ann@m.example", "ann@lab.com"), Author("devto", "bo", "Bo")]
    upsert_authors(db, [(author, True) for author in authors])
    stored = db.execute("SELECT handle, name FROM authors ORDER BY handle").fetchall()
    assert stored == [("ann@m.example", ""), ("bo", "Bo")]
