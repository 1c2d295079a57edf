"""SQL limits: how much one statement of a visitor may read, compute and return."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from typing import Any

SQL_MILLISECONDS = 1000
LARGEST_RESULT = 4_000_000  # bytes of all values of one result
LARGEST_HEAP = 48 * 1024 * 1024  # bytes that SQLite may allocate in one process

# The limits hold inside one call of a function, where SQLite cannot be interrupted. Many functions
# take time proportional to the product of two lengths (`instr`, `replace`, `LIKE`), so the largest
# string decides how long one call can take: about 0.2 s at 100,000 bytes.
_LIMITS = {
    sqlite3.SQLITE_LIMIT_LENGTH: 100_000,  # bytes of a string, a blob or a row
    sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH: 1000,  # also GLOB
    sqlite3.SQLITE_LIMIT_SQL_LENGTH: 20_000,
    sqlite3.SQLITE_LIMIT_COLUMN: 100,
    sqlite3.SQLITE_LIMIT_EXPR_DEPTH: 100,
    sqlite3.SQLITE_LIMIT_COMPOUND_SELECT: 50,
    sqlite3.SQLITE_LIMIT_VDBE_OP: 25_000,
    sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER: 1100,  # keys of 1,000 rows and of the next row
    sqlite3.SQLITE_LIMIT_ATTACHED: 0,
    sqlite3.SQLITE_LIMIT_WORKER_THREADS: 0,
}
_PRAGMAS = {
    "application_id",
    "data_version",
    "database_list",
    "foreign_key_list",
    "function_list",
    "index_info",
    "index_list",
    "index_xinfo",
    "schema_version",
    "table_info",
    "table_list",
    "table_xinfo",
    "user_version",
}
# Table-valued functions that visitors may call. The others show pages of the file (`dbstat`,
# `sqlite_dbpage`), statements of other visitors (`sqlite_stmt`) or the full-text index.
_MODULES = {"json_each", "json_tree", "fts5"}
_FUNCTIONS_DENIED = {"load_extension", "fts3_tokenizer"}
_SHADOW_TABLE = re.compile(r"_fts_(?:data|idx|docsize|content|config)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ResultSize:
    """The largest result that a format may have."""

    rows: int
    columns: int


PAGE = ResultSize(rows=200, columns=50)
DATA = ResultSize(rows=1000, columns=100)


def is_shadow_table(name: str) -> bool:
    """Whether `name` is a table in which FTS5 stores its index, from which texts can be rebuilt."""
    return bool(_SHADOW_TABLE.search(name))


def check_sql(sql: str) -> None:
    """Refuse a statement (`sql`) that names a shadow table of a full-text index.

    SQLite has no other way to name a table than to spell it out, so the text decides. The
    authorizer cannot: FTS5 reads the same tables through the same connection while it searches.
    Raises sqlite3.OperationalError.
    """
    if is_shadow_table(sql):
        raise sqlite3.OperationalError("The tables of the full-text index cannot be read.")


def limit_heap() -> None:
    """Bound what SQLite may allocate in this process, in all its connections and permanently.

    SQLite never raises the limit again, so only a process that serves visitors may call this:
    https://www.sqlite.org/pragma.html#pragma_hard_heap_limit.
    """
    with closing(sqlite3.connect(":memory:")) as conn:
        conn.execute(f"PRAGMA hard_heap_limit = {LARGEST_HEAP}")


def limit_connection(conn: sqlite3.Connection, size: Callable[[], ResultSize]) -> None:
    """Apply every limit to the connection `conn`.

    `size` returns the limits of the current result.
    """
    modules = {name for (name,) in conn.execute("PRAGMA module_list")}
    for limit, value in _LIMITS.items():
        conn.setlimit(limit, value)
    conn.row_factory = _LimitedRows(size)
    conn.set_authorizer(_authorizer(modules - _MODULES))


class _LimitedRows:
    """A row factory that refuses a result with too many columns or bytes, before rendering.

    A connection runs one statement at a time.
    """

    def __init__(self, size: Callable[[], ResultSize]) -> None:
        self._size = size
        self._cursor: sqlite3.Cursor | None = None
        self._bytes = 0

    def __call__(self, cursor: sqlite3.Cursor, values: tuple[Any, ...]) -> sqlite3.Row:
        if cursor is not self._cursor:
            self._cursor, self._bytes = cursor, 0
            self._check_columns(len(values))

        self._bytes += sum(len(v) if isinstance(v, str | bytes) else 8 for v in values)
        if self._bytes > LARGEST_RESULT:
            raise sqlite3.OperationalError(
                f"The result exceeds {LARGEST_RESULT // 1_000_000} MB."
                " Select fewer rows or columns."
            )
        return sqlite3.Row(cursor, values)

    def _check_columns(self, count: int) -> None:
        most = self._size().columns
        if count > most:
            raise sqlite3.OperationalError(
                f"The result has {count} columns; the limit is {most}. Select fewer columns."
            )


def _authorizer(modules: set[str]) -> Callable[..., int]:
    """An authorizer callback that allows only to read tables of the snapshot."""

    def authorize(action: int, first: str | None, second: str | None, *_: Any) -> int:
        if action in (sqlite3.SQLITE_ATTACH, sqlite3.SQLITE_DETACH):
            return sqlite3.SQLITE_DENY
        if action == sqlite3.SQLITE_PRAGMA and first not in _PRAGMAS:
            return sqlite3.SQLITE_DENY
        if action == sqlite3.SQLITE_FUNCTION and second in _FUNCTIONS_DENIED:
            return sqlite3.SQLITE_DENY
        if action == sqlite3.SQLITE_READ and first in modules:
            return sqlite3.SQLITE_DENY
        if action == sqlite3.SQLITE_READ and (first, second) == ("pragma_database_list", "file"):
            return sqlite3.SQLITE_IGNORE
        return sqlite3.SQLITE_OK

    return authorize
