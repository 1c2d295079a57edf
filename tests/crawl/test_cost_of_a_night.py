"""The work of the steps over all items depends on the new articles, not on the stored ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlite_utils import Database

from crawler.crawl.complete_articles import complete_articles
from crawler.crawl.crawl_context import open_ledger
from crawler.crawl.join_copies import join_changed_copies
from crawler.crawl.rank_and_relate import rank_and_relate
from crawler.crawl.update_source_health import update_source_health
from crawler.curation.curator_topics import apply_topics
from crawler.curation.detect_source_takeover import takeover_reason
from crawler.curation.hide_items import set_hidden_items
from crawler.curation.quarantine import quarantine_new_posts
from crawler.erasure.erase_refetched_records import erase_crawled_records
from crawler.nightly import measure_run
from crawler.store import derivation_inputs
from crawler.store.archive_records import withdrawn_records
from crawler.store.article_changes import record_changes
from crawler.store.articles import count_due_articles, due_articles
from crawler.store.database import open_memory, transaction
from crawler.store.fetch_log import delete_old_fetches
from crawler.store.item_annotations import count_pending
from crawler.store.operating_facts import page_counts
from crawler.store.post_rechecks import due_posts_by_source
from crawler.store.reading_lists import attach_picks
from crawler.utc_times import iso
from crawler.workspace import open_workspace
from tests.bench.counted_work import count_database_steps

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
FIRST = datetime(2025, 11, 1, tzinfo=UTC)  # the time of the first article; each hour has one
SOURCES = ("one", "two")
NEW = 10
ROUNDING = 20


def _insert(db: Database, first: int, count: int) -> None:
    """Store articles of one post each; four have the words of a title and of a text in common."""
    with transaction(db):
        for number in range(first, first + count):
            group, seen = number // 4, iso(FIRST + number * timedelta(hours=1))
            title = f"alpha{group} beta{group} gamma{group} delta{number}"
            text = " ".join(f"word{group}x{position}" for position in range(90))
            db.execute(
                "INSERT INTO articles (id, url, key, host, title, summary, text, first_seen, "
                "annotated, next_check, directives) VALUES "
                "(?, ?, ?, 'a.example', ?, ?, ?, ?, 'yes', '2026-12-01', ?)",
                [number, f"https://a.example/{number}", f"a.example/{number}", title,
                 f"epsilon{group}", f"{text} {number}" * (number % 4 == 0), seen,
                 '{"noarchive":true}' if number == 1 else "{}"],
            )  # fmt: skip
            db.execute(
                "INSERT INTO posts (id, source, network, uri, seen_at, text, annotated, "
                "next_check) VALUES (?, ?, 'mastodon', ?, ?, ?, 'yes', '2026-12-01')",
                [number, SOURCES[number % 2], f"https://a.example/@a/{number}", seen,
                 f"{title} and four more words {number}"],
            )  # fmt: skip
            db.execute(
                "INSERT INTO article_links (article_id, url) VALUES (?, ?)",
                [number, f"https://a.example/{number - 1}"],
            )
            _insert_fetch_and_tagging(db, number, seen)
            db.execute(
                "INSERT INTO links (post_id, url, origin, position, article_id) "
                "VALUES (?, 'u', 'body', 0, ?)",
                [number, number],
            )
            db.execute(
                "INSERT INTO cards (post_id, link_id, title, article_id) VALUES (?, ?, ?, ?)",
                [number, None if number == 1 else _link_of(db, number), f"card {number}",
                 None if number == 1 else number],
            )  # fmt: skip


def _link_of(db: Database, post: int) -> int:
    link: int = db.execute("SELECT id FROM links WHERE post_id = ?", [post]).fetchone()[0]
    return link


def _insert_fetch_and_tagging(db: Database, number: int, seen: str) -> None:
    url = f"https://a.example/{number}"
    db.execute(
        "INSERT INTO aliases (url, key, article_id, reason, added_at) "
        "VALUES (?, ?, ?, 'as-posted', ?)",
        [url, url[8:], number, seen],
    )
    db.execute(
        "INSERT INTO fetches (url, final_url, at, purpose, outcome, archive_file) "
        "VALUES (?, ?, ?, 'page', 'ok', ?)",
        [url, url, seen, None if number == 1 else "segment"],
    )
    db.execute(
        "INSERT INTO fetches (url, at, purpose, outcome) VALUES (?, ?, 'robots', 'ok')", [url, seen]
    )
    db.execute(
        "INSERT OR IGNORE INTO topics (slug, label, definition) VALUES ('raft', 'Raft', 'd')"
    )
    db.execute(
        "INSERT INTO taggings (subject_kind, subject_id, topic, score, confidence, tagger, "
        "taxonomy_version) VALUES ('post', ?, 'raft', 1, 'likely', 'phrases', 'v')",
        [number],
    )


def _due_articles(db: Database) -> None:
    assert due_articles(db, NOW, 100) == []
    assert count_due_articles(db, NOW) == 0


def _due_posts(db: Database) -> None:
    assert due_posts_by_source(db, SOURCES, NOW, timedelta(1)) == {}


def _requests_of_the_run(db: Database) -> None:
    assert db.execute(measure_run._FETCHES, [1]).fetchall() == []


def _quarantine(db: Database) -> None:
    newest = db.execute("SELECT seen_at FROM posts ORDER BY id DESC LIMIT 1 OFFSET ?", [NEW - 1])
    since = datetime.fromisoformat(newest.fetchone()[0])
    assert quarantine_new_posts(db, takeover_reason, since, NOW) == 0


def _rank_and_relate(db: Database) -> None:
    assert rank_and_relate(db) == []


def _reading_lists(db: Database) -> None:
    assert attach_picks(open_ledger(db), NOW, 0) == 0


def _erased_records(db: Database) -> None:
    assert erase_crawled_records(db, open_workspace(Path(), {}), 1, NOW) == 0


STEPS: Mapping[str, Callable[[Database], object]] = {
    "pending items": count_pending,
    "copies of articles": lambda db: join_changed_copies(open_ledger(db), NOW),
    "cards and links": complete_articles,
    "reading lists": _reading_lists,
    "due articles": _due_articles,
    "due posts": _due_posts,
    "withdrawn records": withdrawn_records,
    "records of erased subjects": _erased_records,
    "old fetches": lambda db: delete_old_fetches(db, NOW),
    "quarantine": _quarantine,
    "decisions": lambda db: set_hidden_items(db, (), ()),
    "topics of the curator": apply_topics,
    "changes": lambda db: record_changes(db, NOW),
    "source health": update_source_health,
    "requests of the run": _requests_of_the_run,
    "facts for monitoring": lambda db: page_counts(db.conn, NOW),
    "ranks, stories and relations": _rank_and_relate,
}
"""The steps of a night over stored items, in their order."""


def _work_of_a_night(articles: int) -> dict[str, int]:
    """Return the steps of SQLite for NEW articles more than `articles`, by step of the night."""
    db = open_memory()
    db.conn.executemany("INSERT INTO sources (name, kind) VALUES (?, 'mastodon')", zip(SOURCES))
    _insert(db, 1, articles)
    db.execute(
        "INSERT INTO reading_list (topic, position, url, title) "
        "VALUES ('raft', 1, 'https://a.example/1', 'Leases')"
    )
    for step in STEPS.values():
        step(db)
    _insert(db, articles + 1, NEW)
    return {name: count_database_steps(db.conn, partial(step, db)) for name, step in STEPS.items()}


@pytest.fixture(scope="module")
def work() -> tuple[dict[str, int], dict[str, int]]:
    """The work of a night in a library, and in one of four times the size."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("crawler.crawl.update_relations.FEW_ARTICLES", 50)
        patch.setattr("crawler.curation.quarantine._MOST_COMPARED", 100)
        return _work_of_a_night(400), _work_of_a_night(1600)


