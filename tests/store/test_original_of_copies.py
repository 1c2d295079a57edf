"""The original of two equal texts: canonical, reposts, dates of pages, authors and shares."""

from __future__ import annotations

from dataclasses import replace

import pytest

from crawler.store.original_of_copies import CopyCandidate, choose_original, original_of_copies
from tests.store.test_article_identity import NOW, OTHER, PLAIN, ledger_of

FIRST = CopyCandidate(1, "Leases and clocks", "", has_authors=False, is_canonical=False, shares=1)
SECOND = replace(FIRST, article_id=2)


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
    dated = replace(FIRST, page_date="2026-02-02T00:00:00Z", shares=9)
    earlier = replace(SECOND, page_date="2026-02-01T00:00:00Z")
    assert choose_original(dated, earlier) is earlier


def test_earlier_date_of_two_pages_decides_before_a_declared_canonical() -> None:
    dated = replace(FIRST, page_date="2026-02-01T00:00:00Z")
    copy = replace(SECOND, page_date="2026-02-02T00:00:00Z", is_canonical=True)
    assert choose_original(dated, copy) is dated


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
    ],
)
def test_title_with_a_mark_of_a_repost_is_a_copy(title: str) -> None:
    assert choose_original(replace(FIRST, title=title, shares=9), SECOND) is SECOND


def test_article_about_reposts_is_not_a_repost() -> None:
    about = replace(FIRST, title="Why reposts spread: a model of mirrored posts")
    assert choose_original(about, replace(SECOND, title=about.title)) is about


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
