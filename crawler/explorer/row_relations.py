"""Read the rows that relate to one row: evidence of an article, shares of an author and others."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from crawler.explorer.relation_parts import RowRelation
from crawler.explorer.relation_queries import RELATIONS
from crawler.explorer.render_cell import CellLinks
from crawler.explorer.result_table import ResultTable, result_table
from crawler.explorer.untitled_articles import titles_of_untitled

LONGEST_CELL = 200  # characters of a text


@dataclass(frozen=True, slots=True)
class RelatedRows:
    """The rows of one relation as a table. `url` lists all of them; empty if no page does."""

    title: str
    table: ResultTable
    has_more: bool
    url: str


def read_relations(
    conn: sqlite3.Connection, table: str, key: str, links: CellLinks
) -> tuple[RelatedRows, ...]:
    """Return the related rows of the row `key` of a `table`, without empty relations.

    `conn` reads the snapshot, and `links` has what cells link to.
    """
    links = replace(links, table=None, longest=LONGEST_CELL)
    read = (_read(conn, relation, key, links) for relation in RELATIONS.get(table, ()))
    return tuple(rows for rows in read if rows)


def _read(
    conn: sqlite3.Connection, relation: RowRelation, key: str, links: CellLinks
) -> RelatedRows | None:
    cursor = conn.execute(f"{relation.sql} LIMIT {relation.most + 1}", {"key": key})
    columns = [description[0] for description in cursor.description]
    rows = [list(row) for row in cursor]
    if not rows:
        return None
    shown = rows[: relation.most]
    links = replace(links, titles=titles_of_untitled(conn, columns, shown))
    table = result_table(columns, shown, relation.columns, links, 0)
    return RelatedRows(
        relation.title, table, len(rows) > relation.most, _list_url(relation, key, links.base)
    )


def _list_url(relation: RowRelation, key: str, base: str) -> str:
    """The URL of the page that lists all rows of a relation."""
    if not relation.page:
        return ""
    where = {name: value.replace("{key}", key) for name, value in relation.where}
    return f"{base.rstrip('/')}/public/{relation.page}?{urlencode(where)}"
