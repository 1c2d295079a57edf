"""Tests of due posts and of the stored results of rechecks."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlite_utils import Database

from crawler.models.posts import Consent, Provenance
from crawler.store.post_rechecks import (
    RecheckRecord,
    due_posts,
    due_posts_by_source,
    save_rechecks,
)
from crawler.store.posts import mark_deleted, save_posts
from crawler.utc_times import iso
from tests.store.conftest import NOW, POST

DAY = timedelta(days=1)


def due(db: Database, now: datetime, most: int = 10) -> list[str]:
    return [each.post.uri for each in due_posts(db, "trail", now, timedelta(hours=22), most)]


def test_due_post_has_provenance_and_no_text(db: Database) -> None:
    where = Provenance(request="https://trail.example/api", id="7")
    save_posts(
        db,
        "trail",
        [replace(POST, provenance=where, thread_key="t", thread_position=2, published=None)],
        NOW,
    )
    (found,) = due_posts(db, "trail", NOW + DAY, timedelta(hours=22), 10)
    post = found.post
    assert (post.uri, post.text, post.provenance, post.thread_key, post.thread_position) == (
        POST.uri,
        "",
        where,
        "t",
        2,
    )
    assert (found.published, found.missing_since) == (NOW, None)


def test_due_posts_are_sorted_by_waiting_time(db: Database) -> None:
    save_posts(db, "trail", [replace(POST, uri=uri) for uri in "abcd"], NOW)
    save_rechecks(
        db, [RecheckRecord("a", NOW, NOW + 3 * DAY), RecheckRecord("b", NOW, NOW + 2 * DAY)], NOW
    )
    assert due(db, NOW + DAY) == ["c", "d"]
    assert due(db, NOW + 4 * DAY, most=3) == ["c", "d", "b"]


def test_deleted_posts_and_posts_of_other_sources_are_not_due_and_withheld_ones_are(
    db: Database,
) -> None:
    save_posts(db, "other", [replace(POST, uri="1")], NOW)
    save_posts(
        db,
        "trail",
        [replace(POST, uri="2"), replace(POST, uri="3", author=None, consent=Consent.NONE)],
        NOW,
    )
    mark_deleted(db, ["2"], NOW)
    assert due(db, NOW + DAY) == ["3"]


def test_recheck_under_a_clock_ten_years_ahead_leaves_the_post_due(
    db: Database,
) -> None:
    save_posts(db, "trail", [POST], NOW)
    save_rechecks(db, [RecheckRecord(POST.uri, NOW, NOW + 3650 * DAY)], NOW)
    assert due(db, NOW + DAY) == [POST.uri]


def test_recheck_without_an_answer_keeps_the_last_time(db: Database) -> None:
    save_posts(db, "trail", [POST], NOW)
    save_rechecks(db, [RecheckRecord(POST.uri, NOW, NOW + DAY)], NOW)
    save_rechecks(db, [RecheckRecord(POST.uri, None, NOW + 2 * DAY, NOW)], NOW)
    assert db.execute("SELECT last_checked, next_check, missing_since FROM posts").fetchone() == (
        "2026-03-01T04:00:00Z",
        "2026-03-03T04:00:00Z",
        "2026-03-01T04:00:00Z",
    )


@pytest.mark.parametrize("seed", range(5))
def test_due_posts_are_those_of_the_rule_for_one_row(db: Database, seed: int) -> None:
    dice = random.Random(seed)
    times = [None, *(iso(NOW + days * DAY) for days in (-9, -1, 1, 9, 41, 400))]
    names = ("next_check", "last_checked", "last_attempt", "deleted_at")
    save_posts(db, "trail", [replace(POST, uri=f"{number}") for number in range(200)], NOW)
    for number in range(200):
        row = {name: dice.choice(times) for name in names} | {"seen_at": dice.choice(times[1:])}
        row["deleted_at"] = dice.choice((None, None, row["deleted_at"]))
        db.table("posts").update(number + 1, row)
    rule = """deleted_at IS NULL AND CASE WHEN next_check IS NULL
        THEN seen_at <= :first OR seen_at > :now
        ELSE next_check <= :now OR next_check > :furthest
            OR COALESCE(last_checked, '') > :now OR COALESCE(last_attempt, '') > :now END"""
    first, furthest = iso(NOW - timedelta(hours=22)), iso(NOW + 40 * DAY)
    values = {"now": iso(NOW), "first": first, "furthest": furthest}
    rows = db.execute(
        f"SELECT uri, COALESCE(next_check, seen_at) FROM posts WHERE {rule} ORDER BY 2, id",
        values,
    ).fetchall()
    assert due(db, NOW, 1000) == [uri for uri, _ in rows]
    totals = due_posts_by_source(db, ["other", "trail"], NOW, timedelta(hours=22))
    assert totals == {"trail": (len(rows), rows[0][1])}
