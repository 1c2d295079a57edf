"""The stored features of articles: who shares a feature, how many articles had it when counted."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Literal, get_args

from sqlite_utils import Database

from crawler.store.sql_values import to_json
from crawler.store.stored_versions import delete_versions, load_versions, save_versions

_COUNTED = "counted-"
_COUNTS = """SELECT feature, articles FROM feature_counts
    WHERE feature IN (SELECT value FROM json_each(?))"""
_PROFILES = """SELECT article_id, norm, features FROM article_profiles
    WHERE article_id IN (SELECT value FROM json_each(?))"""
_NEXT_PROFILES = """SELECT article_id, norm, features FROM article_profiles
    WHERE article_id > ? ORDER BY article_id LIMIT ?"""
_SHARING = "SELECT article_id, norm FROM article_features WHERE feature = ?"
_SAVE_PROFILE = """INSERT INTO article_profiles (article_id, norm, features) VALUES (?, ?, ?)
    ON CONFLICT DO UPDATE SET norm = excluded.norm, features = excluded.features"""
_SAVE_FEATURE = """INSERT INTO article_features (feature, article_id, norm) VALUES (?, ?, ?)
    ON CONFLICT DO UPDATE SET norm = excluded.norm"""
_BATCH = 500
_DELETE_FEATURE = "DELETE FROM article_features WHERE feature = ? AND article_id = ?"

Counted = Literal["library", "articles", "titles"]
StoredProfile = tuple[float, tuple[int, ...]]
"""The norm of an article and its features."""


def counted(db: Database, items: Counted) -> int:
    """Return the number of `items` when their features were counted, 0 if they never were."""
    return int(load_versions(db, _COUNTED).get(items, "0"))


def forget_profiles(db: Database) -> None:
    """Delete all stored features and counts. The caller holds the transaction."""
    for table in ("article_features", "article_profiles", "feature_counts", "title_words"):
        db.conn.execute(f"DELETE FROM {table}")  # noqa: S608
    delete_versions(db, get_args(Counted), _COUNTED)


def save_counts(db: Database, items: Counted, total: int, counts: Mapping[int, int]) -> None:
    """Store the `counts` of features among all `items`, which are `total`.

    The caller holds the transaction.
    """
    db.conn.executemany("INSERT INTO feature_counts VALUES (?, ?)", sorted(counts.items()))
    save_versions(db, {items: str(total)}, _COUNTED)


def load_counts(db: Database, numbers: Iterable[int]) -> dict[int, int]:
    """Return the stored count of each of the features `numbers` that several articles had."""
    return dict(db.execute(_COUNTS, [to_json(list(numbers))]).fetchall())


def load_profiles(db: Database, article_ids: Iterable[int]) -> dict[int, StoredProfile]:
    """Return the stored features of the articles `article_ids`."""
    rows = db.execute(_PROFILES, [to_json(list(article_ids))])
    return {article: (norm, _numbers(features)) for article, norm, features in rows}


def norms_by_article(db: Database, number: int) -> dict[int, int]:
    """Return the norm, rounded down, of each article with the feature `number`."""
    return dict(db.execute(_SHARING, [number]).fetchall())


def save_profile(
    db: Database, article_id: int, norm: float, numbers: Sequence[int], shared: Collection[int]
) -> None:
    """Store the features `numbers` of the article `article_id` with its `norm`.

    `shared` are the features by which other articles are found. The caller holds the transaction.
    """
    packed = array("q", numbers).tobytes()
    db.conn.execute(_SAVE_PROFILE, [article_id, norm, packed])
    db.conn.executemany(_SAVE_FEATURE, [(number, article_id, int(norm)) for number in shared])


def save_all_features(db: Database, rows: Iterable[tuple[int, Sequence[int]]]) -> int:
    """Store the features of all articles, and the number of articles of each shared feature.

    `rows` are the ids of articles and their features. Returns the number of rows. The caller holds
    the transaction, and stores the norms by `save_all_norms`.
    """
    conn = db.conn
    conn.execute("CREATE TEMP TABLE counted (feature, article_id)")
    articles = 0
    for article_id, numbers in rows:
        articles += 1
        conn.execute(_SAVE_PROFILE, [article_id, 0.0, array("q", numbers).tobytes()])
        pairs = [(number, article_id) for number in numbers]
        conn.executemany("INSERT INTO temp.counted VALUES (?, ?)", pairs)
    conn.execute(
        "INSERT INTO feature_counts SELECT feature, count(*) FROM temp.counted "
        "GROUP BY feature HAVING count(*) > 1"
    )
    return articles


def save_all_norms(
    db: Database, norms: Callable[[Mapping[int, StoredProfile]], Mapping[int, float]], most: int
) -> None:
    """Store the norm of each article, and the features by which other articles are found.

    `norms` returns the norm of each of the stored profiles by id. Features of more than `most`
    articles are left out. The caller holds the transaction of `save_all_features`.
    """
    conn = db.conn
    last = 0
    while profiles := _profiles_after(db, last):
        rows = [(norm, article_id) for article_id, norm in norms(profiles).items()]
        conn.executemany("UPDATE article_profiles SET norm = ? WHERE article_id = ?", rows)
        last = max(profiles)
    # features are sorted, so that the table is written from its begin to its end
    conn.execute(
        "INSERT INTO article_features "
        "SELECT c.feature, c.article_id, CAST(p.norm AS INTEGER) FROM temp.counted c "
        "JOIN article_profiles p ON p.article_id = c.article_id "
        "LEFT JOIN feature_counts f ON f.feature = c.feature "
        "WHERE f.articles IS NULL OR f.articles <= ? ORDER BY 1, 2",
        [most],
    )
    conn.execute("DROP TABLE temp.counted")


def _profiles_after(db: Database, article_id: int) -> dict[int, StoredProfile]:
    """Return the stored features of the next articles after `article_id`."""
    rows = db.execute(_NEXT_PROFILES, [article_id, _BATCH]).fetchall()
    return {article: (norm, _numbers(features)) for article, norm, features in rows}


def delete_profile(db: Database, article_id: int) -> None:
    """Delete the stored features of an article. The caller holds the transaction."""
    for _, numbers in load_profiles(db, [article_id]).values():
        db.conn.executemany(_DELETE_FEATURE, [(number, article_id) for number in numbers])
    db.conn.execute("DELETE FROM article_profiles WHERE article_id = ?", [article_id])


def related_to(db: Database, article_ids: Iterable[int]) -> set[int]:
    """Return the ids of the articles with a relation to one of the articles `article_ids`."""
    rows = db.execute(
        "SELECT article_id FROM related_articles "
        "WHERE other_id IN (SELECT value FROM json_each(?))",
        [to_json(list(article_ids))],
    )
    return {article_id for (article_id,) in rows}


def lowest_scores(db: Database, article_ids: Iterable[int], most: int) -> dict[int, float]:
    """Return the lowest score of each of `article_ids` that has `most` relations, else 0."""
    ids = list(article_ids)
    scores = db.execute(
        "SELECT article_id, score FROM related_articles "
        "WHERE article_id IN (SELECT value FROM json_each(?))",
        [to_json(ids)],
    ).fetchall()
    counts = Counter(article_id for article_id, _ in scores)
    lowest = dict.fromkeys(ids, 0.0)
    for article_id, score in sorted(scores, key=lambda row: -row[1]):
        lowest[article_id] = score if counts[article_id] >= most else 0.0
    return lowest


def _numbers(packed: bytes) -> tuple[int, ...]:
    return tuple(array("q", packed))
