"""JSON of an API whose fields may be missing, null or of another type: small questions with an
answer of the type asked for.
"""

from __future__ import annotations

from typing import Any

from crawler.models.http_exchange import Response
from crawler.text_cleaning import clean, clean_line
from crawler.tolerant_json import decode_json

JsonObject = dict[str, Any]


def parse_json(response: Response) -> Any:
    """The JSON of an answer. Raises ValueError with the reason if it is not JSON.

    A lone surrogate in one post must not cost the others, so that decoding is tolerant.
    """
    try:
        return decode_json(response.body)
    except ValueError as error:
        raise ValueError(clean_line(str(error))) from None


def objects(value: Any) -> list[JsonObject]:
    """The objects of an array; empty when it is no array."""
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def strings(value: Any) -> list[str]:
    """The strings of an array as clean text; empty when it is no array."""
    return (
        [clean(each) for each in value if isinstance(each, str)] if isinstance(value, list) else []
    )


def object_at(value: Any, *path: str) -> JsonObject:
    """The object at a path of keys; empty when there is none."""
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def text(value: JsonObject, key: str) -> str:
    """A string as clean text; numbers become their digits, anything else nothing."""
    found = value.get(key)
    if isinstance(found, int | float) and not isinstance(found, bool):
        return str(found)
    return clean(found) if isinstance(found, str) else ""


def line(value: JsonObject, key: str, limit: int = 300) -> str:
    """A string as one clean line."""
    return clean_line(text(value, key), limit)


def integer(value: JsonObject, key: str) -> int:
    """A whole number, 0 when there is none."""
    found = value.get(key)
    return found if isinstance(found, int) and not isinstance(found, bool) else 0


def counts(value: JsonObject, **keys: str) -> tuple[tuple[str, int], ...]:
    """The counts of a post, by our names for them."""
    return tuple((ours, integer(value, theirs)) for ours, theirs in keys.items() if theirs in value)
