"""Withdrawals of a person stay in force until a newer response of the network ends them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlite_utils import Database

from crawler.consent.levels import reduce_to_level
from crawler.consent.mentioned_people import WITHHELD
from crawler.models.posts import Author, Card, Consent, Link, Post, Provenance
from crawler.store.database import open_memory
from crawler.store.erase_rows import delete_matching
from crawler.store.posts import mark_deleted, save_posts
from crawler.store.public_snapshot import write_snapshot
from crawler.store.tombstones import add_tombstones, author_identifier

NOW = datetime(2026, 12, 1, 2, tzinfo=UTC)
DAY = timedelta(days=1)
ANNA = Author("mastodon", "anna@trail.example", "Anna", "https://trail.example/@anna")
ANSWER = Provenance(request="https://trail.example/api/v1/timelines/tag/x", id="1")
POST = Post(
    "mastodon",
    "https://trail.example/statuses/1",
    "Leases beat locks",
    url="https://trail.example/@anna/1",
    author=ANNA,
    links=(Link("https://a.example/leases"),),
    cards=(Card("A secret card", link="https://a.example/leases"),),
    provenance=ANSWER,
)
EXPORT = replace(POST, provenance=Provenance(file="export.jsonl", lines=(1, 1)))


@pytest.fixture
def db() -> Database:
    return open_memory()


def withheld(level: Consent, post: Post = POST) -> Post:
    """The post as its network shows it after its author withdrew."""
    author = replace(post.author or ANNA, consent=level)
    return replace(
        reduce_to_level(replace(post, author=author), level), reasons=("profile says 'nobot'",)
    )


def texts(db: Database) -> list[str]:
    return [text for (text,) in db.execute("SELECT text FROM posts ORDER BY id")]


LEVELS = (Consent.REFERENCE, Consent.LINK_ONLY, Consent.NONE)


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize(
    ("source", "later"),
    [
        ("inbox/export.jsonl", EXPORT),
        ("Trail", EXPORT),
        ("Other server", POST),
        ("Other server", replace(POST, uri="https://trail.example/statuses/2")),
        ("inbox/export.jsonl", replace(EXPORT, uri="https://trail.example/statuses/2")),
    ],
)
def test_file_or_other_server_does_not_end_a_withdrawal(
    db: Database, level: Consent, source: str, later: Post
) -> None:
    save_posts(db, "Trail", [POST], NOW)
    save_posts(db, "Trail", [withheld(level)], NOW + DAY)
    save_posts(db, source, [later], NOW + 2 * DAY)
    assert set(texts(db)) == {""}
    assert "Anna" not in str(db.execute("SELECT * FROM authors").fetchall())


@pytest.mark.parametrize("level", LEVELS)
def test_newer_response_of_the_same_source_ends_a_withdrawal(db: Database, level: Consent) -> None:
    save_posts(db, "Trail", [POST], NOW)
    save_posts(db, "Trail", [withheld(level)], NOW + DAY)
    save_posts(db, "Trail", [POST], NOW + 2 * DAY)
    assert texts(db) == [POST.text]
    assert db.execute("SELECT handle, name, consent FROM authors").fetchall() == [
        (ANNA.handle, "Anna", "full")
    ]
    assert db.table("withheld_posts").count == db.table("withheld_authors").count == 0


def test_older_response_does_not_end_a_withdrawal(db: Database) -> None:
    save_posts(db, "Trail", [withheld(Consent.REFERENCE)], NOW)
    save_posts(db, "Trail", [POST], NOW - DAY)
    assert texts(db) == [""]


def test_file_or_other_server_does_not_restore_a_deleted_post(db: Database) -> None:
    save_posts(db, "Trail", [POST], NOW)
    mark_deleted(db, [POST.uri], NOW + DAY)
    save_posts(db, "Trail", [EXPORT], NOW + 2 * DAY)
    save_posts(db, "Other server", [POST], NOW + 2 * DAY)
    assert texts(db) == [""]
    save_posts(db, "Trail", [POST], NOW + 3 * DAY)
    assert texts(db) == [POST.text]


def test_file_does_not_remove_a_content_warning_or_restore_an_old_name(db: Database) -> None:
    renamed = replace(POST, author=replace(ANNA, name="Anton"), sensitive=True)
    save_posts(db, "Trail", [POST], NOW)
    save_posts(db, "Trail", [renamed], NOW + DAY)
    save_posts(db, "Trail", [EXPORT], NOW + 2 * DAY)
    other = replace(EXPORT, uri="https://trail.example/statuses/2")
    save_posts(db, "inbox/export.jsonl", [other], NOW + 2 * DAY)
    assert db.execute("SELECT name FROM authors").fetchall() == [("Anton",)]
    assert db.execute("SELECT sensitive FROM posts WHERE id = 1").fetchone() == (1,)


def test_one_unlisted_post_does_not_narrow_its_author(db: Database) -> None:
    quiet = replace(POST, uri="https://trail.example/statuses/2", consent=Consent.LINK_ONLY)
    save_posts(db, "Trail", [POST, quiet], NOW)
    assert texts(db) == [POST.text, ""]
    assert db.execute("SELECT author_id FROM posts WHERE id = 2").fetchone() == (None,)


MENTIONS = [
    "RE: https://trail.example/@anna/77",
    "RE: https://other.example/@anna@trail.example/77",
    "https://trail.example/users/anna/statuses/77",
    "trail.example/@anna/77",
    "as @anna wrote",
    "as @anna@trail.example wrote",
    "@ANNA, @anna.",
]


@pytest.mark.parametrize("order", ["mention first", "withdrawal first"])
@pytest.mark.parametrize("words", MENTIONS)
def test_name_of_a_withheld_person_is_removed_from_posts_of_others(
    db: Database, words: str, order: str
) -> None:
    bo = Author("mastodon", "bo@trail.example", "Bo")
    mention = replace(
        POST,
        uri="https://trail.example/statuses/9",
        url="https://trail.example/@bo/9",
        text=f"{words} and @carl agrees",
        author=bo,
        links=(Link("https://a.example/leases"), Link("https://trail.example/@anna/77")),
        cards=(),
    )
    steps = [[mention], [withheld(Consent.REFERENCE)]]
    for post in steps if order == "mention first" else steps[::-1]:
        save_posts(db, "Trail", post, NOW)
    (text,) = [text for text in texts(db) if text]
    assert "anna" not in text.lower()
    assert WITHHELD in text
    assert text.endswith("and @carl agrees")
    links = db.execute(
        "SELECT l.url FROM links l JOIN posts p ON p.id = l.post_id WHERE p.text <> ''"
    )
    assert links.fetchall() == [("https://a.example/leases",)]


def test_stored_link_to_a_withheld_person_is_removed_from_a_post_without_the_name(
    db: Database,
) -> None:
    links = (Link("https://a.example/leases"), Link("https://trail.example/@anna/77", "here"))
    post = replace(POST, uri="https://trail.example/statuses/9", author=None, links=links, cards=())
    save_posts(db, "Trail", [replace(post, text="The thread is here")], NOW)
    save_posts(db, "Trail", [withheld(Consent.REFERENCE)], NOW + DAY)
    stored = "SELECT links.url FROM links JOIN posts p ON p.id = post_id WHERE p.uri = ?"
    assert db.execute(stored, [post.uri]).fetchall() == [("https://a.example/leases",)]


def test_mention_of_a_bluesky_handle_is_removed(db: Database) -> None:
    did = "did:plc:anna"
    anna = Author("bluesky", did, "Anna", aliases=("anna.example",), consent=Consent.LINK_ONLY)
    hidden = replace(POST, network="bluesky", uri=f"at://{did}/app.bsky.feed.post/1", author=anna)
    words = "See https://bsky.app/profile/anna.example/post/3k and @anna.example"
    open_post = replace(POST, network="bluesky", uri="at://x/1", text=words, author=None, cards=())
    save_posts(db, "Sky", [open_post, replace(hidden, consent=Consent.LINK_ONLY)], NOW)
    assert texts(db)[0] == f"See {WITHHELD} and {WITHHELD}"


@pytest.mark.parametrize("change", [{"sensitive": True}, {"consent": Consent.LINK_ONLY}])
def test_card_of_a_sensitive_or_link_only_post_is_not_public(
    tmp_path: Path, change: dict[str, object]
) -> None:
    from crawler.store.database import open_store

    db = open_store(tmp_path / "hashtrail.db")
    save_posts(db, "Trail", [replace(POST, **change)], NOW)  # type: ignore[arg-type]
    public = write_snapshot(db, tmp_path / "public.db")
    assert b"secret card" not in public.read_bytes()


def test_withheld_author_can_be_forgotten_by_handle(db: Database) -> None:
    save_posts(db, "Trail", [POST], NOW)
    save_posts(db, "Trail", [withheld(Consent.REFERENCE)], NOW + DAY)
    add_tombstones(db, [author_identifier("mastodon", ANNA.handle)], NOW + DAY, "asked")
    delete_matching(db)
    assert db.table("posts").count == db.table("authors").count == 0
    assert save_posts(db, "Trail", [POST], NOW + 2 * DAY).refused == 1
