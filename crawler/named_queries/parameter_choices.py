"""Choices of parameters: all of a short list, or those that match the words of a visitor."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass

from crawler.named_queries.query_parameters import QueryParameter
from crawler.search_expressions import parse_search

MOST_CHOICES = 200
"""Longer lists are completed while typing."""

MOST_COMPLETIONS = 20
_MOST_WORDS = 6
LONGEST_WORDS = 100  # characters; the pattern of LIKE has a limit

_ALL = "SELECT value, label FROM ({}) LIMIT :most"
_CONTAINING = (
    "SELECT value, label FROM ({})"
    " WHERE label LIKE :pattern ESCAPE '\\' OR value LIKE :pattern ESCAPE '\\' LIMIT :most"
)
_COMPLETED = "SELECT value, label FROM ({}) LIMIT :most"


@dataclass(frozen=True, slots=True)
class Choice:
    """A value of a parameter and the text that a visitor reads for it."""

    value: str
    label: str


def first_choices(
    conn: sqlite3.Connection, parameter: QueryParameter, most: int
) -> tuple[Choice, ...]:
    """Return the first choices of a parameter, at most `most`.

    `conn` is a connection to the snapshot. Raises sqlite3.Error.
    """
    if not parameter.choices:
        return ()
    return _choices(conn, _ALL.format(parameter.choices), {"most": most})


def matching_choices(
    conn: sqlite3.Connection, parameter: QueryParameter, words: str
) -> tuple[Choice, ...]:
    """Return the choices of a parameter that match `words`, at most MOST_COMPLETIONS.

    All words must match; if no choice has all of them, any word. The word at the end may be
    unfinished. `conn` is a connection to the snapshot. Raises sqlite3.Error.
    """
    words = words[:LONGEST_WORDS].strip()
    if not words or not parameter.choices:
        return ()
    all_match = _with_all_words(conn, parameter, words)
    if all_match or " " not in words:
        return all_match
    any_match = (_with_all_words(conn, parameter, word) for word in words.split()[:_MOST_WORDS])
    distinct = dict.fromkeys(choice for choices in any_match for choice in choices)
    return tuple(distinct)[:MOST_COMPLETIONS]


def _with_all_words(
    conn: sqlite3.Connection, parameter: QueryParameter, words: str
) -> tuple[Choice, ...]:
    if not parameter.completion:
        pattern = f"%{'%'.join(map(_escape, words.split()))}%"
        bound = {"pattern": pattern, "most": MOST_COMPLETIONS}
        return _choices(conn, _CONTAINING.format(parameter.choices), bound)
    terms = parse_search(words).terms
    if not terms:
        return ()
    expression = " AND ".join(f'"{term}"' for term in terms) + " *"
    bound = {"words": expression, "most": MOST_COMPLETIONS}
    return _choices(conn, _COMPLETED.format(parameter.completion), bound)


def _choices(conn: sqlite3.Connection, sql: str, bound: Mapping[str, object]) -> tuple[Choice, ...]:
    rows = conn.execute(sql, bound).fetchall()
    return tuple(Choice(str(value), str(label)) for value, label in map(tuple, rows))


def _escape(word: str) -> str:
    return word.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
