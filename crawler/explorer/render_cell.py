"""Render database values as links to the site, to other rows and to the web."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup, escape

from crawler import site_urls
from crawler.svg_charts import shorten

LONGEST_CELL = 300  # characters of a cell
_MAX_LABEL = 60
_UNTITLED = "Untitled"
_ARTICLE_TABLES = ("articles", "article_list")
# Query results and views have no foreign keys: column -> table to link to.
_ROWS = {
    "author_id": "authors",
    "story_id": "stories",
    "entity_id": "entities",
    "post_id": "posts",
    "run_id": "runs",
    "tagging_id": "taggings",
}
_SITE_PAGES: dict[str, Callable[[str], str]] = {
    "host": site_urls.publisher_path,
    "topic": site_urls.topic_path,
    "week": site_urls.week_path,
    "other_topic": site_urls.topic_path,
    "with_topic": site_urls.topic_path,
}
_TOPICS = ("topic", "other_topic", "with_topic")
# Columns with the name of the person whose ID is in another column of the row.
_PEOPLE = ("author", "author_name", "name", "person", "sharer")
_ENTITIES = ("entity", "organization", "system")


@dataclass(frozen=True, slots=True)
class CellLinks:
    """Targets of links in cells: the URL of the site, ending in a slash, and the explorer's base.

    `topics` has the labels of topics by slug; without it, slugs are shown. `table` is the table of
    the cells, None in query results. A longer text than `longest` characters is cut. `titles` has
    the titles on the site of articles whose page was not read, by id.
    """

    site: str
    base: str = ""
    topics: Mapping[str, str] = field(default_factory=dict)
    table: str | None = None
    longest: int = LONGEST_CELL
    titles: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reference:
    """A value that names a row of another `table` by its `key`, and the `label` of that row."""

    table: str
    key: int | str
    label: str


def render_value(
    row: Mapping[str, Any], value: Any, column: str, table: str | None, links: CellLinks
) -> Markup | None:
    """Return the link for a value of a row, or None if it is shown as text.

    `column` and `table` name the place of the value; `table` is None in query results. `links` has
    what cells link to.
    """
    if isinstance(value, Reference):
        url = site_urls.explorer_row_url(links.base, value.table, value.key)
        return link(url, shorten(value.label.strip(), _MAX_LABEL) or f"#{value.key}")
    if column == "title" and article_key(table) in row.keys():  # noqa: SIM118 - also sqlite3.Row
        value = links.titles.get(row[article_key(table)], value)
    if value == "" and column == "title":
        value = _name_without_title(row, table)
    # A dict is a foreign key, which Datasette labels and links itself.
    if value in (None, "") or isinstance(value, dict):
        return None
    article = _article_path(row, column, table)
    if article:
        return _article_links(row, value, table, article, links)
    if column == "topics":
        return _topics(str(value), links)
    target = _target(row, column, value, table, links)
    if target:
        return link(target, links.topics.get(value, value) if column in _TOPICS else str(value))
    if isinstance(value, str) and site_urls.is_web_url(value) and " " not in value:
        return link(value, _short(value), is_external=True)
    return None


def article_key(table: str | None) -> str:
    """Return the column with the id of the article in rows of `table`, None in query results."""
    return "id" if table in _ARTICLE_TABLES else "article_id"


def _name_without_title(row: Mapping[str, Any], table: str | None) -> str:
    """The name of an article without a title: its URL; empty in a table of other rows."""
    url = str(row["url"] or "") if "url" in row.keys() else ""  # noqa: SIM118 - also sqlite3.Row
    if url:
        return _short(url)
    return _UNTITLED if table is None else ""


def link(url: str, label: str, is_external: bool = False) -> Markup:
    """Return a link with a label.

    With `is_external` it passes no ranking credit and no referrer.
    """
    rel = ' rel="noopener nofollow ugc"' if is_external else ""
    return Markup(f'<a href="{escape(url)}"{rel}>{escape(label)}</a>')


def _target(
    row: Mapping[str, Any], column: str, value: Any, table: str | None, links: CellLinks
) -> str:
    """The page of the site or the row that a column refers to; empty for other columns."""
    if column in _SITE_PAGES:
        return links.site + _SITE_PAGES[column](str(value))
    if column in _ROWS:
        return site_urls.explorer_row_url(links.base, _ROWS[column], value)
    if table is not None:
        return ""
    if column == "article_id":
        return site_urls.explorer_row_url(links.base, "articles", value)
    names = row.keys()
    if column in _PEOPLE and "author_id" in names and isinstance(row["author_id"], int):
        return links.site + site_urls.author_path(row["author_id"])
    if column in _ENTITIES and f"{column}_slug" in names and row[f"{column}_slug"]:
        return links.site + site_urls.entity_path(str(row[f"{column}_slug"]))
    return ""


def _article_path(row: Mapping[str, Any], column: str, table: str | None) -> str:
    """The page of the article that a row is about.

    It is empty unless the column is the title, or the ID of a table, and the row has both.
    """
    if column != "title" and (column != "article_id" or table is None):
        return ""
    if table == "cards":
        return ""
    columns = row.keys()
    key = article_key(table)
    if key not in columns or "title" not in columns or not isinstance(row[key], int):
        return ""
    return site_urls.article_path(row[key], str(row["title"]))


def _article_links(
    row: Mapping[str, Any], value: Any, table: str | None, article: str, links: CellLinks
) -> Markup:
    """A link to the page of the article; in results of queries also one to its row."""
    page = link(links.site + article, str(value))
    if table is not None:
        return page
    key = row["article_id"]
    row_url = site_urls.explorer_row_url(links.base, "articles", key)
    return Markup(f'{page} <a class="key" href="{escape(row_url)}">#{escape(key)}</a>')


def _topics(value: str, links: CellLinks) -> Markup | None:
    """A JSON list of slugs as links."""
    try:
        slugs = json.loads(value)
    except ValueError:
        return None
    if not isinstance(slugs, list):
        return None
    return Markup(", ").join(
        link(links.site + site_urls.topic_path(slug), links.topics.get(slug, slug))
        for slug in map(str, slugs)
    )


def _short(url: str) -> str:
    label = url.partition("://")[2].removeprefix("www.").rstrip("/")
    return label if len(label) <= _MAX_LABEL else f"{label[: _MAX_LABEL - 1]}…"
