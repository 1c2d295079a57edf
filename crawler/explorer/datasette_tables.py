"""Datasette's pages of tables and rows, with the columns, cells and relations of the explorer."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from datasette.utils import path_from_row_pks, path_with_replaced_args, tilde_decode
from datasette.views.row import RowView
from datasette.views.table import TableView

from crawler.explorer.read_references import read_references
from crawler.explorer.render_cell import CellLinks
from crawler.explorer.result_table import RowLink, result_table
from crawler.explorer.row_facts import row_facts
from crawler.explorer.row_relations import read_relations
from crawler.explorer.table_pages import TABLES, TablePage
from crawler.explorer.untitled_articles import titles_of_untitled

ALL_COLUMNS = "_columns"
"""The parameter that shows all columns when its value is `all`."""

LONGEST_CELL = 160  # characters of a text in a table
_SORTING = re.compile(r"\s*\bsorted by \S+( descending)?$")
_TOPICS = "SELECT slug, label FROM topics"


@dataclass(frozen=True, slots=True)
class SortLink:
    """The URL that sorts by a column, and the present `order` of the column for `aria-sort`."""

    url: str
    order: str


class ShortTableView(TableView):  # type: ignore[misc]
    """A table as HTML with at most eight columns; other formats have all columns."""

    async def columns_to_select(
        self, table_columns: list[str], pks: list[str], request: Any
    ) -> list[str]:
        """Return the columns to read of `table_columns`, for a table with the keys `pks`.

        The parameters of `request` may ask for others. Raises DatasetteError for unknown columns.
        """
        page = TABLES.get(_table_name(request))
        if not page or not page.columns or _chooses_columns(request):
            return list(await super().columns_to_select(table_columns, pks, request))

        # Datasette reads the value of the last row by which the next page continues.
        wanted = [*pks, *page.columns, *page.needed, page.sort, *_sorted_by(request)]
        return [column for column in dict.fromkeys(wanted) if column in table_columns]

    async def data(
        self, request: Any, default_labels: bool = False, _next: Any = None, _size: Any = None
    ) -> Any:
        """Return the data of the page, as Datasette does, with the table to show.

        `default_labels`, `_next` and `_size` are those of Datasette. A page with too many bytes
        has fewer rows than `request` asks for, and continues on the next page.
        """
        response = await super().data(request, default_labels, _next, _size)
        if not isinstance(response, tuple) or _is_data(request):
            return response

        shown = await _shown_table(self.ds, request, response[0])
        if shown["shown"].end < len(response[0]["rows"]):
            size = shown["shown"].end
            response = await super().data(request, default_labels, _next, size)
            shown = await _shown_table(self.ds, request, response[0])
        return _with_context(response, shown)


class ShortRowView(RowView):  # type: ignore[misc]
    """A row as HTML with its facts first, then the rows that relate to it."""

    async def data(self, request: Any, default_labels: bool = False) -> Any:
        """Return the data of the page, as Datasette does, with the facts and relations to show.

        `request` and `default_labels` are those of Datasette.
        """
        response = await super().data(request, default_labels)
        if _is_data(request):
            return response
        return _with_context(response, await _shown_row(self.ds, response[0]))

    async def foreign_key_tables(
        self, database: str, table: str, pk_values: list[str]
    ) -> list[Any]:
        """Return nothing: the relations of a row list these rows, with less work.

        `database`, `table` and `pk_values` name the row.
        """
        return []


async def _shown_table(datasette: Any, request: Any, data: Mapping[str, Any]) -> dict[str, Any]:
    """The values of the template for a table."""
    table, page = data["table"], TABLES.get(data["table"])
    columns = [column for column in data["columns"] if column != "rowid"]
    rows = [[row[column] for column in columns] for row in data["rows"]]
    references = await datasette.get_database("public").foreign_keys_for_table(table)
    targets = {key["column"]: key["other_table"] for key in references}
    read = await datasette.get_database("public").run_limited(
        lambda conn: (
            read_references(conn, columns, rows, targets),
            _topic_labels(conn),
            titles_of_untitled(conn, columns, rows, table),
        )
    )
    links = replace(_links(datasette, read[1], table), titles=read[2])
    chosen = _shown_columns(columns, data["primary_keys"], request, table)
    row_links = [_row_link(datasette, table, data["primary_keys"], row) for row in data["rows"]]
    has_first = bool(page and page.columns)
    unshown = set(await datasette.get_database("public").table_columns(table)) - {*chosen}
    return {
        "shown": result_table(columns, read[0], chosen, links, 0, row_links),
        "has_all": has_first and _chooses_columns(request),
        "has_more": has_first and not _chooses_columns(request) and bool(unshown),
        "filter_words": _SORTING.sub("", data["human_description_en"] or ""),
        "columns_url": _columns_url(datasette, request),
        "sort_links": _sort_links(datasette, request, columns, page),
    }


def _columns_url(datasette: Any, request: Any) -> str:
    """The URL of the page with all columns, or with those that are shown first."""
    value = None if _chooses_columns(request) else "all"
    changed = {ALL_COLUMNS: value, "_col": None, "_nocol": None, "_next": None}
    return str(datasette.urls.path(path_with_replaced_args(request, changed)))


def _sort_links(
    datasette: Any, request: Any, columns: Sequence[str], page: TablePage | None
) -> dict[str, SortLink]:
    """For each column the link that sorts by it, in the other direction if it does so already."""
    ascending, descending = request.args.get("_sort"), request.args.get("_sort_desc")
    if page and not ascending and not descending:
        ascending, descending = (None, page.sort) if page.is_descending else (page.sort, None)

    links = {}
    for column in columns:
        wanted = ("_sort_desc", "_sort") if column == ascending else ("_sort", "_sort_desc")
        changed = {wanted[0]: column, wanted[1]: None, "_next": None}
        url = datasette.urls.path(path_with_replaced_args(request, changed))
        order = {ascending: "ascending", descending: "descending"}.get(column, "")
        links[column] = SortLink(str(url), order)
    return links


async def _shown_row(datasette: Any, data: Mapping[str, Any]) -> dict[str, Any]:
    """The values of the template for a row."""
    table, columns = data["table"], data["columns"]
    database = datasette.get_database("public")
    references = await database.foreign_keys_for_table(table)
    targets = {key["column"]: key["other_table"] for key in references}
    rows = [list(row) for row in data["rows"]]
    key = data["primary_key_values"][0] if len(data["primary_key_values"]) == 1 else None

    def read(conn: Any) -> tuple[Any, ...]:
        titles = titles_of_untitled(conn, columns, rows, table)
        links = replace(_links(datasette, _topic_labels(conn), table), titles=titles)
        labelled = read_references(conn, columns, rows, targets)
        return links, labelled, read_relations(conn, table, key, links) if key else ()

    links, labelled, relations = await database.run_limited(read)
    return row_facts(columns, labelled[0], table, links) | {"relations": relations}


def _links(datasette: Any, topics: Mapping[str, str], table: str) -> CellLinks:
    site, base = datasette.hashtrail["site"], datasette.setting("base_url")
    return CellLinks(site, base, topics, table, LONGEST_CELL)


def _topic_labels(conn: Any) -> dict[str, str]:
    return {str(slug): str(label) for slug, label in map(tuple, conn.execute(_TOPICS))}


def _shown_columns(
    columns: Sequence[str], keys: Sequence[str], request: Any, table: str
) -> list[str]:
    """The columns in their order on the page."""
    page = TABLES.get(table)
    first = [name for name in (page.columns if page else ()) if name in columns]
    others = [name for name in columns if name not in first]
    if not first or _chooses_columns(request):
        return [*first, *others]
    hidden = {*keys, *(page.needed if page else ()), page.sort if page else ""}
    hidden -= set(_sorted_by(request))
    return [*first, *(name for name in others if name not in hidden)]


def _row_link(datasette: Any, table: str, keys: Sequence[str], row: Any) -> RowLink | None:
    """The link to the page of a row; None for a view, whose rows have no page."""
    has_rowid = not keys and "rowid" in row.keys()  # noqa: SIM118 - a Row has no `in`
    if not keys and not has_rowid:
        return None
    path = path_from_row_pks(row, keys, has_rowid)
    label = f"#{path}" if path.isdecimal() else "row"
    url = f"{datasette.urls.table('public', table)}/{path}"
    return RowLink(url, label)


def _with_context(response: tuple[Any, ...], added: Mapping[str, Any]) -> tuple[Any, ...]:
    """The response of a view of Datasette, with more values for its template."""
    data, context, *others = response

    async def with_added() -> dict[str, Any]:
        values = await context() if callable(context) else context
        return {**values, **added}

    return (data, with_added, *others)


def _table_name(request: Any) -> str:
    return str(tilde_decode(request.url_vars["table"]))


def _sorted_by(request: Any) -> list[str]:
    """The column by which a request sorts, if it names one."""
    return [request.args[name] for name in ("_sort", "_sort_desc") if name in request.args]


def _is_data(request: Any) -> bool:
    return bool(request.url_vars.get("format") or request.args.get("_format"))


def _chooses_columns(request: Any) -> bool:
    """Whether a request wants other columns than those that are shown first."""
    chosen = {"_col", "_nocol"} & set(request.args.keys())
    return bool(chosen) or _is_data(request) or request.args.get(ALL_COLUMNS) == "all"


def _route(view: Any) -> Callable[..., Awaitable[Any]]:
    async def show(request: Any, send: Any, datasette: Any) -> Any:
        return await view.as_view(datasette)(request, send)

    return show


_TABLE = r"^/(?P<database>public)/(?P<table>[^\/\.]+)"
ROUTES = [
    (_TABLE + r"(\.(?P<format>\w+))?$", _route(ShortTableView)),
    (_TABLE + r"/(?P<pks>[^/]+?)(\.(?P<format>\w+))?$", _route(ShortRowView)),
]
"""The pages of tables and of rows, in all formats; after the routes of named queries."""
