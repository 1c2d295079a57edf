"""The roles of lines that a network prints around a post, such as counters and buttons.

`platform_lines.tsv` lists the lines by network and language; one more line is one more row.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from enum import StrEnum
from functools import cache, lru_cache
from typing import NamedTuple

from crawler.text_cleaning import fold
from crawler.tsv_tables import read_table

_LONGEST_LINE = 160
_END = 2  # characters at the start or end of a pattern by which it is looked up
_NUMBER = r"\d[\d.,' ]{0,14}(?:(?:k|m|b|tsd|mio|mrd|mil|mi|rb|tys)\.?|[万億千])?"
_PLACEHOLDERS = {
    "{host}": r"[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}",
    "{n}": _NUMBER,
    "{time}": r"-?\d{1,2}(?::\d\d){1,2}",
    "{name}": r"[^.!?,:;](?:.{0,70}?[^.!?,:;])?",
}
_PLACEHOLDER = re.compile(r"(\{\w+\})")
_BARE_NUMBER = re.compile(rf"{_NUMBER}\+?")
_REACTION = "appreciation|celebrate|curious|empathy|entertainment|funny|insightful|interest|like"
# Alternative texts of the reaction pictures, in one word as they are copied.
_REACTIONS = re.compile(rf"(?:{_REACTION}|love|praise|support){{2,}}")
# Numbers of posts in a feed, in wordings that the table lacks.
_FEED_MARKER = re.compile(
    r"[^\d.!?]{0,40}\b(?:feed|fil)\b[^\d.!?]{0,40}(?:n[uú]m[eé]ro|number|nummer|nr|n\.?\s?[°o])"
    r"[^\d.!?]{0,20}\d{1,4}(?:\s\w+){0,3}|フィード\D{0,10}\d{1,4}\D{0,3}"
    r"|(?:publicaci[oó]n|publica[cç][aã]o|publication|post|beitrag) (?:n[uú]m[eé]ro|number|nummer)"
    r" \d{1,4}[^\d.!?]{0,20}\b(?:feed|fil)\b[^\d.!?]{0,20}"
    r"|n[uú]m[eé]ro d[^\d.!?]{0,30}\b(?:feed|fil)\b[^\d.!?]{0,20}\d{1,4}"
)
# The degree of a contact on LinkedIn, in any language: `• 2nd`, `• 2°`, `• 2 度`.
_DEGREE_MARK = re.compile(r"•\s?[1-3](?:\s?([^\d\s•]{1,3})|[:-][^\W\d]{1,4})?\+?")
_BULLET = re.compile(r"[•·・|]")
_BULLETS = " •·・|-–"


class Role(StrEnum):
    """The purpose of a line that is not written by the author of a post."""

    ACTION = "action"
    AFTER = "after"
    AGO = "ago"
    ALT = "alt"
    CONTEXT = "context"
    COUNTER = "counter"
    DEGREE = "degree"
    DOT = "dot"
    EDITED = "edited"
    FEED_MARKER = "feed_marker"
    FOLLOW = "follow"
    MORE = "more"
    NOW = "now"
    NUMBER = "number"
    POLL = "poll"
    PROMOTED = "promoted"
    QUOTE = "quote"
    REPLY = "reply"
    TRANSLATION = "translation"
    VERIFIED = "verified"
    VISIBILITY = "visibility"
    YESTERDAY = "yesterday"


Roles = frozenset[Role]
NO_ROLE: Roles = frozenset()


class _Row(NamedTuple):
    """One row of the table."""

    network: str
    language: str
    role: str
    line: str


class _Pattern(NamedTuple):
    """A line with placeholders: the expression, and the longest text that it contains."""

    role: Role
    expression: re.Pattern[str]
    fixed: str


class _Table(NamedTuple):
    """The lines of the table by their folded form, and those with placeholders by their ends."""

    roles: dict[str, Roles]
    by_end: dict[str, list[_Pattern]]
    by_start: dict[str, list[_Pattern]]
    others: list[_Pattern]


def folded_line(text: str) -> str:
    """Return the form of a line in which two spellings of it are equal."""
    return fold(" ".join(text.split()).replace("’", "'"))


@lru_cache(maxsize=20_000)
def roles_of(text: str) -> Roles:
    """Return the roles that the line `text` can have: none for the words of an author."""
    if len(text) > _LONGEST_LINE:
        return NO_ROLE
    folded = folded_line(text)
    bare = folded.strip(_BULLETS)
    if not bare:
        return frozenset({Role.DOT}) if folded else NO_ROLE
    roles = set(_listed(folded) | _listed(bare))
    if _BARE_NUMBER.fullmatch(bare):
        roles.add(Role.NUMBER)
    if _REACTIONS.fullmatch(bare):
        roles.add(Role.COUNTER)
    if _FEED_MARKER.fullmatch(folded):
        roles.add(Role.FEED_MARKER)
    if not roles and _is_row_of_counters(bare):
        roles.add(Role.COUNTER)
    if not roles and _rows_of_words().fullmatch(folded):
        roles.add(Role.ACTION)
    if _is_degree(folded) or (not roles and _degrees().fullmatch(folded)):
        roles.add(Role.DEGREE)
    return frozenset(roles)


def _is_degree(folded: str) -> bool:
    match = _DEGREE_MARK.fullmatch(folded)
    return match is not None and match[1] not in unit_words()


def _is_row_of_counters(bare: str) -> bool:
    """Return whether a line has several counters: `12 comments · 3 reposts`."""
    parts = [part.strip() for part in _BULLET.split(bare)]
    return len(parts) > 1 and all(Role.COUNTER in _listed(part) for part in parts)


def is_action_row(text: str) -> bool:
    """Return whether the line `text` lists several buttons: `Like Comment Repost Send`."""
    return len(text) <= _LONGEST_LINE and bool(_rows_of_words().fullmatch(folded_line(text)))


@cache
def unit_words() -> dict[str, str]:
    """Return the units of ages (`day` …) by the words that follow the number, folded."""
    rows = (row for row in _rows() if row.role.startswith("unit:"))
    return {folded_line(row.line): row.role.removeprefix("unit:") for row in rows}


@cache
def words_with(role: Role) -> frozenset[str]:
    """Return the folded lines with a `role` that have no placeholder."""
    rows = (row for row in _rows() if row.role == role and "{" not in row.line)
    return frozenset(folded_line(row.line) for row in rows)


def _listed(folded: str) -> Roles:
    """Return the roles of a line in the table."""
    table = _table()
    roles = table.roles.get(folded, NO_ROLE)
    candidates = [
        *table.by_end.get(folded[-_END:], ()),
        *table.by_start.get(folded[:_END], ()),
        *(pattern for pattern in table.others if pattern.fixed in folded),
    ]
    matching = {pattern.role for pattern in candidates if pattern.expression.fullmatch(folded)}
    return roles | matching if matching else roles


@cache
def _table() -> _Table:
    table = _Table({}, {}, {}, [])
    roles = frozenset(Role)
    for row in _rows():
        if row.role not in roles:
            continue
        role, line = Role(row.role), folded_line(row.line)
        if "{" in line:
            _add_pattern(table, role, line)
        else:
            table.roles[line] = table.roles.get(line, NO_ROLE) | {role}
    return table


def _add_pattern(table: _Table, role: Role, line: str) -> None:
    parts = _PLACEHOLDER.split(line)
    expression = "".join(_PLACEHOLDERS.get(part) or re.escape(part) for part in parts)
    fixed = [part.strip() for part in parts if part not in _PLACEHOLDERS]
    pattern = _Pattern(role, re.compile(expression), max(fixed, key=len))
    if len(fixed[-1]) >= _END:
        table.by_end.setdefault(line[-_END:], []).append(pattern)
    elif len(fixed[0]) >= _END:
        table.by_start.setdefault(line[:_END], []).append(pattern)
    else:
        table.others.append(pattern)


@cache
def _rows_of_words() -> re.Pattern[str]:
    """Two buttons or more on one line."""
    words = _alternatives(words_with(Role.ACTION) | words_with(Role.REPLY))
    return re.compile(rf"(?:{words})(?:[\s•·・|]+(?:{words}))+")


@cache
def _degrees() -> re.Pattern[str]:
    """Degrees and marks next to a name, without spaces between them as they are copied."""
    degree = _alternatives(words_with(Role.DEGREE))
    mark = _alternatives(words_with(Role.VERIFIED) | words_with(Role.FOLLOW))
    return re.compile(rf"(?:(?:{mark})\s*)?(?:{degree})(?:\s*(?:{degree}|{mark}|[•·・]))*")


def _alternatives(words: Iterable[str]) -> str:
    return "|".join(map(re.escape, sorted(words, key=lambda word: (-len(word), word))))


@cache
def _rows() -> tuple[_Row, ...]:
    return tuple(_read_rows())


def _read_rows() -> Iterator[_Row]:
    for cells in read_table("crawler.importers", "platform_lines.tsv"):
        yield _Row(cells["network"], cells["language"], cells["role"], cells["line"])
