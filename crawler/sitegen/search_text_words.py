"""The words of article texts for the search index, as a snapshot has them: sets without order.

The full-text index of the snapshot has the stem of each word (Porter's algorithm, as in
https://www.sqlite.org/fts5.html#porter_tokenizer), so no text is read.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

from crawler.sitegen.search_codes import encode_ascending
from crawler.sitegen.search_words import MAX_TERM_LENGTH, fold_letters, is_unspaced

COMMON = "!"
"""The entry of a word that occurs in too many texts to be listed."""

_MIN_COMMON = 50
_MAX_LISTED = 400
_MIN_SKIPPED = 4_000
_COMMON_SHARE = 8  # a word in more than one of eight texts is common
_VOCABULARY = """
CREATE VIRTUAL TABLE temp.search_counts USING fts5vocab(main, articles_fts, col);
CREATE VIRTUAL TABLE temp.search_terms USING fts5vocab(main, articles_fts, instance);
"""
_COUNTS = "SELECT term FROM temp.search_counts WHERE col = 'text' AND doc > ? ORDER BY term"
_LISTS = """
SELECT term, group_concat(doc, ' ') FROM temp.search_terms
WHERE term > ? AND term < ? AND col = 'text' GROUP BY term
"""
_UNQUOTABLE = "SELECT id FROM unquotable_articles"
_LAST_TERM = "\U0010ffff"


def read_text_words(db: sqlite3.Connection, numbers: Mapping[int, int]) -> dict[str, str]:
    """Return by stem the documents whose text has the word, encoded, or `COMMON`.

    `numbers` has the document number by article id. Articles that may not be quoted are left out:
    the snapshot has no words of their texts.
    """
    unquotable = {article_id for (article_id,) in db.execute(_UNQUOTABLE)}
    by_id: dict[str, Any] = {
        str(article_id): number
        for article_id, number in numbers.items()
        if article_id not in unquotable
    }
    limit = min(max(_MIN_COMMON, len(by_id) // _COMMON_SHARE), _MAX_LISTED)
    db.executescript(_VOCABULARY)
    common = [term for (term,) in db.execute(_COUNTS, (limit,))]
    words = dict.fromkeys(filter(_is_readable, common), COMMON)
    for term, article_ids in _terms(db, limit):
        if term in words:
            continue
        listed: set[Any] = set(map(by_id.get, article_ids)) - {None}
        if listed and _is_useful(term, len(listed)) and (folded := _folded(term)):
            words[folded] = encode_ascending(sorted(listed))
    db.executescript("DROP TABLE temp.search_counts; DROP TABLE temp.search_terms;")
    return words


def _terms(db: sqlite3.Connection, limit: int) -> Iterator[tuple[str, list[str]]]:
    """Yield each term with the ids of its articles, except terms of many articles.

    These have most rows: a range without them is read faster. An id occurs once for each word with
    that stem. All terms of at most `limit` articles are among the yielded.
    """
    skipped = [term for (term,) in db.execute(_COUNTS, (max(limit, _MIN_SKIPPED),))]
    for first, last in pairwise(["", *skipped, _LAST_TERM]):
        for term, article_ids in db.execute(_LISTS, (first, last)):
            yield term, article_ids.split(" ")


def _is_useful(term: str, count: int) -> bool:
    """Return whether readers may search for a `term` that `count` texts have."""
    return _is_readable(term) and (count > 1 or term.isalpha())


def _is_readable(term: str) -> bool:
    return len(term) <= MAX_TERM_LENGTH and not is_unspaced(term)


def _folded(term: str) -> str:
    """Return the folded term; nothing for a term with letters that the index leaves out."""
    if term.isascii():
        return term
    folded = fold_letters(term)
    return "" if " " in folded else folded
