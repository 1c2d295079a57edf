"""Merge the rows of two articles, or split one article, with everything that refers to them.

Callers hold the transaction.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
from sqlite_utils import Database

from crawler.models.articles import AliasReason, Directives
from crawler.store.article_changes import record_merge, record_split_article
from crawler.store.article_row_access import article_row, update_article
from crawler.store.url_aliases import add_alias, article_url, insert_article, set_article_url
from crawler.strictest_directives import strictest_directives
from crawler.utc_times import iso

# Columns that the remaining article keeps when it gets the extracted fields of the other.
_OWN = {"id", "url", "key", "host", "first_seen", "story_id", "rank", "hidden"}


def is_split(db: Database, article_id: int, other_id: int) -> bool:
    """Whether the curator split a URL of the article `article_id` from one of `other_id`."""
    row = db.execute(
        "SELECT 1 FROM not_merged k JOIN aliases x ON x.url = k.url "
        "JOIN aliases y ON y.url = k.other_url "
        "WHERE (x.article_id = :one AND y.article_id = :other) OR (x.article_id = :other "
        "AND y.article_id = :one)",
        {"one": article_id, "other": other_id},
    ).fetchone()
    return row is not None


def allow_merge(db: Database, article_id: int, other_id: int) -> None:
    """Delete the splits between the articles `article_id` and `other_id`, to allow a merge."""
    rows = db.execute(
        "SELECT DISTINCT k.url, k.other_url FROM not_merged k JOIN aliases x ON x.url = k.url "
        "JOIN aliases y ON y.url = k.other_url "
        "WHERE x.article_id IN (:one, :other) AND y.article_id IN (:one, :other)",
        {"one": article_id, "other": other_id},
    ).fetchall()
    db.conn.executemany("DELETE FROM not_merged WHERE url = ? AND other_url = ?", rows)
    db.conn.executemany(
        "DELETE FROM aliases WHERE url = ? AND reason = 'curator' AND joined_to = ''",
        [(url,) for url, _ in rows],
    )


def merge_rows(db: Database, winner: int, loser: int, *, take_reading: bool = False) -> None:
    """Move everything that refers to the article `loser` to `winner` and delete `loser`.

    The taggings of `loser` are deleted: the next run derives them again. The winner gets the
    extracted fields of the loser if it was not fetched itself, or with `take_reading`. Directives
    of both pages apply.
    """
    winner_row, loser_row = article_row(db, winner), article_row(db, loser)
    for row in (winner_row, loser_row):
        _keep_title(db, row)
    db.conn.execute("UPDATE links SET article_id = ? WHERE article_id = ?", [winner, loser])
    db.conn.execute("UPDATE cards SET article_id = ? WHERE article_id = ?", [winner, loser])
    db.conn.execute(
        "UPDATE OR IGNORE aliases SET article_id = ? WHERE article_id = ?", [winner, loser]
    )
    db.conn.execute(
        "UPDATE stories SET lead_article_id = ? WHERE lead_article_id = ?", [winner, loser]
    )
    db.conn.execute(
        "DELETE FROM taggings WHERE subject_kind = 'article' AND subject_id = ?", [loser]
    )
    reading = take_reading or (not winner_row["content_hash"] and bool(loser_row["content_hash"]))
    if reading:
        db.conn.execute("DELETE FROM article_links WHERE article_id = ?", [winner])
        db.conn.execute(
            "UPDATE article_links SET article_id = ? WHERE article_id = ?", [winner, loser]
        )
    db.conn.execute(
        "UPDATE article_links SET target_id = NULLIF(?, article_id) WHERE target_id = ?",
        [winner, loser],
    )
    db.conn.execute("UPDATE reading_list SET article_id = ? WHERE article_id = ?", [winner, loser])
    record_merge(db, winner, loser)
    db.conn.execute("DELETE FROM articles WHERE id = ?", [loser])
    common = {
        "first_seen": min(winner_row["first_seen"], loser_row["first_seen"]),
        "hidden": max(winner_row["hidden"], loser_row["hidden"]),
    }
    winner_directives, loser_directives = (
        msgspec.json.decode(row["directives"], type=Directives) for row in (winner_row, loser_row)
    )
    narrowed = {
        "directives": msgspec.json.encode(
            strictest_directives(winner_directives, loser_directives)
        ).decode()
    }
    cluster = {"story_id": winner_row["story_id"] or loser_row["story_id"]}
    update_article(
        db, winner, common | cluster | (_reading(loser_row) if reading else {}) | narrowed
    )


def split_rows(
    db: Database, article_id: int, urls: list[str], url: str, key: str, now: datetime
) -> int:
    """Make a new article of some `urls` of another article, with their links and cards.

    The new article is read at `url`, whose key is `key`. Returns its id. The extracted fields move
    with the URL that they were read from, and the other side gets the title that it had before the
    merge. It is fetched again by the next run.
    """
    old_row = article_row(db, article_id)
    made = insert_article(db, url, key, now)
    record_split_article(db, made)
    marks = {"made": made, "old": article_id}
    for moved_url in urls:
        db.conn.execute(
            "UPDATE aliases SET article_id = :made WHERE article_id = :old AND url = :url",
            {**marks, "url": moved_url},
        )
        db.conn.execute(
            "UPDATE links SET article_id = :made WHERE article_id = :old AND url = :url",
            {**marks, "url": moved_url},
        )
    db.conn.execute(
        "UPDATE cards SET article_id = :made WHERE article_id = :old AND link_id IN (SELECT id "
        "FROM links WHERE article_id = :made)",
        marks,
    )
    _promote_another(db, article_id)
    if old_row["url"] in urls and article_url(db, article_id) != old_row["url"]:
        _move_reading(db, old_row, made)
        restore_title(db, article_id, article_url(db, article_id))
    else:
        restore_title(db, made, url)
    return made


def restore_title(db: Database, article_id: int, url: str) -> None:
    """Give an article without a title the one that `url` had before it was merged."""
    db.conn.execute(
        "UPDATE articles SET title = COALESCE((SELECT title FROM aliases WHERE url = ? "
        "AND title <> '' ORDER BY id DESC LIMIT 1), '') WHERE id = ? AND title = ''",
        [url, article_id],
    )


def record_split(
    db: Database, url: str, key: str, article_id: int, other_url: str, now: datetime
) -> None:
    """Store that the curator split `url` (with `key`) from another article.

    `other_url` is a URL of that article. `article_id` is the article of `url`.
    """
    db.conn.execute(
        "INSERT INTO not_merged (url, other_url, at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        [url, other_url, iso(now)],
    )
    add_alias(
        db, article_id, url, key, AliasReason.CURATOR, now, evidence=f"kept apart from {other_url}"
    )


def _keep_title(db: Database, row: dict[str, Any]) -> None:
    """Store the title of an article at its URL. Titles from cards belong to their posts."""
    sources = msgspec.json.decode(row["field_sources"])
    if row["title"] and sources.get("title") != "card":
        db.conn.execute(
            "UPDATE aliases SET title = ? WHERE article_id = ? AND url = ?",
            [row["title"], row["id"], row["url"]],
        )


def _move_reading(db: Database, old_row: dict[str, Any], made: int) -> None:
    """Move the extracted fields of an article to the article `made`, which has its URL now.

    The directives of the merged pages stay on both sides until they are fetched again.
    """
    old_id = int(old_row["id"])
    blank_row = article_row(db, made)
    update_article(db, made, _reading(old_row))
    db.conn.execute("UPDATE article_links SET article_id = ? WHERE article_id = ?", [made, old_id])
    update_article(db, old_id, _reading(blank_row) | {"directives": old_row["directives"]})
    db.conn.execute(
        "DELETE FROM taggings WHERE subject_kind = 'article' AND subject_id = ?", [old_id]
    )


def _promote_another(db: Database, article_id: int) -> None:
    """Use the earliest remaining URL of an article that lost its own."""
    own_alias = db.execute(
        "SELECT 1 FROM aliases WHERE article_id = ? AND url = ?",
        [article_id, article_url(db, article_id)],
    ).fetchone()
    first = db.execute(
        "SELECT url, key FROM aliases WHERE article_id = ? ORDER BY id LIMIT 1", [article_id]
    ).fetchone()
    if not own_alias and first:
        taken = db.execute(
            "SELECT 1 FROM articles WHERE key = ? AND id <> ?", [first[1], article_id]
        ).fetchone()
        set_article_url(db, article_id, first[0], first[0] if taken else first[1])


def _reading(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in _OWN}
