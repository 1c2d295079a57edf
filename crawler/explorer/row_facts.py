"""The facts of one row: what readers need first, then all columns."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from markupsafe import Markup

from crawler.explorer.render_cell import CellLinks, Reference, article_key
from crawler.explorer.result_table import cell_content, heading
from crawler.explorer.table_pages import BOOKKEEPING, TABLES, TablePage
from crawler.svg_charts import shorten

LONGEST_VALUE = 5000  # characters of a value on the page of a row
_LONGEST_TITLE = 120  # characters
_TIME = re.compile(r"^(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(?::\d\d)?[\d.]*(?:Z|\+00:00)$")
_EMPTY = (None, "", "[]", "{}")


@dataclass(frozen=True, slots=True)
class Fact:
    """A value of a row: the name of its column, its label and its HTML."""

    name: str
    label: str
    value: Markup


def row_facts(
    columns: Sequence[str], row: Sequence[Any], table: str, links: CellLinks
) -> dict[str, Any]:
    """Return the values of the template of a `row` of a `table` with these `columns`.

    They are its title, the facts for readers, the facts that serve the program, and the names of
    the columns without a value. `links` has what cells link to.
    """
    links = replace(links, longest=LONGEST_VALUE)
    page = TABLES.get(table)
    first = [name for name in (page.columns if page else ()) if name in columns]
    order = [*first, *(name for name in columns if name not in first)]
    values = dict(zip(columns, row, strict=True))
    filled = [name for name in order if values[name] not in _EMPTY]
    article = values.get(article_key(table))
    title = links.titles.get(article, "") if isinstance(article, int) else ""
    title = title or _title(values, page)
    facts = [
        name
        for name in filled
        if (name in first or name not in BOOKKEEPING) and values[name] != title
    ]

    def shown(name: str) -> Fact:
        is_reference = isinstance(values[name], Reference)
        label = name.removesuffix("_id") if is_reference else name
        value = _readable(values[name]) if name != "topics" else values[name]
        return Fact(name, heading(label), cell_content(values, name, value, links))

    return {
        "row_title": shorten(title, _LONGEST_TITLE),
        "facts": [shown(name) for name in facts],
        "other_facts": [shown(name) for name in filled if name not in facts],
        "empty": [name for name in order if values[name] in _EMPTY],
    }


def _readable(value: Any) -> Any:
    """A JSON list or object as text, and a time with its minutes; other values as they are."""
    if not isinstance(value, str):
        return value
    if value.startswith(("[", "{")):
        return _listed(value)
    return _TIME.sub(r"\1 \2 UTC", value)


def _listed(text: str) -> str:
    """The texts of a JSON list, or the names and values of a JSON object, as one text."""
    try:
        items = json.loads(text)
    except (ValueError, RecursionError):
        return text
    if isinstance(items, dict):
        items = [f"{name.replace('_', ' ')}: {item}" for name, item in items.items()]
    return ", ".join(items) if all(isinstance(item, str) for item in items) else text


def _title(values: Mapping[str, Any], page: TablePage | None) -> str:
    """The text that names a row; empty if its table has no label."""
    label = values.get(page.label) if page and page.label else None
    text = label.label if isinstance(label, Reference) else str(label or "")
    return str(_readable(text)).strip()
