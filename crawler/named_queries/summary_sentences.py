"""Summary sentences of named queries: numbers with their nouns, values and labels in a sentence.

| field | text |
|---|---|
| `{articles:article}` | "1 article", "1,204 articles" |
| `{people:person|people}` | the same with an irregular plural |
| `{since}` | the value of the column as text; a time is cut to its day |
| `{topic}` | the label of the parameter, unless the summary has a column of that name |
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from crawler.named_queries.readable_values import day_of_time

_FIELD = re.compile(r"\{(\w+)(?::([^{}]+))?\}")
_MISSING = "unknown"

SqlValue = str | int | float | bytes | None


def summary_fields(template: str) -> tuple[str, ...]:
    """Return the names of the fields of a template, in its order."""
    return tuple(match[1] for match in _FIELD.finditer(template))


def summary_sentence(
    template: str, values: Mapping[str, SqlValue], labels: Mapping[str, str]
) -> str:
    """Return the sentence of a template.

    `values` is the row of the summary by column, `labels` the label of each parameter. A field
    without value becomes "unknown".
    """

    def text(match: re.Match[str]) -> str:
        name, noun = match[1], match[2]
        if name not in values:
            return labels.get(name) or _MISSING
        return _count(values[name], noun) if noun else value_text(values[name])

    return _FIELD.sub(text, template)


def first_number(template: str, values: Mapping[str, SqlValue]) -> int | None:
    """Return the number of the first counted field of a template, None without one.

    `values` is the row of the summary by column.
    """
    for match in _FIELD.finditer(template):
        number = values.get(match[1])
        if match[2] and isinstance(number, int):
            return number
    return None


def value_text(value: SqlValue) -> str:
    """Return the text of a value in a sentence.

    Numbers get separators of thousands, whole numbers have no decimals, and a time is cut to its
    day.
    """
    if value is None or value == "":
        return _MISSING
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, str):
        return day_of_time(value)
    return f"{value:,}".removesuffix(".0")


def _count(value: SqlValue, noun: str) -> str:
    singular, _, plural = noun.partition("|")
    return f"{value_text(value or 0)} {singular if value == 1 else plural or f'{singular}s'}"
