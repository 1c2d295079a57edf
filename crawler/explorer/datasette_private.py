"""The one place that overrides private methods and functions of Datasette 0.65."""

from __future__ import annotations

from typing import Any

from datasette.app import Datasette
from datasette.views import table as table_views

from crawler.explorer.datasette_tables import ROUTES


class Explorer(Datasette):  # type: ignore[misc]
    """Datasette without per-table permissions in its metadata.

    It copies all metadata for every table that it lists, to look for `allow` blocks. There are
    none, and this took two thirds of the time of the front page.
    """

    def __init__(self, metadata: dict[str, Any], model: Any, **options: Any) -> None:
        """`model` makes sentence vectors, None when they are off. Datasette takes the rest."""
        self.hashtrail: dict[str, Any] = metadata["hashtrail"]  # read while Datasette starts
        self.hashtrail_model = model
        self.hashtrail_routes = ROUTES
        super().__init__([], metadata=metadata, **options)

    def _table_permission_allows(self, database: str, table: str) -> list[Any]:
        return []


_display_columns_and_rows = table_views.display_columns_and_rows


async def _without_cells(datasette: Datasette, *arguments: Any, **options: Any) -> Any:
    """Datasette's columns and cells of a table; in the explorer the rows alone.

    The explorer renders cells itself, and those of Datasette took a quarter of the time of a page.
    """
    if isinstance(datasette, Explorer):
        rows = arguments[3]
        return [], rows
    return await _display_columns_and_rows(datasette, *arguments, **options)


table_views.display_columns_and_rows = _without_cells
