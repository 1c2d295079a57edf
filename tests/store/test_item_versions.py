"""Versions of items: every shown row of an item changes its version and that of everything."""

from __future__ import annotations

import sqlite3

import pytest

from crawler.store.item_versions import WHOLE_SNAPSHOT, snapshot_version, store_item_versions
from tests.sitegen.factory import Factory

Versions = dict[tuple[str, int | str], bytes]


@pytest.fixture
def snapshot() -> sqlite3.Connection:
    """Article 1 with a row in every table that pages show, article 2, and a note (post 12)."""
    factory = Factory()
    factory.topic("caching")
    factory.topic("leases")
    ada = factory.author("Ada")
    article = factory.article("Leases", topics={"caching": "certain"}, shared=False)
    copy = {"archive_file": "a.warc.gz", "archive_offset": 7, "archive_at": "2026-11-20"}
    topics = {"leases": "likely"}
    other = factory.article("Clocks", topics=topics, shared=False, state="gone", **copy)
    factory.post("Read this.", article, id=10, author_id=ada, thread_key="t")
    factory.post("Its second part.", id=11, thread_key="t")
    factory.post("Every step may run twice.", id=12, topics={"leases": "certain"})
    factory.alias(article, "https://sho.rt/x", "redirect", "301")
    factory.row("entities", id=7, slug="raft", name="Raft", kind="technique")
    factory.row("article_entities", article_id=article, entity_id=7, sentence="Raft.", start=0)
    factory.row("article_changes", article_id=article, at="2026-11-20", change="state", detail="")
    factory.row("article_links", article_id=article, url="https://x.example/", key="x")
    factory.row("cards", post_id=10, link_id=1, title="Card", article_id=article)
    factory.row("published_entries", article_id=article, digest="", changed="2026-11-20")
    factory.row("reading_list", topic="caching", position=1, url="u", title="t", article_id=article)
    factory.row("related_articles", article_id=article, other_id=other, score=1.0, reason="r")
    factory.row("stories", id=5, lead_article_id=article, reason="")
    return factory.db.conn


def _versions(snapshot: sqlite3.Connection) -> Versions:
    store_item_versions(snapshot)
    rows = snapshot.execute("SELECT kind, id, version FROM item_versions")
    return {(kind, item): version for kind, item, version in rows}


@pytest.mark.parametrize(
    ("change", "items"),
    [
        ("UPDATE articles SET title = 'x' WHERE id = 1", {("article", 1)}),
        ("UPDATE articles SET directives = '{\"noindex\":true}' WHERE id = 1", {("article", 1)}),
        ("UPDATE articles SET archive_file = 'x', archive_offset = 1", {("article", 2)}),
        ("UPDATE articles SET archive_file = NULL WHERE id = 2", {("article", 2)}),
        ("UPDATE aliases SET evidence = 'x'", {("article", 1)}),
        ("DELETE FROM article_changes", {("article", 1)}),
        ("UPDATE article_entities SET sentence = 'x'", {("article", 1)}),
        ("UPDATE entities SET name = 'x'", {("article", 1), ("entity", 7)}),
        ("UPDATE article_links SET target_id = 2", {("article", 1)}),
        ("UPDATE cards SET description = 'x'", {("article", 1)}),
        ("UPDATE published_entries SET changed = 'x'", {("article", 1)}),
        ("UPDATE related_articles SET score = 2", {("article", 1)}),
        ("UPDATE evidence SET quote = 'x' WHERE id = 1", {("article", 1)}),
        ("UPDATE taggings SET confidence = 'weak' WHERE subject_id = 1", {("article", 1)}),
        ("UPDATE taggings SET taxonomy_version = 'x' WHERE subject_id = 1", {("article", 1)}),
        ("UPDATE posts SET text = 'x' WHERE id = 10", {("article", 1)}),
        ("UPDATE posts SET counts = '{\"replies\":9}' WHERE id = 10", {("article", 1)}),
        ("UPDATE posts SET text = 'x' WHERE id = 12", {("post", 12)}),
        ("UPDATE taggings SET score = 9 WHERE subject_kind = 'post'", {("post", 12)}),
        ("UPDATE evidence SET quote = 'x' WHERE id = 3", {("post", 12)}),
        ("UPDATE posts SET text = 'x' WHERE id = 11", {("article", 1), ("post", 11)}),
        ("UPDATE authors SET name = 'x'", {("article", 1), ("author", 1)}),
        ("UPDATE topics SET label = 'x' WHERE slug = 'leases'", {("topic", "leases")}),
        ("UPDATE stories SET reason = 'x'", {("story", 5)}),
        ("DELETE FROM articles WHERE id = 2", {("article", 2)}),
    ],
)
def test_changed_row_changes_the_versions_of_its_items(
    snapshot: sqlite3.Connection, change: str, items: set[tuple[str, int | str]]
) -> None:
    snapshot.execute("PRAGMA foreign_keys = OFF")
    before = _versions(snapshot)
    snapshot.execute(change)
    after = _versions(snapshot)
    changed = {key for key in before | after if before.get(key) != after.get(key)}
    assert WHOLE_SNAPSHOT in changed
    assert {key for key in changed if key[0] not in ("snapshot", "table")} == items


def test_version_of_all_topics_is_that_of_their_names(snapshot: sqlite3.Connection) -> None:
    before = _versions(snapshot)
    snapshot.execute("UPDATE topics SET definition = 'x', measured = '{}', text = 'x'")
    after = _versions(snapshot)
    assert after["topic", "leases"] != before["topic", "leases"]
    assert after["table", "topics"] == before["table", "topics"]
    snapshot.execute("UPDATE topics SET related = '[\"caching\"]' WHERE slug = 'leases'")
    assert _versions(snapshot)["table", "topics"] != after["table", "topics"]


@pytest.mark.parametrize(
    "table", ["runs", "sources", "curation_log", "derivation_versions", "reading_list"]
)
def test_row_of_a_table_that_pages_show_changes_its_version(
    snapshot: sqlite3.Connection, table: str
) -> None:
    before = _versions(snapshot)[("table", table)]
    snapshot.execute(_ROW_OF[table])
    assert _versions(snapshot)[("table", table)] != before


_ROW_OF = {
    "runs": "INSERT INTO runs (command, started) VALUES ('nightly', '2026-11-20')",
    "sources": "INSERT INTO sources (name, kind) VALUES ('A blog', 'feed')",
    "curation_log": "INSERT INTO curation_log (at, who, action, subject, reason) "
    "VALUES ('2026', 'me', 'pin', 'x', '')",
    "derivation_versions": "INSERT INTO derivation_versions (name, value) VALUES ('topics', '2')",
    "reading_list": "DELETE FROM reading_list",
}


def test_surrogate_keys_and_order_of_rows_change_no_version(snapshot: sqlite3.Connection) -> None:
    before = _versions(snapshot)
    snapshot.execute("UPDATE evidence SET id = id + 1000")
    snapshot.execute("UPDATE aliases SET id = id + 1000")
    assert _versions(snapshot) == before


def test_snapshot_without_versions_has_an_empty_one(snapshot: sqlite3.Connection) -> None:
    assert snapshot_version(snapshot) == b""
    assert snapshot_version(snapshot) != _versions(snapshot)[WHOLE_SNAPSHOT]
    assert snapshot_version(snapshot) == _versions(snapshot)[WHOLE_SNAPSHOT]
