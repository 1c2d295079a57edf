"""The columns that contain JSON, and changes to the texts in them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from crawler.store.sql_values import to_json

# The columns of each table. Sorted; add a line.
JSON_COLUMNS = {
    "articles": ("authors", "directives", "field_sources", "headings"),
    "fetches": ("hops",),
    "posts": ("counts", "provenance"),
    "reading_list": ("authors",),
    "runs": ("counts",),
    "topics": (
        "aliases",
        "confused_with",
        "formerly",
        "hashtags",
        "measured",
        "related",
        "start_here",
    ),
}


def is_json_column(table: str, column: str) -> bool:
    """Whether `column` of `table` contains JSON."""
    return column in JSON_COLUMNS.get(table, ())


def changed_texts(json: str, change: Callable[[str], str]) -> str:
    """Return `json` with `change` applied to each text in it, also to the keys of objects.

    In JSON text a URL would end after the backslash of an escaped character. Text that is not JSON
    is changed as a whole.
    """
    try:
        value = msgspec.json.decode(json)
    except msgspec.DecodeError:
        return change(json)
    changed = _changed(value, change)
    return json if changed == value else to_json(changed)


def _changed(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list):
        return [_changed(item, change) for item in value]
    if isinstance(value, dict):
        return {change(key): _changed(item, change) for key, item in value.items()}
    return value
