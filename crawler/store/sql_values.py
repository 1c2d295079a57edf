"""Values on their way into SQL and out of it: JSON, times and batches of rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import Any, TypeVar

import msgspec

Row = TypeVar("Row")


def to_json(value: Any) -> str:
    """Return `value` as JSON text, for a column or for SQLite's `json_each`."""
    return msgspec.json.encode(value).decode()


def parse_time(text: str | None) -> datetime | None:
    """Return the time in the ISO 8601 `text` of a column; None for NULL and for empty text."""
    return datetime.fromisoformat(text) if text else None


def batches(rows: Iterable[Row], size: int) -> Iterator[list[Row]]:
    """Yield `rows` in lists of `size`; the last list may be shorter."""
    iterator = iter(rows)
    while batch := list(islice(iterator, size)):
        yield batch
