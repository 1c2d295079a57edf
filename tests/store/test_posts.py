"""Posts are kept once, follow their edits, and hold nothing that their author did not allow."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlite_utils import Database

from crawler.models.posts import Author, Card, Consent, Link, Post, Provenance
from crawler.models.topics import Evidence, Topic, TopicScore
from crawler.store.database import open_memory
from crawler.store.posts import SavedPosts, mark_deleted, save_posts
from crawler.store.taggings import CURATOR, save_tagging, save_taggings, save_topics
from crawler.store.tombstones import add_tombstones, author_identifier
from tests.bench.counted_work import count_database_steps

NOW = datetime(2026, 3, 1, 4, 0, tzinfo=UTC)
ANNA = Author("mastodon", "anna@trail.example", "Anna", "https://trail.example/@anna")
POST = Post(
    "mastodon",
    "https://trail.example/1",
    "Leases beat locks: https://a.example/leases #DistributedSystems",
    url="https://trail.example/@anna/1",
    author=ANNA,
    published=NOW - timedelta(hours=3),
    hashtags=("DistributedSystems", "Straße"),
    links=(Link("https://a.example/leases"), Link("https://b.example/", "b", "facet")),
    cards=(
        Card("Leases", "Why", "A", "https://a.example/leases"),
        Card("Elsewhere", link="https://c.example/"),
    ),
    provenance=Provenance(request="https://trail.example/api"),
)


@pytest.fixture
def db() -> Database:
    return open_memory()


def keep(db: Database, *posts: Post, source: str = "trail", at: datetime = NOW) -> SavedPosts:
    return save_posts(db, source, posts, at)


def everything(db: Database) -> dict[str, list[tuple[object, ...]]]:
    tables = ("posts", "authors", "post_hashtags", "links", "cards", "taggings", "evidence")
    return {
        table: db.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall() for table in tables
    }


def test_saved_post_has_all_its_parts(db: Database) -> None:
    assert keep(db, POST) == SavedPosts(new=1)
    row = next(db.query("SELECT p.*, a.handle FROM posts p JOIN authors a ON a.id = p.author_id"))
    assert (row["handle"], row["published"], row["seen_at"]) == (
        ANNA.handle,
        "2026-03-01T01:00:00Z",
        "2026-03-01T04:00:00Z",
    )
    assert row["provenance"] == '{"request":"https://trail.example/api"}'
    assert db.execute("SELECT hashtag, shown FROM post_hashtags ORDER BY 1").fetchall() == [
        ("distributedsystems", "DistributedSystems"),
        ("strasse", "Straße"),
    ]
    assert db.execute("SELECT position, url, origin FROM links").fetchall() == [
        (0, "https://a.example/leases", "body"),
        (1, "https://b.example/", "facet"),
        (2, "https://c.example/", "card"),
    ]
    cards = db.execute(
        "SELECT c.title, l.url FROM cards c JOIN links l ON l.id = c.link_id ORDER BY c.id"
    ).fetchall()
    assert cards == [("Leases", "https://a.example/leases"), ("Elsewhere", "https://c.example/")]


def test_saving_the_same_posts_again_changes_nothing(db: Database) -> None:
    keep(db, POST, replace(POST, uri="2", author=None))
    before = everything(db)
    assert keep(
        db, POST, replace(POST, uri="2", author=None), at=NOW + timedelta(days=1)
    ) == SavedPosts(same=2)
    assert everything(db) == before


def test_second_file_with_the_post_keeps_its_provenance(
    db: Database,
) -> None:
    keep(db, POST)
    assert keep(
        db, replace(POST, provenance=Provenance(file="other.txt", lines=(1, 2)))
    ) == SavedPosts(same=1)


def test_the_same_post_twice_in_one_batch_is_one_post(db: Database) -> None:
    assert keep(db, POST, POST) == SavedPosts(new=1, same=1)


def test_an_edit_replaces_text_and_links_and_keeps_ids(db: Database) -> None:
    keep(db, POST)
    before = dict(db.execute("SELECT url, id FROM links").fetchall())
    edited = replace(
        POST,
        text="Fencing tokens",
        hashtags=("Straße",),
        links=POST.links[:1],
        cards=(Card("Leases", "New", "A", "https://a.example/leases"),),
    )
    assert keep(db, edited) == SavedPosts(changed=1)
    assert db.execute("SELECT text FROM posts").fetchall() == [("Fencing tokens",)]
    assert db.execute("SELECT id, url FROM links").fetchall() == [
        (before["https://a.example/leases"], "https://a.example/leases")
    ]
    assert db.execute("SELECT shown FROM post_hashtags").fetchall() == [("Straße",)]
    assert db.execute("SELECT description, link_id FROM cards").fetchall() == [
        ("New", before["https://a.example/leases"])
    ]


def test_a_link_that_an_edit_leaves_alone_keeps_its_article(db: Database) -> None:
    keep(db, POST)
    db.execute("INSERT INTO articles (url, key, host, first_seen) VALUES ('u', 'k', 'h', 'x')")
    db.execute("UPDATE links SET article_id = 1")
    keep(db, replace(POST, text="edited", links=(POST.links[0], Link("https://new.example/"))))
    assert db.execute("SELECT url, article_id FROM links").fetchall() == [
        ("https://a.example/leases", 1),
        ("https://new.example/", None),
        ("https://c.example/", 1),
    ]


def test_only_the_first_source_may_change_a_post(db: Database) -> None:
    keep(db, POST)
    assert keep(db, replace(POST, text="forged"), source="elsewhere") == SavedPosts(same=1)
    assert keep(db, replace(POST, text="corrected")) == SavedPosts(changed=1)


LINKED = [("https://a.example/leases", ""), ("https://c.example/", "")]


@pytest.mark.parametrize(
    ("level", "url", "hashtags", "links"),
    [
        (Consent.REFERENCE, POST.url, ["DistributedSystems", "Straße"], LINKED),
        (Consent.LINK_ONLY, "", [], LINKED),
        (Consent.NONE, "", [], []),
    ],
)
def test_post_below_full_consent_stores_only_what_its_level_allows(
    db: Database, level: Consent, url: str, hashtags: list[str], links: list[tuple[str, str]]
) -> None:
    written = (Link("https://a.example/leases", "my words"),)
    quiet = replace(POST, author=replace(ANNA, consent=level), links=written)
    assert keep(db, quiet) == SavedPosts(new=1)
    row = next(db.query("SELECT text, url, author_id, consent, thread_key FROM posts"))
    counted = 1 if links else None
    assert row == {
        "text": "",
        "thread_key": None,
        "url": url,
        "consent": level,
        "author_id": counted,
    }
    assert db.table("cards").count == 0
    assert ANNA.handle not in str(everything(db)["authors"])
    assert "Anna" not in str(everything(db))
    assert [
        shown for (shown,) in db.execute("SELECT shown FROM post_hashtags ORDER BY 1")
    ] == hashtags
    assert db.execute("SELECT url, shown FROM links ORDER BY position").fetchall() == links
    assert keep(db, quiet) == SavedPosts(same=1)


def test_withdrawn_consent_erases_older_posts_of_the_author(db: Database) -> None:
    keep(db, POST, replace(POST, uri="2"))
    db.execute("INSERT INTO topics (slug, label, definition) VALUES ('leases', 'Leases', 'd')")
    db.execute("INSERT INTO taggings VALUES (1, 'post', 1, 'leases', 1.0, 'certain', 't', 'v')")
    db.execute(
        "INSERT INTO evidence (id, tagging_id, field, quote, start, rule, weight) "
        "VALUES (1, 1, 'text', 'Leases beat', 0, 'r', 1.0)"
    )
    keep(db, replace(POST, uri="3", author=replace(ANNA, consent=Consent.NONE)))
    assert db.execute("SELECT DISTINCT text, consent, author_id FROM posts").fetchall() == [
        ("", "none", None)
    ]
    assert everything(db)["evidence"] == everything(db)["post_hashtags"] == []
    assert "anna" not in str(everything(db)["authors"]).lower()


def test_another_source_may_narrow_consent_but_never_widen_it(db: Database) -> None:
    keep(db, POST)
    assert keep(db, replace(POST, consent=Consent.LINK_ONLY), source="elsewhere") == SavedPosts(
        changed=1
    )
    assert keep(db, POST, source="elsewhere") == SavedPosts(same=1)
    assert db.execute("SELECT consent FROM posts").fetchone() == ("link-only",)


def test_link_only_consent_applies_to_older_posts(db: Database) -> None:
    keep(db, POST)
    keep(db, replace(POST, uri="2", author=replace(ANNA, consent=Consent.LINK_ONLY)))
    assert db.execute("SELECT DISTINCT consent FROM posts").fetchall() == [("link-only",)]


@pytest.mark.parametrize(
    "words",
    [
        "https://trail.example/1",
        "https://trail.example/@anna/1",
        author_identifier("mastodon", "ANNA@trail.example"),
        ANNA.url,
    ],
)
def test_erased_post_is_not_stored_again(db: Database, words: str) -> None:
    add_tombstones(db, [words], NOW, "asked")
    assert keep(db, POST) == SavedPosts(refused=1)
    assert db.table("posts").count == db.table("authors").count == 0


def test_erased_url_is_removed_from_posts(db: Database) -> None:
    add_tombstones(db, ["https://a.example/leases"], NOW, "asked")
    keep(db, POST)
    assert db.execute("SELECT url FROM links").fetchall() == [
        ("https://b.example/",),
        ("https://c.example/",),
    ]


def test_deleted_post_keeps_only_its_uri(db: Database) -> None:
    keep(db, POST)
    assert mark_deleted(db, [POST.uri, "unknown"], NOW) == 1
    assert mark_deleted(db, [POST.uri], NOW) == 0
    assert db.execute("SELECT uri, text, deleted_at FROM posts").fetchall() == [
        (POST.uri, "", "2026-03-01T04:00:00Z")
    ]
    assert db.table("cards").count == db.table("authors").count == 0
    assert db.table("links").count == 3


def test_deleted_post_that_its_source_returns_is_restored(db: Database) -> None:
    keep(db, POST)
    mark_deleted(db, [POST.uri], NOW)
    assert keep(db, POST, source="elsewhere") == SavedPosts(same=1)
    assert keep(db, POST) == SavedPosts(changed=1)
    assert db.execute("SELECT text, deleted_at FROM posts").fetchall() == [(POST.text, None)]


_post = st.builds(
    Post,
    st.sampled_from(["mastodon", "feed"]),
    st.sampled_from(["1", "2", "3"]),
    st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20),
    hashtags=st.lists(st.sampled_from(["A", "a", "B"]), max_size=3).map(tuple),
    links=st.lists(
        st.sampled_from(
            [Link("https://a.example/"), Link("https://b.example/"), Link("https://c.example/")]
        ),
        max_size=4,
    ).map(tuple),
    cards=st.lists(
        st.sampled_from(
            [Card("x", link="https://a.example/"), Card("x"), Card("y", link="https://d.example/")]
        ),
        max_size=3,
    ).map(tuple),
    author=st.sampled_from([None, ANNA, replace(ANNA, handle="bo", consent=Consent.LINK_ONLY)]),
    provenance=st.just(Provenance(request="https://trail.example/api")),
)


@settings(max_examples=60)
@given(st.lists(_post, max_size=6), _post)
def test_edited_post_equals_a_new_post_with_the_same_content(
    before: list[Post], last: Post
) -> None:
    edited, fresh = open_memory(), open_memory()
    for post in (*before, last):
        keep(edited, post)
    keep(fresh, last)
    question = """SELECT p.text, p.consent, (SELECT json_group_array(shown) FROM (SELECT shown
        FROM post_hashtags WHERE post_id = p.id ORDER BY hashtag)),
        (SELECT json_group_array(url) FROM (SELECT url FROM links WHERE post_id = p.id
        ORDER BY position)),
        (SELECT json_group_array(c.title || COALESCE(l.url, '')) FROM (SELECT * FROM cards
        WHERE post_id = p.id ORDER BY title) c
         LEFT JOIN links l ON l.id = c.link_id)
        FROM posts p WHERE uri = ?"""
    assert (
        edited.execute(question, [last.uri]).fetchall()
        == fresh.execute(question, [last.uri]).fetchall()
    )
    assert not edited.execute("PRAGMA foreign_key_check").fetchall()


def test_work_for_a_batch_does_not_grow_with_the_stored_authors(db: Database) -> None:
    def posts(name: str, count: int) -> list[Post]:
        return [
            replace(
                POST,
                uri=f"{name}{number}",
                author=Author("mastodon", f"{name}{number}@trail.example", "Ada"),
                links=(),
                cards=(),
            )
            for number in range(count)
        ]

    def steps(name: str) -> int:
        return count_database_steps(db.conn, lambda: keep(db, *posts(name, 20)))

    first = steps("first")
    keep(db, *posts("other", 500))
    assert steps("last") < 1.2 * first


def test_edited_text_ends_the_topics_of_the_old_text_but_not_those_of_the_curator(
    db: Database,
) -> None:
    def topics() -> list[tuple[str, str]]:
        rows = db.execute(
            "SELECT topic, quote FROM taggings t JOIN evidence e ON e.tagging_id = t.id"
        )
        return sorted(rows.fetchall())

    save_topics(db, (Topic("leases", "Leases", "d"), Topic("locks", "Locks", "d")))
    keep(db, POST)
    score = TopicScore("leases", 1.0, "likely", (Evidence("text", "Leases", 0, "strong", 1.0),))
    save_taggings(db, [(("post", 1), [score])], "phrases", "1")
    decided = TopicScore(
        "locks", 9.0, "certain", (Evidence("curator", "a choice", 0, "curator", 9.0),)
    )
    save_tagging(db, ("post", 1, "locks"), decided, CURATOR, "1")
    keep(db, replace(POST, counts=(("likes", 7),)))
    assert topics() == [("leases", "Leases"), ("locks", "a choice")]
    keep(db, replace(POST, text="I like cats. #DistributedSystems"))
    assert topics() == [("locks", "a choice")]
