"""The migration that renames tables, columns, indexes and triggers to standard terms."""

from __future__ import annotations

from sqlite_utils import Database

from crawler.store.evidence_posts import TRIGGERS as EVIDENCE_TRIGGERS
from crawler.store.schema_views import VIEW_NAMES, VIEWS
from crawler.store.sql_script import sql_statements

RENAMED_TABLES = {
    "clusters": "stories",
    "curated": "curation_decisions",
    "failures": "item_failures",
    "forgotten": "tombstones",
    "held": "quarantined_posts",
    "kept_apart": "not_merged",
    "related": "related_articles",
    "robots": "robots_copies",
    "unconfirmed": "unconfirmed_posts",
    "vectors": "article_vectors",
    "versions": "derivation_versions",
}
"""Former name of each renamed table -> name."""

RENAMED_COLUMNS = {
    ("articles", "agreeing"): "agreeing_checks",
    ("articles", "cluster_id"): "story_id",
    ("articles", "counted_at"): "last_counted_at",
    ("articles", "suspected"): "suspected_state",
    ("articles", "understood"): "annotated",
    ("curation_decisions", "other"): "object",
    ("not_merged", "other"): "other_url",
    ("posts", "understood"): "annotated",
}
"""(table, former name of the column) -> name"""

_FORMER_INDEXES = ("articles_cluster", "curated_article", "curated_post")
_INDEXES = """
CREATE INDEX articles_story ON articles(story_id);
CREATE INDEX curation_decisions_article ON curation_decisions(article_id);
CREATE INDEX curation_decisions_post ON curation_decisions(post_id);
"""

_FORMER_TRIGGERS = (
    "articles_to_understand",
    "links_fall_silent",
    "links_speak",
    "posts_speak",
    "posts_to_understand",
)
# An item whose text changes waits to be annotated again.
_TRIGGERS = """
CREATE TRIGGER articles_to_annotate AFTER UPDATE OF url, title, summary, text, headings ON articles
WHEN (old.url, old.title, old.summary, old.text, old.headings)
    IS NOT (new.url, new.title, new.summary, new.text, new.headings)
BEGIN UPDATE articles SET annotated = '' WHERE id = new.id; END;
CREATE TRIGGER posts_to_annotate AFTER UPDATE OF content_hash, text ON posts
WHEN (old.content_hash, old.text) IS NOT (new.content_hash, new.text)
BEGIN UPDATE posts SET annotated = '' WHERE id = new.id; END;
"""


def rename_tables_and_columns(db: Database) -> None:
    """Rename the entries of `RENAMED_TABLES` and `RENAMED_COLUMNS`, and drop an unused column.

    Views, indexes and triggers are created again under the new names. SQLite refuses to rename
    anything while a view or trigger uses an unknown name, so they are dropped first.
    """
    _drop(db, "VIEW", VIEW_NAMES)
    _drop(db, "TRIGGER", _FORMER_TRIGGERS)
    _drop(db, "INDEX", _FORMER_INDEXES)

    for former, name in RENAMED_TABLES.items():
        db.execute(f"ALTER TABLE {former} RENAME TO {name}")
    for (table, former), name in RENAMED_COLUMNS.items():
        db.execute(f"ALTER TABLE {table} RENAME COLUMN {former} TO {name}")
    db.execute("ALTER TABLE article_links DROP COLUMN target_id")  # nothing ever wrote it

    for statement in sql_statements(_INDEXES + _TRIGGERS + EVIDENCE_TRIGGERS + VIEWS):
        db.execute(statement)


def _drop(db: Database, kind: str, names: tuple[str, ...]) -> None:
    for name in names:
        db.execute(f"DROP {kind} IF EXISTS {name}")
