"""Links of the page of a named query: permanent, other formats, SQL, and the page of the site."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from urllib.parse import urlencode

from crawler import site_urls
from crawler.named_queries.query_results import QueryResult, bound_values
from crawler.url_parser import path_of, query_of

_TABLES = {"article_id": "articles", "author_id": "authors"}
_PLACE = re.compile(r"([\w-]+)/<(\w+)>\.html")
_PATHS: Mapping[str, Callable[[str], str]] = {
    "entity": site_urls.entity_path,
    "kind": site_urls.kind_path,
    "source": site_urls.publisher_path,
    "topic": site_urls.topic_path,
    "week": site_urls.week_path,
}


def query_url(base: str, result: QueryResult, **options: str) -> str:
    """Return the permanent URL of a result in the explorer at `base`, with all its values.

    `options` are further parameters.
    """
    return site_urls.explorer_list_url(base, result.query.name, **result.values, **options)


def sql_url(base: str, result: QueryResult) -> str:
    """Return the URL of the page that runs the SQL of a result in the explorer at `base`.

    The values are bound.
    """
    parameters = {"sql": result.query.sql, **bound_values(result.query, result.values)}
    return f"{base.rstrip('/')}/public?{urlencode(parameters)}"


def path_of_url(url: str) -> str:
    """Return the path and query string of `url`.

    Datasette writes links with the Host header of the request, which is wrong behind a proxy.
    """
    query = query_of(url)
    return path_of(url) + (f"?{query}" if query else "")


def row_url(base: str, parameter: str, value: str) -> str:
    """Return the URL of the row that the `value` of a parameter identifies.

    It is empty for parameters that identify no row. `base` is the URL of the explorer.
    """
    table = _TABLES.get(parameter)
    return site_urls.explorer_row_url(base, table, value) if table else ""


def site_page(result: QueryResult) -> str:
    """Return the path of the page of the site that shows the same rows.

    It is empty if there is none, or if the result has no rows. A column such as `entity_slug` has a
    value only where the entity has a page.
    """
    page = result.query.page
    place = _PLACE.fullmatch(page)
    if place is None:
        return page
    folder, name = place[1], place[2]
    value = result.values.get(name, "")
    if not result.rows or not value or not _has_page(result, f"{name}_slug"):
        return ""
    if folder in _PATHS:
        return _PATHS[folder](value)
    if not (value.isascii() and value.isdigit()):
        return ""
    if folder == "article":
        return site_urls.article_path(int(value), result.labels[name])
    return site_urls.author_path(int(value)) if folder == "author" else ""


def _has_page(result: QueryResult, column: str) -> bool:
    """Whether the first row has a value in `column`; true without such a column."""
    return column not in result.columns or bool(result.rows[0][result.columns.index(column)])
