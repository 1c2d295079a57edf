"""Deletion policy: which missing posts count as deleted, and when a post is rechecked."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from crawler.crawl.check_schedule import NIGHTLY_INTERVAL, YOUNG_POST_AGE, next_post_recheck
from crawler.crawl.deletion_detection import (
    DeletionDecision,
    RecheckResult,
    decide_deletions,
    edited_posts,
)
from crawler.models.posts import Consent, Post
from crawler.store.post_rechecks import DuePost

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)


def due(*uris: str, missing: bool = False) -> tuple[DuePost, ...]:
    return tuple(
        DuePost(Post("mastodon", uri, ""), NOW, NOW - NIGHTLY_INTERVAL if missing else None)
        for uri in uris
    )


def test_few_missing_posts_are_deleted_immediately() -> None:
    assert decide_deletions(
        [RecheckResult(due("a", "b", "c"), frozenset("abc"))]
    ) == DeletionDecision(frozenset("abc"))
    assert decide_deletions(
        [RecheckResult(due(*"abcdefgh"), frozenset("abcdefg"))]
    ) == DeletionDecision(frozenset("abcdefg"))


def test_request_with_only_missing_posts_waits_for_the_next_night() -> None:
    denied, fine = (
        RecheckResult(due(*"abcd"), frozenset("abcd")),
        RecheckResult(due(*"vwxyz"), frozenset("v")),
    )
    assert decide_deletions([denied, fine]) == DeletionDecision(frozenset("v"), frozenset("abcd"))


def test_source_with_only_missing_posts_waits_for_any_kind_of_request() -> None:
    singles = [RecheckResult(due(uri), frozenset(uri)) for uri in "abcd"]
    assert decide_deletions(singles) == DeletionDecision(frozenset(), frozenset("abcd"))
    assert decide_deletions([*singles, RecheckResult(due("e"))]) == DeletionDecision(
        frozenset("abcd")
    )
    assert decide_deletions(singles[:3]) == DeletionDecision(frozenset("abc"))


def test_post_missing_on_two_nights_is_deleted() -> None:
    again = RecheckResult((*due(*"abc", missing=True), *due("d")), frozenset("abcd"))
    assert decide_deletions([again]) == DeletionDecision(frozenset("abc"), frozenset("d"))


def test_post_without_a_response_is_neither_deleted_nor_missing() -> None:
    assert (
        decide_deletions([RecheckResult(failed=due(*"abcd"))])
        == decide_deletions([])
        == DeletionDecision()
    )


def test_post_read_again_keeps_its_stored_counts_and_its_place_in_a_thread() -> None:
    stored = Post("mastodon", "a", "", thread_key="t", thread_position=2, counts=(("boosts", 1),))
    due_posts = [DuePost(stored, NOW)]
    shown = Post("mastodon", "a", "new", counts=(("boosts", 9),))
    assert edited_posts(due_posts, [shown]) == (replace(stored, text="new"),)
    assert edited_posts(due_posts, [replace(shown, uri="never asked for")]) == ()


def test_withheld_post_read_again_has_no_place_in_a_thread() -> None:
    due_posts = [DuePost(Post("mastodon", "a", "", thread_key="t", thread_position=2), NOW)]
    quiet = Post("mastodon", "a", "", consent=Consent.LINK_ONLY)
    assert edited_posts(due_posts, [quiet]) == (quiet,)


@pytest.mark.parametrize(
    ("age", "settled", "wait"),
    [
        (timedelta(0), True, NIGHTLY_INTERVAL),
        (timedelta(days=29), True, NIGHTLY_INTERVAL),
        (timedelta(days=30), True, YOUNG_POST_AGE),
        (timedelta(days=900), False, NIGHTLY_INTERVAL),
    ],
)
def test_new_posts_are_rechecked_every_night_and_old_ones_once_a_month(
    age: timedelta, settled: bool, wait: timedelta
) -> None:
    assert next_post_recheck(NOW, NOW - age, settled=settled) == NOW + wait
