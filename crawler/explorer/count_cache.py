"""A cache of counts: a snapshot never changes, so the counts of facets stay valid.

A page of a table has up to six statements that read the whole table, and the next page, another
order or the next visitor needs the same counts.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from typing import Any

MAX_ENTRIES = 200
MAX_ROWS = 50
MAX_VALUE_LENGTH = 200  # characters of a value, and bytes of the key per parameter

# The counts of a table and of the values of a column or topic, as Datasette and TopicFacet write
# them. A visitor may write one that looks the same; its result does not change either.
_COUNTS = re.compile(
    r"\s*select (?:count\(\*\) from \S|\S+ as value, count\(\*\) as count from \("
    r"|c\.topic AS value, )",
    re.IGNORECASE,
)
_CHANGING = re.compile(
    r"current_|\b(?:date|datetime|julianday|random|randomblob|strftime|time|unixepoch)\s*\(",
    re.IGNORECASE,
)
_Key = tuple[str, tuple[tuple[str, str], ...]]


class CountCache:
    """Results of statements that count; the least recently used are dropped first."""

    def __init__(self) -> None:
        self._results: OrderedDict[_Key, Any] = OrderedDict()

    def get(self, key: _Key | None) -> Any:
        """Return the stored result of the statement with this `key`, None without one."""
        if key is None or key not in self._results:
            return None
        self._results.move_to_end(key)
        return self._results[key]

    def put(self, key: _Key | None, result: Any) -> None:
        """Store a small `result` of the statement with this `key`; a key of None is ignored."""
        if key is None or len(result.rows) > MAX_ROWS or not all(map(_is_short, result.rows)):
            return
        self._results[key] = result
        if len(self._results) > MAX_ENTRIES:
            self._results.popitem(last=False)


def count_key(sql: str, params: Any) -> _Key | None:
    """Return the key of a statement (`sql`) that counts with its `params`.

    It is None for other statements and for long values.
    """
    if not _COUNTS.match(sql) or _CHANGING.search(sql):
        return None
    values = tuple((str(name), repr(value)) for name, value in sorted(dict(params or {}).items()))
    return (sql, values) if all(len(value) <= MAX_VALUE_LENGTH for _, value in values) else None


def _is_short(row: Any) -> bool:
    return all(len(str(value)) <= MAX_VALUE_LENGTH for value in row)
