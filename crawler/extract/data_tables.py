"""Tables of data: which tables are one, and their Markdown.

GitHub Flavored Markdown, tables: https://github.github.com/gfm/#tables-extension-
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from lxml.html import HtmlElement

_STRUCTURES = ("article", "form", "h1", "h2", "h3", "h4", "h5", "h6", "iframe", "table", "textarea")
_LAYOUT_ROLES = frozenset(("none", "presentation"))
_CHECKED_ROWS = 40
_LONGEST_CELL = 400
_LONGEST_AVERAGE = 120
_MOST_COLUMNS = 60
_MOST_SPANNED_ROWS = 200


def is_data_table(table: HtmlElement) -> bool:
    """Return whether a `table` element contains data and is not the layout of a page."""
    if table.get("role") in _LAYOUT_ROLES:
        return False
    inner = table.iter(*_STRUCTURES)
    if next((element for element in inner if element is not table), None) is not None:
        return False
    rows = [_cells(row) for row in islice(table.iter("tr"), _CHECKED_ROWS)]
    if len(rows) < 2 or max(map(len, rows)) < 2:
        return False
    if next(table.iter("th", "thead", "caption"), None) is not None:
        return True
    return _has_short_cells(rows)


def _has_short_cells(rows: Sequence[Sequence[HtmlElement]]) -> bool:
    sizes = [len(" ".join(cell.text_content().split())) for row in rows for cell in row]
    filled = sum(size > 0 for size in sizes)
    is_short = max(sizes) <= _LONGEST_CELL and sum(sizes) <= _LONGEST_AVERAGE * len(sizes)
    return is_short and filled * 2 > len(sizes)


def _cells(row: HtmlElement) -> list[HtmlElement]:
    return list(islice(row.iterchildren("td", "th"), _MOST_COLUMNS))


def table_markdown(table: HtmlElement, texts: Mapping[HtmlElement, str]) -> str:
    """Return a `table` in Markdown, with a header row.

    `texts` contains the text of each cell that has one. The header is empty if no row of the table
    is a header.
    """
    rows = [row for row in _grid(table, texts) if any(row)]
    if not rows:
        return ""
    width = max(map(len, rows))
    has_header = _has_header(table) or _reads_as_header(table, rows)
    header, body = (rows[0], rows[1:]) if has_header else ([], rows)
    lines = [header, ["---"] * width, *body]
    return "\n".join(_line(line, width) for line in lines)


def _line(texts: Sequence[str], width: int) -> str:
    padded = [*texts, *[""] * (width - len(texts))]
    return f"| {' | '.join(padded)} |"


def _has_header(table: HtmlElement) -> bool:
    row = next(table.iter("tr"), None)
    if row is None:
        return False
    parent = row.getparent()
    if parent is not None and parent.tag == "thead":
        return True
    cells = _cells(row)
    return all(cell.tag == "th" for cell in cells) and len(cells) > 1


def _reads_as_header(table: HtmlElement, rows: Sequence[Sequence[str]]) -> bool:
    """Return whether the first row of a table without `th` is bold, or the only one of words."""
    if next(table.iter("th"), None) is not None or not all(rows[0]):
        return False
    first = next(table.iter("tr"))
    if all(next(cell.iter("b", "strong"), None) is not None for cell in _cells(first)):
        return True
    has_number = [any(map(str.isdigit, " ".join(row[1:]))) for row in rows]
    return len(rows) > 2 and not has_number[0] and all(has_number[1:])


def _grid(table: HtmlElement, texts: Mapping[HtmlElement, str]) -> Iterator[list[str]]:
    """Yield the rows of a table. A cell that spans several has its text in the first one."""
    spanned: dict[int, int] = {}
    for row in table.iter("tr"):
        line: list[str] = []
        for element in _cells(row):
            _fill_spanned(line, spanned)
            text = " ".join(texts.get(element, "").split()).replace("|", "\\|")
            columns = min(_span(element, "colspan"), _MOST_COLUMNS - len(line))
            rows = _span(element, "rowspan")
            spanned.update(dict.fromkeys(range(len(line), len(line) + columns), rows - 1))
            line += [text, *[""] * (columns - 1)][: max(columns, 0)]
        _fill_spanned(line, spanned)
        yield line


def _fill_spanned(line: list[str], spanned: dict[int, int]) -> None:
    """Add empty cells to a row where cells of rows above continue."""
    while spanned.get(len(line), 0) > 0:
        spanned[len(line)] -= 1
        line.append("")


def _span(element: HtmlElement, attribute: str) -> int:
    value = element.get(attribute, "1").strip()
    return max(1, min(int(value), _MOST_SPANNED_ROWS)) if value.isascii() and value.isdigit() else 1
