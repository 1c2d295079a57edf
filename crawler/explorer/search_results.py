"""Run a search over the search index of the snapshot: documents in order, count, facets.

The index returns documents by importance (`crawler.store.snapshot_search`). A search reads at most
`MAX_COUNTED` of them, so that a common word costs as little as a rare one.

By relevance, documents whose whole name is the search come first. Documents with all words in
their name follow, then in name, facts and excerpt, then in the text. Each group is sorted by
importance.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any

from crawler.explorer.search_request import FILTERS, PAGE_SIZE, SearchRequest
from crawler.search_expressions import (
    NO_MATCH,
    ParsedSearch,
    excluded_expression,
    parse_search,
    required_expression,
)
from crawler.store.search_tables import FACETS, MAX_NAME_LENGTH

MAX_COUNTED = 5_000
"""Documents of one search that are counted. Of more, the most important are counted."""

MAX_VALUES = 12
"""Values of one facet that are shown, in addition to those that are selected."""

ALL_MUST_MATCH = ("topic",)
"""Facets in which a document has all selected values. In the others it has one of them."""

_COLUMNS = ("{titles}", "{titles facts excerpts}", "{titles facts excerpts texts}")
_EXCLUDED_COLUMNS = "{titles excerpts texts}"
_MATCHING = "SELECT rowid FROM search_fts WHERE search_fts MATCH ? LIMIT ?"
_COUNTED = """
SELECT d.facets FROM search_fts f JOIN search_documents d ON d.id = f.rowid
WHERE search_fts MATCH ? LIMIT ?
"""
_BY_DAY = """
SELECT id FROM search_documents WHERE id IN (
    SELECT rowid FROM search_fts WHERE search_fts MATCH ? LIMIT ?
) ORDER BY day DESC, id LIMIT ?
"""
_MONTHS = "SELECT term FROM search_facets WHERE facet = 'month' ORDER BY value DESC"
_TERM = "SELECT term FROM search_facets WHERE facet = ? AND value = ?"
_VALUES = (
    "SELECT facet, value, term FROM search_facets WHERE term IN (SELECT value FROM json_each(?))"
)
_ALL_VALUES = "SELECT term, documents FROM search_facets WHERE facet = ?"
_DOCUMENTS = """
SELECT d.id, d.type, d.table_name, d.row_key, d.day
FROM json_each(?) j JOIN search_documents d ON d.id = j.value ORDER BY j.key
"""
_TYPES = "SELECT value, documents FROM search_facets WHERE facet = 'type' ORDER BY documents DESC"


@dataclass(frozen=True, slots=True)
class Hit:
    """A document of the results: `table` and `key` identify the row that it describes."""

    number: int
    type: str
    table: str
    key: str
    day: str


@dataclass(frozen=True, slots=True)
class FacetValue:
    """A value of a facet, with the number of documents that have it."""

    value: str
    count: int
    is_selected: bool


@dataclass(frozen=True, slots=True)
class SearchResults:
    """One page of results. `count` is at most `MAX_COUNTED`; `is_limited` if there are more."""

    hits: tuple[Hit, ...] = ()
    count: int = 0
    is_limited: bool = False
    facets: Mapping[str, tuple[FacetValue, ...]] | None = None


@dataclass(frozen=True, slots=True)
class _Search:
    """A parsed search with its filters. `terms` are those of the selected values, by facet."""

    db: sqlite3.Connection
    request: SearchRequest
    parsed: ParsedSearch
    terms: Mapping[str, tuple[str, ...]]

    def expression(self, columns: str = _COLUMNS[-1], *facet_terms: str, without: str = "") -> str:
        """Return the expression for documents that match in `columns` and by all filters.

        `facet_terms` are required, too. The filter by the facet `without` is left out.
        """
        word_sets = "texts" if columns == _COLUMNS[-1] else ""
        words = f"{columns} : ({required_expression(self.parsed, word_sets)})"
        terms = {facet: values for facet, values in self.terms.items() if facet != without}
        return _joined(self.parsed, words if self.parsed.clauses else "", terms, facet_terms)

    def name_expression(self) -> str:
        """Return the expression for documents whose whole name is the search.

        It is empty for a search with alternatives or without words.
        """
        if not self.parsed.clauses or any(len(clause) > 1 for clause in self.parsed.clauses):
            return ""
        name = "".join(self.parsed.terms)[:MAX_NAME_LENGTH]
        return _joined(self.parsed, f'names : "{name}"', self.terms, ())


def run_search(db: sqlite3.Connection, request: SearchRequest) -> SearchResults:
    """Return one page of the results of a `request`. Raises sqlite3.Error at a limit."""
    parsed = parse_search(request.text)
    terms = _filter_terms(db, request)
    if terms is None or (request.text and not parsed.clauses) or request.is_blank:
        return SearchResults()
    search = _Search(db, request, parsed, terms)
    counted = _rows(db, _COUNTED, search.expression(), MAX_COUNTED + 1)
    is_limited = len(counted) > MAX_COUNTED
    facets = _facets(search, _counts(counted[:MAX_COUNTED]))
    numbers = list(_newest(search, is_limited) if request.sort == "date" else _best(search))
    page = numbers[(request.page - 1) * PAGE_SIZE : request.page * PAGE_SIZE]
    hits = tuple(Hit(*row) for row in _rows(db, _DOCUMENTS, str(page)))
    return SearchResults(hits, min(len(counted), MAX_COUNTED), is_limited, facets)


def has_matches(db: sqlite3.Connection, text: str) -> bool:
    """Return whether a document matches a search, as a visitor wrote it (`text`)."""
    search = _Search(db, SearchRequest(text), parse_search(text), {})
    return bool(_rows(db, _MATCHING, search.expression(), 1))


def document_counts(db: sqlite3.Connection) -> dict[str, int]:
    """Return the number of documents of each type, the most frequent first."""
    return dict(_rows(db, _TYPES))


def _rows(db: sqlite3.Connection, sql: str, *parameters: object) -> list[tuple[Any, ...]]:
    """Return rows as tuples: the row factory of the connection is slow for thousands of rows."""
    cursor = db.cursor()
    cursor.row_factory = None
    return cursor.execute(sql, parameters).fetchall()


def _filter_terms(
    db: sqlite3.Connection, request: SearchRequest
) -> dict[str, tuple[str, ...]] | None:
    """Return the terms of the selected values by facet, or None if no document has them."""
    terms: dict[str, tuple[str, ...]] = {}
    for facet, value in request.filters:
        rows = _rows(db, _TERM, facet, value)
        if not rows:
            return None
        terms[facet] = (*terms.get(facet, ()), rows[0][0])
    return terms


def _joined(
    search: ParsedSearch,
    words: str,
    terms: Mapping[str, Iterable[str]],
    facet_terms: Iterable[str],
) -> str:
    """Return one expression for words, selected terms by facet, and further `facet_terms`."""
    clauses = [
        (" AND " if facet in ALL_MUST_MATCH else " OR ").join(f'"{term}"' for term in values)
        for facet, values in terms.items()
    ]
    clauses += [f'"{term}"' for term in facet_terms]
    filters = " AND ".join(f"({clause})" for clause in clauses)
    parts = [part for part in (words, filters and f"facets : ({filters})") if part]
    expression = " AND ".join(parts) or NO_MATCH
    if not parts or not search.excluded:
        return expression
    return f"({expression}) NOT ({_EXCLUDED_COLUMNS} : ({excluded_expression(search)}))"


def _counts(rows: Iterable[tuple[str, ...]]) -> Counter[str]:
    """Return how many of the documents have each term of a facet."""
    return Counter(chain.from_iterable(facets.split() for (facets,) in rows))


def _facets(search: _Search, counts: Counter[str]) -> dict[str, tuple[FacetValue, ...]]:
    """Return the values of each facet, the most frequent first.

    Where one selected value suffices, the counts of a facet are those without its own filter, so
    that a visitor can add a value.
    """
    shown: dict[str, int] = {}
    for facet in FILTERS:
        facet_counts = counts
        if facet in search.terms and facet not in ALL_MUST_MATCH:
            facet_counts = _counts_without(search, facet)
        shown |= _most_frequent(facet, facet_counts, search.terms.get(facet, ()))
    return _named_values(search, shown)


def _counts_without(search: _Search, facet: str) -> Counter[str]:
    """Return the counts of a search without its filter by a `facet`."""
    expression = search.expression(without=facet)
    if expression == NO_MATCH:  # there are no words and no other filters
        return Counter(dict(_rows(search.db, _ALL_VALUES, facet)))
    return _counts(_rows(search.db, _COUNTED, expression, MAX_COUNTED))


def _most_frequent(facet: str, counts: Counter[str], selected: Iterable[str]) -> dict[str, int]:
    letter = FACETS[facet]
    ranked = sorted(
        ((term, count) for term, count in counts.items() if term[0] == letter),
        key=lambda pair: (-pair[1], pair[0]),
    )
    return {**{term: counts[term] for term in selected}, **dict(ranked[:MAX_VALUES])}


def _named_values(search: _Search, counts: Mapping[str, int]) -> dict[str, tuple[FacetValue, ...]]:
    """Return the values of the terms in `counts`, by facet."""
    values: dict[str, list[FacetValue]] = {facet: [] for facet in FILTERS}
    selected = set(search.request.filters)
    for facet, value, term in _rows(search.db, _VALUES, json.dumps(list(counts))):
        values[facet].append(FacetValue(value, counts[term], (facet, value) in selected))
    return {
        facet: tuple(sorted(facet_values, key=lambda value: _order(facet, value)))
        for facet, facet_values in values.items()
    }


def _order(facet: str, value: FacetValue) -> tuple[bool, int, str]:
    """Sort selected values first; years by number, newest first, others by count."""
    number = -int(value.value) if facet == "year" and value.value.isdigit() else -value.count
    return not value.is_selected, number, value.value


def _best(search: _Search) -> Iterator[int]:
    """Yield the numbers of the documents by relevance, at least up to the end of the page."""
    needed = search.request.page * PAGE_SIZE
    expressions = [search.name_expression(), *map(search.expression, _COLUMNS)]
    numbers: dict[int, None] = {}
    for expression in dict.fromkeys(filter(None, expressions)):
        if len(numbers) < needed:
            rows = _rows(search.db, _MATCHING, expression, needed + len(numbers))
            numbers |= dict.fromkeys(number for (number,) in rows)
    yield from numbers


def _newest(search: _Search, is_limited: bool) -> Iterator[int]:
    """Yield the numbers of the documents by date, newest first, up to the end of the page.

    Of a search with too many results, the months are read one after the other.
    """
    needed = search.request.page * PAGE_SIZE
    months = [month for (month,) in _rows(search.db, _MONTHS)] if is_limited else [""]
    for month in months:
        expression = search.expression(_COLUMNS[-1], *filter(None, (month,)))
        rows = _rows(search.db, _BY_DAY, expression, MAX_COUNTED, needed)
        yield from (number for (number,) in rows)
        needed -= len(rows)
        if needed <= 0:
            return
