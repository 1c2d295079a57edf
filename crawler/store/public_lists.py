"""The views behind lists and named queries, stored as indexed tables of the snapshot.

A query over 100,000 articles then takes milliseconds, and a browser that reads the file in parts
reads few pages of it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StoredView:
    """A view that the snapshot stores as a table with `columns`, the columns of the view.

    Rows are inserted in the order of `sorted_by`. `indexes` are column lists, each with an optional
    condition.
    """

    name: str
    columns: str
    sorted_by: str
    indexes: tuple[str, ...] = ()
    is_clustered: bool = False


# In an order in which each reads only tables and earlier entries. The columns of an index answer
# the summary of a query without a row of the table. SQLite reads the row for a column of a
# condition, so that indexes contain these columns as well.
# (https://www.sqlite.org/partialindex.html)
LISTS = (
    StoredView(
        "article_list",
        """id INTEGER PRIMARY KEY, url TEXT, title TEXT, site_name TEXT, host TEXT, kind TEXT,
        published TEXT, first_seen TEXT, last_checked TEXT, state TEXT, language TEXT,
        summary TEXT, word_count INTEGER, rank REAL, story_id INTEGER REFERENCES stories(id),
        shares INTEGER, sharers INTEGER, first_shared TEXT, topics TEXT, listed INTEGER,
        week TEXT, year INTEGER""",
        "id",
        (
            "(first_shared)",
            "(host, first_shared, shares)",
            "(kind, first_shared)",
            "(kind, host, state, language, year)",
            "(title, kind, host, state, language, year)",
            "(language)",
            "(rank)",
            "(state)",
            "(year)",
            "(week)",
            "(first_seen)",
            "(first_shared, host, listed) WHERE listed",
            "(kind, first_shared, host, listed) WHERE listed",
            "(language, first_shared, listed) WHERE listed",
            "(week, rank, first_shared, host, listed) WHERE listed",
            "(sharers, first_shared, listed) WHERE NOT listed",
            "(sharers, host, word_count) WHERE word_count = 0",
            "(shares, sharers, listed) WHERE listed",
            "(story_id) WHERE story_id IS NOT NULL",
        ),
    ),
)
QUERY_LISTS = (
    StoredView(
        "shares",
        """article_id INTEGER REFERENCES articles(id), post_id INTEGER REFERENCES posts(id),
        author_id INTEGER REFERENCES authors(id), network TEXT, shared TEXT, published TEXT,
        seen_at TEXT, post_url TEXT, text TEXT, author_name TEXT, author_handle TEXT, consent TEXT,
        similar_to INTEGER REFERENCES posts(id), url_as_written TEXT""",
        "article_id, post_id",
        (
            "(article_id, shared, author_id, network, post_id)",
            "(author_id, shared, article_id, post_id) WHERE author_id IS NOT NULL",
            "(shared, article_id, author_id, post_id)",
            "(post_id, article_id, shared)",
            "(network, shared, article_id)",
        ),
    ),
    StoredView(
        "article_sharers",
        """article_id INTEGER REFERENCES articles(id), post_id INTEGER REFERENCES posts(id),
        last_shared TEXT, PRIMARY KEY (article_id, post_id)""",
        "article_id, post_id",
        ("(last_shared, article_id)",),
        is_clustered=True,
    ),
    StoredView(
        "unlinked_posts",
        "post_id INTEGER PRIMARY KEY REFERENCES posts(id), written TEXT",
        "post_id",
        ("(written)",),
    ),
    StoredView(
        "entity_articles",
        """entity_id INTEGER REFERENCES entities(id), first_shared TEXT,
        article_id INTEGER REFERENCES articles(id), host TEXT, listed INTEGER, entity_kind TEXT,
        PRIMARY KEY (entity_id, first_shared, article_id)""",
        "entity_id, first_shared, article_id",
        (
            """(first_shared, article_id, entity_id, entity_kind, listed)
            WHERE entity_kind = 'figure' AND listed""",
            "(article_id, entity_id, entity_kind) WHERE entity_kind = 'figure'",
        ),
        is_clustered=True,
    ),
    StoredView(
        "topic_names",
        "name TEXT PRIMARY KEY, slug TEXT REFERENCES topics(slug), label TEXT",
        "name",
        is_clustered=True,
    ),
    StoredView(
        "topic_articles",
        """topic TEXT REFERENCES topics(slug), first_shared TEXT,
        article_id INTEGER REFERENCES articles(id), host TEXT, kind TEXT, sharers INTEGER,
        confidence TEXT, score REAL, evidence_rows INTEGER, tagging_id INTEGER REFERENCES
        taggings(id),
        PRIMARY KEY (topic, first_shared, article_id)""",
        "topic, first_shared, article_id",
        (
            "(article_id, topic)",
            "(confidence)",
            "(first_shared)",
            "(kind)",
            "(score, article_id, topic, evidence_rows) WHERE evidence_rows = 1",
        ),
        is_clustered=True,
    ),
    StoredView(
        "topic_posts",
        """topic TEXT REFERENCES topics(slug), written TEXT,
        post_id INTEGER REFERENCES posts(id), author_id INTEGER REFERENCES authors(id),
        confidence TEXT, PRIMARY KEY (topic, written, post_id)""",
        "topic, written, post_id",
        is_clustered=True,
    ),
)


COUNTED_LISTS = (
    StoredView(
        "topic_activity",
        "topic TEXT, week TEXT, articles INTEGER, shares INTEGER, PRIMARY KEY (topic, week)",
        "topic, week",
        ("(week, topic, articles)",),
        is_clustered=True,
    ),
    StoredView(
        "sharers",
        """author_id INTEGER PRIMARY KEY REFERENCES authors(id), articles INTEGER,
        agreed_articles INTEGER, followed_articles INTEGER, later_sharers INTEGER,
        led_articles INTEGER, last_shared TEXT""",
        "author_id",
        ("(agreed_articles)", "(led_articles)"),
    ),
    StoredView(
        "topic_pairs",
        """topic TEXT REFERENCES topics(slug), other_topic TEXT REFERENCES topics(slug),
        articles INTEGER, recent_articles INTEGER, earlier_articles INTEGER,
        PRIMARY KEY (topic, other_topic)""",
        "topic, other_topic",
        ("(articles)", "(other_topic)"),
        is_clustered=True,
    ),
    StoredView(
        "source_coverage",
        """source TEXT PRIMARY KEY, posts INTEGER, articles INTEGER, unique_articles INTEGER,
        last_shared TEXT""",
        "source",
        is_clustered=True,
    ),
)
"""The lists whose rows count several items, stored after all others."""


def store_views(copy: sqlite3.Connection, stored_views: Iterable[StoredView]) -> None:
    """Replace `stored_views` of the snapshot `copy` by indexed tables with the same rows."""
    for stored in stored_views:
        copy.execute(f"CREATE TEMP TABLE view_rows AS SELECT * FROM {stored.name}")  # noqa: S608
        copy.execute(f"DROP VIEW {stored.name}")
        options = " WITHOUT ROWID" if stored.is_clustered else ""
        copy.execute(f"CREATE TABLE {stored.name} ({stored.columns}){options}")
        copy.execute(
            f"INSERT INTO {stored.name} SELECT * FROM temp.view_rows ORDER BY {stored.sorted_by}"  # noqa: S608
        )
        copy.execute("DROP TABLE temp.view_rows")
        for index in stored.indexes:
            copy.execute(f"CREATE INDEX {_index_name(stored, index)} ON {stored.name}{index}")


def _index_name(stored: StoredView, index: str) -> str:
    """The name `public_<table>_<columns>`."""
    columns = index.partition(")")[0].strip("(").replace(", ", "_")
    return f"public_{stored.name}_{columns}"
