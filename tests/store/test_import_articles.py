"""An export that is imported elsewhere gives the same export again."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import UTC, datetime

from sqlite_utils import Database

from crawler.cli.export import WRITERS
from crawler.crawl.import_files import ImportTotals, save_part
from crawler.crawl.import_part import keyed_part
from crawler.importers.parse_file import parse_file
from crawler.importers.record_types import ImportOptions, ImportResult
from crawler.links.article_key import normalize_url
from crawler.models.posts import Card
from crawler.models.topics import Topic
from crawler.store.article_identity import IdentityLedger
from crawler.store.articles import due_articles
from crawler.store.database import open_memory
from crawler.store.posts import save_posts
from crawler.store.taggings import save_taggings, save_topics
from crawler.store.tombstones import add_tombstones
from tests.store.conftest import ARTICLE, NOW, POST, SCORE, read_article

LATER = datetime(2026, 6, 1, tzinfo=UTC)


def exported(db: Database) -> str:
    out = io.StringIO()
    WRITERS["jsonl"](db, None, out)
    return out.getvalue()


def imported(lines: str, *, into: Database | None = None) -> Database:
    db = into or open_memory()
    save_part(db, "corpus.jsonl", keyed_part(parsed(lines)), ImportTotals(), LATER)
    return db


def parsed(lines: str) -> ImportResult:
    return parse_file("corpus.jsonl", lines.encode(), None, ImportOptions(seen_at=LATER))


def linked_urls(db: Database) -> list[tuple[str, str]]:
    query = "SELECT l.url, a.url FROM links l JOIN articles a ON a.id = article_id ORDER BY l.id"
    return db.execute(query).fetchall()


def tag(db: Database) -> None:
    save_topics(db, [Topic("leases", "Leases", "d")])
    for (article_id,) in db.execute("SELECT id FROM articles").fetchall():
        save_taggings(db, [(("article", article_id), [SCORE])], "matcher", "v1")


def filled() -> Database:
    db = open_memory()
    ledger = IdentityLedger(db, normalize_url, "1")
    hostile = replace(
        POST,
        uri="urn:2",
        text='line one\n\n"quotes" \\ and #Emoji 🚀',
        author=None,
        links=(),
        cards=(),
        hashtags=("Emoji", "Straße"),
    )
    orphan = replace(
        POST,
        uri="urn:3",
        text="",
        author=None,
        links=(),
        hashtags=(),
        cards=(Card("A card without", site_name="Somewhere"),),
    )
    save_posts(db, "trail", [POST, hostile, orphan], NOW)
    ledger.attach_links(NOW)
    read_article(db, 1, replace(ARTICLE, published=NOW, language="en", authors=("Bo", "Ada, PhD")))
    tag(db)
    return db


def test_import_restores_what_was_exported() -> None:
    lines = exported(filled())
    assert lines.count("\n") == 4
    again = imported(lines)
    tag(again)
    assert exported(again) == lines


def test_importing_twice_changes_nothing() -> None:
    lines = exported(filled())
    once = imported(lines)
    before = list(once.conn.iterdump())
    assert list(imported(lines, into=once).conn.iterdump()) == before


def test_import_does_not_replace_a_fetched_article() -> None:
    db = filled()
    lines = exported(db).replace("Leases beat locks", "Forged")
    imported(lines, into=db)
    assert db.execute("SELECT title FROM articles").fetchall() == [("Leases beat locks",)]


def test_imported_article_is_due_in_the_next_crawl() -> None:
    db = imported(exported(filled()))
    assert [wanted.task.url for wanted in due_articles(db, LATER, 5)] == [
        "https://a.example/leases"
    ]


def test_articles_of_one_key_become_one_article_with_all_urls() -> None:
    urls = [
        "https://a.example/x?utm_source=n",
        "https://a.example/x",
        "not a url",
        "https://b.example/",
    ]
    lines = "\n".join(json.dumps({"type": "article", "url": url, "title": url}) for url in urls)
    db = imported(lines)
    assert db.execute("SELECT url FROM articles ORDER BY id").fetchall() == [(urls[1],), (urls[3],)]
    aliases = db.execute(
        "SELECT url FROM aliases WHERE reason = 'as-posted' ORDER BY id"
    ).fetchall()
    assert {url for (url,) in aliases} == {urls[0], urls[1], urls[3]}


def test_erased_article_is_not_imported_again() -> None:
    db = open_memory()
    add_tombstones(db, ["https://a.example/x"], NOW, "on request")
    imported(json.dumps({"type": "article", "url": "https://a.example/x", "title": "T"}), into=db)
    assert db.execute("SELECT count(*) FROM articles").fetchone() == (0,)


def test_links_before_and_after_the_first_article_get_their_articles() -> None:
    urls = [f"https://a.example/{number}" for number in range(3)]
    posts = [
        json.dumps({"type": "post", "uri": f"u:{url}", "network": "x", "links": [url]})
        for url in urls
    ]
    article = json.dumps({"type": "article", "url": urls[1], "title": "T"})
    db, totals = open_memory(), ImportTotals()
    for part in (posts[0], f"{posts[1]}\n{article}", posts[2]):
        save_part(db, "corpus.jsonl", keyed_part(parsed(part)), totals, LATER)
    assert linked_urls(db) == [(url, url) for url in urls]

    edited = posts[0].replace("a.example", "b.example").replace("u:https://b", "u:https://a")
    imported(f"{edited}\n{article}", into=db)
    moved = "https://b.example/0"
    assert linked_urls(db) == [(moved, moved), *((url, url) for url in urls[1:])]
