"""The Datasette plugin that bounds every question put to a Hashtrail database and dresses the answers.

Measured without it: `select zeroblob(200000000)` took Datasette 0.65 to 5.9 GB, and `pragma_database_list` showed the path of the file.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from datasette import Response, hookimpl
from datasette.utils import urlsafe_components
from datasette.utils.asgi import Base400
from datasette.views.base import DatasetteError
from markupsafe import Markup

from crawler.explorer.cells import cell
from crawler.explorer.pages import PAGES, add_functions
from crawler.knowledge.semantic import Model, nearness
from crawler.model import APPLICATION_ID

LARGEST_VALUE = 1_000_000  # bytes of one cell
LONGEST_WORDS = 1000  # characters of a question by meaning
LARGEST_RESULT = 20_000_000  # bytes of all rows of one answer
_ALLOWED_PRAGMAS = {
    "application_id", "data_version", "database_list", "foreign_key_list", "function_list", "index_info",
    "index_list", "index_xinfo", "schema_version", "table_info", "table_list", "table_xinfo", "user_version",
}
_HEADERS = {
    b"content-security-policy": b"default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    b"referrer-policy": b"no-referrer",
    b"x-content-type-options": b"nosniff",
    b"x-robots-tag": b"noindex",
}
_HIDDEN_PAGES = ("/-/config", "/-/databases", "/-/plugins", "/-/threads")  # they tell of the machine, not of the data
_Message = MutableMapping[str, Any]
_Send = Callable[[_Message], Awaitable[None]]
_Receive = Callable[[], Awaitable[_Message]]
_Application = Callable[[_Message, _Receive, _Send], Awaitable[None]]


@hookimpl
def prepare_connection(conn: sqlite3.Connection, datasette: Any) -> None:
    """Bound one connection to a database of ours: cell size, answer size, and what its SQL may touch. Teach it where pages stand, and meaning when we can."""
    if conn.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
        return
    add_functions(conn)
    _add_meaning(conn, getattr(datasette, "hashtrail_model", None))
    conn.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LARGEST_VALUE)
    conn.row_factory = _BoundedRows()
    conn.set_authorizer(_authorize)


def _add_meaning(conn: sqlite3.Connection, model: Model | None) -> None:
    """With a model: `meaning(words)` makes a vector, `nearness(vector, vector)` compares two."""
    if model:
        conn.create_function("meaning", 1, lambda words: model.vectors([str(words)[:LONGEST_WORDS]])[0], deterministic=True)
        conn.create_function("nearness", 2, nearness, deterministic=True)


class _BoundedRows:
    """A row factory that refuses an answer once its rows hold more than LARGEST_RESULT bytes. A connection answers one question at a time."""

    def __init__(self) -> None:
        self.cursor: sqlite3.Cursor | None = None
        self.seen = 0

    def __call__(self, cursor: sqlite3.Cursor, values: tuple[Any, ...]) -> sqlite3.Row:
        if cursor is not self.cursor:
            self.cursor, self.seen = cursor, 0
        self.seen += sum(len(value) if isinstance(value, str | bytes) else 8 for value in values)
        if self.seen > LARGEST_RESULT:
            raise sqlite3.OperationalError(f"The answer is larger than {LARGEST_RESULT // 1_000_000} MB. Ask for fewer rows or columns.")
        return sqlite3.Row(cursor, values)


def _authorize(action: int, first: str | None, second: str | None, database: str | None, trigger: str | None) -> int:
    if action in (sqlite3.SQLITE_ATTACH, sqlite3.SQLITE_DETACH):
        return sqlite3.SQLITE_DENY
    if action == sqlite3.SQLITE_PRAGMA and first not in _ALLOWED_PRAGMAS:
        return sqlite3.SQLITE_DENY
    if action == sqlite3.SQLITE_READ and first == "pragma_database_list" and second == "file":
        return sqlite3.SQLITE_IGNORE
    if action == sqlite3.SQLITE_FUNCTION and second in ("load_extension", "fts3_tokenizer"):
        return sqlite3.SQLITE_DENY
    return sqlite3.SQLITE_OK


@hookimpl
def asgi_wrapper(datasette: Any) -> Callable[[_Application], _Application]:
    """Security headers on every answer of a Hashtrail explorer."""

    def wrap(application: _Application) -> _Application:
        async def guarded(scope: _Message, receive: _Receive, send: _Send) -> None:
            async def send_with_headers(message: _Message) -> None:
                if message["type"] == "http.response.start":
                    message = {**message, "headers": [*message.get("headers", []), *_HEADERS.items()]}
                await send(message)

            if scope.get("path", "").startswith(_HIDDEN_PAGES):
                scope = {**scope, "path": "/-/nothing", "raw_path": b"/-/nothing"}
            await application(scope, receive, send_with_headers)

        return guarded if _settings(datasette) else application

    return wrap


@hookimpl
def render_cell(row: sqlite3.Row, value: Any, column: str, table: str | None, datasette: Any) -> Markup | None:
    """Cells that lead to the pages of the site, to other rows and to the web."""
    settings = _settings(datasette)
    return cell(row, value, column, table, settings["site"]) if settings else None


@hookimpl
def prepare_jinja2_environment(env: Any, datasette: Any) -> None:
    """What all of the explorer's own templates show: the site's name and address, the questions, the meanings of the tables."""
    env.globals["hashtrail"] = _settings(datasette)


@hookimpl
def extra_template_vars(datasette: Any, request: Any, view_name: str, table: str | None) -> Callable[[], Awaitable[dict[str, Any]]]:
    """What a page shows besides its rows: the front page counts and the age of the snapshot, a row's page its place on the site."""

    async def variables() -> dict[str, Any]:
        settings = _settings(datasette)
        if settings and view_name == "index":
            return await _front_page(datasette.get_database("public"))
        if settings and view_name == "row" and table in PAGES:
            key = urlsafe_components(request.url_vars["pks"])[0]
            found = (await datasette.get_database("public").execute(PAGES[table], {"key": key})).first()
            return {"site_page": settings["site"] + found[0] if found else ""}
        return {}

    return variables


@hookimpl
def handle_exception(datasette: Any, request: Any, exception: Exception) -> Callable[[], Awaitable[Response | None]]:
    """Refusals in our words: without a dump of the program's variables, and with the SQL at hand to correct it."""

    async def answer() -> Response | None:
        if not _settings(datasette) or not isinstance(exception, Base400 | DatasetteError):
            return None
        message = _message(exception)
        facts = {"ok": False, "error": message, "status": exception.status, "title": getattr(exception, "title", None)}
        if request.path.endswith(".json"):
            return Response.json(facts, status=exception.status)
        page = await datasette.render_template("error.html", facts | {"sql": request.args.get("sql")}, request=request)
        return Response.html(page, status=exception.status)

    return answer


def _message(exception: Exception) -> str:
    if getattr(exception, "message_is_html", False):  # only the time limit comes so
        return "The answer took longer than a second. Ask for less: fewer rows, an exact filter, one table."
    return str(getattr(exception, "message", "") or (exception.args[0] if exception.args else ""))


async def _front_page(database: Any) -> dict[str, Any]:
    taken = (await database.execute("SELECT max(started) FROM runs")).single_value()
    return {"counts": await database.table_counts(1000), "taken": taken}


def _settings(datasette: Any) -> dict[str, Any]:
    found: dict[str, Any] = datasette.metadata("hashtrail") or {} if callable(getattr(datasette, "metadata", None)) else {}
    return found

