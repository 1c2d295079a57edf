"""The fields of Hashtrail's own export (docs/IMPORTS.md); other fields and shapes are errors."""

from __future__ import annotations

from typing import TypeAlias

import msgspec

from crawler.tolerant_json import decode_json
from crawler.validation_messages import validation_message


class LinkField(msgspec.Struct, forbid_unknown_fields=True):
    """A link as an object: its URL and the text of the link."""

    url: str
    shown: str | None = None


class CardField(msgspec.Struct, forbid_unknown_fields=True):
    """A link preview; `link` is the URL that it shows."""

    title: str | None = None
    description: str | None = None
    site_name: str | None = None
    link: str | None = None


class AuthorField(msgspec.Struct, forbid_unknown_fields=True):
    """The author of a post."""

    handle: str | None = None
    name: str | None = None


class PostLine(msgspec.Struct, tag="post", forbid_unknown_fields=True):
    """A line of type `post`. Links are texts or objects."""

    uri: str | None = None
    network: str | None = None
    url: str | None = None
    text: str | None = None
    author: AuthorField | None = None
    published: str | None = None
    hashtags: list[str] | None = None
    links: list[str | LinkField] | None = None
    cards: list[CardField] | None = None


class ArticleLine(msgspec.Struct, tag="article", forbid_unknown_fields=True):
    """A line of type `article`. Topics are accepted and not read: they are decided again."""

    url: str | None = None
    title: str | None = None
    text: str | None = None
    authors: list[str] | None = None
    site_name: str | None = None
    published: str | None = None
    language: str | None = None
    summary: str | None = None
    topics: list[str] | None = None


Line: TypeAlias = PostLine | ArticleLine
_TYPES = ("article", "post")
_decoder: msgspec.json.Decoder[Line] = msgspec.json.Decoder(Line)


def decode_line(line: bytes) -> Line | None:
    """Return the post or article in `line`, None for an object of another type.

    Raises ValueError with the reason for invalid JSON, and for unknown fields and shapes.
    """
    try:
        return _decoder.decode(line)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return _converted(line)


def _converted(line: bytes) -> Line | None:
    """Return what `decode_line` returns, for JSON that only the tolerant parser accepts."""
    try:
        item = decode_json(line)
    except ValueError as error:
        raise ValueError(f"not JSON: {error}") from None
    if not isinstance(item, dict):
        raise ValueError("not a JSON object")
    if "type" not in item:
        raise ValueError("an object without the field `type`")
    if item["type"] not in _TYPES:
        return None
    try:
        converted: Line = msgspec.convert(item, Line)
    except msgspec.ValidationError as error:
        raise ValueError(validation_message(error)) from None
    return converted
