"""The Datasette plugin: checks requests, limits SQL, renders cells and error pages."""

from __future__ import annotations

import sqlite3
import traceback
from collections.abc import Awaitable, Callable, Generator
from contextvars import ContextVar
from typing import Any

from datasette import Response, hookimpl
from datasette.database import QueryInterrupted
from datasette.utils import urlsafe_components
from datasette.utils.asgi import BadRequest, Base400
from datasette.views.base import DatasetteError
from markupsafe import Markup

from crawler.explorer import api_pages, data_pages, search_page
from crawler.explorer.asgi_messages import Application, Message, Receive, Send
from crawler.explorer.csv_responses import respond_with_csv
from crawler.explorer.file_metadata import file_metadata
from crawler.explorer.front_page import front_page
from crawler.explorer.json_errors import complete_error, respond_with_json
from crawler.explorer.query_page import query_routes
from crawler.explorer.render_cell import CellLinks, render_value
from crawler.explorer.request_validation import METHODS, Refusal, check_request
from crawler.explorer.result_table import sql_table
from crawler.explorer.schema_diagram import SchemaDiagram, schema_diagram
from crawler.explorer.site_links import PAGES, add_functions
from crawler.explorer.sql_limits import DATA, PAGE, ResultSize, is_shadow_table, limit_connection
from crawler.explorer.table_pages import CLOSED_TABLES, DIAGRAM_TABLES
from crawler.knowledge.semantic_similarity import EmbeddingModel, cosine_similarity
from crawler.search_expressions import fts_expression
from crawler.store.schema import APPLICATION_ID
from crawler.store.schema_relations import read_schema_tables

LONGEST_WORDS = 1000  # characters of a semantic search
_HEADERS = {
    b"content-security-policy": (
        b"default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self';"
        b" base-uri 'none'; frame-ancestors 'none'"
    ),
    b"referrer-policy": b"no-referrer",
    b"x-content-type-options": b"nosniff",
    b"x-robots-tag": b"noindex",
}
_ANY_ORIGIN = {b"access-control-allow-origin": b"*"}
_REQUEST_HEADERS = (b"host",)
_DATA_FORMATS = (".json", ".jsono", ".csv", ".blob", ".atom", ".md")
ROBOTS = """\
# Query strings hold SQL, facets, filters and page numbers.
User-agent: *
Disallow: /*?
Disallow: /*.json
Disallow: /*.csv
Disallow: /*.blob
Disallow: /*.db
Disallow: /*.md
"""
_result_size: ContextVar[ResultSize] = ContextVar("result_size", default=DATA)


@hookimpl(trylast=True)
def prepare_connection(conn: sqlite3.Connection, datasette: Any) -> None:
    """Limit a connection to a Hashtrail database and add the SQL functions of the explorer.

    `escape_fts`, by which Datasette searches in tables, replaces the function of Datasette.
    """
    if conn.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
        return
    add_functions(conn)
    conn.create_function("escape_fts", 1, fts_expression, deterministic=True)
    _add_semantic_functions(conn, getattr(datasette, "hashtrail_model", None))
    limit_connection(conn, _result_size.get)


def _add_semantic_functions(conn: sqlite3.Connection, model: EmbeddingModel | None) -> None:
    """Add `meaning(words)`, a vector, and `nearness(vector, vector)`, the cosine similarity.

    Without a model nothing is added.
    """
    if model:
        conn.create_function(
            "meaning",
            1,
            lambda words: model.vectors([str(words)[:LONGEST_WORDS]])[0],
            deterministic=True,
        )
        conn.create_function("nearness", 2, cosine_similarity, deterministic=True)


@hookimpl
def permission_allowed(action: str, resource: Any) -> bool | None:
    """Hide the shadow tables of full-text indexes and empty tables from pages and listings."""
    if action != "view-table" or not isinstance(resource, tuple):
        return None
    return False if is_shadow_table(resource[1]) or resource[1] in CLOSED_TABLES else None


@hookimpl
def get_metadata(datasette: Any) -> dict[str, Any]:
    """Describe tables and columns of a snapshot that another Datasette opens."""
    return {} if _settings(datasette) else file_metadata(datasette)


