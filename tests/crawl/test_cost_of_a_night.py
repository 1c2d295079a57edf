"""The work of the steps over all items depends on the new articles, not on the stored ones."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlite_utils import Database

from crawler.crawl.crawl_context import open_ledger
from crawler.crawl.join_copies import join_changed_copies
from crawler.crawl.rank_and_relate import rank_and_relate
from crawler.curation.hide_items import set_hidden_items
from crawler.store import derivation_inputs
from crawler.store.archive_records import withdrawn_records
from crawler.store.article_changes import record_changes
from crawler.store.articles import count_due_articles, due_articles
from crawler.store.database import open_memory, transaction
from crawler.store.fetch_log import delete_old_fetches
from crawler.store.item_annotations import count_pending
from crawler.store.post_rechecks import due_posts_by_source

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
NEW = 5
COUNTED_STEPS = 100


def _insert(db: Database, first: int, count: int) -> None:
    """Store articles of one post each; four have the words of a title and of a text in common."""
    with transaction(db):
        for number in range(first, first + count):
            group = number // 4
            title = f"alpha{group} beta{group} gamma{group} delta{number}"
            text = " ".join(f"word{group}x{position}" for position in range(90))
            db.execute(
                "INSERT INTO articles (id, url, key, host, title, summary, text, first_seen, "
                "annotated, next_check) VALUES "
                "(?, ?, ?, 'a.example', ?, ?, ?, '2026-11-01T00:00:00Z', 'yes', '2026-12-01')",
                [number, f"https://a.example/{number}", f"a.example/{number}", title,
                 f"epsilon{group}", f"{text} {number}" * (number % 4 == 0)],
            )  # fmt: skip
            db.execute(
                "INSERT INTO posts (id, source, network, uri, seen_at, text, annotated) "
                "VALUES (?, 's', 'mastodon', ?, '2026-11-01T00:00:00Z', ?, 'yes')",
                [number, f"https://a.example/@a/{number}", f"{title} and four more words {number}"],
            )
            db.execute(
                "INSERT INTO links (post_id, url, origin, position, article_id) "
                "VALUES (?, 'u', 'body', 0, ?)",
                [number, number],
            )


def _derive(db: Database) -> None:
    assert count_pending(db) == 0
    join_changed_copies(open_ledger(db), NOW)
    _find_due_and_withheld(db)
    assert rank_and_relate(db) == []


def _find_due_and_withheld(db: Database) -> None:
    assert due_articles(db, NOW, 100) == []
    assert count_due_articles(db, NOW) == 0
    assert withdrawn_records(db) == []
    assert due_posts_by_source(db, (), NOW, timedelta(1)) == {}
    assert delete_old_fetches(db, NOW) == 0
    set_hidden_items(db, (), ())
    record_changes(db, NOW)


def _steps_of_a_night(articles: int) -> int:
    """Return how many hundred instructions of SQLite NEW articles more than `articles` take."""
    db = open_memory()
    _insert(db, 1, articles)
    _derive(db)
    _insert(db, articles + 1, NEW)
    steps = 0

    def count() -> int:
        nonlocal steps
        steps += 1
        return 0

    db.conn.set_progress_handler(count, COUNTED_STEPS)
    _derive(db)
    return steps


def test_night_in_a_library_of_four_times_the_size_takes_the_same_work(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("crawler.crawl.update_relations.FEW_ARTICLES", 50)
    small, large = _steps_of_a_night(200), _steps_of_a_night(800)
    assert 0 < large < 1.3 * small


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
