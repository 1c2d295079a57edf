"""The title of an article for readers is the same on the site and in `explain`."""

from __future__ import annotations

import sqlite3

import pytest
from sqlite_utils import Database

from crawler.cli.explain_article import article_facts, article_lines
from crawler.sitegen.article_store import ArticleStore
from crawler.store.shown_titles import shown_titles
from tests.sitegen.factory import Factory

URL = "https://bit.ly/4eG"


def heading(db: Database, article: int) -> str:
    """Return the first line of `hashtrail explain`."""
    facts = article_facts(db, article) | {"asked": URL, "key": "k", "rules": []}
    return next(iter(article_lines(facts)))


@pytest.mark.parametrize(
    ("title", "consent", "shown"),
    [
        ("Leases", "full", "Leases"),
        ("", "full", "Ten years of queues at a bank."),
        ("", "link-only", "Link to bit.ly"),
    ],
)
def test_article_has_the_title_of_its_page_or_of_a_post_that_may_be_quoted(
    title: str, consent: str, shown: str
) -> None:
    factory = Factory()
    article = factory.article(title, URL, summary="", state="new")
    ada = factory.author("Ada", consent=consent)
    text = "Ten years of queues at a bank. https://bit.ly/4eG"
    factory.post(text, article, author_id=ada, consent=consent)
    assert shown_titles(factory.db.conn, [article]) == {article: shown}
    assert heading(factory.db, article) == shown
    factory.db.conn.row_factory = sqlite3.Row
    assert ArticleStore(factory.db.conn)[article].title == shown


def test_hidden_article_has_no_title_for_readers() -> None:
    factory = Factory()
    article = factory.article("", URL, state="new", hidden=1)
    assert shown_titles(factory.db.conn, [article]) == {}
    assert heading(factory.db, article) == "(not shown, not read yet)"
