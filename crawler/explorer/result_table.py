"""Tables of results: columns shown first, cells with links, and as many rows as a page may have."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from crawler.explorer.render_cell import CellLinks, Reference, render_value
from crawler.models.network_names import network_label
from crawler.named_queries.query_files import MOST_FIRST_COLUMNS
from crawler.named_queries.summary_sentences import SqlValue
from crawler.svg_charts import number_text, shorten

LARGEST_ROWS = 60_000
"""Bytes of HTML of the rows of one page; the page has at most 100 KB."""

MOST_PAGE_ROWS = 100
_LONG_TEXT = 60  # characters from which a column gets more width
_SHORT_TEXT = 16  # characters up to which the values of a column are not wrapped
_TIME = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d(?::\d\d)?)[\d.]*(?:Z|\+00:00)")
_DAY = re.compile(r"\b\d{4}-(?:\d\d-\d\d|W\d\d|\d\d)\b")
_NOT_QUANTITIES = re.compile(r"(?:.*_)?(?:id|year|position)")  # numbers without separators
_NETWORK_COLUMNS = ("network", "networks")
_CAPITALS = {"id": "ID", "url": "URL", "urls": "URLs", "html": "HTML", "ids": "IDs"}

CellValue = SqlValue | Reference
Row = Sequence[CellValue]


@dataclass(frozen=True, slots=True)
class TableColumn:
    """A column of a table: its name, its heading, its place in the rows and its CSS class.

    `open_tag` begins its cells.
    """

    name: str
    heading: str
    place: int
    css_class: str
    open_tag: str


@dataclass(frozen=True, slots=True)
class ResultTable:
    """A page of a result: HTML of its rows from number `first` (0 = first row) to `end`.

    `hidden` are the columns behind “All columns”, `empty` those without any value.
    """

    columns: tuple[TableColumn, ...]
    rows: Markup
    first: int
    end: int
    hidden: tuple[str, ...]
    empty: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RowLink:
    """The URL of the page of a row, and a short label for it."""

    url: str
    label: str


def result_table(
    columns: Sequence[str],
    rows: Sequence[Row],
    chosen: Sequence[str],
    links: CellLinks,
    first: int,
    row_links: Sequence[RowLink | None] = (),
) -> ResultTable:
    """Return the table of a page of a result, which starts with row number `first`.

    `chosen` names the columns to show, in their order; `links` has what cells link to. `row_links`
    has a link for each of the `rows`, which the first cell gets.
    """
    empty = {
        name
        for place, name in enumerate(columns)
        if rows and name != "title" and _is_empty(rows, place)
    }
    shown = [name for name in chosen if name in columns and name not in empty]
    table_columns = tuple(_column(name, columns.index(name), rows) for name in shown)
    lines: list[str] = []
    size = 0
    for place, row in enumerate(rows[first : first + MOST_PAGE_ROWS], first):
        line = _line(row, columns, table_columns, links, row_links[place] if row_links else None)
        size += len(line.encode("utf-8", "replace"))
        if lines and size > LARGEST_ROWS:
            break
        lines.append(line)
    return ResultTable(
        table_columns,
        Markup("\n".join(lines)),
        first,
        first + len(lines),
        tuple(name for name in columns if name not in chosen and name not in empty),
        tuple(name for name in columns if name in empty),
    )


def first_columns(columns: Sequence[str], preferred: Sequence[str]) -> tuple[str, ...]:
    """Return the columns to show first: those of `preferred` that exist, else the first eight."""
    return tuple(name for name in preferred if name in columns) or tuple(
        columns[:MOST_FIRST_COLUMNS]
    )


def sql_table(columns: Sequence[str], rows: Sequence[Row], site: str, base: str) -> ResultTable:
    """Return the table of a result of SQL that a visitor wrote, with all its columns.

    `columns` are its names, `rows` its values; `site` and `base` are the URLs of site and explorer.
    """
    named = [
        f"column {place}" if columns.index(name) != place else name
        for place, name in enumerate(columns)
    ]
    return result_table(named, rows, named, CellLinks(site, base), 0)


def heading(name: str) -> str:
    """Return a column's name as words: `first_shared` becomes “First shared”."""
    words = [_CAPITALS.get(word, word) for word in name.split("_") if word]
    text = " ".join(words) or name
    return text[:1].upper() + text[1:]


