"""Results of named queries in other formats: CSV, JSON, Markdown and Atom."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from datasette import Response
from datasette.utils.asgi import BadRequest, NotFound

from crawler.named_queries.publication import Publication, snapshot_time
from crawler.named_queries.query_files import NamedQuery, all_queries
from crawler.named_queries.query_parameters import query_parameters
from crawler.named_queries.query_results import QueryResult, run_query
from crawler.named_queries.result_formats import RESULT_FORMATS, formats_of
from crawler.named_queries.result_json import result_array

_SHAPES = ("", "array", "objects")


def export_routes(names: tuple[str, ...]) -> list[tuple[str, Callable[..., Awaitable[Response]]]]:
    """Return the route of the other formats of the queries with these `names`."""
    query, extension = ("|".join(map(re.escape, group)) for group in (names, RESULT_FORMATS))
    return [(rf"^/public/(?P<query>{query})\.(?P<extension>{extension})$", export_query)]


async def export_query(datasette: Any, request: Any) -> Response:
    """Return the result of a named query in the format that the URL of `request` names.

    `_shape=array` selects the rows alone in JSON. Raises BadRequest for a name that is not a
    parameter of the query or for another shape, and NotFound when the query has no such format.
    """
    query = next(query for query in all_queries() if query.name == request.url_vars["query"])
    extension = request.url_vars["extension"]
    if extension not in formats_of(query):
        raise NotFound(f"The query {query.name} has no feed.")
    check_names(query, request.args)
    shape = request.args.get("_shape") or ""
    if shape not in _SHAPES:
        raise BadRequest("A named query has the shapes “array” and “objects”.")

    entered = {name: request.args.get(name) or "" for name in query.parameters}
    result, snapshot = await datasette.get_database("public").run_limited(
        lambda conn: (run_query(conn, query, entered), snapshot_time(conn))
    )
    publication = Publication(
        datasette.hashtrail["settings"],
        datasette.absolute_url(request, datasette.urls.instance()),
        snapshot,
        entered,
    )
    if extension == "json" and shape == "array":
        return _response(result, extension, result_array(result))
    return _response(result, extension, RESULT_FORMATS[extension].write(result, publication))


def check_names(query: NamedQuery, names: Iterable[str]) -> None:
    """Raise BadRequest if one of the `names` is not a parameter of a query, for example misspelled.

    The result would be that of the default value.
    """
    for name in names:
        if not name.startswith("_") and name not in query_parameters():
            parameters = ", ".join(query.parameters) or "none"
            raise BadRequest(
                f"The query {query.name} has no parameter “{name[:60]}”. Parameters: {parameters}."
            )


def _response(result: QueryResult, extension: str, document: str) -> Response:
    name = f'inline; filename="{result.query.name}.{extension}"'
    return Response(
        document,
        headers={"content-disposition": name},
        content_type=RESULT_FORMATS[extension].media_type,
    )
