"""Typed access to the JSON of an API, whose fields may be missing, null or of another type."""

from __future__ import annotations

from typing import Any

from crawler.models.http_exchange import Response
from crawler.text_cleaning import clean, clean_line
from crawler.tolerant_json import decode_json

JsonObject = dict[str, Any]


def parse_json(response: Response) -> Any:
    """Return the JSON value in the body of `response`. Raises ValueError with the reason.

    Decoding is tolerant: a lone surrogate in one post does not affect the others.
    """
    try:
        return decode_json(response.body)
    except ValueError as error:
        raise ValueError(clean_line(str(error))) from None


def objects(value: Any) -> list[JsonObject]:
    """Return the objects in an array; an empty list if `value` is not an array."""
    return [element for element in _elements(value) if isinstance(element, dict)]


def strings(value: Any) -> list[str]:
    """Return the strings in an array as clean text; empty if `value` is not an array."""
    return [clean(element) for element in _elements(value) if isinstance(element, str)]


def object_at(value: Any, *path: str) -> JsonObject:
    """Return the object in `value` at a `path` of keys; an empty object if there is none."""
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def text(value: JsonObject, key: str) -> str:
    """Return the string under `key` of the object `value` as clean text.

    Numbers become their digits, and any other type an empty string.
    """
    member = value.get(key)
    if isinstance(member, int | float) and not isinstance(member, bool):
        return str(member)
    return clean(member) if isinstance(member, str) else ""


def line(value: JsonObject, key: str, limit: int = 300) -> str:
    """Return `text` of `value` and `key` as one line of at most `limit` characters."""
    return clean_line(text(value, key), limit)


def integer(value: JsonObject, key: str) -> int:
    """Return the whole number under `key` of the object `value`; 0 if there is none."""
    member = value.get(key)
    return member if isinstance(member, int) and not isinstance(member, bool) else 0


def counts(value: JsonObject, **keys: str) -> tuple[tuple[str, int], ...]:
    """Return the counts of a post in `value`: our name and the number for each of `keys`."""
    return tuple((ours, integer(value, theirs)) for ours, theirs in keys.items() if theirs in value)


def _elements(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
