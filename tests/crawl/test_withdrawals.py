"""Directives of one article: any response narrows them, and only the page itself widens them."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlite_utils import Database

from crawler.crawl.fetch_and_extract import FetchedPage
from crawler.crawl.store_article_check import store_article_check
from crawler.models.articles import Article, Directives
from crawler.models.http_exchange import FetchRequest, Response
from crawler.models.outcomes import Failure, Outcome
from crawler.store.database import open_memory
from crawler.store.merge_split_articles import merge_rows
from crawler.store.schema import migrations
from crawler.strictest_directives import strictest_directives
from tests.crawl.test_store_article_check import CASINO, NIGHT, TEXT, URL, page

WITHDRAWN = Directives(noindex=True, noarchive=True, nosnippet=True)


@pytest.fixture
def db() -> Database:
    made = open_memory()
    row = {
        "id": 1,
        "url": URL,
        "key": URL,
        "host": "blog.example",
        "first_seen": "2026-06-01T00:00:00Z",
    }
    made.table("articles").insert(row)
    return made


def check(
    db: Database, night: int, what: FetchedPage, directives: Directives | None = None
) -> None:
    if directives is not None and isinstance(what.result, Article):
        what = replace(what, result=replace(what.result, directives=directives))
    store_article_check(db, 1, what, NIGHT + timedelta(days=night), 30)


def failed(outcome: Outcome, *headers: tuple[str, str]) -> FetchedPage:
    response = Response(URL, URL, 200, headers, b"", NIGHT)
    return FetchedPage(FetchRequest(URL, "page"), response, Failure(URL, "extract", outcome, "no"))


def stated(db: Database) -> Directives:
    found = json.loads(db.execute("SELECT directives FROM articles WHERE id = 1").fetchone()[0])
    return Directives(**found)


def test_page_itself_withdraws_and_restores_its_text(db: Database) -> None:
    check(db, 0, page(TEXT, "Leases"))
    check(db, 1, page(TEXT, "Leases"), WITHDRAWN)
    assert stated(db) == WITHDRAWN
    check(db, 2, page(TEXT, "Leases"))
    assert stated(db) == Directives()


def test_neither_hijacked_page_nor_first_response_after_it_restores_text(db: Database) -> None:
    check(db, 0, page(TEXT, "Leases"), WITHDRAWN)
    for night in (1, 2, 3):
        check(db, night, page(CASINO, "Best casino bonus"))
        assert stated(db) == WITHDRAWN
    check(db, 4, page(TEXT, "Leases"))
    assert stated(db) == WITHDRAWN
    check(db, 5, page(TEXT, "Leases"))
    assert stated(db) == Directives()


def test_same_text_on_another_host_restores_nothing(db: Database) -> None:
    check(db, 0, page(TEXT, "Leases"), WITHDRAWN)
    elsewhere = page(TEXT, "Leases")
    assert elsewhere.response
    response = replace(elsewhere.response, final_url="https://copies.test/leases")
    for night in (1, 2, 3):
        check(db, night, replace(elsewhere, response=response))
    assert stated(db) == WITHDRAWN


def test_noindex_of_a_hijacked_page_withdraws_nothing(db: Database) -> None:
    check(db, 0, page(TEXT, "Leases"))
    check(db, 1, page(CASINO, "Best casino bonus"), WITHDRAWN)
    assert stated(db) == Directives()


@pytest.mark.parametrize("outcome", [Outcome.NOT_MODIFIED, Outcome.EMPTY, Outcome.BAD_CONTENT])
def test_header_of_a_response_without_text_withdraws(db: Database, outcome: Outcome) -> None:
    check(db, 0, page(TEXT, "Leases"))
    check(db, 1, failed(outcome, ("x-robots-tag", "noindex, noarchive")))
    assert stated(db) == Directives(noindex=True, noarchive=True)
    check(db, 2, failed(outcome))
    assert stated(db) == Directives(noindex=True, noarchive=True)


def test_article_that_absorbs_a_withdrawn_copy_is_withdrawn(db: Database) -> None:
    check(db, 0, page(TEXT, "Leases"))
    row = {"id": 2, "url": "u", "key": "u", "host": "h", "first_seen": "2026-06-01T00:00:00Z"}
    db.table("articles").insert(row | {"directives": '{"nosnippet":true}'})
    merge_rows(db, 1, 2)
    assert stated(db) == Directives(nosnippet=True)


def test_narrowest_allows_only_what_both_allow() -> None:
    one = Directives(noindex=True, max_snippet=50)
    other = Directives(nosnippet=True, max_snippet=20, no_ai=True)
    expected = Directives(noindex=True, nosnippet=True, max_snippet=20, no_ai=True)
    assert strictest_directives(one, other) == strictest_directives(other, one) == expected
    assert strictest_directives(one, Directives()) == one


def test_upgrade_names_a_record_only_where_every_check_agrees() -> None:
    db = open_before("archive_record_of_each_article")
    cases = {
        "ok": {"state": "ok"},
        "hijacked": {"state": "hijacked"},
        "suspected": {"state": "ok", "suspected": "hijacked"},
        "noarchive": {"state": "ok", "directives": '{"noarchive":true}'},
        "unread": {"state": "ok", "content_hash": ""},
    }
    for number, (name, row) in enumerate(cases.items(), 1):
        url = f"https://a.example/{name}"
        article = {
            "id": number,
            "url": url,
            "key": url,
            "host": "h",
            "first_seen": "2026",
            "content_hash": "x",
        }
        db.table("articles").insert(article | row)
        db.table("aliases").insert(
            {
                "url": url,
                "key": url,
                "article_id": number,
                "reason": "as-posted",
                "added_at": "2026",
            }
        )
        for at in ("2026-01-01", "2026-01-02"):
            fetch = {
                "url": url,
                "at": at,
                "purpose": "page",
                "outcome": "ok",
                "archive_file": f"{at}.warc.gz",
                "archive_offset": 7,
            }
            db.table("fetches").insert(fetch)
    migrations.apply(db)
    named = db.execute(
        "SELECT url, archive_file, archive_at FROM articles WHERE archive_file IS NOT NULL"
    ).fetchall()
    assert named == [("https://a.example/ok", "2026-01-02.warc.gz", "2026-01-02")]


def open_before(migration: str) -> Database:
    db = Database(memory=True)
    migrations.apply(db, stop_before=migration)
    return db
