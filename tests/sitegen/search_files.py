"""Reads the files of a built search index as `search.js` does."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_"
FIELDS = ("name", "title", "facts", "excerpt", "text")


@dataclass(slots=True)
class SearchFiles:
    """The head, the entries by term, and the rows by document number."""

    head: dict[str, Any]
    entries: dict[str, str]
    rows: list[list[Any]]

    def titles(self, term: str, field: str) -> set[str]:
        """The titles of the documents that have a term in a field."""
        lists = dict(zip(FIELDS, self.entries.get(term, "").split("|"), strict=False))
        return {self.rows[number][1] for number in ascending(lists.get(field, ""))}

    def filtered(self, value: str) -> set[str]:
        """The titles of the documents with the value of a filter."""
        return {self.rows[number][1] for number in runs(self.entries.get(value, ""))}


def read_search(folder: Path) -> SearchFiles:
    """Read every file of `search/`."""
    (head,) = call(folder / "index.js")
    entries: dict[str, str] = {}
    for number in range(len(list(folder.glob("w-*.js")))):
        stored_number, lines = call(folder / f"w-{number}.js")
        assert stored_number == number
        for line in lines.splitlines():
            term, lists = line.split(" ")
            assert term not in entries
            entries[term] = lists
    rows = []
    for number in range(len(list(folder.glob("d-*.js")))):
        rows += call(folder / f"d-{number}.js")[1]
    return SearchFiles(head, entries, rows)


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
    last, numbers, lengths = -1, [], decode(codes)
    for gap, more in zip(lengths[::2], lengths[1::2], strict=True):
        first = last + gap + 1
        last = first + more
        numbers += range(first, last + 1)
    return numbers
