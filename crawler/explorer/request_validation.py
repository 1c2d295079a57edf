"""Requests of visitors: which paths, methods and parameters the explorer accepts. No I/O."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote, urlencode

from datasette.filters import Filters

from crawler.named_queries.query_files import all_queries
from crawler.named_queries.result_formats import RESULT_FORMATS

LONGEST_PATH = 1000  # characters
LONGEST_QUERY = 24_000  # characters, percent-encoded
MOST_PARAMETERS = 100
METHODS = ("GET", "HEAD")

# The pages that Datasette serves here. Everything else that it ships is closed: pages under `/-/`,
# other databases, its download.
_PATHS = re.compile(
    r"/(?:\.json)?"
    r"|/search"
    r"|/(?:robots\.txt|favicon\.ico)"
    r"|/(?:api|licence(?:\.txt)?|queries\.json|schema\.sql|metadata\.json)"
    r"|/(?:explorer|style|site)/.*"
    r"|/complete/\w+"
    r"|/public(?:\.\w+)?"
    r"|/public/[^/]+/?"
    r"|/public/[^/]+/[^/]+/?"
    r"|/public/"
)

_NEED_SQL = ("/public.csv", "/public.blob")
_FORMAT = re.compile(r"/public/(?P<name>[^/]+?)(?P<row>/[^/]+?)?\.(?P<format>[^/.]+)/?")
_TABLE = re.compile(r"/public/[^/]+/?")
_TABLE_FORMATS = frozenset({"blob", "csv", "json"})
# The parameters of tables and queries that no column has: those of Datasette, `_columns`, `_from`
# and `_topic`.
_OPTIONS = re.compile(
    r"_(?:col|columns|dl|extras|facet(?:_\w+)?|filter_(?:column|op|value)(?:_\d+)?|format|from"
    r"|fts_pk|fts_table|header|json|json_infinity|label|labels|next|nl|nocol|nocount|nofacet"
    r"|nosuggest|search(?:_\w+)?|searchmode|shape|size|sort(?:_by_desc|_desc)?|stream|through"
    r"|timelimit|topic|trace|ttl|where)"
)
_COMPARISONS = frozenset(key for key, _, _ in Filters([]).lookups())


@dataclass(frozen=True, slots=True)
class Refusal:
    """A request that is answered without running it: HTTP status and one sentence."""

    status: int
    sentence: str


@dataclass(frozen=True, slots=True)
class Query:
    """A request that may run: its query string, without blank searches."""

    query: str


def check_request(method: str, path: str, query: str) -> Query | Refusal:
    """Return the query to run, or the refusal of a request.

    `method` is that of HTTP, `path` the path as sent (percent-encoded) without the prefix of the
    explorer, and `query` the query string as sent. A blank `_search` is removed, so that it returns
    the unfiltered list.
    """
    if method not in METHODS:
        return Refusal(405, "The explorer supports only GET and HEAD requests.")
    if not is_known_path(path):
        return Refusal(404, "The explorer has no page with this URL.")
    if not _has_format(path):
        return Refusal(404, "This page is not available in this format.")
    if len(query) > LONGEST_QUERY:
        return Refusal(400, f"The query string is longer than {LONGEST_QUERY:,} characters.")

    pairs = parse_qsl(query, keep_blank_values=True)
    if len(pairs) > MOST_PARAMETERS:
        return Refusal(400, f"The URL has more than {MOST_PARAMETERS} parameters.")
    if path in _NEED_SQL and not any(name == "sql" and value for name, value in pairs):
        return Refusal(400, "This format needs the parameter “sql”.")
    problem = next(filter(None, (_problem(*pair) for pair in pairs)), "")
    if not problem and _TABLE.fullmatch(path):
        problem = next(filter(None, (_unknown_name(name) for name, _ in pairs)), "")
    if problem:
        return Refusal(400, problem)

    used = [pair for pair in pairs if not _is_blank_search(*pair)]
    return Query(query if used == pairs else urlencode(used))


def is_known_path(path: str) -> bool:
    """Whether `path` (percent-encoded, from the root of the explorer) is open to visitors."""
    if len(path) > LONGEST_PATH or not path.isascii() or "\0" in unquote(path):
        return False
    return bool(_PATHS.fullmatch(path))


def _is_blank_search(name: str, value: str) -> bool:
    return name.startswith("_search") and name != "_searchmode" and not value.strip()


def _problem(name: str, value: str) -> str:
    """The reason why a parameter is invalid, as a sentence; empty when it is valid."""
    column, _, lookup = name.rpartition("__")
    check = _CHECKS.get(name) or (_CHECKS.get(f"__{lookup}") if column else None)
    if "\0" in name or "\0" in value:
        return "A parameter contains a NUL character."
    if check and value and not check(value):
        return f"The parameter {_shown(name)} has the invalid value {_shown(value)}."
    return ""


def _unknown_name(name: str) -> str:
    """The reason why the `name` of an option or filter is invalid, as a sentence; else empty."""
    column, _, comparison = name.rpartition("__")
    if name.startswith("_") and not column:
        return "" if _OPTIONS.fullmatch(name) else f"There is no parameter {_shown(name)}."
    if not column or name.startswith("_") or comparison in _COMPARISONS:
        return ""
    return f"The filter {_shown(name)} ends in an unknown comparison."


def _shown(text: str) -> str:
    return f"“{text[:60]}…”" if len(text) > 60 else f"“{text}”"


def _is_count(value: str) -> bool:
    return value.isascii() and value.isdigit() and len(value) < 10


def _is_size(value: str) -> bool:
    return value == "max" or _is_count(value)


def _is_list(value: str) -> bool:
    """A list of values: separated by commas, or a JSON array of strings and numbers."""
    if not value.startswith("["):
        return True
    items = _json(value)
    return isinstance(items, list) and all(isinstance(item, str | int | float) for item in items)


def _is_through(value: str) -> bool:
    """A JSON object that names a table, a column and a value."""
    through = _json(value)
    if not isinstance(through, dict):
        return False
    if not isinstance(through.get("value"), str | int | float):
        return False
    return all(isinstance(through.get(key), str) for key in ("table", "column"))


def _is_boolean(value: str) -> bool:
    return value.lower() in {"on", "off", "true", "false", "1", "0"}


def _is_shape(value: str) -> bool:
    return value in {"array", "arrayfirst", "arrays", "object", "objects"}


def _json(value: str) -> object:
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return None


# parameter, or suffix of a filter -> the check of its value
_CHECKS: dict[str, Callable[[str], bool]] = {
    "__in": _is_list,
    "__notin": _is_list,
    "_facet_size": _is_size,
    "_json_infinity": _is_boolean,
    "_shape": _is_shape,
    "_size": _is_size,
    "_through": _is_through,
    "_timelimit": _is_count,
    "_ttl": _is_count,
}


def _has_format(path: str) -> bool:
    """Whether a path names no format, or one that tables, rows or named queries have."""
    formatted = _FORMAT.fullmatch(path)
    if formatted is None:
        return True
    is_query = formatted["name"] in {query.name for query in all_queries()}
    return formatted["format"] in (RESULT_FORMATS if is_query else _TABLE_FORMATS)
