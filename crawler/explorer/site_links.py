"""Link rows of the database to pages of the site: one query per table with pages."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Any

from crawler import site_urls

# Each query returns the page about the row with the ID `:key`. The page of an article is named
# after its title in `article_list`. A post with a link appears on the page of its article.
_ARTICLE = "SELECT article_page(id, title) FROM article_list WHERE id = ({0})"
_POST = (
    "SELECT article_page(l.id, l.title) || '#post-' || s.post_id FROM shares s"
    " JOIN article_list l ON l.id = s.article_id WHERE s.post_id = ({0})"
    " UNION ALL SELECT note_page(id) FROM publishable_posts WHERE id = ({0}) AND text <> '' LIMIT 1"
)
_TAGGED = "SELECT subject_id FROM taggings WHERE subject_kind = '{}' AND id = {}"
_QUOTED = "(SELECT tagging_id FROM evidence WHERE id = :key)"
_EITHER = _ARTICLE + " UNION ALL SELECT * FROM (" + _POST.replace("{0}", "{1}") + ")"  # noqa: S608
PAGES = {
    "aliases": _ARTICLE.format("SELECT article_id FROM aliases WHERE id = :key"),
    "article_list": _ARTICLE.format(":key"),
    "articles": _ARTICLE.format(":key"),
    "authors": "SELECT author_page(id) FROM publishable_authors WHERE id = :key",
    "cards": _ARTICLE.format("SELECT article_id FROM cards WHERE id = :key"),
    "stories": _ARTICLE.format("SELECT lead_article_id FROM stories WHERE id = :key"),
    "evidence": _EITHER.format(_TAGGED.format("article", _QUOTED), _TAGGED.format("post", _QUOTED)),
    "links": _ARTICLE.format("SELECT article_id FROM links WHERE id = :key"),
    "posts": _POST.format(":key"),
    "sources": (
        "SELECT source_page(a.host) FROM sources s JOIN article_list a"
        " ON s.url LIKE 'http%://' || a.host || '/%' OR s.url LIKE 'http%://www.' || a.host || '/%'"
        " WHERE s.name = :key LIMIT 1"
    ),
    "taggings": _EITHER.format(_TAGGED.format("article", ":key"), _TAGGED.format("post", ":key")),
    "topics": "SELECT topic_page(slug) FROM topics WHERE slug = :key",
}
_FUNCTIONS: dict[str, tuple[int, Callable[..., Any]]] = {
    "article_page": (2, site_urls.article_path),
    "author_page": (1, site_urls.author_path),
    "note_page": (1, site_urls.note_path),
    "source_page": (1, site_urls.publisher_path),
    "topic_page": (1, site_urls.topic_path),
}


def add_functions(db: sqlite3.Connection) -> None:
    """Add the SQL functions that return paths of pages of the site to the connection.

    They are `article_page(id, title)`, `author_page(id)`, `note_page(id)`, `source_page(host)` and
    `topic_page(slug)`.
    """
    for name, (arguments, function) in _FUNCTIONS.items():
        db.create_function(name, arguments, function, deterministic=True)
