"""Articles are read in the order of their checks, keep stored text, and survive failures."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlite_utils import Database

from crawler.models.articles import ArticleState
from crawler.models.outcomes import Failure, Outcome
from crawler.models.posts import Author, Card
from crawler.store.article_card_fields import fill_from_cards
from crawler.store.articles import (
    ArticleCheck,
    due_articles,
    save_article,
    save_failure,
    save_not_modified,
)
from crawler.store.posts import mark_deleted, save_posts
from tests.store.conftest import ARTICLE, NOW, POST, add_article, read_article

TOMORROW = NOW + timedelta(days=1)


def test_new_articles_are_read_before_known_ones_and_hosts_take_turns(db: Database) -> None:
    known = add_article(db, "https://a.example/known")
    check = ArticleCheck(
        known,
        NOW,
        NOW,
        ArticleState.OK,
        status=200,
        etag='W/"x"',
        last_modified="Sun, 01 Mar 2026 04:00:00 GMT",
    )
    save_article(db, check, ARTICLE)
    first, second, other = (
        add_article(db, f"https://{host}/{n}", host)
        for n, host in ((1, "a.example"), (2, "a.example"), (3, "b.example"))
    )
    wanted = due_articles(db, NOW, 10)
    assert [each.article_id for each in wanted] == [first, other, second, known]
    assert (wanted[-1].task.etag, wanted[-1].task.last_modified) == (
        'W/"x"',
        "Sun, 01 Mar 2026 04:00:00 GMT",
    )
    assert wanted[0].task.etag is None
    assert len(due_articles(db, NOW, 2)) == 2


def test_article_is_due_at_its_next_check_and_not_before(db: Database) -> None:
    article_id = add_article(db)
    failure = Failure("u", "fetch", Outcome.TIMEOUT, "too slow")
    save_failure(db, ArticleCheck(article_id, NOW, TOMORROW, None), failure)
    assert due_articles(db, NOW, 10) == []
    assert [each.article_id for each in due_articles(db, TOMORROW, 10)] == [article_id]
    db.execute("UPDATE articles SET hidden = 1")
    assert due_articles(db, TOMORROW, 10) == []


def test_saved_article_is_stored_and_searchable(db: Database) -> None:
    article_id = add_article(db)
    assert read_article(db, article_id)
    row = dict(db.table("articles").get(article_id))
    assert (row["title"], row["state"], row["etag"], row["authors"], row["summary_source"]) == (
        "Leases beat locks",
        "ok",
        '"e1"',
        '["Bo"]',
        "description",
    )
    assert db.execute("SELECT url, shown FROM article_links").fetchall() == [
        ("https://papers.example/leases", "the paper")
    ]


def test_unchanged_article_changes_only_check_times(db: Database) -> None:
    article_id = add_article(db)
    read_article(db, article_id)
    before = dict(db.table("articles").get(article_id))
    assert not read_article(db, article_id, at=TOMORROW)
    after = dict(db.table("articles").get(article_id))
    assert {name for name in before if before[name] != after[name]} == {"last_checked"}


def test_changed_page_is_reported_as_changed(db: Database) -> None:
    article_id = add_article(db)
    read_article(db, article_id)
    assert read_article(
        db, article_id, replace(ARTICLE, text="All new.", content_hash="c2", links=())
    )
    assert db.execute("SELECT count(*) FROM article_links").fetchone()[0] == 0


def test_field_missing_on_the_page_keeps_the_value_of_the_card(db: Database) -> None:
    save_posts(db, "trail", [POST], NOW)
    article_id = add_article(db)
    assert fill_from_cards(db) == 1
    assert fill_from_cards(db) == 0
    read_article(db, article_id, replace(ARTICLE, title="", description="", field_sources=()))
    row = dict(db.table("articles").get(article_id))
    assert (row["title"], row["summary"], row["summary_source"], row["site_name"]) == (
        "Leases, says the card",
        "Why",
        "card",
        "A",
    )
    assert row["field_sources"] == '{"summary":"card","title":"card"}'
    read_article(db, article_id)
    assert db.execute("SELECT title, field_sources FROM articles").fetchone() == (
        "Leases beat locks",
        '{"title":"og"}',
    )


@pytest.mark.parametrize(
    ("handle", "name", "authors"),
    [
        ("blog.example", "A blog", "[]"),
        ("blog.example/a-blog", "A blog", "[]"),
        ("blog.example/anna", "Anna", '["Anna"]'),
        ("a.example", "A blog", '["A blog"]'),
        ("feeds.a.example", "A blog", '["A blog"]'),
    ],
)
def test_title_of_a_feed_is_not_the_author_of_another_site(
    db: Database, handle: str, name: str, authors: str
) -> None:
    card = Card("The entry's title", "Said", "A blog", "https://a.example/leases", NOW)
    author = Author("feed", handle, name)
    entry = replace(POST, network="feed", uri="feed:1", author=author, cards=(card,))
    save_posts(db, "trail", [entry], NOW)
    add_article(db)
    fill_from_cards(db)
    assert next(db.query("SELECT authors FROM articles")) == {"authors": authors}


def test_feed_entry_has_precedence_over_other_cards(db: Database) -> None:
    entry = replace(
        POST,
        network="feed",
        uri="feed:1",
        author=Author("feed", "a.example/anna", "Anna"),
        cards=(Card("The entry's title", "Said", "A blog", "https://a.example/leases", NOW),),
    )
    save_posts(db, "trail", [POST, entry], NOW)
    add_article(db)
    fill_from_cards(db)
    row = next(db.query("SELECT title, published, authors FROM articles"))
    assert row == {
        "title": "The entry's title",
        "published": "2026-03-01T04:00:00Z",
        "authors": '["Anna"]',
    }


def test_failed_check_keeps_the_text_and_counts_failures(db: Database) -> None:
    article_id = add_article(db)
    read_article(db, article_id)
    gone = Failure("u", "fetch", Outcome.GONE, "410", status=410)
    save_failure(db, ArticleCheck(article_id, NOW, TOMORROW, None), gone)
    concluded = ArticleCheck(article_id, NOW, TOMORROW, ArticleState.GONE, "410 on two visits")
    save_failure(db, concluded, gone)
    row = dict(db.table("articles").get(article_id))
    assert (row["text"], row["failures"], row["last_outcome"], row["last_status"]) == (
        ARTICLE.text,
        2,
        "gone",
        410,
    )
    assert (row["state"], row["state_evidence"], row["state_since"]) == (
        "gone",
        "410 on two visits",
        "2026-03-01T04:00:00Z",
    )


def test_not_modified_restores_the_state_and_keeps_the_text(db: Database) -> None:
    article_id = add_article(db)
    read_article(db, article_id)
    unreachable = ArticleCheck(article_id, NOW, NOW, ArticleState.UNREACHABLE, "three visits")
    save_failure(db, unreachable, Failure("u", "fetch", Outcome.TIMEOUT, ""))
    save_not_modified(db, ArticleCheck(article_id, TOMORROW, TOMORROW, ArticleState.OK))
    row = dict(db.table("articles").get(article_id))
    assert (row["state"], row["failures"], row["last_status"], row["title"]) == (
        "ok",
        0,
        304,
        ARTICLE.title,
    )


def test_check_under_a_clock_ten_years_ahead_leaves_the_article_due(db: Database) -> None:
    article_id = add_article(db)
    ahead = NOW + timedelta(days=3650)
    check = ArticleCheck(article_id, ahead, ahead + timedelta(days=30), ArticleState.OK, status=200)
    save_article(db, check, ARTICLE)
    assert [each.article_id for each in due_articles(db, NOW, 5)] == [article_id]


def test_deleted_post_removes_its_card_fields_and_another_card_fills_them(
    db: Database,
) -> None:
    save_posts(
        db,
        "trail",
        [
            POST,
            replace(
                POST, uri="2", cards=(Card("Another card", "Because", "A", POST.links[0].url),)
            ),
        ],
        NOW,
    )
    add_article(db)
    fill_from_cards(db)
    assert db.execute("SELECT title, summary, summary_source FROM articles").fetchone() == (
        "Leases, says the card",
        "Why",
        "card",
    )
    mark_deleted(db, [POST.uri], NOW)
    assert db.execute("SELECT title, summary, summary_source FROM articles").fetchone() == (
        "",
        "",
        "",
    )
    fill_from_cards(db)
    assert db.execute("SELECT title, summary, summary_source FROM articles").fetchone() == (
        "Another card",
        "Because",
        "card",
    )


def test_deleted_post_keeps_the_fields_of_the_page(full: Database) -> None:
    before = full.execute("SELECT title, summary, field_sources FROM articles").fetchall()
    mark_deleted(full, [POST.uri], NOW)
    assert full.execute("SELECT title, summary, field_sources FROM articles").fetchall() == before
