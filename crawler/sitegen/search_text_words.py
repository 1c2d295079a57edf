"""The words of article texts for the search index, as a snapshot has them: sets without order.

The full-text index of the snapshot has the stem of each word (Porter's algorithm, as in
https://www.sqlite.org/fts5.html#porter_tokenizer), so no text is read.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from itertools import pairwise

from crawler.sitegen.search_codes import encode_ascending
from crawler.sitegen.search_words import MAX_TERM_LENGTH, fold_letters, is_unspaced

COMMON = "!"
"""The entry of a word that occurs in too many texts to be listed."""

_MIN_COMMON = 50
_MAX_LISTED = 1_500
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
    by_id = {
        str(article_id): number
        for article_id, number in numbers.items()
        if article_id not in unquotable
    }
    limit = min(max(_MIN_COMMON, len(by_id) // _COMMON_SHARE), _MAX_LISTED)
    db.executescript(_VOCABULARY)
    common = [term for (term,) in db.execute(_COUNTS, (limit,))]
    words = {term: COMMON for term in common if _is_useful(term, limit)}
    for term, article_ids in _rare_terms(db, common):
        listed = {by_id[article_id] for article_id in article_ids if article_id in by_id}
        if listed and _is_useful(term, len(listed)) and (folded := _folded(term)):
            words[folded] = encode_ascending(sorted(listed))
    db.executescript("DROP TABLE temp.search_counts; DROP TABLE temp.search_terms;")
    return words


def _rare_terms(db: sqlite3.Connection, common: list[str]) -> Iterator[tuple[str, list[str]]]:
    """Yield each term between the `common` ones with the ids of its articles.

    The query of a range reads no rows of the common terms, which are most rows.
    """
    bounds = ["", *common, _LAST_TERM]
    for first, last in pairwise(bounds):
        for term, article_ids in db.execute(_LISTS, (first, last)):
            yield term, article_ids.split(" ")


def _is_useful(term: str, count: int) -> bool:
    """Return whether readers may search for a `term` that `count` texts have."""
    if len(term) > MAX_TERM_LENGTH or is_unspaced(term):
        return False
    return count > 1 or term.isalpha()


def _folded(term: str) -> str:
    """Return the folded term; nothing for a term with letters that the index leaves out."""
    folded = fold_letters(term)
    return "" if " " in folded else folded
