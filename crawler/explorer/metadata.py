"""Datasette's metadata of the explorer: titles, meanings of tables and columns, facets, queries."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from crawler.knowledge import ranking
from crawler.named_queries.query_files import NamedQuery
from crawler.named_queries.query_parameters import query_parameters
from crawler.store.table_meanings import table_meanings
from crawler.workspace import SiteSettings


@dataclass(frozen=True, slots=True)
class TablePage:
    """How the explorer shows a table or view: sort order, facets and label column."""

    sort: str
    facets: tuple[str, ...] = ()
    is_descending: bool = False
    label: str = ""


TABLES: dict[str, TablePage] = {
    "aliases": TablePage("article_id", facets=("reason",)),
    "article_entities": TablePage("article_id"),
    "article_links": TablePage("article_id"),
    "article_list": TablePage(
        "first_shared",
        facets=("kind", "host", "state", "language"),
        is_descending=True,
        label="title",
    ),
    "articles": TablePage(
        "first_seen",
        facets=("kind", "host", "state", "language"),
        is_descending=True,
        label="title",
    ),
    "authors": TablePage("name", facets=("network", "consent"), label="name"),
    "cards": TablePage("id"),
    "curation_decisions": TablePage("since", facets=("action",)),
    "curation_log": TablePage("at", facets=("action",), is_descending=True),
    "entities": TablePage("name", facets=("kind",), label="name"),
    "evidence": TablePage("tagging_id", facets=("field", "rule")),
    "fetches": TablePage("at", facets=("outcome", "purpose"), is_descending=True),
    "links": TablePage("id", facets=("origin",)),
    "post_hashtags": TablePage("hashtag", facets=("hashtag",)),
    "posts": TablePage(
        "seen_at", facets=("network", "source", "language"), is_descending=True, label="uri"
    ),
    "publishable_articles": TablePage("id", facets=("shows",)),
    "publishable_authors": TablePage("name", facets=("network",)),
    "publishable_posts": TablePage("shared", facets=("level", "network")),
    "related_articles": TablePage("article_id"),
    "run_sources": TablePage("run_id", facets=("outcome",)),
    "runs": TablePage("started", facets=("command", "outcome"), is_descending=True),
    "shares": TablePage("shared", facets=("network",), is_descending=True),
    "sources": TablePage("name", facets=("kind", "last_outcome")),
    "stories": TablePage("id"),
    "taggings": TablePage("topic", facets=("topic", "confidence", "subject_kind")),
    "topic_activity": TablePage("week", facets=("topic",)),
    "topics": TablePage("slug", facets=("broader",), label="label"),
}
_FIRST = (
    "article_list",
    "articles",
    "posts",
    "shares",
    "topics",
    "taggings",
    "evidence",
    "sources",
    "runs",
)  # the tables that most visitors need
_HIDDEN = (
    "article_vectors",
    "derivation_versions",
    "not_merged",
    "publishable_cards",
    "quarantined_posts",
    "robots_copies",
    "search_documents",
    "search_facets",
    "search_fts",
    "search_spellings",
    "text_words",
    "tombstones",
    "unconfirmed_posts",
    "unquotable_articles",
)


def explorer_metadata(
    site: SiteSettings, site_url: str, queries: tuple[NamedQuery, ...]
) -> dict[str, Any]:
    """Return Datasette's metadata document with `queries` as named queries.

    `site_url` is the URL of the pages of `site`, ending in a slash.
    """
    tables = {name: _table(name) for name in TABLES} | {name: {"hidden": True} for name in _HIDDEN}
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
            "first": _FIRST,
            "meanings": {name: _plain(table_meanings()[name].meaning) for name in TABLES},
        },
        "databases": {
            "public": {
                "tables": tables,
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
        "columns": {name: _plain(text) for name, text in meanings.public_columns().items()},
        "facets": list(page.facets),
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
