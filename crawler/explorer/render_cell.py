"""Render database values as links to the site, to other rows and to the web."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Sequence
from typing import Any

from markupsafe import Markup, escape

from crawler import site_urls

_MAX_LABEL = 60
_ARTICLE_TABLES = ("articles", "article_list")
# Query results and views have no foreign keys: column -> table to link to.
_ROWS = {
    "author_id": "authors",
    "story_id": "stories",
    "entity_id": "entities",
    "post_id": "posts",
    "tagging_id": "taggings",
}
_SITE_PAGES: dict[str, Callable[[str], str]] = {
    "host": site_urls.publisher_path,
    "topic": site_urls.topic_path,
    "week": site_urls.week_path,
    "with_topic": site_urls.topic_path,
}


def render_value(
    row: sqlite3.Row, value: Any, column: str, table: str | None, site: str
) -> Markup | None:
    """Return the link for a value of a row, or None to leave the cell to Datasette.

    `column` and `table` name the place of the value; `table` is None in query results. `site` is
    the URL of the site, ending in a slash.
    """
    # A dict is a foreign key, which Datasette labels and links itself.
    if value in (None, "") or isinstance(value, dict):
        return None
    article = _article_path(row, column, table)
    if article:
        return link(site + article, str(value))
    if column == "topics":
        return _topics(str(value), site)
    target = _target(column, value, site)
    if target:
        return link(target, str(value))
    if isinstance(value, str) and site_urls.is_web_url(value) and " " not in value:
        return link(value, _short(value), is_external=True)
    return None


def link(url: str, label: str, is_external: bool = False) -> Markup:
    """Return a link with a label.

    With `is_external` it passes no ranking credit and no referrer.
    """
    rel = Markup(' rel="noopener nofollow ugc"') if is_external else ""
    return Markup("<a href='{}'{}>{}</a>").format(url, rel, escape(label))


def _target(column: str, value: Any, site: str) -> str:
    """The page of the site or the row that a column refers to; empty for other columns."""
    if column in _SITE_PAGES:
        return site + _SITE_PAGES[column](str(value))
    if column in _ROWS:
        return site_urls.explorer_row_url("", _ROWS[column], value)
    return ""


def _article_path(row: sqlite3.Row, column: str, table: str | None) -> str:
    """The page of the article that a row is about.

    It is empty unless the column is the title or the ID and the row has both.
    """
    if column not in ("title", "article_id") or table == "cards":
        return ""
    columns: Sequence[str] = row.keys()
    key = "id" if table in _ARTICLE_TABLES else "article_id"
    if key not in columns or "title" not in columns:
        return ""
    return site_urls.article_path(int(row[key]), str(row["title"]))


def _topics(value: str, site: str) -> Markup | None:
    """A JSON list of slugs as links."""
    try:
        slugs = json.loads(value)
    except ValueError:
        return None
    if not isinstance(slugs, list):
        return None
    links = (link(site + site_urls.topic_path(str(slug)), str(slug)) for slug in slugs)
    return Markup(", ").join(links)


def _short(url: str) -> str:
    label = url.partition("://")[2].removeprefix("www.").rstrip("/")
    return label if len(label) <= _MAX_LABEL else f"{label[: _MAX_LABEL - 1]}…"
