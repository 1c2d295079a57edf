"""The bookmarks of a browser as JSON: a backup of Firefox, or the file `Bookmarks` of Chrome.

Firefox writes times in microseconds since 1970, Chrome and its relatives in microseconds since
1601.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from crawler.errors import InputError
from crawler.importers.bookmark_posts import Bookmark, bookmark_records
from crawler.importers.record_types import ImportOptions, Record
from crawler.text_cleaning import clean_line
from crawler.tolerant_json import decode_json

PRIORITY = 45
HAS_ALL_POSTS = False

_MAX_BYTES = 50_000_000
_MAX_DEPTH = 50
_HEAD = 4_000
_MARKS = (b'"text/x-moz-place-container"', b'"bookmark_bar"')
_SECONDS_FROM_1601 = 11_644_473_600  # to 1970
_DIGITS = re.compile(r"\d{1,18}")

Node = dict[str, Any]


def matches(name: str, data: bytes) -> bool:
    """Return whether `data` has the root folder of a browser. `name` is not used."""
    head = data[:_HEAD]
    return head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{") and any(
        mark in head for mark in _MARKS
    )


def parse(name: str, data: bytes, options: ImportOptions) -> Iterator[Record]:
    """Yield one post per bookmarked page; folders become tags.

    `data` is the file, `name` its name; `options` has the time of the import. Raises InputError if
    the file is too large, not JSON, or has no folders.
    """
    hint = "Export the bookmarks as HTML from the bookmark manager."
    if len(data) > _MAX_BYTES:
        reason = f"{name} has {len(data) / 1e6:.0f} MB; the limit is {_MAX_BYTES // 1_000_000} MB."
        raise InputError(reason, hint)
    try:
        root = decode_json(data)
    except ValueError as error:
        raise InputError(f"{name} is not JSON: {error}.", hint) from None
    roots = root.get("roots") if isinstance(root, dict) else None
    folders = list(roots.values()) if isinstance(roots, dict) else [root]
    nodes = [folder for folder in folders if isinstance(folder, dict) and "children" in folder]
    if not nodes:
        raise InputError(f"{name} holds no folders of bookmarks.", hint)
    bookmarks = (bookmark for node in nodes for bookmark in _bookmarks(node))
    labelled = ((f"bookmark {number}", bookmark) for number, bookmark in enumerate(bookmarks, 1))
    yield from bookmark_records(name, labelled, lambda bookmark: bookmark, options.seen_at)


def _bookmarks(root: Node) -> Iterator[Bookmark]:
    """Yield the bookmarks below a folder, in order, without recursion."""
    waiting: list[tuple[Node, tuple[str, ...]]] = [(root, ())]
    while waiting:
        node, folders = waiting.pop()
        children = node.get("children")
        if isinstance(children, list):
            inner = (*folders, _folder_name(node))[-_MAX_DEPTH:]
            nodes = [child for child in children if isinstance(child, dict)]
            waiting += [(child, inner) for child in reversed(nodes)]
        elif url := _text(node, "uri", "url"):
            tags = tuple(_text(node, "tags").split(","))
            yield Bookmark(url, _text(node, "title", "name"), "", tags, folders, _added(node))


def _folder_name(node: Node) -> str:
    """Return the name of a folder, empty for those that Firefox creates: they have a `root`."""
    return "" if "root" in node else _text(node, "title", "name")


def _added(node: Node) -> str:
    """Return the time of a bookmark in microseconds since 1970, or an empty string."""
    written = node.get("dateAdded")
    if isinstance(written, int):
        return str(written)
    digits = _text(node, "date_added")
    if not _DIGITS.fullmatch(digits):
        return ""
    return str(max(0, int(digits) - _SECONDS_FROM_1601 * 1_000_000))


def _text(node: Node, *keys: str) -> str:
    """Return the first of the fields `keys` that is a text, on one line."""
    values = (node.get(key) for key in keys)
    return next((clean_line(value, 2_000) for value in values if isinstance(value, str)), "")
