"""Pages about the data as a whole: its licence as page and file, and its schema as SQL."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from datasette import Response

from crawler.explorer.plain_metadata import plain_metadata
from crawler.explorer.sql_limits import is_shadow_table
from crawler.named_queries.data_licence import LICENCE, LICENCE_URL, licence_sections, licence_text

_SCHEMA = """
SELECT name, tbl_name, sql FROM sqlite_master
WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite~_%' ESCAPE '~' ORDER BY rowid
"""


async def licence_page(datasette: Any, request: Any) -> Response:
    """Return the page with the licence of the data, for a `request`."""
    context = {
        "sections": licence_sections(datasette.hashtrail["settings"]),
        "licence": LICENCE,
        "licence_url": LICENCE_URL,
    }
    return Response.html(await datasette.render_template("licence.html", context, request=request))


async def licence_file(datasette: Any) -> Response:
    """Return the licence of the data as plain text."""
    return Response.text(licence_text(datasette.hashtrail["settings"]))


async def schema_file(datasette: Any) -> Response:
    """Return the schema of the snapshot as SQL that creates an empty copy."""
    rows = await datasette.get_database("public").execute(_SCHEMA)
    statements = [f"{row['sql']};\n" for row in rows if not is_shadow_table(row["tbl_name"])]
    return Response.text("\n".join(statements))


async def metadata_file(datasette: Any) -> Response:
    """Return metadata for a Datasette over a copy of the snapshot."""
    settings = datasette.hashtrail
    return Response.json(plain_metadata(settings["settings"], settings["site"]))


ROUTES: list[tuple[str, Callable[..., Any]]] = [
    (r"^/licence$", licence_page),
    (r"^/licence\.txt$", licence_file),
    (r"^/schema\.sql$", schema_file),
    (r"^/metadata\.json$", metadata_file),
]
