"""Versions, editions and parts in titles: what makes two similar titles two different things.

Pure functions.
"""

from __future__ import annotations

import re

# Words before the number of a part. Sorted.
_PART_WORDS = (
    "chapter", "day", "edition", "ep", "episode", "folge", "issue", "kapitel", "lecture", "lesson",
    "no", "number", "part", "parte", "partie", "round", "season", "section", "step", "teil",
    "vol", "volume", "week",
)  # fmt: skip
_ROMAN = {"i": "1", "ii": "2", "iii": "3", "iv": "4", "v": "5", "vi": "6", "vii": "7", "viii": "8"}
_NUMBER_WORDS = {"one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6"}
_PART = re.compile(
    rf"\b(?:{'|'.join(_PART_WORDS)})[\s.#:-]{{0,3}}(?P<part>\d{{1,4}}|[ivx]{{1,4}}"
    rf"|{'|'.join(_NUMBER_WORDS)})\b|(?:^|\s)#(?P<number>\d{{1,4}})\b"
    r"|第(?P<cjk>\d{1,3})|\((?P<of>\d{1,2})\s?/\s?\d{1,2}\)",
    re.IGNORECASE,
)
_VERSION = re.compile(
    r"\b(?:v(?:ersion)?\s?)?(?P<dotted>\d{1,4}(?:\.\d{1,5}){1,3})(?:[-.]?(?:alpha|beta|rc|m)\d*)?\b"
    r"|\b(?:v|version\s)(?P<plain>\d{1,4})\b",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?<![\d.])(?:19|20)\d\d(?![\d.]*\d)")
# A number after a name: `PostgreSQL 17 released`. Before a plural it is a quantity.
_AFTER_NAME = re.compile(r"\b[A-Z][\w+]*\s(?P<number>\d{1,3})(?![\d.,%])(?!\s[a-z]+s\b)\b")
_FINAL_ZEROS = re.compile(r"(?:\.0+)+$")


def differ_in_edition(first: str, second: str) -> bool:
    """Whether the titles `first` and `second` name different versions, years or parts.

    A title that names none, or one in common with the other, does not differ: `from 3.6 to 3.7`
    and `3.7`.
    """
    pairs = zip(_editions(first), _editions(second), strict=True)
    return any(of_first and of_second and not of_first & of_second for of_first, of_second in pairs)


def _editions(title: str) -> tuple[set[str], set[str], set[str]]:
    """Return the parts, versions and years that a title names."""
    parts = {_part(match) for match in _PART.finditer(title)}
    without_parts = _PART.sub(" ", title)
    versions = {
        _FINAL_ZEROS.sub("", match["dotted"] or match["plain"])
        for match in _VERSION.finditer(without_parts)
    }
    versions |= {match["number"] for match in _AFTER_NAME.finditer(without_parts)}
    return parts, versions, set(_YEAR.findall(without_parts))


def _part(match: re.Match[str]) -> str:
    written = next(filter(None, match.groups())).lower()
    number = _ROMAN.get(written) or _NUMBER_WORDS.get(written) or written
    return number.lstrip("0") or "0"
