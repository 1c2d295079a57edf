"""Forgotten data is erased from every table, the index and the file, and is never stored again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlite_utils import Database

from crawler.errors import InputError
from crawler.links.article_key import normalize_url
from crawler.models.http_exchange import Response
from crawler.models.posts import Author, Consent, Link, Post, Provenance
from crawler.store.article_identity import IdentityLedger
from crawler.store.backup import create_backup, restore_backup
from crawler.store.database import open_store
from crawler.store.erase_rows import ErasedRows, delete_matching, forget, import_tombstones
from crawler.store.fetch_log import save_fetch
from crawler.store.posts import SavedPosts, save_posts
from crawler.store.verify_database import find_inconsistencies
from tests.store.conftest import NOW, POST, fill

LEASES = "https://a.example/leases"
OTHER = replace(
    POST,
    uri="https://trail.example/2",
    author=replace(POST.author, handle="bo@trail.example", name="Bo", url=""),
    cards=(),
)  # type: ignore[type-var]


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[IdentityLedger]:
    db = fill(open_store(tmp_path / "hashtrail.db"))
    db.execute("UPDATE articles SET key = ?", [normalize_url(LEASES).key])
    db.execute("UPDATE aliases SET key = ?", [normalize_url(LEASES).key])
    yield IdentityLedger(db, normalize_url, "1")
    db.close()


def bytes_of(db: Database) -> bytes:
    path = Path(db.execute("PRAGMA database_list").fetchone()[2])
    return b"".join(part.read_bytes() for part in path.parent.glob(path.name + "*"))


@pytest.mark.parametrize(
    "called",
    [
        "mastodon:anna@trail.example",
        "mastodon:@Anna@trail.example",
        "anna@trail.example",
        "@ANNA@trail.example",
        "https://trail.example/@anna",
    ],
)
def test_forgotten_author_loses_posts_and_articles_that_nobody_else_shared(
    ledger: IdentityLedger, called: str
) -> None:
    assert forget(ledger.db, ledger, called, "Asked by mail.", NOW) == ErasedRows(
        authors=1, posts=1, articles=1
    )
    for table in (
        "authors",
        "posts",
        "links",
        "cards",
        "articles",
        "aliases",
        "taggings",
        "evidence",
    ):
        assert ledger.db.table(table).count == 0, table
    assert b"anna" not in bytes_of(ledger.db).lower()
    assert b"lease expires" not in bytes_of(ledger.db)
    assert save_posts(ledger.db, "trail", [POST, replace(POST, uri="new")], NOW) == SavedPosts(
        refused=2
    )
    assert ledger.db.execute("SELECT action, subject, reason FROM curation_log").fetchall() == [
        ("forget", "on request", "Asked by mail.")
    ]
    assert find_inconsistencies(ledger.db) == []


def test_article_that_others_shared_is_kept(ledger: IdentityLedger) -> None:
    save_posts(ledger.db, "trail", [OTHER], NOW)
    ledger.attach_links(NOW)
    assert forget(ledger.db, ledger, "anna@trail.example", "Asked.", NOW) == ErasedRows(
        authors=1, posts=1
    )
    assert ledger.db.execute("SELECT shares FROM article_list").fetchall() == [(1,)]


def test_forgotten_article_is_not_stored_again_under_any_spelling(
    ledger: IdentityLedger,
) -> None:
    save_fetch(
        ledger.db,
        None,
        "page",
        Response(LEASES, LEASES, 200, (), b"", NOW, archive_file="s.warc.gz", archive_offset=41),
        NOW,
    )
    assert forget(ledger.db, ledger, LEASES + "?utm_source=x", "Asked.", NOW) == ErasedRows(
        articles=1, links=1, archived=(("s.warc.gz", 41),)
    )
    assert ledger.db.execute("SELECT text FROM posts").fetchall() == [
        ("Leases beat locks: [removed] #DistributedSystems",)
    ]
    assert b"a.example/leases" not in bytes_of(ledger.db)
    save_posts(
        ledger.db,
        "trail",
        [POST, replace(OTHER, links=(Link("http://www.a.example/leases/#x"),))],
        NOW,
    )
    assert ledger.attach_links(NOW).count == 0
    assert ledger.db.table("articles").count == 0
    assert ledger.db.execute("SELECT text FROM posts WHERE id = 1").fetchall() == [
        ("Leases beat locks: [removed] #DistributedSystems",)
    ]


def test_a_single_post_can_be_forgotten(ledger: IdentityLedger) -> None:
    save_posts(ledger.db, "trail", [OTHER], NOW)
    ledger.attach_links(NOW)
    assert forget(ledger.db, ledger, POST.uri, "Asked.", NOW) == ErasedRows(posts=1)
    assert [row[0] for row in ledger.db.execute("SELECT uri FROM posts")] == [OTHER.uri]


def test_unknown_url_that_is_forgotten_is_refused_later(ledger: IdentityLedger) -> None:
    assert forget(ledger.db, ledger, "mastodon:zoe@trail.example", "Asked.", NOW) == ErasedRows()
    zoe = replace(POST, uri="3", author=replace(POST.author, handle="Zoe@trail.example", url=""))  # type: ignore[type-var]
    assert save_posts(ledger.db, "trail", [zoe], NOW) == SavedPosts(refused=1)
    with pytest.raises(InputError, match="No author is called yan"):
        forget(ledger.db, ledger, "yan", "Asked.", NOW)


def test_forgetting_twice_finds_nothing_more(ledger: IdentityLedger) -> None:
    forget(ledger.db, ledger, LEASES, "Asked.", NOW)
    assert delete_matching(ledger.db) == ErasedRows()


def test_restored_backup_erases_what_was_erased_since(
    ledger: IdentityLedger, tmp_path: Path
) -> None:
    saved = create_backup(ledger.db, tmp_path / "backups", NOW)
    forget(ledger.db, ledger, "anna@trail.example", "Asked.", NOW)
    ledger.db.close()
    aside = restore_backup(saved, tmp_path / "hashtrail.db", NOW)
    assert aside
    damaged = tmp_path / "backups" / "damaged.db"
    damaged.write_bytes(b"no database")
    again = open_store(tmp_path / "hashtrail.db")
    assert again.table("posts").count == 1
    assert (import_tombstones(again, [aside, damaged]), import_tombstones(again, [aside])) == (5, 0)
    assert (again.table("posts").count, again.table("authors").count) == (0, 0)


DID = "did:plc:abcdefghijklmnopqrstuvwx"
ON_BLUESKY = Author("bluesky", DID, "Vic", aliases=("vic.bsky.social",))


def bluesky_post(key: str, author: Author = ON_BLUESKY) -> Post:
    uri, url = f"at://{DID}/app.bsky.feed.post/{key}", f"https://bsky.app/profile/{DID}/post/{key}"
    answer = Provenance(request="https://public.api.bsky.app/xrpc/x")
    return Post("bluesky", uri, "On Raft", url, author, provenance=answer)


@pytest.mark.parametrize(
    "subject",
    [
        "vic.bsky.social",
        "bluesky:Vic.bsky.social",
        "https://bsky.app/profile/vic.bsky.social",
        f"bluesky:{DID}",
    ],
)
def test_handle_and_did_of_a_collected_account_are_erased_together(
    ledger: IdentityLedger, subject: str
) -> None:
    save_posts(ledger.db, "bluesky", [bluesky_post("3ka")], NOW)
    erased = forget(ledger.db, ledger, subject, "Asked.", NOW)
    assert (erased.authors, erased.posts) == (1, 1)
    by_handle = Author("bluesky", "vic.bsky.social", "Vic")
    without_alias = replace(ON_BLUESKY, aliases=())
    arriving = [bluesky_post("3kb", author) for author in (ON_BLUESKY, by_handle, without_alias)]
    assert save_posts(ledger.db, "bluesky", arriving, NOW).refused > 0
    networks = ledger.db.execute("SELECT DISTINCT network FROM posts").fetchall()
    assert networks == [("mastodon",)]
    assert ledger.db.table("author_names").count == 0


def test_account_erased_by_its_handle_is_refused_under_its_did(ledger: IdentityLedger) -> None:
    forget(ledger.db, ledger, "bluesky:vic.bsky.social", "Asked.", NOW)
    assert save_posts(ledger.db, "bluesky", [bluesky_post("3ka")], NOW).refused == 1


def test_withheld_account_keeps_no_other_name(ledger: IdentityLedger) -> None:
    save_posts(ledger.db, "bluesky", [bluesky_post("3ka")], NOW)
    assert ledger.db.table("author_names").count == 1
    quiet = replace(ON_BLUESKY, consent=Consent.NONE)
    post = replace(bluesky_post("3ka", quiet), consent=Consent.NONE)
    save_posts(ledger.db, "bluesky", [post], NOW)
    assert ledger.db.table("author_names").count == 0
