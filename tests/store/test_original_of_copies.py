"""The original of two equal texts: canonical, reposts, dates of pages, authors and shares."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from crawler.store.original_of_copies import CopyCandidate, choose_original, original_of_copies
from tests.store.test_article_identity import NOW, OTHER, PLAIN, ledger_of

FIRST = CopyCandidate(1, "Leases and clocks", None, has_authors=False, is_canonical=False, shares=1)
SECOND = replace(FIRST, article_id=2)
_time = datetime.fromisoformat


def test_article_stored_first_is_the_original_without_other_evidence() -> None:
    assert choose_original(FIRST, SECOND) is FIRST


@pytest.mark.parametrize(
    "original",
    [
        replace(SECOND, is_canonical=True),
        replace(SECOND, has_authors=True),
        replace(SECOND, shares=4),
    ],
)
def test_evidence_for_the_later_article_makes_it_the_original(original: CopyCandidate) -> None:
    assert choose_original(FIRST, original) is original


def test_earlier_date_of_two_pages_decides_before_shares() -> None:
    dated = replace(FIRST, page_date=_time("2026-02-02T00:00:00Z"), shares=9)
    earlier = replace(SECOND, page_date=_time("2026-02-01T00:00:00Z"))
    assert choose_original(dated, earlier) is earlier


def test_earlier_date_of_two_pages_decides_before_a_declared_canonical() -> None:
    dated = replace(FIRST, page_date=_time("2026-02-01T00:00:00Z"))
    copy = replace(SECOND, page_date=_time("2026-02-02T00:00:00Z"), is_canonical=True)
    assert choose_original(dated, copy) is dated


@pytest.mark.parametrize(
    ("original", "copy"),
    [
        ("2026-11-20T09:30:00Z", "2026-11-20T00:00:00Z"),  # a day without a time
        ("2026-11-20T23:59:59Z", "2026-11-20T00:00:00Z"),
        ("2026-11-20T15:00:00Z", "2026-11-20T09:30:00Z"),  # times without a zone
        ("2026-11-21T00:00:00Z", "2026-11-20T23:59:59Z"),
    ],
)
@pytest.mark.parametrize("evidence", [{"is_canonical": True}, {"has_authors": True}, {"shares": 5}])
def test_dates_within_a_day_leave_the_decision_to_other_evidence(
    original: str, copy: str, evidence: dict[str, Any]
) -> None:
    page = replace(SECOND, page_date=_time(original), **evidence)
    assert choose_original(replace(FIRST, page_date=_time(copy)), page) is page


def test_stored_times_of_one_day_leave_the_decision_to_the_declared_canonical() -> None:
    ledger = ledger_of([PLAIN, "https://elsewhere.example/cross-post"])
    ledger.record_canonical(2, OTHER, "link rel=canonical", NOW)
    times = {1: "2026-11-20T00:00:00Z", 2: "2026-11-20T09:30:00Z"}
    for article_id, published in times.items():
        ledger.db.execute("UPDATE articles SET published = ? WHERE id = ?", [published, article_id])
    assert original_of_copies(ledger.db, 1, 2) == 2


def test_author_and_shares_that_disagree_leave_the_first_article() -> None:
    assert (
        choose_original(replace(FIRST, shares=5), replace(SECOND, has_authors=True)).article_id == 1
    )


@pytest.mark.parametrize(
    "title",
    [
        "Leases and clocks (repost)",
        "[Reposted] Leases and clocks",
        "Crosspost: Leases and clocks",
        "Leases and clocks (originally published on another site)",
        "【转载】Leases and clocks",
        "Nachdruck: Leases and clocks",
        "Leases and clocks (repost) | Cluster notes",
        "Leases and clocks [mirrored from another site]",
        "Repost – Leases and clocks",
    ],
)
def test_title_with_a_mark_of_a_repost_is_a_copy(title: str) -> None:
    assert choose_original(replace(FIRST, title=title, shares=9), SECOND) is SECOND


@pytest.mark.parametrize(
    "title",
    [
        "Why reposts spread: a model of mirrored posts",
        "Mirrored - a database design",
        "Syndicated: how feeds work",
        "Storage (mirrored) vs parity",
        "Storage pools (mirrored)",
        "Reblog (repost) detection",
    ],
)
def test_title_about_reposts_is_not_a_mark(title: str) -> None:
    about = replace(FIRST, title=title)
    assert choose_original(about, SECOND) is about


@pytest.mark.parametrize(
    ("shared", "original"),
    [
        ("https://example.com/cross-post", 1),  # the same site declares its own page
        ("https://elsewhere.example/cross-post", 2),
    ],
)
def test_declared_canonical_counts_only_if_a_page_of_another_site_declares_it(
    shared: str, original: int
) -> None:
    ledger = ledger_of([PLAIN, shared])
    ledger.record_canonical(2, OTHER, "link rel=canonical", NOW)
    assert original_of_copies(ledger.db, 1, 2) == original