@hookimpl
def filters_from_request(
    request: Any, database: str, table: str, datasette: Any
) -> Callable[[], Awaitable[Any]]:
    """Filter by topics, and reject filters by unknown columns.

    SQLite would compare the name of an unknown column as a string.
    """
    from crawler.explorer.topic_facet import topic_filter

    async def check() -> Any:
        columns = {*await datasette.get_database(database).table_columns(table), "rowid"}
        for name in request.args:
            column = name.rpartition("__")[0] or name
            if not (name.startswith("_") and "__" not in name) and column not in columns:
                raise BadRequest(f"The table {table} has no column “{column}”.")
        return topic_filter(request, table)

    return check


@hookimpl
def register_facet_classes() -> list[Any]:
    """The topics of articles and posts. Datasette defines its class after it loads its plugins."""
    from crawler.explorer.topic_facet import TopicFacet

    return [TopicFacet]


@hookimpl
def register_routes(datasette: Any) -> list[tuple[str, Callable[..., Any]]]:
    """`/robots.txt`, pages about the data, search and named queries, before those of Datasette."""
    names = tuple(query["name"] for query in _settings(datasette).get("queries", ()))
    robots = (r"^/robots\.txt$", lambda: Response.text(ROBOTS))
    return [
        robots,
        *api_pages.ROUTES,
        *data_pages.ROUTES,
        *search_page.ROUTES,
        *query_routes(names),
        *_table_routes(datasette),
    ]


def _table_routes(datasette: Any) -> list[tuple[str, Callable[..., Any]]]:
    """The pages of tables and rows. Their classes exist only after Datasette loads its plugins."""
    return list(getattr(datasette, "hashtrail_routes", ()))


@hookimpl
def asgi_wrapper(datasette: Any) -> Callable[[Application], Application]:
    """Check every request of a Hashtrail explorer, and add security headers to responses."""

    def wrap(application: Application) -> Application:
        if not _settings(datasette):
            return application

        async def check_and_respond(scope: Message, receive: Receive, send: Send) -> None:
            if scope["type"] != "http":
                return await application(scope, receive, send)
            added = _HEADERS | _shared_data_headers(datasette, _path(scope))
            await _respond(datasette, application, scope, receive, _with_headers(send, added))

        return check_and_respond

    return wrap


async def _respond(
    datasette: Any, application: Application, scope: Message, receive: Receive, send: Send
) -> None:
    """Respond to one request. The headers of the visitor are dropped: no page depends on them."""
    path = _path(scope)
    prefix = datasette.setting("base_url").rstrip("/")
    query = bytes(scope.get("query_string") or b"").decode("latin-1")
    checked = check_request(scope["method"], path.removeprefix(prefix), query)
    headers = [pair for pair in scope["headers"] if pair[0] in _REQUEST_HEADERS]

    if isinstance(checked, Refusal):
        return await _refuse(datasette, checked, path, send)

    size = DATA if path.endswith(_DATA_FORMATS) else PAGE
    datasette.max_returned_rows = size.rows
    _result_size.set(size)
    scope = {**scope, "headers": headers, "query_string": checked.query.encode("latin-1")}
    if path.endswith(".csv"):
        return await respond_with_csv(application, scope, receive, send)
    if path.endswith(".json"):
        return await respond_with_json(application, scope, receive, send)
    await application(scope, receive, send)


async def _refuse(datasette: Any, refusal: Refusal, path: str, send: Send) -> None:
    response = await _error(datasette, None, path, refusal.status, refusal.sentence)
    if refusal.status == 405:
        response.headers["allow"] = ", ".join(METHODS)
    await response.asgi_send(send)


def _path(scope: Message) -> str:
    raw = scope.get("raw_path") or scope["path"].encode()
    return bytes(raw).decode("latin-1").partition("?")[0]


def _shared_data_headers(datasette: Any, path: str) -> dict[bytes, bytes]:
    """Allow scripts of other origins to read the data of a published explorer (Fetch Standard).

    One that only this machine reaches stays closed to the pages that its browser shows.
    """
    is_published = bool(_settings(datasette)["settings"].explorer_url)
    return _ANY_ORIGIN if is_published and path.endswith(_DATA_FORMATS) else {}


def _with_headers(send: Send, headers: dict[bytes, bytes]) -> Send:
    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            sent = message.get("headers", [])
            names = {name for name, _ in sent}  # a page may set its own policy
            added = [header for header in headers.items() if header[0] not in names]
            message = {**message, "headers": [*sent, *added]}
        await send(message)

    return send_with_headers


