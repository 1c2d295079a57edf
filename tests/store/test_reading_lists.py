"""Reading lists in the database: stored picks, and their articles."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlite_utils import Database

from crawler.crawl.crawl_context import open_ledger
from crawler.links.article_key import normalize_url
from crawler.models.reading_lists import Pick
from crawler.models.topics import Topic
from crawler.store.article_identity import IdentityLedger
from crawler.store.articles import due_articles
from crawler.store.database import open_memory
from crawler.store.erase_rows import delete_matching
from crawler.store.public_snapshot import write_snapshot
from crawler.store.reading_lists import attach_picks, save_reading_lists
from crawler.store.taggings import save_topics
from crawler.store.tombstones import add_tombstones

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
PICK = Pick("https://a.example/leases", "Leases", "paper", "Why.", "documentation", ("Ann",), 1989)
OTHER = replace(PICK, url="https://b.example/locks", title="Locks", year=None)


@pytest.fixture
def db() -> Database:
    db = open_memory()
    save_topics(
        db,
        [Topic("leases", "Leases", "d", confused_with=("locks",)), Topic("locks", "Locks", "d")],
        texts={"leases": "A lease ends."},
    )
    return db


@pytest.fixture
def ledger(db: Database) -> IdentityLedger:
    return open_ledger(db)


def _save(db: Database, *picks: Pick, topic: str = "leases") -> int:
    return save_reading_lists(db, {topic: picks}, normalize_url)


def _rows(db: Database, columns: str) -> list[tuple[Any, ...]]:
    return db.execute(f"SELECT {columns} FROM reading_list ORDER BY topic, position").fetchall()


def test_texts_and_lists_are_stored_with_their_topics(db: Database) -> None:
    row = db.execute("SELECT text, confused_with FROM topics WHERE slug = 'leases'").fetchone()
    assert row == ("A lease ends.", '["locks"]')
    assert _save(db, PICK, OTHER) == 2
    assert _rows(db, "position, title, authors, year, article_id") == [
        (1, "Leases", '["Ann"]', 1989, None),
        (2, "Locks", '["Ann"]', None, None),
    ]
    assert _save(db, PICK, OTHER) == 0
    assert _save(db, OTHER) == 3
    assert _save(db, PICK, topic="unknown") == 1
    assert _rows(db, "1") == []


def test_pick_whose_url_is_an_alias_is_that_article(db: Database, ledger: IdentityLedger) -> None:
    (article,) = ledger.attach(["https://a.example/leases/?utm_source=feed"], NOW)
    _save(db, PICK, OTHER)
    assert attach_picks(ledger, NOW, most_new=0) == 0
    assert _rows(db, "article_id") == [(article,), (None,)]


def test_new_articles_of_picks_are_limited_and_first_picks_come_first(
    db: Database, ledger: IdentityLedger
) -> None:
    third = replace(PICK, url="https://c.example/3")
    save_reading_lists(db, {"leases": (PICK, OTHER), "locks": (third,)}, normalize_url)
    assert attach_picks(ledger, NOW, most_new=2) == 2
    stored = db.execute("SELECT title, url, authors FROM articles ORDER BY id").fetchall()
    assert stored == [
        ("Leases", PICK.url, '["Ann"]'),
        ("Leases", third.url, '["Ann"]'),
    ]
    assert attach_picks(ledger, NOW, most_new=2) == 1
    assert attach_picks(ledger, NOW, most_new=2) == 0


def test_list_change_keeps_the_article_of_a_pick(db: Database, ledger: IdentityLedger) -> None:
    _save(db, PICK)
    attach_picks(ledger, NOW, most_new=9)
    _save(db, OTHER, PICK)
    assert _rows(db, "url, article_id") == [(OTHER.url, None), (PICK.url, 1)]


def test_pick_follows_its_article_through_a_merge(db: Database, ledger: IdentityLedger) -> None:
    _save(db, PICK)
    (first,) = ledger.attach(["https://first.example/"], NOW)
    attach_picks(ledger, NOW, most_new=9)
    (pick_article,) = _rows(db, "article_id")[0]
    ledger.merge(first or 0, pick_article, "curator", "", NOW)
    assert _rows(db, "article_id") == [(first,)]


def test_erased_url_leaves_the_list_and_stays_away(db: Database, ledger: IdentityLedger) -> None:
    _save(db, PICK, OTHER)
    attach_picks(ledger, NOW, most_new=9)
    add_tombstones(db, [PICK.url, ledger.key(PICK.url).key], NOW, "asked")
    delete_matching(db)
    assert _rows(db, "url") == [(OTHER.url,)]
    _save(db, replace(PICK, url=PICK.url + "?utm_source=x"), OTHER)
    assert _rows(db, "url") == [(OTHER.url,)]


def test_hidden_pick_is_not_in_the_snapshot(
    db: Database, ledger: IdentityLedger, tmp_path: Path
) -> None:
    save_topics(
        db,
        [Topic("leases", "Leases", "d")],
        texts={"leases": f"See [a paper]({PICK.url}) and [locks]({OTHER.url})."},
    )
    _save(db, PICK, OTHER)
    attach_picks(ledger, NOW, most_new=9)
    db.execute("UPDATE articles SET hidden = 1 WHERE url = ?", [PICK.url])
    snapshot = write_snapshot(db, tmp_path / "public.db", lambda url: normalize_url(url).key)
    copy = Database(snapshot)
    assert _rows(copy, "url") == [(OTHER.url,)]
    assert PICK.url not in copy.execute("SELECT text FROM topics").fetchone()[0]


def test_new_picks_are_fetched_after_new_shared_articles(
    db: Database, ledger: IdentityLedger
) -> None:
    _save(db, PICK)
    attach_picks(ledger, NOW, most_new=9)
    known, shared = ledger.attach(["https://known.example/", "https://a.example/shared"], NOW)
    db.execute(
        "UPDATE articles SET state = 'ok', next_check = ? WHERE id = ?",
        [(NOW - timedelta(days=1)).isoformat().replace("+00:00", "Z"), known],
    )
    due = [article.article_id for article in due_articles(db, NOW, 9)]
    assert due == [shared, 1, known]
