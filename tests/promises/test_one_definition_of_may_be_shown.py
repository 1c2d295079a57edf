"""One definition decides what may be shown of posts, authors and articles."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest
from sqlite_utils import Database

from crawler.models.articles import Directives
from crawler.settings.site import SiteSettings
from crawler.sitegen.build_site import build_site
from crawler.store import export_rows
from crawler.store.database import open_store
from crawler.store.posts import save_posts
from crawler.store.public_snapshot import write_snapshot
from crawler.store.verify_database import verify_snapshot
from crawler.workspace import bundled_path
from tests.store.conftest import ARTICLE, NOW, POST, fill, read_article

CRAWLER = Path(__file__).parents[2] / "crawler"
URL = "https://a.example/leases"

# SQL that compares a column from which the level of a post or an article is computed
_PREDICATE = re.compile(
    r"\bconsent\s*(=|<>|!=|NOT|IN)\s*\(?'|\bdeleted_at\s+IS\b|\bhidden\s*(=|<>)\s*[01]"
    r"|\bsensitive\s*(=|<>)\s*[01]"
    r"|\bvisibility\s*(=\s*'|<>|NOT IN|IN\s*\()|\$\.(no\w+|max_snippet)",
)

# These modules decide about storing, fetching or rechecking, not about publication.
_OTHER_QUESTIONS = {
    "store/change_triggers.py": "which changes write the snapshot in full",
    "store/schema_query_views.py": "which people count at the end of a day",
    "store/snapshot_context.py": "which hidden articles are copied, to remove links to them",
    "store/archive_records.py": "which pages are archived",
    "store/articles.py": "which articles are fetched",
    "store/due_queries.py": "which articles are due",
    "store/schema_due_indexes.py": "which rows the indexes of due articles and posts hold",
    "sitegen/indexability.py": "which pages search engines may index",
    "store/authors.py": "narrows stored posts",
    "store/restore_withdrawals.py": "which withdrawals a restore carries over",
    "crawl/update_source_health.py": "which posts show whether a source changed",
    "curation/hide_items.py": "which articles a command has hidden",
    "curation/quarantine.py": "which posts are compared with their source's past",
    "store/posts.py": "which posts are stored as deleted",
    "store/early_migrations.py": "which old articles get an archive record",
    "sources/formats/mastodon_status.py": "which consent follows from the flags of an account",
    "store/post_rechecks.py": "which posts are rechecked",
    "store/consistency_checks.py": "what may be stored",
    "store/consent_withdrawals.py": "which withdrawals hold for a post that arrives again",
    "cli/explain_article.py": "reports deleted posts to the operator",
}


def level(consent: str, author: str, sensitive: int, gone: str) -> str:
    """The level of a post, restated independently of the SQL."""
    if gone or "none" in (consent, author):
        return "nothing"
    if sensitive or "link-only" in (consent, author):
        return "link-only"
    return "reference" if "reference" in (consent, author) else "full"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Database]:
    db = fill(open_store(tmp_path / "state" / "hashtrail.db"))
    yield db
    db.close()


def test_no_other_module_contains_the_predicate() -> None:
    spelled = {
        str(path.relative_to(CRAWLER))
        for path in CRAWLER.rglob("*.py")
        if _PREDICATE.search(path.read_text("utf-8"))
    }
    assert "store/schema_views.py" in spelled
    assert spelled - {"store/schema_views.py"} <= set(_OTHER_QUESTIONS)


def test_every_state_of_a_post_has_one_level(store: Database) -> None:
    consents = ("full", "reference", "link-only", "none")
    gone = ("", "deleted_at = 'x'", "hidden = 1", "visibility = 'private'")
    for consent, author, sensitive, away in product(consents, consents, (0, 1), gone):
        store.execute("UPDATE authors SET consent = ?", [author])
        store.execute(
            "UPDATE posts SET consent = ?, sensitive = ?, deleted_at = NULL, hidden = 0, "
            "visibility = 'public', url = uri",
            [consent, sensitive],
        )
        if away:
            store.execute(f"UPDATE posts SET {away}")
        rows = store.execute(
            "SELECT level, url, text, author_name, author_handle FROM publishable_posts"
        ).fetchall()
        wanted = level(consent, author, sensitive, away)
        assert [row[0] for row in rows] == ([] if wanted == "nothing" else [wanted])
        for _, url, *words in rows:
            assert bool(url) == (wanted in ("full", "reference"))
            assert any(words) == (wanted == "full")


@pytest.mark.parametrize("wanted", ["reference", "link-only"])
def test_reduced_post_keeps_no_word_in_the_snapshot(
    store: Database, tmp_path: Path, wanted: str
) -> None:
    post = replace(
        POST,
        uri="https://s.example/users/zoe/2",
        url="https://s.example/@zoe/2",
        text=f"Zebras, see {URL} #Okapi",
        hashtags=("Okapi",),
    )
    save_posts(store, "trail", [post], NOW)
    store.execute("UPDATE links SET article_id = 1")
    store.execute("UPDATE posts SET consent = ? WHERE uri = ?", [wanted, post.uri])
    path = write_snapshot(store, tmp_path / "public.db")
    content = path.read_bytes().lower()
    assert [word for word in (b"zebra", b"okapi", b"users/zoe") if word in content] == []
    assert (b"@zoe/2" in content) == (wanted == "reference")
    with closing(sqlite3.connect(path)) as public:
        row = public.execute(
            "SELECT network, text, author_name, author_id FROM shares WHERE consent = ?", [wanted]
        ).fetchone()
        assert row == ("mastodon", "", "", None)
        assert public.execute("SELECT shares FROM article_list").fetchone() == (2,)
    assert len(list(export_rows.post_rows(store))) == 1


@pytest.mark.parametrize("directive", ["noindex", "nosnippet", "noarchive"])
def test_page_that_opts_out_is_shown_by_its_title(store: Database, directive: str) -> None:
    read_article(store, 1, replace(ARTICLE, directives=Directives(**{directive: True})))
    assert store.execute("SELECT shows FROM publishable_articles").fetchall() == [("title",)]
    assert store.execute("SELECT title, summary FROM article_list").fetchone() == (
        ARTICLE.title,
        "",
    )


def test_uri_of_a_withheld_post_is_in_no_thread_and_no_request(
    store: Database, tmp_path: Path
) -> None:
    root = "at://did:plc:zebra/app.bsky.feed.post/1"
    post = replace(POST, uri=root, url="", text="root", thread_key=root, links=(), cards=())
    answer = replace(post, uri="at://did:plc:zebra/app.bsky.feed.post/2", text="answer")
    other = replace(answer, uri="at://did:plc:zebra/app.bsky.feed.post/3", text="third")
    save_posts(store, "trail", [post, answer, other], NOW)
    store.execute("UPDATE posts SET deleted_at = 'x', text = '' WHERE uri = ?", [root])
    store.execute(
        "INSERT INTO fetches (url, at, purpose, outcome) VALUES (?, 'x', 'api', 'ok')",
        [f"https://api.example/posts?uris={root}"],
    )
    path = write_snapshot(store, tmp_path / "public.db")
    assert b"app.bsky.feed.post/1" not in path.read_bytes()
    with closing(sqlite3.connect(path)) as public:
        keys = public.execute(
            "SELECT thread_key FROM posts WHERE thread_key IS NOT NULL"
        ).fetchall()
    assert len(keys) == 2
    assert len(set(keys)) == 1


def test_reference_post_is_a_link_with_network_and_date_on_the_site(
    store: Database, tmp_path: Path
) -> None:
    store.execute("UPDATE posts SET consent = 'reference', url = 'https://trail.example/@a/1'")
    public = write_snapshot(store, tmp_path / "public.db")
    build_site(
        public,
        tmp_path / "site/public",
        SiteSettings(),
        NOW,
        bundled_path("templates"),
        bundled_path("site", "assets"),
    )
    pages = {
        p.name: p.read_text("utf-8")
        for p in (tmp_path / "site/public").rglob("*.*")
        if p.suffix in (".html", ".js", ".json", ".md", ".xml", ".atom")
    }
    page = next(
        text for name, text in pages.items() if name.startswith("1-") and name.endswith("html")
    )
    for shown in ('href="https://trail.example/@a/1"', "Mastodon", "1 Mar 2026"):
        assert shown in page
    assert [name for name, text in pages.items() if "Anna" in text or POST.text in text] == []


def test_article_with_only_private_bookmarks_is_not_listed(store: Database) -> None:
    store.execute("UPDATE posts SET visibility = 'private'")
    assert store.execute("SELECT count(*) FROM article_list").fetchone() == (0,)
    save_posts(store, "trail", [replace(POST, uri="2")], NOW)
    store.execute("UPDATE links SET article_id = 1")
    assert store.execute("SELECT count(*) FROM article_list").fetchone() == (1,)


@pytest.mark.parametrize(
    ("change", "subject"),
    [
        ("UPDATE posts SET visibility = 'private'", POST.uri),
        ("UPDATE posts SET consent = 'reference'", POST.uri),
        ("UPDATE posts SET sensitive = 1", POST.uri),
        ("UPDATE posts SET deleted_at = 'x'", POST.uri),
        ("UPDATE authors SET consent = 'link-only'", "mastodon:anna@trail.example"),
        ("UPDATE articles SET hidden = 1", URL),
        ("UPDATE articles SET directives = '{\"nosnippet\": true}'", URL),
    ],
)
def test_verify_reports_what_the_snapshot_shows_too_much(
    store: Database, tmp_path: Path, change: str, subject: str
) -> None:
    public = write_snapshot(store, tmp_path / "public.db")
    assert verify_snapshot(store, public) == []
    store.execute(change)
    assert subject in [finding.subject for finding in verify_snapshot(store, public)]
    write_snapshot(store, public)
    assert verify_snapshot(store, public) == []
