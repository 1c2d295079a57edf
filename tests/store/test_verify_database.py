"""Every way in which two layers can disagree is found and named."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlite_utils import Database

from crawler.models.outcomes import Outcome
from crawler.store.database import open_store
from crawler.store.public_snapshot import write_snapshot
from crawler.store.runs import SourceRun, finish_run, save_source_run, start_run
from crawler.store.tombstones import add_tombstones, author_identifier
from crawler.store.verify_database import Finding, find_inconsistencies, verify_snapshot
from tests.store.conftest import NOW, fill

HARM = {
    "articles-half-read": "UPDATE articles SET content_hash = ''",
    "articles-without-alias": "DELETE FROM aliases",
    "cards-of-other-posts": (
        "INSERT INTO posts (source, network, uri, seen_at) "
        "VALUES ('s', 'n', 'other', '2026-03-01T04:00:00Z'); UPDATE cards SET post_id = 2"
    ),
    "clusters-without-lead": "INSERT INTO stories (lead_article_id, reason) VALUES (1, 'r')",
    "entities-misquoted": "INSERT INTO entities (slug, name, kind) "
    "VALUES ('k', 'Kafka', 'system'); "
    "INSERT INTO article_entities VALUES (1, 1, 'Unsaid.', 0)",
    "evidence-misquoted": "UPDATE evidence SET quote = 'never said' WHERE id = 1",
    "links-without-alias": "UPDATE links SET url = 'https://elsewhere.example/'",
    "posts-without-consent": "UPDATE posts SET consent = 'none'",
    "references": "PRAGMA foreign_keys = OFF; DELETE FROM topics",
    "search-index": "DELETE FROM posts_fts_data",
    "taggings-without-evidence": "DELETE FROM evidence WHERE tagging_id = 1",
    "taggings-without-subject": "UPDATE taggings SET subject_id = 99 WHERE id = 1",
}


def checks(db: Database) -> set[str]:
    return {finding.check for finding in find_inconsistencies(db)}


def test_valid_database_has_no_findings(full: Database) -> None:
    assert find_inconsistencies(full) == []


@pytest.mark.parametrize("check", HARM)
def test_inconsistency_is_found(full: Database, check: str) -> None:
    full.conn.executescript(HARM[check])
    assert check in checks(full)


def test_a_quote_in_a_field_that_does_not_exist_is_found(full: Database) -> None:
    full.execute("UPDATE evidence SET field = 'colour' WHERE id = 1")
    assert find_inconsistencies(full) == [
        Finding(
            "evidence-misquoted",
            "article 1: leases",
            "the evidence names a field that does not exist: colour",
        )
    ]


@pytest.mark.parametrize("counted", [0, 1, 2])
def test_run_with_a_wrong_post_count_is_found(full: Database, counted: int) -> None:
    run = start_run(full, "crawl", NOW)
    save_source_run(full, run, SourceRun("trail", Outcome.OK, 2, counted))
    finish_run(full, run, "ok", {}, NOW)
    assert ("posts-of-runs" in checks(full)) == (counted != 1)


@pytest.mark.parametrize("outcome", [None, "ok", "interrupted"])
def test_run_that_is_repeated_in_the_second_of_its_start_is_consistent(
    full: Database, outcome: str | None
) -> None:
    first = start_run(full, "nightly", NOW)
    if outcome:
        finish_run(full, first, outcome, {}, NOW)
    run = start_run(full, "nightly", NOW)
    save_source_run(full, run, SourceRun("trail", Outcome.OK, 2, 0))
    finish_run(full, run, "ok", {}, NOW)
    assert "posts-of-runs" not in checks(full)


def test_run_between_others_with_a_wrong_post_count_is_found(full: Database) -> None:
    for hours in (-24, 0, 24):
        time = NOW + timedelta(hours=hours)
        run = start_run(full, "nightly", time)
        save_source_run(full, run, SourceRun("trail", Outcome.OK, 2, 0))
        finish_run(full, run, "ok", {}, time + timedelta(minutes=5))
        start_run(full, "build", time)
    subjects = [finding.subject for finding in find_inconsistencies(full)]
    assert subjects == ["trail in run 3"]


@pytest.mark.parametrize(
    "words",
    [
        "https://trail.example/1",
        "https://a.example/leases",
        author_identifier("mastodon", "anna@trail.example"),
    ],
)
def test_erased_row_that_was_stored_again_is_found(full: Database, words: str) -> None:
    add_tombstones(full, [words], NOW, "asked")
    assert "forgotten" in checks(full)


@pytest.mark.parametrize(
    "harm",
    [
        "articles SET hidden = 1",
        "posts SET consent = 'link-only'",
        "posts SET hidden = 1",
        "posts SET sensitive = 1",
    ],
)
def test_row_that_is_public_without_permission_is_found(tmp_path: Path, harm: str) -> None:
    db = fill(open_store(tmp_path / "hashtrail.db"))
    public = tmp_path / "public.db"
    assert verify_snapshot(db, public) == []
    write_snapshot(db, public)
    assert verify_snapshot(db, public) == []
    db.execute(f"UPDATE {harm}")
    assert [finding.check for finding in verify_snapshot(db, public)] == ["snapshot-ahead"]
    write_snapshot(db, public)
    assert verify_snapshot(db, public) == []


def test_invalid_snapshot_file_is_found(tmp_path: Path) -> None:
    (tmp_path / "public.db").write_bytes(b"no database, though it is long enough to be one" * 99)
    assert [
        finding.check
        for finding in verify_snapshot(
            open_store(tmp_path / "hashtrail.db"), tmp_path / "public.db"
        )
    ] == ["snapshot"]
