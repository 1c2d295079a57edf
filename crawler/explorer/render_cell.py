"""Values of the database as cells of a page: links to the site, to other rows, to the web; all else
stays text.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Sequence
from typing import Any

from markupsafe import Markup, escape

from crawler import site_urls

_LONGEST_ADDRESS = 60
_ARTICLE_TABLES = ("articles", "article_list")
# In answers and views, where the database knows no foreign keys: column -> table whose row is
# meant.
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
    """What the cell shows, or None to leave it to Datasette.

    `site` is the address of the site, ending in a slash; `table` is None in answers.
    """
    if value in (None, "") or isinstance(
        value, dict
    ):  # a dict is a foreign key that Datasette labels and links itself
        return None
    article = _article(row, column, table)
    if article:
        return link(site + article, str(value))
    if column in _SITE_PAGES:
        return link(site + _SITE_PAGES[column](str(value)), str(value))
    if column == "topics":
        return _topics(str(value), site)
    if column in _ROWS:
        return link(site_urls.explorer_row_url("", _ROWS[column], value), str(value))
    if isinstance(value, str) and site_urls.is_web_url(value) and " " not in value:
        return link(value, _short(value), outside=True)
    return None


def link(address: str, shown: str, outside: bool = False) -> Markup:
    """A link; one that leads off the site passes on neither trust nor where it was followed from."""
    rel = Markup(' rel="noopener nofollow ugc"') if outside else ""
    return Markup("<a href='{}'{}>{}</a>").format(address, rel, escape(shown))


def _article(row: sqlite3.Row, column: str, table: str | None) -> str:
    """The page of the article that this row is about, when the column is its title or its id and
    the row holds both.
    """
    columns: Sequence[str] = row.keys()
    key = "id" if table in _ARTICLE_TABLES else "article_id"
    wanted = column in ("title", "article_id")
    return (
        site_urls.article_path(int(row[key]), str(row["title"]))
        if wanted and key in columns and "title" in columns and table != "cards"
        else ""
    )


def _topics(value: str, site: str) -> Markup | None:
    """A JSON list of slugs as links."""
    try:
        slugs = json.loads(value)
    except ValueError:
        return None
    return (
        Markup(", ").join(link(site + site_urls.topic_path(str(slug)), str(slug)) for slug in slugs)
        if isinstance(slugs, list)
        else None
    )


def _short(url: str) -> str:
    shown = url.partition("://")[2].removeprefix("www.").rstrip("/")
    return shown if len(shown) <= _LONGEST_ADDRESS else f"{shown[: _LONGEST_ADDRESS - 1]}…"
