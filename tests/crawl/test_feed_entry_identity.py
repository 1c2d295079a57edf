"""Feed entries over nights: one post per entry, whatever its feed changes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from html import escape

import pytest
from sqlite_utils import Database

from crawler.crawl.feed_entry_identity import identify_entries, remember_entries
from crawler.models.http_exchange import Response
from crawler.sources.configured_sources import Source
from crawler.store.database import open_memory
from crawler.store.posts import save_posts
from tests.sources.recorded import source

START = datetime(2026, 11, 20, 10, tzinfo=UTC)
URL = "https://blog.example/feed.xml"
Item = tuple[str, str, str, int]
"""Title, link, guid and the day of publication in November 2026; all but the title may be empty."""


def _feed(items: Iterable[Item]) -> bytes:
    entries = "".join(
        f"<item><title>{escape(title)}</title>"
        + (f"<link>{escape(link)}</link>" if link else "")
        + (f"<guid isPermaLink='false'>{escape(guid)}</guid>" if guid else "")
        + (f"<pubDate>{day:02} Nov 2026 08:00:00 GMT</pubDate>" if day else "")
        + "</item>"
        for title, link, guid, day in items
    )
    return f'<rss version="2.0"><channel><title>T</title>{entries}</channel></rss>'.encode()


def _store(db: Database, feed: Source, url: str, items: Iterable[Item], at: datetime) -> None:
    batch = feed.parse_response(Response(url, url, 200, (), _feed(items), at), None)
    identified = identify_entries(db, "Blog", batch.posts)
    save_posts(db, "Blog", identified.posts, at)
    remember_entries(db, "Blog", identified)


def _night(db: Database, *items: Item, url: str = URL, number: int = 0) -> None:
    _store(db, source("feed", url=url), url, items, START + timedelta(days=number))


def _titles(db: Database) -> list[str]:
    return [text for (text,) in db.execute("SELECT text FROM posts ORDER BY text")]


P = "https://blog.example"
SAME_ENTRY: list[tuple[str, Item, Item]] = [
    ("slug and title", ("Quorums", f"{P}/quorum", "p-9", 1), ("Quorum", f"{P}/q", "p-9", 1)),
    ("slug and date", ("Quorums", f"{P}/quorum", "p-9", 1), ("Quorums", f"{P}/q", "p-9", 7)),
    ("WordPress link", ("Quorums", f"{P}/?p=9", f"{P}/?p=9", 1),
     ("Quorums", f"{P}/2026/11/quorums/", f"{P}/?p=9", 1)),
    ("WordPress link that was the only key", ("Quorums", f"{P}/?p=9", "", 1),
     ("Quorums", f"{P}/2026/11/quorums/", f"{P}/?p=9", 1)),
    ("scheme of both", ("Quorums", "http://blog.example/q", "http://blog.example/?p=9", 1),
     ("Quorums, again", f"{P}/q", f"{P}/?p=9", 1)),
    ("host with www", ("Quorums", "https://www.blog.example/q", "", 1),
     ("Quorums", f"{P}/q", "", 1)),
    ("campaign", ("Quorums", f"{P}/q?utm_campaign=nov", "", 1),
     ("Quorums", f"{P}/q?utm_campaign=dec&utm_medium=feed", "", 1)),
    ("Medium source", ("Quorums", f"{P}/q-0a1b2c3d4e5f?source=rss-77aa------2", "", 1),
     ("Quorums", f"{P}/q-0a1b2c3d4e5f?source=rss-88bb------2", "", 1)),
    ("id on each poll", ("Quorums", f"{P}/q", "20261101-1", 1),
     ("Quorums", f"{P}/q", "20261102-7", 1)),
    ("id that appears", ("Quorums", f"{P}/q", "", 1), ("Quorum sizes", f"{P}/q", "p-9", 1)),
    ("id that disappears", ("Quorums", f"{P}/q", "p-9", 1), ("Quorum sizes", f"{P}/q", "", 1)),
    ("title without id", ("Quorums", f"{P}/q", "", 1), ("Quorum sizes", f"{P}/q", "", 1)),
    ("version of a paper",
     ("Quorums", "https://arxiv.org/abs/2601.00001v1", "oai:arXiv.org:2601.00001v1", 1),
     ("Quorum", "https://arxiv.org/abs/2601.00001v2", "oai:arXiv.org:2601.00001v2", 9)),
    ("link that appears", ("Quorums", "", "p-9", 1), ("Quorums", f"{P}/q", "p-9", 1)),
    ("nothing", ("Quorums", "", "", 1), ("Quorums", "", "", 1)),
]  # fmt: skip
OTHER_ENTRY: list[tuple[str, Item, Item]] = [
    ("one link and two ids", ("Edition 2", f"{P}/log", "2", 1), ("Edition 3", f"{P}/log", "3", 1)),
    ("one id and two of all else", ("Quorums", f"{P}/q", "x", 1), ("Leases", f"{P}/l", "x", 2)),
    ("two links without id", ("Quorums", f"{P}/q", "", 1), ("Quorums", f"{P}/q2", "", 1)),
    ("two titles and nothing else", ("Quorums", "", "", 1), ("Leases", "", "", 1)),
]  # fmt: skip


@pytest.mark.parametrize(("first", "second"), [row[1:] for row in SAME_ENTRY],
                         ids=[row[0] for row in SAME_ENTRY])  # fmt: skip
def test_changed_entry_stays_one_post_with_its_uri(first: Item, second: Item) -> None:
    db = open_memory()
    _night(db, first)
    uris = list(db.execute("SELECT uri FROM posts"))
    _night(db, second, number=1)
    _night(db, first, number=2)
    _night(db, second, number=3)
    assert list(db.execute("SELECT uri FROM posts")) == uris
    assert _titles(db) == [second[0]]


@pytest.mark.parametrize(("first", "second"), [row[1:] for row in OTHER_ENTRY],
                         ids=[row[0] for row in OTHER_ENTRY])  # fmt: skip
def test_other_entry_in_the_next_night_is_a_second_post(first: Item, second: Item) -> None:
    db = open_memory()
    _night(db, first)
    _night(db, second, number=1)
    _night(db, second, first, number=2)
    assert _titles(db) == sorted([first[0], second[0]])


@pytest.mark.parametrize("guids", [("a", "b"), ("same", "same"), ("", "")])
def test_entries_that_share_a_link_stay_two_posts(guids: tuple[str, str]) -> None:
    """They are listed together, alone, and in the other order."""
    one, two = (f"{P}/log", guids[0], 1), (f"{P}/log", guids[1], 1)
    db = open_memory()
    first, second = ("Release 1", *one), ("Release 2", *two)
    for number, items in enumerate(([first, second], [second], [second, first], [first])):
        _night(db, *items, number=number)
    assert _titles(db) == ["Release 1", "Release 2"]


def test_entry_that_the_feed_repeats_is_one_post() -> None:
    db = open_memory()
    item = ("Quorums", f"{P}/q", "p-9", 1)
    _night(db, item, item)
    assert _titles(db) == ["Quorums"]


def test_one_id_for_all_entries_is_ignored_until_the_feed_is_repaired() -> None:
    db = open_memory()
    _night(db, ("A", f"{P}/a", "x", 1), ("B", f"{P}/b", "x", 1))
    _night(db, ("A", f"{P}/a", f"{P}/a", 1), ("B", f"{P}/b", f"{P}/b", 1), number=1)
    assert _titles(db) == ["A", "B"]


def test_feed_that_moved_keeps_its_posts() -> None:
    db = open_memory()
    _night(db, ("Quorums", f"{P}/q", "p-9", 1), ("Leases", f"{P}/l", "", 1))
    _night(
        db,
        ("Quorums", f"{P}/q", "p-9", 1),
        ("Leases", f"{P}/l", "", 1),
        url="https://feeds.example/blog.xml",
        number=1,
    )
    assert _titles(db) == ["Leases", "Quorums"]


def test_posts_of_an_older_version_keep_their_uris() -> None:
    """A database of an older version has no keys: the URIs of its posts contain them."""
    db = open_memory()
    items = (
        ("Quorums", f"{P}/q?utm_campaign=nov", "p-9", 1),
        ("Release 1", f"{P}/log", "r1", 1),
        ("Release 2", f"{P}/log", "r2", 1),
        ("Notice", "", "", 1),
    )
    _night(db, *items)
    uris = sorted(db.execute("SELECT uri FROM posts"))
    db.execute("DELETE FROM feed_entry_keys")
    changed = (
        ("Quorum", f"{P}/q?utm_campaign=dec", "p-9", 2),
        ("Release 2, fixed", f"{P}/log", "r2", 1),
        ("Notice", "", "", 1),
    )
    _night(db, *changed, number=1)
    assert sorted(db.execute("SELECT uri FROM posts")) == uris
    assert _titles(db) == ["Notice", "Quorum", "Release 1", "Release 2, fixed"]


def test_entry_without_link_and_with_a_date_ahead_is_one_post() -> None:
    """Its date is corrected to the time of each fetch, its URI contains the stated date."""
    db = open_memory()
    for number in range(3):
        _night(db, ("Notice", "", "", 21), number=number)
    assert list(db.execute("SELECT text, published FROM posts")) == [
        ("Notice", "2026-11-20T10:00:00Z")
    ]


def test_keys_of_an_entry_are_replaced_and_deleted_with_its_post() -> None:
    db = open_memory()
    for number in range(5):
        _night(db, ("Quorums", f"{P}/q", f"poll-{number}", 1), number=number)
    assert db.table("feed_entry_keys").count == 2
    db.execute("DELETE FROM posts")
    assert db.table("feed_entry_keys").count == 0


def test_stored_keys_contain_no_id_or_link() -> None:
    db = open_memory()
    _night(db, ("Quorums", f"{P}/q?token=secret", "secret-id", 1))
    for (key,) in db.execute("SELECT key FROM feed_entry_keys"):
        assert len(key) == 12
        int(key, 16)
