"""The public copy holds what everyone may read, can be searched, and holds not a word more."""

from __future__ import annotations

import asyncio
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from datasette.app import Datasette
from sqlite_utils import Database

from crawler.errors import CorruptStoreError, StoreError
from crawler.models.articles import Directives
from crawler.models.posts import Author, Consent, Link, Post, Provenance
from crawler.store.backup import create_backup
from crawler.store.database import open_store
from crawler.store.posts import mark_deleted, save_posts
from crawler.store.public_lists import COUNTED_LISTS, LISTS, QUERY_LISTS
from crawler.store.public_snapshot import write_snapshot
from crawler.store.tombstones import add_tombstones
from tests.store.conftest import ARTICLE, NOW, POST, add_article, fill, read_article

WORDS = ("quiet", "linkonly", "warned", "erased", "hiddenpost", "friendsonly")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Database]:
    db = fill(open_store(tmp_path / "state" / "hashtrail.db"))
    yield db
    db.close()


def snapshot(db: Database, tmp_path: Path) -> sqlite3.Connection:
    return sqlite3.connect(write_snapshot(db, tmp_path / "state" / "public.db"))


def private_posts() -> list[Post]:
    """Return one post for each kind of privacy.

    Each contains a unique word and links to the same article.
    """

    def post(word: str, **changes: object) -> Post:
        author = Author(
            "mastodon",
            f"{word}@people.example",
            f"Name {word}",
            f"https://people.example/@{word}",
            changes.pop("allows", Consent.FULL),
        )  # type: ignore[arg-type]
        return replace(
            POST,
            uri=f"https://people.example/{word}/1",
            url=f"https://people.example/@{word}/1",
            text=f"secretly {word}",
            author=author,
            hashtags=(word,),
            links=(Link("https://a.example/leases", word),),
            cards=(),
            thread_key=word,
            **changes,
        )  # type: ignore[arg-type]

    return [
        post("quiet", allows=Consent.NONE),
        post("linkonly", allows=Consent.LINK_ONLY),
        post("warned", sensitive=True),
        post("erased"),
        post("hiddenpost"),
        post("friendsonly", visibility="private"),
    ]


def test_snapshot_contains_public_rows_without_article_texts(
    store: Database, tmp_path: Path
) -> None:
    with closing(snapshot(store, tmp_path)) as public:
        assert public.execute("SELECT title, text, summary FROM articles").fetchall() == [
            (ARTICLE.title, "", ARTICLE.description)
        ]
        assert public.execute("SELECT quote FROM evidence ORDER BY quote").fetchall() == [
            ("Leases",),
            ("Leases",),
            ("lease expires",),
        ]
        assert public.execute(
            "SELECT author_name, shares FROM shares JOIN article_list l ON l.id = article_id"
        ).fetchall() == [("Anna", 1)]
        assert public.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert public.execute("PRAGMA foreign_key_check").fetchall() == []


def test_search_still_finds_the_words_of_an_article_and_ranks_them(
    store: Database, tmp_path: Path
) -> None:
    with closing(snapshot(store, tmp_path)) as public:
        question = "SELECT rowid FROM articles_fts WHERE articles_fts MATCH ? ORDER BY rank"
        assert public.execute(question, ["expires"]).fetchall() == [(1,)]
        assert public.execute(question, ["unheard"]).fetchall() == []


def test_datasette_searches_the_snapshot(store: Database, tmp_path: Path) -> None:
    path = write_snapshot(store, tmp_path / "public.db")
    add_article(store, "https://b.example/", "b.example")

    async def found(words: str) -> list[int]:
        answer = await Datasette([], immutables=[str(path)]).client.get(
            f"/public/articles.json?_search={words}&_shape=array"
        )
        return [row["id"] for row in answer.json()]

    assert asyncio.run(found("expires")) == [1]
    assert asyncio.run(found("unheard")) == []


