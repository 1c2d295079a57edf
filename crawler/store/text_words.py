"""The words of article texts for the search of the site, in the snapshot: word -> articles.

Like the full-text index, it has sets of words without order or frequency. `article_words` has the
same sets by article, from which the words of a changed article are removed.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from crawler.search_words import index_text

_MIN_COMMON = 150
_MAX_LISTED = 250
_COMMON_SHARE = 8  # a word in more than one of eight texts is common
_MAX_WORD_LENGTH = 40
_COUNT = "SELECT count(*) FROM article_words"
_WORD_SETS = "SELECT article_id, words FROM article_words ORDER BY article_id"
_STORED = "SELECT word, article_ids, articles FROM text_words WHERE word = ?"
_INSERT = "INSERT INTO text_words (word, article_ids, articles) VALUES (?, ?, ?)"
_MATCHING = """
SELECT w.article_id, w.words FROM articles_fts f JOIN article_words w ON w.article_id = f.rowid
WHERE articles_fts MATCH ? ORDER BY f.rowid
"""

Row = tuple[str, str, int]
"""A row of `text_words`."""


def store_text_words(snapshot: sqlite3.Connection) -> None:
    """Fill `text_words` of the `snapshot` from its `article_words`."""
    (texts,) = snapshot.execute(_COUNT).fetchone()
    store_word_sets(snapshot, snapshot.execute(_WORD_SETS), texts)


def store_word_sets(
    snapshot: sqlite3.Connection, word_sets: Iterable[tuple[int, str]], texts: int
) -> None:
    """Fill `text_words` of `snapshot` from `texts` texts: ids of articles with their `word_sets`.

    A word of too many articles has no list: it would not distinguish them. A word of one article
    is stored if it has only letters.
    """
    limit = _limit(texts)
    articles: defaultdict[str, list[str]] = defaultdict(list)
    unlisted: defaultdict[str, int] = defaultdict(int)
    for article_id, words in word_sets:
        identifier = str(article_id)
        for word in words.split(" "):
            listed = articles[word]
            if len(listed) <= limit:
                listed.append(identifier)
            else:
                unlisted[word] += 1
    rows = (
        _row(word, listed, len(listed) + unlisted.get(word, 0), limit)
        for word, listed in sorted(articles.items())
        if _is_useful(word, len(listed))
    )
    snapshot.execute("DELETE FROM text_words")
    snapshot.executemany(_INSERT, rows)


def update_text_words(
    snapshot: sqlite3.Connection, old: Mapping[int, str], new: Mapping[int, str]
) -> tuple[list[Row], list[Row]]:
    """Replace the `old` word sets of articles by the `new` ones in `text_words` of `snapshot`.

    `article_words` and the full-text index of articles have the new ones already. Returns the
    deleted and the inserted rows.
    """
    (texts,) = snapshot.execute(_COUNT).fetchone()
    limit = _limit(texts)
    if limit != _limit(texts - len(new) + len(old)):
        return _store_again(snapshot)
    removed, added = _ids_by_word(old, new), _ids_by_word(new, old)
    deleted: list[Row] = []
    inserted: list[Row] = []
    for word in sorted(removed.keys() | added.keys()):
        stored = snapshot.execute(_STORED, (word,)).fetchone()
        row = _changed_row(snapshot, word, stored, removed[word], added[word], limit)
        if row != stored:
            deleted += [stored] if stored else []
            inserted += [row] if row else []
    snapshot.executemany("DELETE FROM text_words WHERE word = ?", ((row[0],) for row in deleted))
    snapshot.executemany(_INSERT, inserted)
    return deleted, inserted


def _limit(texts: int) -> int:
    return min(max(_MIN_COMMON, texts // _COMMON_SHARE), _MAX_LISTED)


def _store_again(snapshot: sqlite3.Connection) -> tuple[list[Row], list[Row]]:
    query = "SELECT word, article_ids, articles FROM text_words"
    deleted = snapshot.execute(query).fetchall()
    store_text_words(snapshot)
    return deleted, snapshot.execute(query).fetchall()


def _ids_by_word(sets: Mapping[int, str], others: Mapping[int, str]) -> defaultdict[str, set[int]]:
    """Return the articles by each word that is in their set, but not in their other set."""
    ids: defaultdict[str, set[int]] = defaultdict(set)
    for article_id, words in sets.items():
        for word in set(words.split(" ")).difference(others.get(article_id, "").split(" ")):
            ids[word].add(article_id)
    return ids


def _changed_row(
    snapshot: sqlite3.Connection,
    word: str,
    stored: Row | None,
    removed: set[int],
    added: set[int],
    limit: int,
) -> Row | None:
    """Return the row of a `word`; the ids of one that had none are found in the index."""
    if not _is_useful(word, 2):
        return None
    if stored and not stored[1] and stored[2] - len(removed) + len(added) > limit:
        return word, "", stored[2] - len(removed) + len(added)
    if stored and stored[1]:
        ids = sorted({*map(int, stored[1].split(" "))} - removed | added)
    elif stored or not word.isalpha():
        ids = list(_articles_with(snapshot, word))
    else:
        ids = sorted(added)
    return _row(word, map(str, ids), len(ids), limit) if _is_useful(word, len(ids)) else None


def _articles_with(snapshot: sqlite3.Connection, word: str) -> Iterator[int]:
    """Yield the articles that have a `word`, which the index finds by its stem."""
    terms = index_text(word).split()
    rows = (
        snapshot.execute(_MATCHING, (" AND ".join(f'text : "{term}"' for term in terms),))
        if terms
        else snapshot.execute(_WORD_SETS)
    )
    return (article_id for article_id, words in rows if word in words.split(" "))


def _row(word: str, ids: Iterable[str], count: int, limit: int) -> Row:
    return word, "" if count > limit else " ".join(ids), count


def _is_useful(word: str, count: int) -> bool:
    """Return whether readers may search for a `word` that `count` texts have.

    A letter of a script without spaces is not a word.
    """
    if len(word) < 2 or len(word) > _MAX_WORD_LENGTH:
        return False
    return count > 1 or (count == 1 and word.isalpha())
