"""The words of article texts for the search of the site, in the snapshot: word -> articles.

Like the full-text index, it has sets of words without order or frequency.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable

_MIN_COMMON = 150
_MAX_LISTED = 250
_COMMON_SHARE = 8  # a word in more than one of eight texts is common
_MAX_WORD_LENGTH = 40
_COUNT = "SELECT count(*) FROM articles WHERE text <> ''"
_WORD_SETS = """
SELECT id, text FROM articles
WHERE text <> '' AND id NOT IN (SELECT id FROM unquotable_articles) ORDER BY id
"""


def store_text_words(copy: sqlite3.Connection) -> None:
    """Fill `text_words` of the snapshot `copy`, whose texts are sets of words already.

    Articles that may not be quoted are left out.
    """
    store_word_sets(copy, copy.execute(_WORD_SETS))


def store_word_sets(copy: sqlite3.Connection, word_sets: Iterable[tuple[int, str]]) -> None:
    """Fill `text_words` of `copy` from `word_sets`: ids of articles with their distinct words.

    A word of too many articles has no list: it would not distinguish them. A word of one article
    is stored if it has only letters.
    """
    (texts,) = copy.execute(_COUNT).fetchone()
    limit = min(max(_MIN_COMMON, texts // _COMMON_SHARE), _MAX_LISTED)
    articles: defaultdict[str, list[str]] = defaultdict(list)
    for article_id, words in word_sets:
        identifier = str(article_id)
        for word in words.split(" "):
            listed = articles[word]
            if len(listed) <= limit:
                listed.append(identifier)
    rows = (
        (word, "" if len(listed) > limit else " ".join(listed))
        for word, listed in sorted(articles.items())
        if _is_useful(word, len(listed))
    )
    copy.execute("DELETE FROM text_words")
    copy.executemany("INSERT INTO text_words (word, article_ids) VALUES (?, ?)", rows)


def _is_useful(word: str, count: int) -> bool:
    """Return whether readers may search for a `word` that `count` texts have.

    A letter of a script without spaces is not a word.
    """
    if len(word) < 2 or len(word) > _MAX_WORD_LENGTH:
        return False
    return count > 1 or word.isalpha()