def test_snapshot_file_contains_no_private_word(store: Database, tmp_path: Path) -> None:
    save_posts(store, "trail", private_posts(), NOW)
    mark_deleted(store, ["https://people.example/erased/1"], NOW)
    store.execute("UPDATE posts SET hidden = 1 WHERE uri LIKE '%hiddenpost%'")
    store.execute("UPDATE links SET article_id = 1")
    with closing(snapshot(store, tmp_path)) as public:
        dump = "\n".join(public.iterdump())
        public.execute("CREATE VIRTUAL TABLE temp.words USING fts5vocab(main, posts_fts, row)")
        dump += " ".join(row[0] for row in public.execute("SELECT term FROM temp.words"))
        assert [word for word in (*WORDS, "secret") if word in dump] == []
        assert public.execute(
            "SELECT consent, count(*), count(author_id) FROM posts GROUP BY 1 ORDER BY 1"
        ).fetchall() == [("full", 1, 1), ("link-only", 2, 0)]
        assert (
            public.execute(
                "SELECT handle, name, url FROM authors WHERE consent <> 'full'"
            ).fetchall()
            == []
        )
        assert public.execute("SELECT shares, sharers FROM article_list").fetchall() == [(3, 3)]


def test_hidden_article_is_removed_with_all_dependent_rows(store: Database, tmp_path: Path) -> None:
    store.execute("INSERT INTO stories (lead_article_id, reason) VALUES (1, 'one event')")
    store.execute(
        "INSERT INTO fetches (url, at, purpose, outcome) "
        "VALUES ('https://a.example/leases', 'x', 'page', 'ok')"
    )
    store.execute("UPDATE articles SET hidden = 1, story_id = 1")
    with closing(snapshot(store, tmp_path)) as public:
        for table in ("articles", "aliases", "stories", "article_links", "fetches"):
            assert public.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,), table
        assert public.execute("SELECT subject_kind FROM taggings").fetchall() == [("post",)]
        assert public.execute("SELECT count(*) FROM links").fetchone() == (0,)
        assert not public.execute(
            "SELECT 1 FROM articles_fts WHERE articles_fts MATCH 'expires'"
        ).fetchall()


def test_a_page_that_asks_not_to_be_indexed_is_found_by_its_title_only(
    store: Database, tmp_path: Path
) -> None:
    read_article(store, 1, replace(ARTICLE, directives=Directives(noindex=True)))
    with closing(snapshot(store, tmp_path)) as public:
        found = [
            bool(
                public.execute(
                    "SELECT 1 FROM articles_fts WHERE articles_fts MATCH ?", [word]
                ).fetchall()
            )
            for word in ("beat", "expires")
        ]
        assert found == [True, False]
        assert public.execute("SELECT summary FROM articles").fetchone() == ("",)


def test_snapshot_contains_no_crawler_state(store: Database, tmp_path: Path) -> None:
    save_posts(
        store,
        "inbox",
        [
            replace(
                POST, uri="2", provenance=Provenance(file=f"{tmp_path}/inbox/a.txt", lines=(3, 5))
            )
        ],
        NOW,
    )
    add_tombstones(store, ["someone"], NOW, "asked")
    store.execute(
        "INSERT INTO curation_log (at, who, action, subject, reason) "
        "VALUES ('x', 'curator', 'ban-author', 'mastodon:bot', 'A bot.')"
    )
    store.execute("INSERT INTO robots_copies VALUES ('https://a.example', 'x', x'00')")
    store.execute(
        "INSERT INTO sources (name, kind, cursor, etag, last_message) "
        "VALUES ('s', 'feed', 'c', 'e', ?)",
        [f"cannot read {tmp_path}/feed.xml today"],
    )
    store.execute(
        "INSERT INTO runs (command, started, message) "
        "VALUES ('nightly', 'x', 'https://a.example/b/c failed')"
    )
    store.execute(
        "INSERT INTO fetches (url, at, purpose, outcome, message, archive_file) "
        "VALUES ('u', 'x', 'page', 'ok', 'm', ?)",
        [f"{tmp_path}/w.warc"],
    )
    path = write_snapshot(store, tmp_path / "public.db")
    with closing(sqlite3.connect(path)) as public:
        assert public.execute("SELECT cursor, etag, last_message FROM sources").fetchone() == (
            None,
            None,
            "cannot read feed.xml today",
        )
        assert public.execute("SELECT subject, reason FROM curation_log").fetchone() == (
            "an author",
            "A bot.",
        )
        assert public.execute("SELECT message FROM runs").fetchone() == (
            "https://a.example/b/c failed",
        )
        assert public.execute("SELECT provenance FROM posts WHERE uri = '2'").fetchone() == (
            '{"file":"a.txt","lines":[3,5]}',
        )
        assert public.execute(
            "SELECT (SELECT count(*) FROM robots_copies), (SELECT count(*) FROM tombstones)"
        ).fetchone() == (0, 0)
    assert str(tmp_path).encode() not in path.read_bytes()


