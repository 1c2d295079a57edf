"""The views of the snapshot that decide what may be shown, without the decisions.

The snapshot has only rows and texts that may be shown, so its views need not decide again. Counts
and facets of 300,000 posts then read an index.
"""

from __future__ import annotations

import sqlite3

from crawler.store.public_lists import StoredView, store_views

_UNQUOTABLE = StoredView("unquotable_articles", "id INTEGER PRIMARY KEY", "id")
_VIEWS = {
    "publishable_articles": """
SELECT id, state,
       CASE WHEN id IN (SELECT id FROM unquotable_articles) THEN 'title' ELSE 'excerpt' END AS shows
FROM articles
""",
    "publishable_posts": """
SELECT id, consent AS level, network, COALESCE(published, seen_at) AS shared, published, seen_at,
       url, uri, author_id,
       CASE consent WHEN 'full' THEN (SELECT name FROM authors WHERE id = author_id) ELSE '' END
           AS author_name,
       CASE consent WHEN 'full' THEN (SELECT handle FROM authors WHERE id = author_id) ELSE '' END
           AS author_handle,
       text, language, thread_key, thread_position, similar_to
FROM posts
""",
}


def simplify_views(copy: sqlite3.Connection) -> None:
    """Replace the views of what may be shown in the snapshot `copy`, after all is reduced."""
    store_views(copy, [_UNQUOTABLE])
    for name, query in _VIEWS.items():
        copy.execute(f"DROP VIEW {name}")
        copy.execute(f"CREATE VIEW {name} AS {query}")
