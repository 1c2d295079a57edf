"""Fields of the form of a named query: lists to choose from, and inputs that are completed."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass

from crawler.named_queries.parameter_choices import (
    MOST_CHOICES,
    Choice,
    first_choices,
    matching_choices,
)
from crawler.named_queries.query_parameters import query_parameters
from crawler.named_queries.query_results import QueryResult, choice_label

_MOST_SUGGESTIONS = 10
_FORMS = {
    "month": re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])"),
    "week": re.compile(r"[0-9]{4}-W(0[1-9]|[1-4][0-9]|5[0-3])"),
}


@dataclass(frozen=True, slots=True)
class QueryField:
    """A field of a form with the value in use.

    `choices` has all choices of a list, or the first suggestions of an input. `value_label` is the
    text that stands for the value, empty if it equals the value. `is_known` is false for a value
    that is not among the choices; then `matches` has the choices that match it.
    """

    name: str
    label: str
    example: str
    control: str
    value: str
    value_label: str
    choices: tuple[Choice, ...] = ()
    is_known: bool = True
    matches: tuple[Choice, ...] = ()

    @property
    def is_unlisted(self) -> bool:
        """Whether the value must be added to the list of choices."""
        return self.value not in [choice.value for choice in self.choices]


def is_well_formed(name: str, value: str) -> bool:
    """Return whether a value of a parameter is a month or week, with or without rows.

    `name` is that of the parameter. Other parameters have no form.
    """
    return name in _FORMS and _FORMS[name].fullmatch(value) is not None


def query_fields(
    conn: sqlite3.Connection, result: QueryResult, entered: Mapping[str, str]
) -> tuple[QueryField, ...]:
    """Return the fields for the parameters of a result, in the order of the query.

    `conn` is a connection to the snapshot. Only a value in `entered` can be unknown: defaults come
    from the snapshot. Raises sqlite3.Error.
    """
    return tuple(
        _field(conn, name, value, result.labels[name], bool(entered.get(name, "").strip()))
        for name, value in result.values.items()
    )


def _field(
    conn: sqlite3.Connection, name: str, value: str, label: str, is_entered: bool
) -> QueryField:
    parameter = query_parameters()[name]
    choices, control = _choices(conn, name)
    is_known = (
        not is_entered
        or not parameter.choices
        or is_well_formed(name, value)
        or choice_label(conn, parameter, value) is not None
    )
    return QueryField(
        name=name,
        label=parameter.label,
        example=parameter.example,
        control=control,
        value=value,
        value_label=label if label != value else "",
        choices=choices,
        is_known=is_known,
        matches=() if is_known or control == "select" else matching_choices(conn, parameter, value),
    )


def _choices(conn: sqlite3.Connection, name: str) -> tuple[tuple[Choice, ...], str]:
    """The choices of a parameter and its control: `select`, `search`, `words` or `text`."""
    parameter = query_parameters()[name]
    if parameter.input == "choice":
        choices = first_choices(conn, parameter, MOST_CHOICES + 1)
        if len(choices) <= MOST_CHOICES:
            return choices, "select"
        return choices[:_MOST_SUGGESTIONS], "search"
    if parameter.input == "search":
        return first_choices(conn, parameter, _MOST_SUGGESTIONS), "search"
    return (), parameter.input