def test_decisions_on_articles_are_public_and_on_private_posts_are_not(
    store: Database, tmp_path: Path
) -> None:
    save_posts(store, "trail", private_posts(), NOW)
    mark_deleted(store, ["https://people.example/erased/1"], NOW)
    store.execute("UPDATE posts SET hidden = 1 WHERE uri LIKE '%hiddenpost%'")
    for number, (post_id, uri) in enumerate(
        store.execute("SELECT id, uri FROM posts WHERE uri <> ?", [POST.uri]).fetchall()
    ):
        store.execute(
            "INSERT INTO curation_decisions VALUES ('note', ?, 'A line.', 'Why.', 'curator', 'x', "
            "NULL, ?)",
            [uri, post_id if number % 2 else None],
        )
        store.execute(
            "INSERT INTO curation_log (at, who, action, subject, reason) "
            "VALUES ('x', 'curator', 'withdrawn: hide', ?, 'Why.')",
            [uri],
        )
    store.execute(
        "INSERT INTO curation_decisions VALUES ('pin', 'https://a.example/leases', 'leases', "
        "'The best of them.', 'Anna', 'x', 1, NULL)"
    )
    with closing(snapshot(store, tmp_path)) as public:
        assert public.execute(
            "SELECT action, subject, reason, who, article_id FROM curation_decisions"
        ).fetchall() == [("pin", "https://a.example/leases", "The best of them.", "Anna", 1)]
        assert public.execute("SELECT DISTINCT subject FROM curation_log").fetchall() == [
            ("a post",)
        ]
        assert [word for word in WORDS if word in "".join(public.iterdump())] == []


def test_the_same_rows_give_the_same_bytes(store: Database, tmp_path: Path) -> None:
    first = write_snapshot(store, tmp_path / "one.db").read_bytes()
    assert write_snapshot(store, tmp_path / "two.db").read_bytes() == first


def test_a_build_changes_nothing_in_the_next_snapshot(store: Database, tmp_path: Path) -> None:
    first = write_snapshot(store, tmp_path / "one.db").read_bytes()
    run = {"command": "build", "started": "2026-11-28T03:00:00Z", "outcome": "ok"}
    store["runs"].insert(run)
    assert write_snapshot(store, tmp_path / "two.db").read_bytes() == first


def test_open_readers_keep_the_old_snapshot_and_new_readers_get_the_new_one(
    store: Database, tmp_path: Path
) -> None:
    with closing(snapshot(store, tmp_path)) as old:
        add_article(store, "https://b.example/", "b.example")
        with closing(snapshot(store, tmp_path)) as new:
            assert [
                each.execute("SELECT count(*) FROM articles").fetchone()[0] for each in (old, new)
            ] == [1, 2]
    assert sorted(os.listdir(tmp_path / "state")) == [
        "hashtrail.db",
        "hashtrail.db-shm",
        "hashtrail.db-wal",
        "public.db",
    ]


def test_failed_snapshot_keeps_the_old_file(store: Database, tmp_path: Path) -> None:
    target = tmp_path / "public.db"
    target.write_bytes(b"the old one")
    store.execute("DROP TABLE robots_copies")
    with pytest.raises(StoreError, match="cannot be made from the stored rows") as failed:
        write_snapshot(store, target)
    assert failed.value.hint == "Find the rows with: hashtrail verify"
    assert (target.read_bytes(), list(tmp_path.glob("*.draft*"))) == (b"the old one", [])


