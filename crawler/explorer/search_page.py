"""The search page of the explorer: one search over articles, posts, topics, entities and people."""

from __future__ import annotations

import sqlite3
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl

from datasette import Response

from crawler.counted_nouns import counted_noun
from crawler.explorer.search_labels import (
    FACET_LABELS,
    count_sentence,
    value_label,
)
from crawler.explorer.search_request import (
    FILTERS,
    LAST_PAGE,
    PAGE_SIZE,
    SORTS,
    SearchRequest,
    read_search,
)
from crawler.explorer.search_results import SearchResults, document_counts, run_search
from crawler.explorer.search_rows import Places, ResultRow, result_rows
from crawler.explorer.search_spelling import suggested_text
from crawler.search_expressions import parse_search

_TOPICS = "SELECT slug, label FROM topics"


@dataclass(frozen=True, slots=True)
class ShownValue:
    """A value of a facet on the page: its count, and the URL that adds or removes the filter."""

    label: str
    count: int
    url: str
    is_selected: bool


@dataclass(frozen=True, slots=True)
class ShownFacet:
    """A facet on the page with its values."""

    name: str
    label: str
    values: tuple[ShownValue, ...]


@dataclass(frozen=True, slots=True)
class _PageData:
    """All that the page reads from the snapshot, within one time limit."""

    results: SearchResults
    rows: tuple[ResultRow, ...]
    suggestion: str
    topics: Mapping[str, str]
    totals: Mapping[str, int]


async def show_search(datasette: Any, request: Any) -> Response:
    """Return the page of a search.

    `datasette` runs it within its limits, and `request` has its words and filters.
    """
    search = read_search(parse_qsl(request.query_string, keep_blank_values=True))
    places = Places(datasette.hashtrail["site"], datasette.setting("base_url"))
    database = datasette.get_database("public")
    data = await database.run_limited(lambda db: _read(db, search, places))
    context = _context(search, data, f"{places.base.rstrip('/')}/search")
    return Response.html(await datasette.render_template("search.html", context, request=request))


ROUTES: list[tuple[str, Callable[..., Awaitable[Response]]]] = [(r"^/search$", show_search)]


def _read(db: sqlite3.Connection, search: SearchRequest, places: Places) -> _PageData:
    results = run_search(db, search)
    terms = parse_search(search.text).terms
    is_misspelled = not results.count and bool(terms)
    return _PageData(
        results,
        tuple(result_rows(db, results.hits, terms, places)),
        suggested_text(db, search) if is_misspelled else "",
        {str(slug): str(label) for slug, label in map(tuple, db.execute(_TOPICS))},
        document_counts(db) if search.is_blank else {},
    )


def _context(search: SearchRequest, data: _PageData, path: str) -> dict[str, Any]:
    """The values of the template. `path` is that of the page."""
    results = data.results
    return {
        "search": search,
        "rows": data.rows,
        "sentence": count_sentence(search, results),
        "facets": _facets(search, data, path),
        "selected": [
            ShownValue(
                f"{FACET_LABELS[facet]}: {value_label(facet, value, data.topics)}",
                0,
                _url(path, search.toggled(facet, value)),
                True,
            )
            for facet, value in search.filters
        ],
        "sorts": [(name, _url(path, replace(search, sort=name, page=1))) for name in SORTS],
        "unfiltered_url": _url(path, replace(search, filters=(), page=1)),
        "suggestion": data.suggestion,
        "suggestion_url": _url(path, replace(search, text=data.suggestion, page=1)),
        "previous_url": _page_url(path, search, results, search.page - 1),
        "next_url": _page_url(path, search, results, search.page + 1),
        "totals": [
            (
                value_label("type", name, {}),
                count,
                _url(path, SearchRequest().toggled("type", name)),
            )
            for name, count in data.totals.items()
        ],
        "total": counted_noun(sum(data.totals.values()), "document"),
        "search_text": search.text,
    }


def _facets(search: SearchRequest, data: _PageData, path: str) -> list[ShownFacet]:
    """Return the facets with at least one value."""
    facets = data.results.facets or {}
    shown = [
        ShownFacet(
            facet,
            FACET_LABELS[facet],
            tuple(
                ShownValue(
                    value_label(facet, value.value, data.topics),
                    value.count,
                    _url(path, search.toggled(facet, value.value)),
                    value.is_selected,
                )
                for value in facets.get(facet, ())
            ),
        )
        for facet in FILTERS
    ]
    return [facet for facet in shown if facet.values]


def _page_url(path: str, search: SearchRequest, results: SearchResults, page: int) -> str:
    """Return the URL of a page of the results; empty if it has none."""
    has_page = 1 <= page <= LAST_PAGE and (page - 1) * PAGE_SIZE < results.count
    return _url(path, replace(search, page=page)) if has_page else ""


def _url(path: str, search: SearchRequest) -> str:
    query = search.query()
    return f"{path}?{query}" if query else path
