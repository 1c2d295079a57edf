"""Values of parameters on the command line: labels become values, unknown values are errors."""

from __future__ import annotations

import sqlite3
import textwrap
from collections.abc import Mapping
from difflib import get_close_matches

from crawler.errors import UsageError
from crawler.named_queries.parameter_choices import Choice, first_choices, matching_choices
from crawler.named_queries.query_parameters import QueryParameter, query_parameters
from crawler.named_queries.query_results import choice_label

_MOST_COMPARED = 5000  # choices
_MOST_NAMED = 5
_LONGEST_LABEL = 60  # characters
_SEARCH = "Enter words of its name to list matching values."
_WITH_LABEL = "SELECT value FROM ({}) WHERE lower(label) = lower(:label) LIMIT 1"


def checked_values(conn: sqlite3.Connection, entered: Mapping[str, str]) -> dict[str, str]:
    """Return the values in `entered`, where a label is replaced by its value.

    `conn` is a connection to the snapshot. Raises sqlite3.Error.
    """
    return {name: _value(conn, query_parameters()[name], text) for name, text in entered.items()}


def unknown_value(conn: sqlite3.Connection, entered: Mapping[str, str]) -> UsageError | None:
    """Return the error for the first value in `entered` that is not a choice, None without one.

    `conn` is a connection to the snapshot. The error names the nearest choices. Raises
    sqlite3.Error.
    """
    for name, value in entered.items():
        parameter = query_parameters()[name]
        if parameter.choices and choice_label(conn, parameter, value) is None:
            near = [_shown(choice) for choice in _nearest(conn, parameter, value)]
            hint = f"Did you mean: {', '.join(near)}?" if near else _SEARCH
            return UsageError(f"{parameter.label}: there is no {value!r}.", hint)
    return None


def _value(conn: sqlite3.Connection, parameter: QueryParameter, text: str) -> str:
    """The value whose label is `text`; `text` itself if it is a value or unknown."""
    if not parameter.choices or choice_label(conn, parameter, text) is not None:
        return text
    row = conn.execute(_WITH_LABEL.format(parameter.choices), {"label": text}).fetchone()
    return str(row[0]) if row else text


def _nearest(conn: sqlite3.Connection, parameter: QueryParameter, value: str) -> tuple[Choice, ...]:
    """The choices that contain the words of a value, or those with a similar spelling."""
    if value.isdecimal():  # similar ids mean nothing
        return ()
    matches = matching_choices(conn, parameter, value)[:_MOST_NAMED]
    if matches:
        return matches
    choices = first_choices(conn, parameter, _MOST_COMPARED)
    spellings = {choice.label.lower(): choice for choice in choices}
    spellings |= {choice.value.lower(): choice for choice in choices}
    near = get_close_matches(value.lower(), spellings, n=_MOST_NAMED, cutoff=0.5)
    return tuple(dict.fromkeys(spellings[spelling] for spelling in near))


def _shown(choice: Choice) -> str:
    if choice.label == choice.value:
        return choice.value
    label = textwrap.shorten(choice.label, _LONGEST_LABEL, placeholder="…")
    return f"{choice.value} ({label})"