@pytest.mark.parametrize("step", STEPS)
def test_step_in_a_library_of_four_times_the_size_takes_the_same_work(
    work: tuple[dict[str, int], dict[str, int]], step: str
) -> None:
    small, large = (counts[step] for counts in work)
    assert large <= 1.3 * small + ROUNDING


@pytest.mark.parametrize(
    "query",
    [
        f"{derivation_inputs.WORDS}{derivation_inputs.CHOSEN}",
        f"{derivation_inputs.HEADLINES}{derivation_inputs.CHOSEN}",
        f"{derivation_inputs.RANKED}{derivation_inputs.CHOSEN}",
        f"{derivation_inputs.TOPICS}{derivation_inputs.CHOSEN}",
        derivation_inputs.SHARES,
        "SELECT id FROM articles WHERE annotated IN ('', 'topics') AND id > 0 ORDER BY id LIMIT ?",
        "SELECT id, similar_to FROM posts WHERE similar_to IN (SELECT value FROM json_each(?))",
    ],
)
def test_rows_of_chosen_items_are_found_by_index(query: str) -> None:
    plan = open_memory().execute(f"EXPLAIN QUERY PLAN {query}", ["[1]"]).fetchall()
    scanned = [row[3] for row in plan if row[3].startswith("SCAN")]
    assert [line for line in scanned if "json_each" not in line and "INDEX" not in line] == []
