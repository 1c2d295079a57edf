"""Rich text as typed blocks: the JSON of Contentful, Portable Text, ProseMirror, Editor.js, Medium.

Each block is an object with a type and its text, or with inner blocks.
"""

from __future__ import annotations

import re
from html import escape
from typing import Any

# Keys that name the type of a block, in order of preference.
_TYPE_KEYS = ("style", "type", "nodeType", "_type", "blockType", "tag", "tagName", "__typename")
# Keys with the text or the inner blocks of a block, in order.
_CONTENT_KEYS = (
    "text", "value", "html", "code", "markdown", "children", "content", "contents", "nodes",
    "spans", "items", "data", "paragraphs", "rich_text", "dangerouslySetInnerHTML", "__html",
)  # fmt: skip
# Objects with these keys are entries of a list of pages.
_ENTRY_KEYS = ("slug", "headline", "permalink", "publishedAt", "datePublished")
_MAX_DEPTH = 40
_MAX_CHARACTERS = 2_000_000
_HEADING = re.compile(r"head|^h[1-6]$|^title", re.IGNORECASE)
_CODE = re.compile(r"code|^pre", re.IGNORECASE)
_ITEM = re.compile(r"list-?_?item|^[uo]?li$", re.IGNORECASE)
_BLOCK = re.compile(
    r"paragraph|^p$|block|normal|quote|text-?block|unstyled|^ol$|^ul$|list$|table|row|section",
    re.IGNORECASE,
)
_TAGGED = re.compile(r"</?[a-z][a-z0-9]*(?:\s[^<>]*)?/?>", re.IGNORECASE)


def is_block_list(values: list[Any]) -> bool:
    """Return whether most of `values` are typed blocks and none is an entry of a list of pages."""
    blocks = [kind_and_block for value in values if (kind_and_block := _block(value))[0]]
    if not values or values[0] == "$" or len(blocks) <= len(values) / 2:
        return False
    if not any(_tag(kind) for kind, _ in blocks):
        return False
    return not any(key in block for _, block in blocks for key in _ENTRY_KEYS)


def blocks_markup(values: list[Any]) -> str:
    """Return the HTML of the typed blocks `values`."""
    return _markup(values, 0)[:_MAX_CHARACTERS]


def _markup(value: Any, depth: int) -> str:
    if depth > _MAX_DEPTH:
        return ""
    if isinstance(value, str):
        return value if _TAGGED.search(value) else escape(value)
    kind, block = _block(value)
    if isinstance(value, list) and not kind:
        return "".join(_markup(member, depth + 1) for member in value)
    keys = dict.fromkeys((*_CONTENT_KEYS, kind))
    content = "".join(_markup(block[key], depth + 1) for key in keys if _has_text(block.get(key)))
    tag = _tag(kind) if content else ""
    return f"<{tag}>{content}</{tag}>" if tag else content


def _has_text(value: Any) -> bool:
    return isinstance(value, str | list | dict) and bool(value)


def _block(value: Any) -> tuple[str, dict[str, Any]]:
    """Return the type and the object of a block, or "" and {} for another value.

    An element of React Server Components is a list: "$", its tag, its key and its properties.
    """
    if isinstance(value, list) and len(value) >= 4 and value[0] == "$":
        is_element = isinstance(value[1], str) and isinstance(value[3], dict)
        return (value[1], value[3]) if is_element else ("", {})
    if not isinstance(value, dict):
        return "", {}
    kinds = (value.get(key) for key in _TYPE_KEYS)
    return next((kind for kind in kinds if isinstance(kind, str) and kind), ""), value


def _tag(kind: str) -> str:
    """Return the HTML tag for the type of a block, or "" for text inside a block."""
    if _HEADING.search(kind):
        return "h2"
    if _CODE.search(kind) and "inline" not in kind.lower():
        return "pre"
    if _ITEM.search(kind):
        return "li"
    return "div" if _BLOCK.search(kind) else ""
