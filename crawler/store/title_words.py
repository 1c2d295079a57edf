"""The stored words of titles by period, by which articles of one story are found."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence

from sqlite_utils import Database

from crawler.store.sql_values import to_json

_SAVE = """INSERT INTO title_words (word, period, article_id) VALUES (?, ?, ?)
    ON CONFLICT DO NOTHING"""
_ARTICLES_BY_PERIOD = "SELECT DISTINCT period, article_id FROM title_words ORDER BY 1, 2"
_FIND = "SELECT DISTINCT article_id FROM title_words WHERE word = ? AND period BETWEEN ? AND ?"
_MEMBERS = """SELECT id FROM articles WHERE story_id IN (
    SELECT story_id FROM articles WHERE id IN (SELECT value FROM json_each(:ids))
    UNION SELECT id FROM stories
    WHERE lead_article_id IN (SELECT value FROM json_each(:ids)))"""


def save(db: Database, words: Sequence[int], period: int, article_id: int) -> None:
    """Store the `words` of the title of the article `article_id`, which appeared in a `period`.

    Words of a former title stay: a caller compares the titles. The caller holds the transaction.
    """
    db.conn.executemany(_SAVE, [(word, period, article_id) for word in words])


def save_all(db: Database, rows: Iterable[tuple[Sequence[int], int, int]]) -> None:
    """Store the titles of all articles; `rows` are like the arguments of `save`.

    Words are sorted before they are stored: the table is then written from its begin to its end.
    The caller holds the transaction.
    """
    conn = db.conn
    conn.execute("CREATE TEMP TABLE unsorted (word, period, article_id)")
    for words, period, article_id in rows:
        values = [(word, period, article_id) for word in words]
        conn.executemany("INSERT INTO temp.unsorted VALUES (?, ?, ?)", values)
    conn.execute("INSERT INTO title_words SELECT * FROM temp.unsorted ORDER BY 1, 2, 3")
    conn.execute("DROP TABLE temp.unsorted")


def count_all(db: Database) -> Iterator[tuple[int, int]]:
    """Yield each word that several titles have, and their number, in order of the words."""
    yield from db.execute(
        "SELECT word, count(*) FROM title_words GROUP BY word HAVING count(*) > 1"
    )


def articles_by_period(db: Database) -> Iterator[list[int]]:
    """Yield the articles of each period that has any, in order.

    All ids are read first. A caller stores stories meanwhile, which fails for a connection that
    still reads if another program has written.
    """
    ids: dict[int, array[int]] = {}
    for period, article_id in db.execute(_ARTICLES_BY_PERIOD):
        ids.setdefault(period, array("q")).append(article_id)
    yield from (articles.tolist() for articles in ids.values())


def articles_with(db: Database, word: int, periods: range) -> list[int]:
    """Return the articles with a `word` in the title, or in a former one, in these `periods`."""
    rows = db.execute(_FIND, [word, periods[0], periods[-1]])
    return [article_id for (article_id,) in rows]


def members_with(db: Database, article_ids: Iterable[int]) -> set[int]:
    """Return the members of the stories that one of the articles `article_ids` belongs to."""
    rows = db.execute(_MEMBERS, {"ids": to_json(list(article_ids))})
    return {article_id for (article_id,) in rows}
