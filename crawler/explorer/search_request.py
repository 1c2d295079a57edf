"""A search of a visitor: its words, filters, order and page, read from a URL and written to one."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from crawler.search_expressions import MAX_SEARCH_LENGTH

FILTERS = ("type", "topic", "kind", "site", "network", "language", "year")
"""The facets by which visitors filter, in the order in which the page shows them."""

WRITTEN_FILTERS = {**dict(zip(FILTERS, FILTERS, strict=True)), "lang": "language", "source": "site"}
"""The names of facets that a search may contain, as in `kind:paper`, by the facet they mean."""

SORTS = ("relevance", "date")
"""The orders of results; the first is the default."""

PAGE_SIZE = 20
LAST_PAGE = 50
_MAX_FILTERS = 20
_MAX_VALUE_LENGTH = 200
_WRITTEN_FILTER = re.compile(
    rf'(?<!\S)({"|".join(WRITTEN_FILTERS)}):(?:"([^"]+)"|([^\s"]+))(?!\S)', re.I
)


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """One search. `filters` are pairs of a facet and a value, sorted as in FILTERS."""

    text: str = ""
    filters: tuple[tuple[str, str], ...] = ()
    sort: str = SORTS[0]
    page: int = 1

    @property
    def is_blank(self) -> bool:
        """Return whether there is neither a word nor a filter."""
        return not self.text and not self.filters

    def without(self, facet: str) -> SearchRequest:
        """Return the search without the filters of one `facet`."""
        return replace(self, filters=tuple(pair for pair in self.filters if pair[0] != facet))

    def toggled(self, facet: str, value: str) -> SearchRequest:
        """Return the first page with the filter by a `value` of a `facet` added or removed."""
        pair = (facet, value)
        remaining = tuple(selected for selected in self.filters if selected != pair)
        filters = remaining if pair in self.filters else (*remaining, pair)
        return replace(self, filters=_sorted_filters(filters), page=1)

    def query(self) -> str:
        """Return the query string of the URL of the search."""
        pairs = [("q", self.text), *self.filters] if self.text else list(self.filters)
        if self.sort != SORTS[0]:
            pairs.append(("sort", self.sort))
        if self.page > 1:
            pairs.append(("page", str(self.page)))
        return urlencode(pairs)


def read_search(pairs: Iterable[tuple[str, str]]) -> SearchRequest:
    """Return the search that the parameters of a URL describe.

    `pairs` are names with values. Unknown parameters and values are ignored, and long ones are cut.
    Filters may also be written among the words, as in the search of the site: `raft kind:paper`.
    """
    values: dict[str, list[str]] = {}
    for name, value in pairs:
        values.setdefault(name, []).append(value.strip())
    written = values.get("q", [""])[0][: 2 * MAX_SEARCH_LENGTH]
    for name, quoted, plain in _WRITTEN_FILTER.findall(written):
        values.setdefault(WRITTEN_FILTERS[name.lower()], []).append((quoted or plain).lower())
    text = " ".join(_WRITTEN_FILTER.sub(" ", written).split())[:MAX_SEARCH_LENGTH]
    filters = [
        (facet, value)
        for facet in FILTERS
        for value in values.get(facet, [])
        if 0 < len(value) <= _MAX_VALUE_LENGTH
    ]
    sort = values.get("sort", [""])[0]
    return SearchRequest(
        text,
        _sorted_filters(dict.fromkeys(filters))[:_MAX_FILTERS],
        sort if sort in SORTS else SORTS[0],
        _page(values.get("page", [""])[0]),
    )


def _page(text: str) -> int:
    is_number = text.isascii() and text.isdigit() and len(text) < 4
    return min(max(int(text), 1), LAST_PAGE) if is_number else 1


def _sorted_filters(filters: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(filters, key=lambda pair: FILTERS.index(pair[0])))
