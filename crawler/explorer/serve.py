"""The explorer: Datasette over the public snapshot, opened immutable, with our words, bounds and templates."""

from __future__ import annotations

from pathlib import Path

from datasette import app, handle_exception

from crawler.errors import StoreError
from crawler.explorer.metadata import metadata
from crawler.explorer.questions import MEANING, QUESTIONS
from crawler.knowledge.semantic import read_model
from crawler.workspace import Workspace, bundled

# Suggesting facets costs 0.6 s a page at 100,000 rows and tells nothing that the preset ones do not.
_SETTINGS = {
    "allow_download": False, "allow_facet": True, "default_page_size": 50, "max_csv_mb": 50, "max_returned_rows": 1000, "num_sql_threads": 3,
    "sql_time_limit_ms": 1000, "suggest_facets": False, "truncate_cells_html": 300,
}


def make_explorer(workspace: Workspace) -> app.Datasette:
    """The explorer as an ASGI application factory. Raises StoreError when there is no snapshot yet."""
    if not workspace.public_database.is_file():
        raise StoreError(f"There is nothing to explore yet: {workspace.public_database} is missing.", "Make it with: hashtrail nightly")
    handle_exception.rich = None  # else every mistyped question prints the program's variables
    site, here = workspace.settings.site, _mounts(workspace.public)
    model = read_model(workspace)
    explorer = app.Datasette(
        [],
        immutables=[str(workspace.public_database)],
        metadata=metadata(site, site.base_url or "/site/", QUESTIONS + MEANING if model else QUESTIONS),
        settings=_SETTINGS,
        template_dir=str(bundled("templates", "explorer")),
        static_mounts=here,
    )
    explorer.hashtrail_model = model  # the plugin teaches every connection to ask it
    return explorer


def _mounts(public: Path) -> list[tuple[str, str]]:
    """The stylesheets, and the built site beside the explorer, so that links between the two work on one machine without any setting."""
    styles = [("explorer", str(bundled("templates", "explorer", "assets"))), ("style", str(bundled("site", "assets")))]
    return [*styles, *([("site", str(public))] if public.exists() else [])]