def plain_text(name: str, value: CellValue) -> str:
    """Return the text of a value of the column `name`: short times, separators of thousands."""
    if isinstance(value, str):
        time = _TIME.fullmatch(value)
        return time[1] if time else _network_names(name, value)
    if isinstance(value, int | float):
        return str(value) if _NOT_QUANTITIES.fullmatch(name) else number_text(value)
    if isinstance(value, Reference):
        return value.label
    return "" if value is None else f"{len(value):,} bytes"


def unbroken_dates(sentence: str) -> Markup:
    """Return a sentence as HTML in which no line ends inside a date or a week."""
    marked = _DAY.sub(r"<time>\g<0></time>", str(escape(sentence)))
    return Markup(marked)


def _network_names(name: str, value: str) -> str:
    """The value; of a column of networks, their names as users write them."""
    if name not in _NETWORK_COLUMNS:
        return value
    return ", ".join(network_label(network) for network in value.split(", "))


def _marked(sentence: str, quote: CellValue, longest: int) -> Markup:
    """The sentence as HTML, with the quote in it highlighted."""
    text = shorten(sentence, longest)
    start = text.lower().find(quote.lower()) if isinstance(quote, str) and quote else -1
    if start < 0 or len(text.lower()) != len(text):
        return escape(text)
    end = start + len(str(quote))
    before, match, after = map(escape, (text[:start], text[start:end], text[end:]))
    return Markup(f"{before}<mark>{match}</mark>{after}")


def _is_empty(rows: Sequence[Row], place: int) -> bool:
    return all(row[place] in (None, "", "[]", "{}") for row in rows)


def _column(name: str, place: int, rows: Sequence[Row]) -> TableColumn:
    values = [row[place] for row in rows if row[place] is not None]
    css_class = ""
    if values and all(isinstance(value, int | float) for value in values):
        css_class = "number"
    elif name == "topics":
        css_class = "topics"
    elif name == "title":
        css_class = "headline"
    elif name == "host":
        css_class = "host"
    elif any(len(value) > _LONG_TEXT for value in values if isinstance(value, str)):
        css_class = "long"
    elif all(isinstance(value, str) and len(value) <= _SHORT_TEXT for value in values):
        css_class = "short"
    is_reference = any(isinstance(value, Reference) for value in values)
    label = heading(name.removesuffix("_id") if is_reference else name)
    named = f' class="{css_class}"' if css_class else ""
    open_tag = f'<td{named} data-label="{escape(label)}"'
    return TableColumn(name, label, place, css_class, open_tag)


def _line(
    row: Row,
    columns: Sequence[str],
    shown: Sequence[TableColumn],
    links: CellLinks,
    row_link: RowLink | None,
) -> str:
    """The HTML of a row, with a link to its row in the first cell. All texts in it are escaped."""
    named = dict(zip(columns, row, strict=True))
    contents = [cell_content(named, column.name, row[column.place], links) for column in shown]
    if row_link and contents:
        contents[0] = _with_row_link(contents[0], shown[0], row_link)
    return f"<tr>{''.join(map(_cell, shown, contents))}</tr>"


def _with_row_link(content: Markup, column: TableColumn, row_link: RowLink) -> Markup:
    """The content of a first cell as link to its row, or followed by that link."""
    url, label = escape(row_link.url), escape(row_link.label)
    if content and "<a " not in content and column.css_class != "long":
        return Markup(f'<a href="{url}">{content}</a>')
    return (content + Markup(f' <a class="key" href="{url}">{label}</a>')).strip()


def _cell(column: TableColumn, content: Markup) -> str:
    if not content:
        return "<td></td>"
    direction = "" if content.isascii() else ' dir="auto"'
    return f"{column.open_tag}{direction}>{content}</td>"


def cell_content(
    row: Mapping[str, CellValue], name: str, value: CellValue, links: CellLinks
) -> Markup:
    """Return the HTML of one value: a link, a time, a number or text.

    `row` has the values of the row by column, `name` is the column and `links` what cells link to.
    """
    if name == "sentence" and isinstance(value, str):
        return _marked(value, row.get("quote"), links.longest)
    rendered = render_value(row, value, name, links.table, links)
    if rendered is not None:
        return rendered
    text = plain_text(name, value)
    time = _TIME.fullmatch(value) if isinstance(value, str) else None
    if time:
        return Markup(f'<time datetime="{time[0]}" title="{time[1]} {time[2]} UTC">{text}</time>')
    return escape(shorten(text, links.longest))
