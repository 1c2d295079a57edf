"""The documentation of the JSON API, and the list of named queries as JSON."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from typing import Any

from datasette import Response

from crawler.explorer.api_examples import api_examples
from crawler.explorer.sql_limits import DATA, LARGEST_RESULT, SQL_MILLISECONDS
from crawler.named_queries.query_files import NamedQuery, all_queries
from crawler.named_queries.query_parameters import query_parameters
from crawler.named_queries.query_results import used_values
from crawler.named_queries.result_feed import MOST_ENTRIES
from crawler.named_queries.result_formats import formats_of
from crawler.named_queries.result_json import MEMBERS, SCHEMA_VERSION

_EXAMPLE_QUERY = "articles_of_a_topic"
_SLUG = re.compile(r"[a-z0-9-]+")
_ANY_TOPIC = "consensus"


async def api_page(datasette: Any, request: Any) -> Response:
    """Return the page that documents the JSON API, for a `request`."""
    topic = await datasette.get_database("public").run_limited(_example_topic)
    base = datasette.absolute_url(request, datasette.urls.instance())
    context = {
        "base": base,
        "is_published": bool(datasette.hashtrail["settings"].explorer_url),
        "examples": api_examples(base, topic),
        "members": MEMBERS,
        "schema_version": SCHEMA_VERSION,
        "limits": {
            "seconds": SQL_MILLISECONDS // 1000,
            "rows": DATA.rows,
            "columns": DATA.columns,
            "megabytes": LARGEST_RESULT // 1_000_000,
            "entries": MOST_ENTRIES,
        },
    }
    return Response.html(await datasette.render_template("api.html", context, request=request))


async def query_list(datasette: Any, request: Any) -> Response:
    """Return the named queries with their parameters and URLs as JSON, for a `request`."""
    offered = {query["name"] for query in datasette.hashtrail["queries"]}
    base = datasette.absolute_url(request, datasette.urls.instance())
    queries = [_described(query, base) for query in all_queries() if query.name in offered]
    return Response.json({"schema_version": SCHEMA_VERSION, "queries": queries})


def _example_topic(conn: sqlite3.Connection) -> str:
    """The default topic of the example; that of a snapshot without topics is any slug."""
    query = next(query for query in all_queries() if query.name == _EXAMPLE_QUERY)
    topic = used_values(conn, query, {}).get("topic", "")
    return topic if _SLUG.fullmatch(topic) else _ANY_TOPIC


def _described(query: NamedQuery, base: str) -> dict[str, Any]:
    parameters = {name: query_parameters()[name] for name in query.parameters}
    page = f"{base}public/{query.name}"
    return {
        "name": query.name,
        "title": query.title,
        "description": query.description,
        "group": query.group,
        "parameters": {
            name: {
                "label": parameter.label,
                "example": parameter.example,
                "choices": f"{base}complete/{name}" if parameter.choices else None,
            }
            for name, parameter in parameters.items()
        },
        "links": {
            "page": page,
            **{extension: f"{page}.{extension}" for extension in formats_of(query)},
        },
    }


ROUTES: list[tuple[str, Callable[..., Any]]] = [
    (r"^/api$", api_page),
    (r"^/queries\.json$", query_list),
]
