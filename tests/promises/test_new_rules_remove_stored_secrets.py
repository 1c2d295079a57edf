"""A secret that an earlier version stored leaves the database when a newer one recognizes it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlite_utils import Database

from crawler import token_formats
from crawler.curation.stored_decisions import log_action
from crawler.links.article_key import normalize_url
from crawler.models.articles import ArticleState
from crawler.models.http_exchange import Hop, Response
from crawler.models.outcomes import Failure, Outcome
from crawler.models.posts import Link, Post
from crawler.store import redact_stored_rows as step
from crawler.store.article_identity import IdentityLedger
from crawler.store.articles import ArticleCheck, save_article
from crawler.store.database import open_memory, open_store
from crawler.store.fetch_log import save_fetch
from crawler.store.posts import save_posts
from crawler.store.redact_stored_rows import redact_stored_rows
from crawler.store.runs import start_run
from crawler.store.sql_values import to_json
from crawler.store.update_snapshot import update_snapshot
from crawler.store.verify_database import find_inconsistencies
from tests.promises.test_url_secrets_are_removed import _article, _post

SECRET = "ghp_" + "q7Zr2LxVb9TnK4wHs8JdYc3MfG6pRtE5uAoW"
OTHER = "gho_" + "q7Zr2LxVb9TnK4wHs8JdYc3MfG6pRtE5uAoW"
URL = "https://x.example/{}/leases"
NOW = datetime(2026, 12, 1, tzinfo=UTC)


@pytest.fixture
def db(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Database:
    """A database of a version that recognized no tokens, with one token in every field."""
    db = open_store(tmp_path / "hashtrail.db")
    url = URL.format(SECRET)
    with monkeypatch.context() as earlier:
        earlier.setattr(token_formats, "_may_have_tokens", lambda text: False)
        post = replace(_post(url), hashtags=("raft", SECRET))
        save_posts(db, "trail", [post, Post("feed", URL.format(OTHER), SECRET)], NOW)
        ledger = IdentityLedger(db, normalize_url, "earlier")
        ledger.rekey(NOW)
        ledger.attach_links(NOW)
        other = ledger.attach([URL.format(OTHER)], NOW)[0] or 0
        ledger.record_canonical(other, f"{url}/canonical", f"rel=canonical of {url}", NOW)
        check = ArticleCheck(1, NOW, NOW, ArticleState.OK, state_evidence=f"Moved to {url}")
        save_article(db, check, replace(_article(url), content_hash="1"))
        run = start_run(db, "crawl", NOW)
        save_fetch(
            db, run, "page", Response(url, url, 200, (), b"", NOW, hops=(Hop(url, 301),)), NOW
        )
        save_fetch(db, run, "page", Failure(url, "fetch", Outcome.DNS, f"no {url}"), NOW)
    assert _rows(db).count(SECRET) > 30
    return db


def _apply_rules(db: Database) -> int:
    """Do what the crawl of a newer version does: clean the rows, then make the keys again."""
    count = redact_stored_rows(db)
    IdentityLedger(db, normalize_url, "newer").rekey(NOW)
    return count


def _rows(db: Database) -> str:
    """Every row, except of search indexes, which store words in pieces."""
    return "\n".join(line for line in db.conn.iterdump() if "_fts" not in line)


def test_articles_whose_urls_become_equal_are_merged(tmp_path: Path) -> None:
    db = open_store(tmp_path / "hashtrail.db")
    ledger = IdentityLedger(db, normalize_url, "earlier")
    ledger.rekey(NOW)
    urls = [f"https://a.example/p?{name}={value}" for name, value in (("a", 1), ("b", 2))]
    save_posts(db, "trail", [Post("feed", url, url, links=(Link(url),)) for url in urls], NOW)
    ledger.attach_links(NOW)
    assert db.execute("SELECT count(*) FROM articles").fetchone() == (2,)
    for table, column in (("articles", "url"), ("aliases", "url"), ("links", "url")):
        db.execute(f"UPDATE OR IGNORE {table} SET {column} = replace({column}, 'a=1', 'token=one')")
        db.execute(f"UPDATE OR IGNORE {table} SET {column} = replace({column}, 'b=2', 'token=two')")
    _apply_rules(db)
    assert db.execute("SELECT id, url FROM articles").fetchall() == [(1, "https://a.example/p")]
    assert db.execute("SELECT DISTINCT article_id FROM links").fetchall() == [(1,)]
    assert [*find_inconsistencies(db)] == []


def test_quoted_secret_in_a_list_leaves_valid_json(db: Database) -> None:
    headings = ['Call "https://x.example/?token=abc123def" first', "Second\nline"]
    db.execute("UPDATE articles SET headings = ? WHERE id = 1", [to_json(headings)])
    _apply_rules(db)
    (stored,) = db.execute("SELECT headings FROM articles WHERE id = 1").fetchone()
    assert json.loads(stored) == ['Call "https://x.example/" first', "Second\nline"]


def test_stored_secret_is_removed_from_every_row_once(db: Database) -> None:
    assert _apply_rules(db) > 10
    assert SECRET not in _rows(db)
    assert SECRET.lower() not in _rows(db)
    assert db.execute("SELECT shown FROM post_hashtags").fetchall() == [("raft",)]
    before = _rows(db)
    statements: list[str] = []
    db.conn.set_trace_callback(statements.append)
    assert redact_stored_rows(db) == 0
    assert len(statements) == 1
    db.conn.set_trace_callback(None)
    assert _rows(db) == before


def test_snapshot_loses_the_secret_by_an_update(db: Database, tmp_path: Path) -> None:
    public = update_snapshot(db, tmp_path / "public.db")
    assert SECRET.encode() in public.read_bytes()
    _apply_rules(db)
    update_snapshot(db, public)
    assert SECRET.encode() not in public.read_bytes()
    assert b"removed-token-" in public.read_bytes()


def test_cleaned_texts_are_annotated_again(db: Database) -> None:
    for table in ("articles", "posts"):
        db.execute(f"UPDATE {table} SET annotated = '1'")
    redact_stored_rows(db)
    assert db.execute("SELECT count(*) FROM posts WHERE annotated <> ''").fetchone() == (0,)
    assert db.execute("SELECT annotated FROM articles WHERE id = 1").fetchone() == ("",)


def test_articles_keep_their_ids_and_the_database_is_consistent(db: Database) -> None:
    articles = db.execute("SELECT count(*) FROM articles").fetchone()
    _apply_rules(db)
    ledger = IdentityLedger(db, normalize_url, "newer")
    assert db.execute("SELECT count(*) FROM articles").fetchone() == articles
    assert ledger.find(URL.format(SECRET)) == 1
    assert ledger.attach([URL.format(SECRET)], NOW) == [1]
    assert find_inconsistencies(db) == []


def test_killed_step_is_completed_by_the_next_run(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(step, "_ROWS", 1)
    write = step._write
    written = 0

    def killed(*row: object) -> None:
        nonlocal written
        written += 1
        if written == 5:
            raise KeyboardInterrupt
        write(*row)  # type: ignore[arg-type]

    monkeypatch.setattr(step, "_write", killed)
    with pytest.raises(KeyboardInterrupt):
        redact_stored_rows(db)
    assert SECRET in _rows(db)
    _apply_rules(db)
    assert SECRET not in _rows(db)


def test_rows_that_become_equal_stay_two_posts_and_become_one_alias() -> None:
    db = open_memory()
    hooks = [f"https://x.example/hooks/{letter * 26}" for letter in "ab"]
    post = {"source": "s", "network": "feed", "seen_at": "2026"}
    alias = {"key": "k", "article_id": 1, "reason": "as-posted", "added_at": "2026"}
    db.table("articles").insert(
        {"id": 1, "url": "u", "key": "k", "host": "h", "first_seen": "2026"}
    )
    for number, url in enumerate(hooks, 1):
        db.table("posts").insert(post | {"id": number, "uri": url})
        db.table("aliases").insert(alias | {"url": url})
    assert redact_stored_rows(db) == 4
    uris = [uri for (uri,) in db.execute("SELECT uri FROM posts ORDER BY id")]
    assert uris == ["https://x.example/hooks/", "https://x.example/hooks/#2"]
    assert db.execute("SELECT url FROM aliases").fetchall() == [("https://x.example/hooks/",)]


def test_columns_of_the_step_exist_and_are_sorted() -> None:
    tables = [columns.table for columns in step._COLUMNS]
    assert tables == sorted(tables)
    db = open_memory()
    for columns in step._COLUMNS:
        assert set(columns.names) <= {column.name for column in db.table(columns.table).columns}


def test_public_log_of_decisions_has_no_secrets() -> None:
    db = open_memory()
    log_action(db, "ann", "hide", "https://a.example/p?token=abc123def", "See #1", NOW)
    assert db.execute("SELECT subject, reason FROM curation_log").fetchall() == [
        ("https://a.example/p", "See #1")
    ]
