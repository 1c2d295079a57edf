"""Values that a page declares about itself: cleaned, with the source of each."""

from __future__ import annotations

import html as entities
import re
from collections.abc import Iterable, Iterator

from crawler.extract.embedded_metadata import HeadMetadata
from crawler.text_cleaning import clean_line

SourcedText = tuple[str, str]
"""A value and its source, such as `opengraph` or `json-ld`."""

# More declared values than this are not read: the page may be hostile.
MAX_DECLARED = 30
# Only elements that format a line are markup of a value. Other words in angle brackets are text,
# as in `Map<K, V>`. HTML Living Standard, sections 4.5 and 4.6: text-level elements and edits.
_FORMATTING = (
    "a|abbr|b|big|bdi|bdo|cite|code|del|em|font|i|ins|kbd|mark|p|q|s|samp|small|span|strong|sub"
    "|sup|tt|u|var"
)
_FORMATTED = re.compile(
    rf"<({_FORMATTING})(?:\s[^<>]{{0,300}})?>([^<>]{{0,1000}})</\1\s*>", re.IGNORECASE
)
_EMPTY_ELEMENT = re.compile(r"<(?:br|hr|wbr|img\s[^<>]{0,300})\s*/?>", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")
_MAX_NESTED_FORMATS = 4


def clean_declared_value(value: str, limit: int = 300) -> str:
    """Return a declared `value` as one clean line of at most `limit` characters.

    Entities are decoded once more, because many pages encode them twice. Elements that format
    text are removed. Other text in angle brackets stays.
    """
    if "&" in value:
        value = _ENTITY.sub(lambda match: entities.unescape(match[0]), value)
    if "<" in value:
        value = _remove_formatting(value)
    return clean_line(value, limit)


def _remove_formatting(value: str) -> str:
    value = _EMPTY_ELEMENT.sub(" ", value)
    for _ in range(_MAX_NESTED_FORMATS):
        value, count = _FORMATTED.subn(r"\2", value)
        if not count:
            break
    return value


def first_non_empty(*candidates: Iterable[SourcedText], limit: int = 300) -> SourcedText:
    """Return the first of the `candidates` that has text, cut to `limit` characters."""
    for group in candidates:
        for value, source in group:
            text = clean_declared_value(value, limit)
            if text:
                return text, source
    return "", ""


def meta_values(head: HeadMetadata, *names: str) -> Iterator[SourcedText]:
    """Yield the contents of the meta `names` in `head`, in order, with their sources."""
    return ((value, source_of_meta(name)) for name in names for value in head.meta.get(name, ()))


def source_of_meta(meta: str) -> str:
    """Return the source for a value of the meta name `meta`: opengraph, microdata or meta."""
    if meta.startswith(("og:", "article:")):
        return "opengraph"
    return "microdata" if meta.startswith("item:") else "meta"
