"""Bookmark services that export JSON: one row per service names its fields.

A service is recognized by the fields of its first bookmark. `--format NAME` reads a file as the
export of that service.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from crawler.errors import InputError
from crawler.importers.bookmark_posts import Bookmark, bookmark_records
from crawler.importers.decode_text import decode_text
from crawler.importers.record_types import (
    MAX_HASHTAGS,
    MAX_RECORD_BYTES,
    ImportOptions,
    LeftOut,
    Record,
)
from crawler.text_cleaning import clean, clean_line
from crawler.tolerant_json import decode_json, split_array

_MAX_BYTES = 200_000_000
_HEAD = 20_000  # bytes in which the list of bookmarks begins
_FIRST = 1_000_000  # bytes in which the first bookmark ends
_FIRST_ELEMENTS = 20  # elements among which the first bookmark is: collections may be empty
_NO_LINK = LeftOut("notes and files without a web page")
_SHOWN_FIELDS = 20
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")

Item = dict[str, Any]


@dataclass(frozen=True, slots=True)
class JsonService:
    """One service that exports JSON; an `Importer` (protocol.py) for its files.

    `fields` are the fields of a bookmark that identify the service. `items` is the field with the
    list of bookmarks, empty if the file is the list. `group` is the field with the bookmarks of
    each element of that list, if it lists collections. `url`, `name`, `description`, `tags` and
    `added` are the fields with these values, with a dot between the levels. `private` is a field
    and the value that it has for a private bookmark.
    """

    title: str
    fields: tuple[str, ...]
    items: str = ""
    group: str = ""
    url: str = "url"
    name: str = "title"
    description: str = ""
    tags: str = "tags"
    added: str = ""
    private: tuple[str, object] = field(default=("", None))
    PRIORITY: int = 45
    HAS_ALL_POSTS: bool = False

    def matches(self, name: str, data: bytes) -> bool:
        """Return whether the first bookmark in `data` has the fields. `name` is not used."""
        start = self._start(data)
        if start is None:
            return False
        elements = islice(split_array(data[start : start + _FIRST]), _FIRST_ELEMENTS)
        first = next(filter(None, map(self._first_item, elements)), {})
        return set(self.fields) <= first.keys()

    def parse(self, name: str, data: bytes, options: ImportOptions) -> Iterator[Record]:
        """Yield one post per bookmark in `data`, the file `name`.

        A bookmark that cannot be parsed is a Failure. `options` has the time of the import. Raises
        InputError if the file has no list of bookmarks.
        """
        content = _utf_8(name, data)
        start = self._start(content)
        if start is None:
            place = f"the list {self.items!r}" if self.items else "a list of bookmarks"
            reason = f"{name} is not an export of {self.title}: it does not begin with {place}."
            raise InputError(reason, "Export the bookmarks as JSON again.")
        elements = split_array(content[start:] if start else content)
        labelled = ((f"bookmark {number}", raw) for number, raw in enumerate(elements, 1))
        yield from bookmark_records(name, self._items(labelled), self._bookmark, options.seen_at)

    def _start(self, data: bytes) -> int | None:
        """Return the offset of the list of bookmarks, None if there is none.

        People also save the list alone.
        """
        field_name = rb"\{(?s:.*?)\"%b\"\s*:\s*" % re.escape(self.items).encode()
        opening = rb"\A(?:\xef\xbb\xbf)?\s*(?:%b)?(?=\[)" % (field_name if self.items else b"")
        match = re.match(opening, data[:_HEAD])
        return match.end() if match else None

    def _items(self, elements: Iterator[tuple[str, bytes]]) -> Iterator[tuple[str, bytes | Item]]:
        """Yield the elements, or the bookmarks of each element that is a collection."""
        for label, raw in elements:
            if not self.group:
                yield label, raw
                continue
            try:
                collection = decode_json(raw[: MAX_RECORD_BYTES * 10])
            except ValueError:
                collection = None
            if not isinstance(collection, dict):  # its Failure has the reason
                yield label, raw
                continue
            for number, item in enumerate(self._ungrouped(collection), 1):
                yield f"collection {label.removeprefix('bookmark ')}, bookmark {number}", item

    def _first_item(self, raw: bytes) -> Item | None:
        try:
            return next(iter(self._ungrouped(decode_json(raw))), None)
        except ValueError:
            return None

    def _ungrouped(self, element: Any) -> list[Item]:
        members = element.get(self.group) if self.group and isinstance(element, dict) else [element]
        listed = members if isinstance(members, list) else []
        return [item for item in listed if isinstance(item, dict)]

    def _bookmark(self, raw: bytes | Item) -> Bookmark | LeftOut:
        """Return a bookmark. Raises ValueError for a record that is not an object."""
        item = _decoded(raw) if isinstance(raw, bytes) else raw
        url = _value(item, self.url)
        if not isinstance(url, str) or not url:
            return _NO_LINK
        private_field, private_value = self.private
        return Bookmark(
            url=url,
            title=_text(item, self.name),
            description=_text(item, self.description),
            tags=tuple(_tags(_value(item, self.tags))),
            added=_text(item, self.added),
            is_private=bool(private_field) and _value(item, private_field) == private_value,
        )


def first_fields(data: bytes) -> tuple[str, ...]:
    """Return the first fields of the object, or of the first object of the list, in `data`.

    The result is empty if `data` is not JSON.
    """
    head = data[:_FIRST].lstrip(b"\xef\xbb\xbf \t\r\n")
    if head.startswith(b"["):
        head = next(split_array(head), b"")
    try:
        item = decode_json(head)
    except ValueError:
        return ()
    names = islice(item, _SHOWN_FIELDS) if isinstance(item, dict) else ()
    return tuple(clean_line(name, 40) for name in names)


def _utf_8(name: str, data: bytes) -> bytes:
    if len(data) > _MAX_BYTES:
        reason = f"{name} has {len(data) / 1e6:.0f} MB; the limit is {_MAX_BYTES // 1_000_000} MB."
        raise InputError(reason, "Export fewer bookmarks at once.")
    return decode_text(name, data, _MAX_BYTES).encode() if data.startswith(_UTF_16) else data


def _decoded(raw: bytes) -> Item:
    if len(raw) > MAX_RECORD_BYTES:
        raise ValueError(f"longer than {MAX_RECORD_BYTES // 1_000_000} MB")
    try:
        item = decode_json(raw)
    except ValueError as error:
        raise ValueError(f"not JSON: {error}") from None
    if not isinstance(item, dict):
        raise ValueError("not a JSON object")
    return item


def _value(item: Item, path: str) -> Any:
    """Return the value at `path`, a field name or several with dots; None if there is none."""
    value: Any = item
    for name in path.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _text(item: Item, path: str) -> str:
    value = _value(item, path) if path else None
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return clean(value) if isinstance(value, str) else ""


def _tags(tags: Any) -> Iterator[str]:
    """Yield the names of tags: a list of texts or of objects with a name, or one text."""
    listed = tags.split() if isinstance(tags, str) else tags if isinstance(tags, list) else []
    for tag in islice(listed, MAX_HASHTAGS):
        name = (tag.get("name") or tag.get("label")) if isinstance(tag, dict) else tag
        if isinstance(name, str):
            yield name


# Private notes of people are not read: the field `note` of Karakeep, `notes` of linkding.
SERVICES: dict[str, JsonService] = {
    "goodlinks": JsonService(
        "GoodLinks",
        ("addedAt", "starred", "tags", "url"),
        description="summary",
        added="addedAt",
    ),
    "karakeep": JsonService(
        "Karakeep",
        ("content", "createdAt", "tags"),
        items="bookmarks",
        url="content.url",
        description="content.description",
        added="createdAt",
    ),
    "linkding": JsonService(
        "linkding",
        ("date_added", "tag_names", "url"),
        items="results",
        description="description",
        tags="tag_names",
        added="date_added",
        private=("shared", False),
    ),
    "linkwarden": JsonService(
        "Linkwarden",
        ("createdAt", "name", "tags", "url"),
        items="collections",
        group="links",
        name="name",
        description="description",
        added="createdAt",
    ),
    "omnivore": JsonService(
        "Omnivore",
        ("labels", "savedAt", "title", "url"),
        description="description",
        tags="labels",
        added="savedAt",
    ),
    "pinboard": JsonService(
        "Pinboard",
        ("description", "extended", "href", "tags"),
        url="href",
        name="description",
        description="extended",
        added="time",
        private=("shared", "no"),
    ),
    "wallabag": JsonService(
        "wallabag",
        ("is_archived", "is_starred", "tags", "url"),
        added="created_at",
    ),
}
