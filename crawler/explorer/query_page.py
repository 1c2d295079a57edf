"""The page of a named query: its form, its result as chart and table, and other formats."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from datasette import Response

from crawler.explorer.json_errors import complete_error
from crawler.explorer.query_exports import check_names, export_routes
from crawler.explorer.query_fields import QueryField, query_fields
from crawler.explorer.query_links import query_url, row_url, site_page, sql_url
from crawler.explorer.render_cell import CellLinks
from crawler.explorer.result_charts import result_chart
from crawler.explorer.result_table import (
    ResultTable,
    first_columns,
    result_table,
    unbroken_dates,
)
from crawler.explorer.untitled_articles import titles_of_untitled
from crawler.named_queries.parameter_choices import matching_choices
from crawler.named_queries.publication import Publication
from crawler.named_queries.query_files import all_queries
from crawler.named_queries.query_parameters import query_parameters
from crawler.named_queries.query_results import QueryResult, bound_values, run_query
from crawler.named_queries.result_formats import formats_of

SCRIPT_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self';"
    " script-src 'self'; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""Content security policy of a page with a field that a script completes."""

_FIRST_ROW = re.compile(r"[0-9]{1,4}")
_TOPICS = "SELECT slug, label FROM topics"
Route = tuple[str, Callable[..., Awaitable[Response]]]


@dataclass(frozen=True, slots=True)
class _PageData:
    """All that one page reads from the snapshot. Result and fields each have one time limit."""

    result: QueryResult
    fields: tuple[QueryField, ...]
    topics: Mapping[str, str]
    titles: Mapping[int, str]
    entered: Mapping[str, str]


def query_routes(names: tuple[str, ...]) -> list[Route]:
    """Return the routes of the queries with these `names`, and of the completion of fields."""
    query = "|".join(map(re.escape, names))
    return [
        (rf"^/public/(?P<query>{query})$", show_query),
        *export_routes(names),
        (r"^/complete/(?P<parameter>\w+)$", complete),
    ]


async def show_query(datasette: Any, request: Any) -> Response:
    """Return the page of a named query.

    `datasette` runs the SQL within its limits, and `request` names the query and its values. Raises
    BadRequest for a name that is not a parameter of the query.
    """
    query = next(query for query in all_queries() if query.name == request.url_vars["query"])
    check_names(query, request.args)
    entered = {name: request.args.get(name) or "" for name in query.parameters}
    database = datasette.get_database("public")
    result = await database.run_limited(lambda conn: run_query(conn, query, entered))
    data = await database.run_limited(lambda conn: _read_fields(conn, result, entered))
    page = await datasette.render_template(
        "named_query.html", _context(datasette, request, data), request=request
    )
    is_completed = any(field.control == "search" for field in data.fields)
    headers = {"content-security-policy": SCRIPT_POLICY} if is_completed else {}
    return Response.html(page, headers=headers)


async def complete(datasette: Any, request: Any) -> Response:
    """Return the choices of a parameter that match the words of a request, as JSON.

    `datasette` runs the SQL within its limits, and `request` names the parameter.
    """
    parameter = query_parameters().get(request.url_vars["parameter"])
    words = request.args.get("words") or ""
    if parameter is None:
        return Response.json(complete_error(404, {"error": "Unknown parameter."}), status=404)
    choices = await datasette.get_database("public").run_limited(
        lambda conn: matching_choices(conn, parameter, words)
    )
    return Response.json([{"value": choice.value, "label": choice.label} for choice in choices])


def _read_fields(
    conn: sqlite3.Connection, result: QueryResult, entered: Mapping[str, str]
) -> _PageData:
    topics = {str(slug): str(label) for slug, label in map(tuple, conn.execute(_TOPICS))}
    titles = titles_of_untitled(conn, result.columns, result.rows)
    return _PageData(result, query_fields(conn, result, entered), topics, titles, entered)


def _context(datasette: Any, request: Any, data: _PageData) -> dict[str, Any]:
    """The values of the template."""
    base, site = datasette.setting("base_url"), datasette.hashtrail["site"]
    result, columns = data.result, data.result.columns
    has_all = request.args.get("_columns") == "all"
    chosen = columns if has_all else first_columns(columns, result.query.columns)
    links = CellLinks(site, base, data.topics, titles=data.titles)
    table = result_table(columns, result.rows, chosen, links, _first_row(request, result))
    options = {"_columns": "all"} if has_all else {}
    page = site_page(result)
    publication = Publication(datasette.hashtrail["settings"], base, entered=data.entered)
    return {
        "query": result.query,
        "result": result,
        "summary": unbroken_dates(result.summary),
        "fields": data.fields,
        "database": "public",
        "table": table,
        "chart": result_chart(result, data.topics),
        "has_all": has_all,
        "permanent_url": query_url(base, result, **options),
        "columns_url": query_url(base, result, **({} if has_all else {"_columns": "all"})),
        "next_url": _next_url(base, result, table, options),
        "formats": _formats(publication, result),
        "feed_url": publication.result_url(result, "atom") if result.query.feed else "",
        "choice_url": lambda name, value: _choice_url(base, result, name, value),
        "row_url": lambda name, value: row_url(base, name, value),
        "sql_url": sql_url(base, result),
        "bound": bound_values(result.query, result.values),
        "page_url": site + page if page else "",
        "is_completed": any(field.control == "search" for field in data.fields),
    }


def _formats(publication: Publication, result: QueryResult) -> list[tuple[str, str]]:
    """The label and the URL of each other format of a result."""
    return [
        (entry.label, publication.result_url(result, extension))
        for extension, entry in formats_of(result.query).items()
    ]


def _first_row(request: Any, result: QueryResult) -> int:
    """The number of the first row of a page; 0 for a number without a row."""
    text = request.args.get("_from") or ""
    first = int(text) if _FIRST_ROW.fullmatch(text) else 0
    return first if first < len(result.rows) else 0


def _next_url(base: str, result: QueryResult, table: ResultTable, options: dict[str, str]) -> str:
    if table.end >= len(result.rows):
        return ""
    return query_url(base, result, **options, _from=str(table.end))


def _choice_url(base: str, result: QueryResult, name: str, value: str) -> str:
    """The URL of the same query with one other value."""
    return query_url(base, replace(result, values={**result.values, name: value}))