def test_snapshot_of_a_damaged_database_names_the_database_and_its_backup(
    store: Database, tmp_path: Path
) -> None:
    path = tmp_path / "state" / "hashtrail.db"
    backup = create_backup(store, path.parent / "backups", NOW)
    root = store.execute("SELECT rootpage FROM sqlite_master WHERE name = 'posts'").fetchone()[0]
    store.close()
    pages = bytearray(path.read_bytes())
    pages[(root - 1) * 4096 : root * 4096] = b"\xff" * 4096
    path.write_bytes(pages)
    with pytest.raises(CorruptStoreError, match=r"hashtrail\.db is damaged") as failed:
        write_snapshot(open_store(path), path.with_name("public.db"))
    assert failed.value.hint == f"Restore the newest backup with: hashtrail restore {backup}"


@pytest.mark.parametrize(
    ("outcome", "is_checked"), [("robots_unreachable", False), ("not_found", True)]
)
def test_article_without_a_request_was_never_checked(
    store: Database, tmp_path: Path, outcome: str, is_checked: bool
) -> None:
    article = add_article(store, "https://new.example/", "new.example")
    values = ["2026-03-01T04:00:00Z", outcome, article]
    store.execute("UPDATE articles SET last_checked = ?, last_outcome = ? WHERE id = ?", values)
    rows = snapshot(store, tmp_path).execute("SELECT id, last_checked FROM articles").fetchall()
    assert [bool(checked) for _, checked in rows] == [True, is_checked]


@pytest.mark.parametrize("name", [stored.name for stored in (*COUNTED_LISTS, *LISTS, *QUERY_LISTS)])
def test_lists_are_tables_with_the_columns_and_rows_of_the_views(
    store: Database, tmp_path: Path, name: str
) -> None:
    store.execute("INSERT INTO topics (slug, label, definition) VALUES ('zones', 'Zones', 'Z.')")
    store.execute(
        "INSERT INTO taggings (subject_kind, subject_id, topic, score, confidence, tagger, "
        "taxonomy_version) VALUES ('article', 1, 'zones', 1.0, 'likely', 'test', '1')"
    )
    store.execute("INSERT INTO entities (id, slug, name, kind) VALUES (99, 'zed', 'Zed', 'system')")
    store.execute(
        "INSERT INTO article_entities (article_id, entity_id, sentence, start) "
        "VALUES (1, 99, '', 0)"
    )
    save_posts(store, "test", [replace(POST, uri="note", links=(), cards=())], NOW)
    store.conn.commit()

    with closing(snapshot(store, tmp_path)) as public:
        assert public.execute(
            "SELECT type FROM sqlite_master WHERE name = ?", [name]
        ).fetchone() == ("table",)
        lists = [db.execute(f"SELECT * FROM {name}") for db in (store, public)]
        assert [column[0] for column in lists[0].description] == [
            column[0] for column in lists[1].description
        ]
        rows = [sorted(found.fetchall()) for found in lists]
        assert rows[0] == rows[1] != []


def test_sharers_are_only_authors_who_may_be_named(store: Database, tmp_path: Path) -> None:
    save_posts(store, "test", private_posts(), NOW)
    store.execute("UPDATE links SET article_id = 1")
    store.conn.commit()

    with closing(snapshot(store, tmp_path)) as public:
        names = public.execute(
            "SELECT a.name FROM sharers s JOIN authors a ON a.id = s.author_id ORDER BY 1"
        ).fetchall()
    assert [name for (name,) in names] == ["Anna", "Name erased", "Name hiddenpost"]


@pytest.mark.parametrize(
    "withheld", ["hidden = 1", "visibility = 'private'", "consent = 'link-only'"]
)
def test_posts_that_repeat_a_withheld_post_are_published_without_it(
    store: Database, tmp_path: Path, withheld: str
) -> None:
    first, second = (
        replace(POST, uri=f"https://people.example/{name}/1", text="The same words.")
        for name in ("ada", "ben")
    )
    save_posts(store, "test", [first, second], NOW)
    ids = [
        store.execute("SELECT id FROM posts WHERE uri = ?", [post.uri]).fetchone()[0]
        for post in (first, second)
    ]
    store.conn.execute("UPDATE posts SET similar_to = ? WHERE id = ?", tuple(ids))
    store.conn.execute(f"UPDATE posts SET {withheld} WHERE id = ?", (ids[0],))
    store.conn.commit()

    with closing(snapshot(store, tmp_path)) as public:
        rows = public.execute("SELECT similar_to FROM posts WHERE id = ?", (ids[1],)).fetchall()
    assert rows == [(None,)]