@hookimpl
def render_cell(
    row: Any, value: Any, column: str, table: str | None, datasette: Any
) -> Markup | None:
    """Render cells that link to the site, to other rows and to the web."""
    settings = _settings(datasette)
    if not settings:
        return None
    links = CellLinks(settings["site"], datasette.setting("base_url"))
    return render_value(row, value, column, table, links)


@hookimpl
def prepare_jinja2_environment(env: Any, datasette: Any) -> None:
    """Add the name and URL of the site, the queries and the table descriptions to templates."""
    settings = _settings(datasette)
    env.globals["hashtrail"] = settings
    env.globals["sql_table"] = lambda columns, rows: sql_table(
        columns, rows, settings["site"], datasette.setting("base_url")
    )


@hookimpl
def extra_template_vars(
    datasette: Any, request: Any, view_name: str, table: str | None
) -> Callable[[], Awaitable[dict[str, Any]]]:
    """Add the values of the front page, and the site's page to a row."""

    async def variables() -> dict[str, Any]:
        settings = _settings(datasette)
        if not settings:
            return {}
        database = datasette.get_database("public")
        if view_name == "index":
            return await front_page(datasette)
        if view_name == "database":
            return {"diagram": await database.run_limited(_diagram)}
        if view_name == "row" and table in PAGES:
            key = urlsafe_components(request.url_vars["pks"])[0]
            return {"site_page": await _site_page(database, table, key, settings["site"])}
        return {}

    return variables


def _diagram(conn: sqlite3.Connection) -> SchemaDiagram:
    return schema_diagram(read_schema_tables(conn, DIAGRAM_TABLES))


async def _site_page(database: Any, table: str, key: str, site: str) -> str:
    """The URL of the page of the site about a row; empty when the site has none."""
    row = (await database.execute(PAGES[table], {"key": key})).first()
    return site + row[0] if row else ""


@hookimpl(hookwrapper=True)
def handle_exception(
    datasette: Any, request: Any, exception: Exception
) -> Generator[None, Any, None]:
    """Show error pages with the SQL, ready to edit.

    They replace those of Datasette, which print a traceback for every mistyped parameter.
    """
    stock = yield

    async def error_page() -> Response:
        status, message = _reason(exception, bool(request.query_string))
        sql = request.args.get("sql")
        title = getattr(exception, "title", None)
        return await _error(datasette, request, request.path, status, message, title, sql)

    if _settings(datasette):
        stock.force_result([error_page])


def _reason(exception: Exception, has_parameters: bool) -> tuple[int, str]:
    """HTTP status and message for an exception.

    Datasette raises ValueError, KeyError, sqlite3 errors and others for invalid parameters. An
    error without parameters is an internal error.
    """
    if isinstance(exception, sqlite3.Error):
        return 400, _sentence(f"Invalid SQL: {exception}")
    if isinstance(exception, MemoryError):
        return 400, "The result exceeds the memory limit. Select fewer rows or columns."
    # Only the time limit sends HTML.
    if isinstance(exception, QueryInterrupted) or getattr(exception, "message_is_html", False):
        return 400, "The query timed out after 1 s. Use fewer rows or a narrower filter."
    if isinstance(exception, Base400 | DatasetteError):
        return _datasette_reason(exception)
    if has_parameters:
        return 400, "A parameter of this URL has an invalid value."
    traceback.print_exception(exception)
    return 500, "Internal error. Try again later, or report the URL of this page."


def _datasette_reason(exception: Any) -> tuple[int, str]:
    message = str(getattr(exception, "message", "") or next(iter(exception.args), ""))
    if getattr(exception, "title", None) == "Invalid SQL":
        message = f"Invalid SQL: {message}"
    status = 400 if exception.status >= 500 else exception.status
    return status, _sentence(message)


def _sentence(message: str) -> str:
    return message if message.endswith((".", "”", "?")) else f"{message}."


async def _error(
    datasette: Any,
    request: Any,
    path: str,
    status: int,
    message: str,
    title: str | None = None,
    sql: str | None = None,
) -> Response:
    """An error as JSON when `path` asks for JSON, otherwise as a page."""
    facts = complete_error(status, {"error": message, "title": title})
    if path.endswith(".json"):
        return Response.json(facts, status=status)
    page = await datasette.render_template("error.html", facts | {"sql": sql}, request=request)
    return Response.html(page, status=status)


def _settings(datasette: Any) -> dict[str, Any]:
    settings: dict[str, Any] = getattr(datasette, "hashtrail", {})
    return settings
