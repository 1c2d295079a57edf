"""Which pages search engines may index: all but those whose owner or author asks for `noindex`.

A page about an article repeats the `noindex` of that article's own page (robots meta element or
X-Robots-Tag). Authors who ask for it have no page, and no page shows their words: their posts are
published below the level `full` (docs/PRIVACY.md).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping

from crawler.sitegen.snapshot_reader import ListedArticle

_NOINDEX = "SELECT id FROM articles WHERE json_extract(directives, '$.noindex') ORDER BY id"


def read_noindex_paths(
    db: sqlite3.Connection, articles: Mapping[int, ListedArticle]
) -> frozenset[str]:
    """Return the paths of the pages about those `articles` whose own pages have `noindex`."""
    ids = (row["id"] for row in db.execute(_NOINDEX))
    return frozenset(articles[article_id].path for article_id in ids if article_id in articles)
