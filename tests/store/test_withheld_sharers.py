"""The snapshot counts people below full, and does not join their posts."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlite_utils import Database

from crawler.models.posts import Author, Consent, Link
from crawler.store.database import open_store
from crawler.store.posts import save_posts
from crawler.store.public_snapshot import write_snapshot
from tests.explorer.query_library import run_named_query
from tests.store.conftest import NOW, POST, add_article, fill

LEASES, LOCKS = "https://a.example/leases", "https://b.example/locks"
PUBLISHED = NOW + timedelta(hours=7, minutes=23, seconds=41)
DAY = "2026-03-01T00:00:00Z"
BELOW_FULL = (Consent.LINK_ONLY, Consent.REFERENCE)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Database]:
    db = fill(open_store(tmp_path / "hashtrail.db"))
    add_article(db, LOCKS, "b.example")
    yield db
    db.close()


def withheld_snapshot(db: Database, tmp_path: Path, consent: Consent) -> sqlite3.Connection:
    """Return the snapshot after one person shares two articles, the first of them twice."""
    author = Author("mastodon", "rosa@people.example", "Rosa", "", consent)
    posts = [
        replace(
            POST,
            uri=f"https://people.example/{number}",
            url=f"https://people.example/{number}",
            author=author,
            published=PUBLISHED + timedelta(minutes=number),
            links=(Link(url),),
            cards=(),
        )
        for number, url in enumerate((LEASES, LEASES, LOCKS))
    ]
    save_posts(db, "trail", posts, PUBLISHED + timedelta(hours=1))
    db.execute("UPDATE links SET article_id = 1 WHERE url = ?", [LEASES])
    db.execute("UPDATE links SET article_id = 2 WHERE url = ?", [LOCKS])
    db.conn.commit()
    return sqlite3.connect(write_snapshot(db, tmp_path / "public.db"))


@pytest.mark.parametrize("consent", BELOW_FULL)
def test_shares_of_a_person_below_full_cannot_be_joined(
    store: Database, tmp_path: Path, consent: Consent
) -> None:
    with closing(withheld_snapshot(store, tmp_path, consent)) as public:
        shares = "SELECT article_id, network, author_id, shared FROM shares WHERE consent = ?"
        assert public.execute(f"{shares} ORDER BY post_id", [consent.value]).fetchall() == [
            (1, "mastodon", None, DAY),
            (1, "mastodon", None, DAY),
            (2, "mastodon", None, DAY),
        ]
        posts = "SELECT DISTINCT author_id, published, seen_at FROM posts WHERE consent = ?"
        assert public.execute(posts, [consent.value]).fetchall() == [(None, DAY, DAY)]
        assert public.execute("SELECT name FROM authors").fetchall() == [("Anna",)]


@pytest.mark.parametrize("consent", BELOW_FULL)
def test_no_row_has_the_time_or_name_of_a_person_below_full(
    store: Database, tmp_path: Path, consent: Consent
) -> None:
    with closing(withheld_snapshot(store, tmp_path, consent)) as public:
        dump = "\n".join(public.iterdump())
    assert "2026-03-01T04:00:00Z" in dump
    traces = ("T11:23:41", "T11:24:41", "T11:25:41", "T12:23:41", "rosa", "Rosa", "author-2")
    assert [trace for trace in traces if trace in dump] == []


@pytest.mark.parametrize("consent", BELOW_FULL)
def test_person_below_full_counts_once_per_article(
    store: Database, tmp_path: Path, consent: Consent
) -> None:
    with closing(withheld_snapshot(store, tmp_path, consent)) as public:
        counts = "SELECT id, shares, sharers FROM article_list ORDER BY id"
        assert public.execute(counts).fetchall() == store.execute(counts).fetchall()
        assert public.execute(counts).fetchall() == [(1, 3, 2), (2, 1, 1)]
        people = "SELECT article_id, count(*) FROM article_sharers GROUP BY 1 ORDER BY 1"
        assert public.execute(people).fetchall() == [(1, 2), (2, 1)]
        result = run_named_query(public, "who_shared_first", {"article_id": "1"})
        assert result.summary.startswith("3 posts by 2 people")
        recent = run_named_query(public, "most_shared", {"days": "1"})
        people_column = recent.columns.index("people")
        assert [row[people_column] for row in recent.rows] == [2]


def test_person_who_may_be_named_leads_before_a_later_share_of_the_same_day(
    store: Database, tmp_path: Path
) -> None:
    with closing(withheld_snapshot(store, tmp_path, Consent.LINK_ONLY)) as public:
        led = "SELECT led_articles, later_sharers FROM sharers"
        assert public.execute(led).fetchall() == [(1, 1)]


def test_unchanged_feed_entry_of_a_share_below_full_has_its_day(
    store: Database, tmp_path: Path
) -> None:
    time = "2026-03-01T11:25:41Z"
    store.execute("INSERT INTO published_entries VALUES (2, 'digest', ?)", [time])
    with closing(withheld_snapshot(store, tmp_path, Consent.LINK_ONLY)) as public:
        changed = public.execute("SELECT changed FROM published_entries").fetchall()
    assert changed == [(DAY,)]
