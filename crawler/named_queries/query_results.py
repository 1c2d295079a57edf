"""Results of named queries: values after defaults, rows, labels and the summary sentence.

The page, all formats and the command line read the same QueryResult.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass

from crawler.named_queries.query_files import NamedQuery
from crawler.named_queries.query_parameters import QueryParameter, query_parameters
from crawler.named_queries.summary_sentences import SqlValue, first_number, summary_sentence
from crawler.search_expressions import fts_expression

MOST_ROWS = 1000
LONGEST_VALUE = 1000  # characters of a parameter
_LIMIT = re.compile(r"\bLIMIT\s+(\d+)\s*$", re.IGNORECASE)
_LABEL = "SELECT label FROM ({}) WHERE value = :value LIMIT 1"


@dataclass(frozen=True, slots=True)
class QueryResult:
    """The result of a named query.

    `values` has the value of each parameter after defaults, and `labels` the text that stands for
    it in sentences. `is_truncated` tells that the snapshot has more rows than `rows`. `counted` is
    the first number of the summary, None without one.
    """

    query: NamedQuery
    values: Mapping[str, str]
    labels: Mapping[str, str]
    columns: tuple[str, ...]
    rows: tuple[tuple[SqlValue, ...], ...]
    summary: str
    is_truncated: bool
    counted: int | None = None

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to show: no rows, or the summary counts nothing."""
        return not self.rows or self.counted == 0


def run_query(
    conn: sqlite3.Connection, query: NamedQuery, values: Mapping[str, str]
) -> QueryResult:
    """Return the result of a query over a snapshot.

    `conn` is any connection to the snapshot. `values` has what the visitor entered, by parameter;
    a missing or blank value is replaced by the default of its parameter. Other names are ignored.
    At most MOST_ROWS rows are returned. Raises sqlite3.Error.
    """
    used = used_values(conn, query, values)
    labels = {name: _label(conn, name, value) for name, value in used.items()}
    bound = bound_values(query, used)
    limit = result_limit(query.sql)
    cursor = conn.execute(_LIMIT.sub(f"LIMIT {limit + 1}", query.sql), bound)
    columns = tuple(entry[0] for entry in cursor.description)
    rows = tuple(tuple(row) for row in cursor.fetchmany(limit + 1))
    cursor.close()

    summary = _summary_row(conn, query, bound)
    return QueryResult(
        query=query,
        values=used,
        labels=labels,
        columns=columns,
        rows=rows[:limit],
        summary=summary_sentence(query.summary, summary, labels),
        is_truncated=len(rows) > limit,
        counted=first_number(query.summary, summary),
    )


def used_values(
    conn: sqlite3.Connection, query: NamedQuery, values: Mapping[str, str]
) -> dict[str, str]:
    """Return the value of each parameter of a query, in the order of the query.

    `conn` is a connection to the snapshot, which defaults are read from. `values` has what the
    visitor entered. Raises sqlite3.Error.
    """
    used: dict[str, str] = {}
    for name, parameter in query_parameters().items():
        if name in query.parameters:
            entered = _clean(values.get(name, ""))
            used[name] = entered or _default(conn, query.defaults.get(name), parameter, used)
    return {name: used[name] for name in query.parameters}


def bound_values(query: NamedQuery, values: Mapping[str, str]) -> dict[str, str]:
    """Return `values` as they are bound to the SQL of a query.

    Search terms become FTS5 expressions, except for the semantic model, which reads them as text.
    """
    searched = {name for name in values if query_parameters()[name].input == "words"}
    if query.requires:
        searched = set()
    return {
        name: fts_expression(value) if name in searched else value for name, value in values.items()
    }


def result_limit(sql: str) -> int:
    """Return the LIMIT at the end of a statement (`sql`), at most MOST_ROWS."""
    limit = _LIMIT.search(sql)
    return min(int(limit[1]), MOST_ROWS) if limit else MOST_ROWS


def choice_label(conn: sqlite3.Connection, parameter: QueryParameter, value: str) -> str | None:
    """Return the label of a value of a parameter, None if it is not a choice.

    `conn` is a connection to the snapshot. Raises sqlite3.Error.
    """
    if not parameter.choices:
        return None
    row = conn.execute(_LABEL.format(parameter.choices), {"value": value}).fetchone()
    return str(row[0]) if row else None


def _label(conn: sqlite3.Connection, name: str, value: str) -> str:
    return choice_label(conn, query_parameters()[name], value) or value


def _default(
    conn: sqlite3.Connection, sql: str | None, parameter: QueryParameter, used: Mapping[str, str]
) -> str:
    row = conn.execute(sql or parameter.default, used).fetchone()
    return "" if row is None or row[0] is None else str(row[0])


def _clean(value: str) -> str:
    """A value of a visitor that SQLite accepts: without surrogates, NUL and outer spaces."""
    encodable = value.encode("utf-8", "replace").decode("utf-8")
    return encodable.replace("\0", "").strip()[:LONGEST_VALUE]


def _summary_row(
    conn: sqlite3.Connection, query: NamedQuery, bound: Mapping[str, str]
) -> dict[str, SqlValue]:
    if not query.summary_sql:
        return {}
    cursor = conn.execute(query.summary_sql, bound)
    row = cursor.fetchone()
    names = [entry[0] for entry in cursor.description]
    return dict(zip(names, tuple(row), strict=True)) if row else {}
