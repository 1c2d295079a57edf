"""Reads the files of a built search index as `search.js` does."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_"
FIELDS = ("name", "title", "facts", "excerpt", "text")


@dataclass(slots=True)
class SearchFiles:
    """The head, those of the segments by name, the entries by segment and term, the rows by id.

    The id of a row has the letter of its series before it, as `a7` of the article 7.
    """

    head: dict[str, Any]
    segments: dict[str, dict[str, Any]]
    entries: dict[str, dict[str, str]]
    rows: dict[str, list[Any]]

    def titles(self, term: str, field: str) -> set[str]:
        """The titles of the documents that have a term in a field."""
        return set(self._titles(term, ascending, FIELDS.index(field)))

    def filtered(self, value: str) -> set[str]:
        """The titles of the documents with the value of a filter."""
        return set(self._titles(value, runs))

    def terms(self) -> set[str]:
        """The terms of all segments."""
        return {term for entries in self.entries.values() for term in entries}

    def _titles(self, term: str, read: Callable[[str], list[int]], field: int = 0) -> Iterator[str]:
        for name, entries in self.entries.items():
            lists = [*entries.get(term, "").split("|"), *FIELDS]
            series, start = name[0], int(name[1:])
            codes = "" if lists[field] in FIELDS else lists[field]
            yield from (self.rows[f"{series}{start + number}"][1] for number in read(codes))


def read_search(folder: Path) -> SearchFiles:
    """Read every file of `search/`."""
    (head,) = call(folder / "index.js")
    names = [f"{series}{start}" for series, start, _, _ in head["segments"]]
    segments = {}
    for name in names:
        (stored_name, segments[name]) = call(folder / f"h-{name}.js")
        assert stored_name == name
    entries = {name: dict(_entries(folder, name)) for name in names}
    return SearchFiles(head, segments, entries, dict(_rows(folder, head["rows"])))


def _entries(folder: Path, segment: str) -> Iterator[list[str]]:
    for number in range(len(list(folder.glob(f"w-{segment}-*.js")))):
        stored_segment, stored_number, lines = call(folder / f"w-{segment}-{number}.js")
        assert (stored_segment, stored_number) == (segment, number)
        yield from (line.split(" ") for line in lines.splitlines())


def _rows(folder: Path, sizes: dict[str, int]) -> Iterator[tuple[str, list[Any]]]:
    for path in folder.glob("d-*.js"):
        file, rows = call(path)
        series, first = file[0], int(file[1:]) * sizes[file[0]]
        for number, row in enumerate(rows, first):
            if row:
                yield f"{series}{number}", row


def call(path: Path) -> list[Any]:
    """The arguments of the only call in a script."""
    arguments = path.read_text(encoding="utf-8").partition("(")[2].rstrip().removesuffix(")")
    values: list[Any] = json.loads(f"[{arguments}]")
    return values


def decode(codes: str) -> list[int]:
    """The numbers of a code, by the rules of `search_codes`."""
    numbers, value = [], 0
    for letter in codes:
        digit = ALPHABET.index(letter)
        value = value * 32 + digit % 32
        if digit < 32:
            numbers.append(value)
            value = 0
    return numbers


def ascending(codes: str) -> list[int]:
    """The ascending numbers of a code of gaps."""
    last, numbers = -1, []
    for gap in decode(codes.removeprefix("!")):
        last += gap + 1
        numbers.append(last)
    return numbers


def runs(codes: str) -> list[int]:
    """The ascending numbers of a code of runs."""
    numbers: list[int] = []
    last, lengths = -1, decode(codes)
    for gap, more in zip(lengths[::2], lengths[1::2], strict=True):
        first = last + gap + 1
        last = first + more
        numbers += range(first, last + 1)
    return numbers
