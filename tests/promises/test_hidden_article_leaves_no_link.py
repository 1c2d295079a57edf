"""No link to a hidden article remains in the snapshot or in an export, however it is spelled."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlite_utils import Database

from crawler.links.article_key import normalize_url
from crawler.models.articles import Article
from crawler.models.posts import Link
from crawler.store import export_rows
from crawler.store.database import open_store
from crawler.store.public_snapshot import write_snapshot
from tests.store.conftest import fill, read_article

HIDDEN = "https://blog.example/zqsecret"
SPELLINGS = (
    HIDDEN,
    "http://blog.example/zqsecret",
    "https://www.blog.example/zqsecret",
    "HTTPS://BLOG.EXAMPLE/zqsecret",
    "https://blog.example:443/zqsecret",
    "https://blog.example/zqsecret/",
    "https://blog.example/zqsecret?utm_source=a&fbclid=b",
    "https://blog.example/zqsecret#part",
    "https://blog.example/%7Aqsecret",
    "//blog.example/zqsecret",
    "blog.example/zqsecret",
    "https://short.example/zqsecret",  # redirects there
    "https://www.google.com/url?q=https%3A%2F%2Fblog.example%2Fzqsecret",
    "https://web.archive.org/web/2024/https://blog.example/zqsecret",
)
OTHERS = (
    "https://blog.example/zqother",
    "https://blog.example/zqsecret-2",
    "https://blog.example/",
    "https://other.example/zqsecret",
)


def key(url: str) -> str:
    return normalize_url(url).key


def library(folder: Path, url: str) -> Database:
    """A library in which article 1 names `url` wherever a URL can occur; article 2 is hidden."""
    db = fill(open_store(folder / "hashtrail.db"))
    db.execute(
        "INSERT INTO articles (url, key, host, first_seen) VALUES (?, ?, 'blog.example', 'x')",
        [HIDDEN, key(HIDDEN)],
    )
    db.execute(
        "INSERT INTO aliases (url, key, article_id, reason, added_at) VALUES "
        "('https://short.example/zqsecret', 'short.example/zqsecret', 2, 'redirect', 'x')"
    )
    page = Article(
        "https://a.example/leases",
        "Leases",
        f"Some text with {url} in it.",
        description=f"The excerpt names ({url}), and goes on to say more than that.",
        content_hash="x",
        word_count=9,
        links=(Link(url, url),),
    )
    read_article(db, 1, page)
    db.execute("UPDATE posts SET text = ?", [f"See {url}, and https://fine.example/."])
    db.execute("INSERT INTO curation_log VALUES (9, 'x', 'me', 'withdrawn', ?, ?)", [url, url])
    db.execute("INSERT INTO not_merged VALUES (?, 'https://a.example/leases', 'x')", [url])
    db.execute(
        "INSERT INTO fetches (url, hops, at, purpose, outcome) VALUES "
        "('https://x.example/', json_array(?), 'x', 'page', 'ok')",
        [url],
    )
    db.execute("UPDATE articles SET hidden = (id = 2), state_evidence = ?", [f"redirect to {url}"])
    db.conn.commit()
    return db


def cells(snapshot: Path) -> str:
    """Everything that the rows of the snapshot hold, except the words for searching."""
    with closing(sqlite3.connect(snapshot)) as public:
        names = public.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")
        tables = [name for (name,) in names.fetchall() if "_fts" not in name]
        return repr([public.execute(f"SELECT * FROM {name}").fetchall() for name in tables])


@pytest.mark.parametrize("url", SPELLINGS)
def test_link_to_a_hidden_article_is_not_published(tmp_path: Path, url: str) -> None:
    db = library(tmp_path, url)
    exported = repr([*export_rows.article_rows(db, key=key), *export_rows.post_rows(db, key=key)])
    shown = cells(write_snapshot(db, tmp_path / "public.db", key))
    assert "fine.example" in shown
    assert "fine.example" in exported
    assert "zqsecret" not in shown.lower()
    assert "%7aqsecret" not in shown.lower()
    assert "zqsecret" not in exported.lower()
    assert "%7aqsecret" not in exported.lower()


@pytest.mark.parametrize("url", OTHERS)
def test_link_to_another_page_is_published(tmp_path: Path, url: str) -> None:
    db = library(tmp_path, url)
    shown = cells(write_snapshot(db, tmp_path / "public.db", key))
    assert shown.count(url) >= 6
    assert f"See {url}," in repr([*export_rows.post_rows(db, key=key)])
