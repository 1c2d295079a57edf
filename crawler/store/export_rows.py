"""Rows for an export: everything that may be shown, in an order independent of arrival."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
from sqlite_utils import Database

from crawler.store.redact_links_to_hidden_articles import Key, hidden_links, without_links

_ARTICLES = """
SELECT a.url, a.title, a.site_name, a.authors, a.published, a.language, l.summary, l.topics, l.kind,
l.state, l.shares, l.sharers, l.first_shared
FROM article_list l JOIN articles a ON a.id = l.id
WHERE :topic IS NULL OR a.id IN (
    SELECT subject_id FROM taggings WHERE subject_kind = 'article' AND topic = :topic
    AND confidence <> 'weak'
) ORDER BY a.url, a.id
"""
_SHOWN = "(article_id IS NULL OR article_id IN (SELECT id FROM publishable_articles))"
_POSTS = f"""
SELECT p.uri, p.url, p.network, p.author_handle AS handle, p.author_name AS name, p.published,
p.text,
       (SELECT json_group_array(shown) FROM (SELECT shown FROM post_hashtags WHERE post_id = p.id
       ORDER BY hashtag)) AS hashtags,
       (SELECT json_group_array(url) FROM (SELECT url FROM links WHERE post_id = p.id AND {_SHOWN}
       ORDER BY position)) AS links,
       (SELECT json_group_array(value) FROM (
           SELECT url AS value FROM links WHERE post_id = p.id AND NOT {_SHOWN}
           UNION SELECT shown FROM links WHERE post_id = p.id AND NOT {_SHOWN})) AS hidden_links,
       (SELECT json_group_array(json_object('title', title, 'description', description, 'site_name',
       site_name, 'link', link)) FROM (
           SELECT c.title, c.description, c.site_name, l.url AS link
           FROM publishable_cards c LEFT JOIN links l ON l.id = c.link_id
           WHERE c.post_id = p.id ORDER BY c.title
       )) AS cards
FROM publishable_posts p WHERE p.level = 'full' ORDER BY p.uri
"""  # noqa: S608


def article_rows(
    db: Database, topic: str | None = None, key: Key = str
) -> Iterator[dict[str, Any]]:
    """Yield the articles that may be shown, or those with a topic of more than weak confidence.

    They are sorted by URL; their `topics` are slugs, highest confidence first. `topic` is the slug
    of the selected topic, None for all articles. `key` makes the key of a URL, by which links to
    hidden articles are found.
    """
    hidden = hidden_links(db, key)
    for row in db.query(_ARTICLES, {"topic": topic}):
        row["summary"] = hidden.removed(row["summary"])
        yield row | {
            "authors": msgspec.json.decode(row["authors"]),
            "topics": msgspec.json.decode(row["topics"]),
        }


def post_rows(db: Database, key: Key = str) -> Iterator[dict[str, Any]]:
    """Yield the posts that may be shown in full, sorted by URI.

    `key` makes the key of a URL, as for `article_rows`.
    """
    hidden = hidden_links(db, key)
    for row in db.query(_POSTS):
        row["text"] = hidden.removed(without_links(row["text"], row.pop("hidden_links")))
        row["cards"] = hidden.removed(row["cards"])
        handle, name = row.pop("handle"), row.pop("name")
        author = {"handle": handle, "name": name} if handle else None
        yield row | {
            "author": author,
            **{name: msgspec.json.decode(row[name]) for name in ("hashtags", "links", "cards")},
        }


def topic_labels(db: Database) -> dict[str, str]:
    """Return the label of each topic by slug, in the order of the labels."""
    return dict(
        db.execute("SELECT slug, label FROM topics ORDER BY label COLLATE NOCASE, slug").fetchall()
    )
