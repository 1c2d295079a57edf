"""Checks of one article: a worse page never replaces the stored text.

A state changes only after checks that agree, and local network outages are ignored.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlite_utils import Database

from crawler.crawl.fetch_and_extract import FetchedPage
from crawler.crawl.store_article_check import CheckResult, store_article_check
from crawler.models.articles import Article
from crawler.models.http_exchange import FetchRequest, Response
from crawler.models.outcomes import Failure, Outcome
from crawler.store.database import open_memory

URL = "https://blog.example/leases"
NIGHT = datetime(2026, 6, 1, 3, tzinfo=UTC)
TEXT = " ".join(
    (
        f"A lease of kind {n} ends by itself, so the holder of shard {n} must renew it in "
        f"time or lose replica {n}."
    )
    for n in range(40)
)
CASINO = " ".join(
    (
        f"Play casino slots number {n}, claim the betting bonus and win the jackpot tonight "
        "at our online poker tables."
    )
    for n in range(40)
)


@pytest.fixture
def db() -> Database:
    made = open_memory()
    made.execute(
        "INSERT INTO articles (id, url, key, host, first_seen) "
        "VALUES (1, ?, 'blog.example/leases', 'blog.example', '2026-06-01T00:00:00Z')",
        [URL],
    )
    return made


def page(text: str, title: str) -> FetchedPage:
    article = Article(
        URL,
        title,
        text,
        site_name="A Blog on Leases",
        language="en",
        content_hash=str(hash(text)),
        word_count=len(text.split()),
        extractor="t",
    )
    return FetchedPage(FetchRequest(URL, "page"), Response(URL, URL, 200, (), b"", NIGHT), article)


def failed(outcome: Outcome) -> FetchedPage:
    return FetchedPage(FetchRequest(URL, "page"), None, Failure(URL, "fetch", outcome, "no"))


def row(db: Database) -> dict[str, object]:
    return dict(db.table("articles").get(1))


def store_check(
    db: Database, fetched: FetchedPage, night: int, *, blame: bool = True
) -> CheckResult:
    return store_article_check(db, 1, fetched, NIGHT + timedelta(days=night), 30, blame=blame)


def test_first_text_is_stored_and_an_equal_one_changes_nothing(db: Database) -> None:
    assert store_check(db, page(TEXT, "Leases"), 0) is CheckResult.CHANGED
    assert store_check(db, page(TEXT, "Leases"), 1) is CheckResult.UNCHANGED
    assert row(db)["state"] == "ok"


def test_hijacked_page_never_replaces_the_text_and_is_reported_after_two_checks(
    db: Database,
) -> None:
    store_check(db, page(TEXT, "Leases"), 0)
    assert store_check(db, page(CASINO, "Best casino bonus"), 1) is CheckResult.FAILED
    assert (row(db)["state"], row(db)["suspected_state"], row(db)["title"]) == (
        "ok",
        "hijacked",
        "Leases",
    )
    store_check(db, page(CASINO, "Best casino bonus"), 2)
    assert (row(db)["state"], row(db)["text"]) == ("hijacked", TEXT)
    assert row(db)["state_evidence"]


def test_revival_clears_everything(db: Database) -> None:
    store_check(db, page(TEXT, "Leases"), 0)
    for night in range(1, 5):
        store_check(db, failed(Outcome.GONE), night)
    assert row(db)["state"] == "gone"
    assert store_check(db, page(TEXT, "Leases"), 9) is not CheckResult.FAILED
    assert (row(db)["state"], row(db)["suspected_state"], row(db)["failures"]) == ("ok", None, 0)


def test_local_outage_is_ignored(db: Database) -> None:
    store_check(db, page(TEXT, "Leases"), 0)
    for night in range(1, 12):
        store_check(db, failed(Outcome.DNS), night, blame=False)
    assert (row(db)["state"], row(db)["suspected_state"]) == ("ok", None)


def test_suspected_change_of_state_is_checked_on_the_next_night(db: Database) -> None:
    store_check(db, page(TEXT, "Leases"), 0)
    store_check(db, failed(Outcome.GONE), 1)
    assert str(row(db)["next_check"]) <= "2026-06-03T03:00:00Z"
