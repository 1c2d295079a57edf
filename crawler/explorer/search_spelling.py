"""Correct words of a search that no document has, by one letter, with frequent words."""

from __future__ import annotations

import re
import sqlite3

from crawler.explorer.search_request import SearchRequest
from crawler.explorer.search_results import has_matches
from crawler.search_expressions import parse_search
from crawler.search_words import split_terms

_MIN_LENGTH = 4
_SPELLINGS = """
SELECT word FROM (
    SELECT word FROM search_spellings WHERE documents >= 2
    ORDER BY documents DESC, word LIMIT 20000
) WHERE length(word) BETWEEN ? AND ?
"""


def suggested_text(db: sqlite3.Connection, request: SearchRequest) -> str:
    """Return the words of a `request` with corrected spellings, if that search has results.

    It is empty without a correction.
    """
    corrected = request.text
    for term in parse_search(request.text).terms:
        if len(term) >= _MIN_LENGTH and term.isalpha() and not has_matches(db, term):
            corrected = _replaced(corrected, term, _correction(db, term))
    return corrected if corrected != request.text and has_matches(db, corrected) else ""


def differs_by_one(first: str, second: str) -> bool:
    """Return whether `first` becomes `second` by one changed, missing, added or swapped letter."""
    start = 0
    shorter = min(len(first), len(second))
    while start < shorter and first[start] == second[start]:
        start += 1
    end = 0
    while end < shorter - start and first[-1 - end] == second[-1 - end]:
        end += 1
    a, b = first[start : len(first) - end], second[start : len(second) - end]
    return (len(a) <= 1 and len(b) <= 1) or (len(a) == len(b) == 2 and a == b[::-1])


def _correction(db: sqlite3.Connection, term: str) -> str:
    rows = db.execute(_SPELLINGS, [len(term) - 1, len(term) + 1])
    return next((word for (word,) in map(tuple, rows) if differs_by_one(term, word)), term)


def _replaced(text: str, term: str, correction: str) -> str:
    """Return a `text` with the words that are a `term` replaced by its `correction`."""
    return re.sub(
        r"[^\W_]+", lambda word: correction if split_terms(word[0]) == [term] else word[0], text
    )
