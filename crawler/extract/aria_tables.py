"""Tables that pages build of `div` elements, as table elements.

WAI-ARIA 1.2, roles `table`, `grid`, `rowgroup`, `row`, `cell` and headers.
"""

from __future__ import annotations

from itertools import islice

from lxml.html import HtmlElement

# Role -> tag, sorted.
_PARTS = {
    "cell": "td",
    "columnheader": "th",
    "gridcell": "td",
    "row": "tr",
    "rowgroup": "tbody",
    "rowheader": "th",
}
_TABLES = "//*[self::div or self::section or self::span][@role='table' or @role='grid']"
_NEUTRAL = frozenset(("div", "li", "section", "span", "ul"))
_MOST_TABLES = 50
_LEAST_ROWS = 2


def name_aria_tables(root: HtmlElement) -> None:
    """Give the parts of ARIA tables in the tree `root` the tags of a table."""
    for table in islice(root.xpath(_TABLES), _MOST_TABLES):
        rows = [part for part in table.iter() if part.get("role") == "row"]
        if len(rows) < _LEAST_ROWS:
            continue
        for part in table.iter(*_NEUTRAL):
            part.tag = _PARTS.get(part.get("role", ""), part.tag)
        table.tag = "table"
