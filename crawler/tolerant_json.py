"""Parse JSON from outside: accept lone surrogates, and split a large array into its elements."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import msgspec

# A whole string (to the end of the data when it is not closed), or a structural character.
_TOKEN = re.compile(rb'"(?:[^"\\]++|\\(?:.|\Z))*+(?:"|\Z)|[\[\]{},]', re.DOTALL)
_MAX_DIGITS = 1_000
_OPENING, _CLOSING = (b"[", b"{"), (b"]", b"}")


def decode_json(data: bytes) -> Any:
    """Decode one JSON document (UTF-8, RFC 8259).

    Lone surrogates and raw control characters inside strings are accepted, because exporters
    write them; so are integers of any length. Raises ValueError with the reason for anything else.
    """
    try:
        return msgspec.json.decode(data)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    except (msgspec.DecodeError, UnicodeDecodeError):
        return _decode_tolerantly(data)


def _decode_tolerantly(data: bytes) -> Any:
    try:
        text = data.decode("utf-8", "surrogatepass")
        return json.loads(text, strict=False, parse_int=_integer)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    except UnicodeDecodeError as error:
        raise ValueError(f"not UTF-8 (byte {error.start})") from None


def _integer(digits: str) -> int | float:
    """An integer; infinity if it has more digits than Python converts (`int` is quadratic)."""
    return int(digits) if len(digits) <= _MAX_DIGITS else float(digits)


def split_array(data: bytes) -> Iterator[bytes]:
    """Yield the elements of a JSON array, in order, as bytes that are not parsed yet.

    One pass over the data without recursion. An array that is not closed ends with its last,
    damaged element. Raises ValueError if the data does not begin with `[`.
    """
    opening = len(data) - len(data.lstrip())
    if data[opening : opening + 1] != b"[":
        raise ValueError("not a JSON array")
    depth, start = 0, opening + 1
    for token in _TOKEN.finditer(data, opening):
        kind = token[0]
        if kind in _OPENING:
            depth += 1
        elif kind in _CLOSING:
            depth -= 1
        if depth == 0 or (depth == 1 and kind == b","):
            yield from _element(data[start : token.start()])
            start = token.end()
        if depth == 0:
            return
    yield from _element(data[start:])


def _element(data: bytes) -> Iterator[bytes]:
    if element := data.strip():
        yield element
