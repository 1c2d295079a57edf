"""Store the reading lists of topics, and find or make the article of each pick."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from crawler.models.reading_lists import Pick
from crawler.store.article_identity import IdentityLedger
from crawler.store.database import transaction
from crawler.store.sql_values import to_json
from crawler.store.tombstones import load_tombstones
from crawler.store.url_aliases import Keyed

_COLUMNS = "topic, position, url, title, authors, year, kind, why, listed_in"
_FILL_TITLES = """
UPDATE articles SET title = p.title, authors = p.authors,
    field_sources = '{"authors":"reading list","title":"reading list"}'
FROM reading_list p WHERE p.article_id = articles.id
    AND articles.id IN (SELECT article_id FROM reading_list)
    AND articles.title = '' AND articles.state = 'new' AND articles.content_hash = ''
"""


def save_reading_lists(
    db: Database, lists: Mapping[str, Sequence[Pick]], key: Callable[[str], Keyed]
) -> int:
    """Replace the stored reading lists by `lists` (slug -> picks in order).

    Lists of unknown topics and picks with an erased URL are left out; `key` returns the article key
    of a URL. Returns the number of changed rows.
    """
    topics = {slug for (slug,) in db.execute("SELECT slug FROM topics")}
    forgotten = load_tombstones(db, key)
    rows = [
        row
        for topic, picks in sorted(lists.items())
        if topic in topics
        for row in _rows(topic, (pick for pick in picks if not forgotten.has_url(pick.url)))
    ]
    stored = db.execute(f"SELECT {_COLUMNS} FROM reading_list ORDER BY topic, position").fetchall()  # noqa: S608
    changed = len(set(rows).symmetric_difference(stored))
    if changed:
        with transaction(db):
            _replace(db, rows)
    return changed


def attach_picks(ledger: IdentityLedger, now: datetime, most_new: int) -> int:
    """Set the article of each stored pick, and make articles for at most `most_new` of the others.

    The picks that come first in their lists are first. An article that was not fetched yet gets
    the title and the authors of its pick. `ledger` finds the article of a URL. Returns the number
    of new articles.
    """
    db = ledger.db
    with transaction(db):
        urls = _picked_urls(db)
        articles = {url: ledger.find(url) for url in urls}
        waiting = [url for url in urls if articles[url] is None][:most_new]
        made = dict(zip(waiting, ledger.attach(waiting, now), strict=True))
        db.conn.executemany(
            "UPDATE reading_list SET article_id = :article WHERE url = :url "
            "AND article_id IS NOT :article",
            [{"url": url, "article": article} for url, article in {**articles, **made}.items()],
        )
        db.execute(_FILL_TITLES)
    return sum(article is not None for article in made.values())


def _picked_urls(db: Database) -> list[str]:
    """Return the URLs of all picks, the first picks of all lists first."""
    rows = db.execute("SELECT url FROM reading_list ORDER BY position, topic").fetchall()
    return list(dict.fromkeys(url for (url,) in rows))


def _rows(topic: str, picks: Iterable[Pick]) -> list[tuple[Any, ...]]:
    return [
        (
            topic,
            position,
            pick.url,
            pick.title,
            to_json(pick.authors),
            pick.year,
            pick.kind,
            pick.why,
            pick.listed_in,
        )
        for position, pick in enumerate(picks, 1)
    ]


def _replace(db: Database, rows: Sequence[tuple[Any, ...]]) -> None:
    """Replace all rows. A pick keeps its article while its URL stays in a list."""
    articles = dict(
        db.execute("SELECT url, article_id FROM reading_list WHERE article_id IS NOT NULL")
    )
    db.execute("DELETE FROM reading_list")
    db.conn.executemany(
        f"INSERT INTO reading_list ({_COLUMNS}, article_id) "  # noqa: S608
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [(*row, articles.get(row[2])) for row in rows],
    )
