"""Bookmarks as HTML: the Netscape format of every browser, and the lists of Pocket and Instapaper.

The Netscape format has no specification; Microsoft describes it as `Netscape Bookmark File Format`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from lxml import etree

from crawler.importers.bookmark_posts import Bookmark, bookmark_records
from crawler.importers.decode_text import decode_any_charset
from crawler.importers.record_types import MAX_TEXT, ImportOptions, Record
from crawler.text_cleaning import clean

PRIORITY = 40
HAS_ALL_POSTS = False

_MAX_DEPTH = 50  # folders inside each other; the names of deeper ones are ignored
_HEAD = 2_000
# Marks of the exporters, in lower case.
_MARKS = (
    b"<title>instapaper: export",
    b"<title>pocket export",
    b"netscape-bookmark-file",
)

# The elements of a file without its doctype.
_ELEMENTS = re.compile(rb"<dt>\s*<(?:a|h3)\s[^>]{0,3000}\badd_date=")

# Exporters put private notes into the description between these marks (linkding).
_PRIVATE_NOTES = re.compile(
    r"\[linkding-notes\].*?(?:\[/linkding-notes\]|\Z)", re.IGNORECASE | re.DOTALL
)
_TRUE = ("1", "true", "yes")
# Titles and descriptions contain other elements only as words: `How <script> works`.
_WORDS = re.compile(
    r"<(?!a\s|/a[\s>]|/?(?:abbr|b|big|blockquote|body|br|code|dd|div|dl|dt|em|font|h[1-6]|head|hr|html|i|img"
    r"|kbd|li|link|meta|ol|p|pre|q|s|small|span|strike|strong|sub|sup|title|tt|u|ul|var)[\s/>]"
    r"|!--|!doctype)",
    re.IGNORECASE,
)
_ENDS_FIELD = frozenset({"dl", "dt", "h1", "h3", "hr", "li", "ol", "ul"})
_ADDED: Final = ("add_date", "time_added")
_COLLECTED = ("add_date", "href", "private", "tags", "time_added")


@dataclass(slots=True)
class _Entry:
    attributes: dict[str, str]
    folders: tuple[str, ...]
    title: list[str] = field(default_factory=list)
    description: list[str] = field(default_factory=list)


def matches(name: str, data: bytes) -> bool:
    """Return whether `data` has the doctype, title or elements of an exporter.

    `name` is not used.
    """
    head = data[: 2 * _HEAD].replace(b"\0", b"").lower()  # UTF-16
    return any(mark in head for mark in _MARKS) or bool(_ELEMENTS.search(head))


def parse(name: str, data: bytes, options: ImportOptions) -> Iterator[Record]:
    """Yield one post per bookmarked web page: the page as link and card, its time and tags.

    Folders become tags. Private notes are left out, and links that identify their reader are
    unwrapped or left out. `data` is the file, `name` its name; `options` has the time of the
    import.
    """
    collector = _BookmarkCollector()
    parser = etree.HTMLParser(target=collector, huge_tree=True, recover=True, encoding="utf-8")
    text = _WORDS.sub("&lt;", clean(decode_any_charset(name, data)))
    etree.fromstring(text.encode(), parser)
    labelled = ((f"bookmark {number}", entry) for number, entry in enumerate(collector.entries, 1))
    yield from bookmark_records(name, labelled, _bookmark, options.seen_at)


def _bookmark(entry: _Entry) -> Bookmark:
    attributes = entry.attributes
    added = next((attributes[key] for key in _ADDED if attributes.get(key)), "")
    return Bookmark(
        url=attributes.get("href"),
        title="".join(entry.title),
        description=_PRIVATE_NOTES.sub("", "".join(entry.description)[:MAX_TEXT]),
        tags=tuple(attributes.get("tags", "")[:MAX_TEXT].split(",")),
        folders=entry.folders,
        added=added,
        is_private=attributes.get("private", "").strip().lower() in _TRUE,
    )


class _BookmarkCollector:
    """Collects bookmarks from parser events.

    An `A` element contains the title, the `DD` element after it the description. `H3` names the
    folder of the `DL` element after it.
    """

    def __init__(self) -> None:
        self.entries: list[_Entry] = []
        self._field: list[str] = []  # the text of the current field; a new list outside of fields
        self._last: _Entry | None = None
        self._folder: list[str] = []  # the name before the next DL element
        self._folders: list[str] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag in _ENDS_FIELD:
            self._field = []
        if tag == "a":
            self._last = self._entry(attributes)
            self._field = self._last.title
        elif tag == "dd":
            self._field = self._last.description if self._last else []
        elif tag == "dl":
            self._folders.append("".join(self._folder))
            self._folder = []
        elif tag == "h3":
            self._last, self._folder = None, self._field

    def end(self, tag: str) -> None:
        if tag in ("a", "dl", "h3"):
            self._field = []
        if tag == "dl" and self._folders:
            self._folders.pop()

    def data(self, text: str) -> None:
        self._field.append(text)

    def _entry(self, attributes: dict[str, str]) -> _Entry:
        collected = {key: attributes[key] for key in _COLLECTED if key in attributes}
        self.entries.append(_Entry(collected, tuple(self._folders[:_MAX_DEPTH])))
        return self.entries[-1]

    def close(self) -> None:
        return None
