"""Datasette's metadata of the explorer: titles, meanings of tables and columns, facets, queries."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from crawler.explorer.query_links import path_of_url
from crawler.explorer.result_table import heading
from crawler.explorer.table_pages import (
    COMPARISONS,
    FACET_SIZE,
    FIRST_TABLES,
    HIDDEN_TABLES,
    TABLES,
)
from crawler.knowledge import ranking
from crawler.models.network_names import network_label
from crawler.named_queries.query_files import NamedQuery
from crawler.named_queries.query_parameters import query_parameters
from crawler.settings.site import SiteSettings
from crawler.store.table_meanings import table_meanings


def explorer_metadata(
    site: SiteSettings, site_url: str, queries: tuple[NamedQuery, ...]
) -> dict[str, Any]:
    """Return Datasette's metadata document with `queries` as named queries.

    `site_url` is the URL of the pages of `site`, ending in a slash.
    """
    tables = {name: _table(name) for name in TABLES}
    hidden: dict[str, Any] = {name: {"hidden": True} for name in HIDDEN_TABLES}
    return {
        "title": f"{site.title} explorer",
        "hashtrail": {
            "name": site.title,
            "tagline": site.tagline,
            "settings": site,
            "site": site_url,
            "parameters": {
                name: (parameter.label, parameter.example)
                for name, parameter in query_parameters().items()
            },
            "queries": [asdict(query) for query in queries],
            "formula": ranking.formula_text(),
            "first": FIRST_TABLES,
            "heading": heading,
            "network": network_label,
            "path": path_of_url,
            "comparisons": COMPARISONS,
            "meanings": {name: _plain(table_meanings()[name].meaning) for name in TABLES},
        },
        "databases": {
            "public": {
                "tables": tables | hidden,
                "queries": {query.name: _query(query) for query in queries},
            }
        },
    }


def _table(name: str) -> dict[str, Any]:
    page = TABLES[name]
    meanings = table_meanings()[name]
    sort_key = "sort_desc" if page.is_descending else "sort"
    table: dict[str, Any] = {
        "description": _plain(meanings.meaning),
        sort_key: page.sort,
        "facet_size": FACET_SIZE,
        "columns": {name: _plain(text) for name, text in meanings.public_columns().items()},
        "facets": [*({"topic": "topics"} for _ in [page.topics] if page.topics), *page.facets],
    }
    return table | ({"label_column": page.label} if page.label else {})


def _plain(text: str) -> str:
    """The text without the Markdown of docs/DATABASE.md."""
    return text.replace("`", "")


def _query(query: NamedQuery) -> dict[str, Any]:
    return {
        "sql": query.sql,
        "title": query.title,
        "description": query.description,
        "formula": query.formula,
        "page": query.page or None,
    }
