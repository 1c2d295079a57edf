"""The first migrations of the database, up to the one that renames tables and columns.

Migrations that only created views or triggers have no statements now: the one that renames tables
and columns creates all views and triggers again.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from sqlite_utils import Database, Migrations

from crawler.store.first_schema import FIRST_TABLES, FIRST_TRIGGERS
from crawler.store.migration_scripts import (
    RENUMBERED_ENTITIES,
    limit_update_trigger,
)
from crawler.store.schema_renames import rename_tables_and_columns
from crawler.store.sql_script import sql_statements
from crawler.url_secrets import text_without_secrets, without_secrets

migrations = Migrations("hashtrail")

_HAS_URLS = (
    ("text_without_secrets", "aliases", "evidence"),
    ("text_without_secrets", "cards", "description"),
    ("text_without_secrets", "fetches", "hops"),
    ("text_without_secrets", "fetches", "message"),
    ("text_without_secrets", "posts", "text"),
    ("without_secrets", "aliases", "joined_to"),
    ("without_secrets", "aliases", "url"),
    ("without_secrets", "article_links", "url"),
    ("without_secrets", "articles", "url"),
    ("without_secrets", "fetches", "final_url"),
    ("without_secrets", "fetches", "url"),
    ("without_secrets", "links", "shown"),
    ("without_secrets", "links", "url"),
    ("without_secrets", "posts", "url"),
)

SEARCHED = {"articles": ("title", "summary", "text", "site_name"), "posts": ("text",)}


@migrations()
def first_schema(db: Database) -> None:
    """Create every table, with full-text search over articles and posts."""
    for statement in sql_statements(FIRST_TABLES + FIRST_TRIGGERS):
        db.execute(statement)
    for table, columns in SEARCHED.items():
        db.table(table).enable_fts(list(columns), create_triggers=True, tokenize="porter")
        limit_update_trigger(db, table, columns)


@migrations()
def posts_asked_for_again(db: Database) -> None:
    """Store when each post was last rechecked and when it is due (empty: not yet).

    `missing_since` is the time since when its network does not return the post.
    """
    for column in ("last_checked", "next_check", "missing_since"):
        db.execute(f"ALTER TABLE posts ADD COLUMN {column} TEXT")


@migrations()
def publishable_views(db: Database) -> None:
    """Define in one view which rows may be shown, and base every list on it."""


@migrations()
def articles_dated_by_visible_shares(db: Database) -> None:
    """Date articles by visible shares: without one, an article is in no list."""


@migrations()
def failures_of_items(db: Database) -> None:
    """Store the links, posts, files, sources, articles and pages that a run could not process."""
    db.execute(
        "CREATE TABLE failures (run_id INTEGER NOT NULL REFERENCES runs(id) ON DELETE CASCADE, "
        "kind TEXT NOT NULL, subject TEXT NOT NULL, outcome TEXT NOT NULL, message TEXT NOT NULL, "
        "at TEXT NOT NULL, PRIMARY KEY (run_id, kind, subject)) WITHOUT ROWID"
    )


@migrations()
def posts_found_by_url(db: Database) -> None:
    """Index the URLs of posts, by which decisions of the curator are matched."""
    db.execute("CREATE INDEX posts_url ON posts(url) WHERE url <> ''")


@migrations()
def attempts(db: Database) -> None:
    """Store when each source was last polled and each post last rechecked, with any result."""
    for table in ("sources", "posts"):
        db.execute(f"ALTER TABLE {table} ADD COLUMN last_attempt TEXT")


@migrations()
def archive_record_of_each_article(db: Database) -> None:
    """Store the archive record of each article, and the segment with the body of a revisit.

    For an article that was read before, the record is its newest archived response. The record is
    stored only if every later check confirms the article and the page allows copies.
    """
    db.execute("ALTER TABLE fetches ADD COLUMN archive_original TEXT")
    db.execute("ALTER TABLE articles ADD COLUMN archive_file TEXT")
    db.execute("ALTER TABLE articles ADD COLUMN archive_offset INTEGER")
    db.execute("ALTER TABLE articles ADD COLUMN archive_at TEXT")
    db.execute(
        """UPDATE articles SET (archive_file, archive_offset, archive_at) = (
               SELECT f.archive_file, f.archive_offset, f.at FROM fetches f
               JOIN aliases x ON x.url = f.url WHERE x.article_id = articles.id
               AND f.purpose = 'page' AND f.outcome = 'ok' AND f.archive_file IS NOT NULL
               ORDER BY f.at DESC, f.id DESC LIMIT 1)
           WHERE state IN ('ok', 'moved') AND suspected IS NULL AND content_hash <> ''
           AND NOT COALESCE(json_extract(directives, '$.noarchive'), 0)"""
    )
    db.execute("CREATE INDEX fetches_archive ON fetches(archive_file, archive_offset)")


@migrations()
def feed_entries_shown_by_title(db: Database) -> None:
    """Show the post of a feed entry by its title: the text of the entry is an article's."""


@migrations()
def withheld_authors_and_posts(db: Database) -> None:
    """Store who reported that an author or post is withheld, when and why, and the names to hide.

    `refusals` counts the consecutive checks of a post that its server refused (HTTP 401 or 403).
    """
    for subject in ("author", "post"):
        db.execute(
            f"CREATE TABLE withheld_{subject}s ({subject}_id INTEGER PRIMARY KEY "
            f"REFERENCES {subject}s(id) ON DELETE CASCADE, source TEXT NOT NULL, "
            "at TEXT NOT NULL, reasons TEXT NOT NULL)"
        )
    db.execute(
        "CREATE TABLE withheld_names (digest TEXT PRIMARY KEY, author_id INTEGER NOT NULL "
        "REFERENCES authors(id) ON DELETE CASCADE) WITHOUT ROWID"
    )
    db.execute("CREATE INDEX withheld_names_author ON withheld_names(author_id)")
    db.execute("ALTER TABLE posts ADD COLUMN refusals INTEGER NOT NULL DEFAULT 0")


@migrations()
def unconfirmed_posts(db: Database) -> None:
    """Store the restored posts that their networks must confirm first.

    Withdrawals since the backup are unknown for them.
    """
    db.execute(
        "CREATE TABLE unconfirmed (post_id INTEGER PRIMARY KEY "
        "REFERENCES posts(id) ON DELETE CASCADE)"
    )


@migrations()
def urls_without_secrets(db: Database) -> None:
    """Remove tokens, sessions and mail addresses from URLs that were stored with them.

    New URLs are cleaned on arrival. Keys follow, because the rules for keys have a new version.
    """
    for cleaned in (without_secrets, text_without_secrets):
        name, plain = cleaned.__name__, partial(_unless_null, cleaned)
        db.conn.create_function(name, 1, plain, deterministic=True)
    for function, table, column in _HAS_URLS:
        db.execute(
            f"UPDATE OR REPLACE {table} SET {column} = {function}({column}) "  # noqa: S608
            f"WHERE {column} <> {function}({column})"
        )


@migrations()
def evidence_with_sentences(db: Database) -> None:
    """Store how often each piece of evidence occurs, and the first sentence that contains it."""
    db.execute("ALTER TABLE evidence ADD COLUMN times INTEGER NOT NULL DEFAULT 1")
    db.execute("ALTER TABLE evidence ADD COLUMN sentence TEXT NOT NULL DEFAULT ''")


@migrations()
def cards_within_excerpts(db: Database) -> None:
    """Limit cards to the excerpt of their article, and number entities by slug.

    Their numbers followed the text that named them first, which revealed the order of its words.
    """
    for statement in sql_statements(RENUMBERED_ENTITIES):
        db.execute(statement)


@migrations()
def posts_are_evidence_of_articles_with_text(db: Database) -> None:
    """Use a post as evidence of its article also after the article was read."""
    for trigger in ("posts_speak", "links_speak", "links_fall_silent"):
        db.execute(f"DROP TRIGGER IF EXISTS {trigger}")


@migrations()
def former_slugs_of_topics(db: Database) -> None:
    """Store the former slugs of topics, so that old decisions and page URLs stay valid."""
    db.execute("ALTER TABLE topics ADD COLUMN formerly TEXT NOT NULL DEFAULT '[]'")


@migrations()
def posts_understood_by_their_text(db: Database) -> None:
    """Annotate a post again whenever its text changes.

    Evidence quotes sentences of the post, and a name that is hidden later must leave them too.
    """
    db.execute("DROP TRIGGER posts_to_understand")
    db.execute(
        "CREATE TRIGGER posts_to_understand AFTER UPDATE OF content_hash, text ON posts "
        "WHEN (old.content_hash, old.text) IS NOT (new.content_hash, new.text) "
        "BEGIN UPDATE posts SET understood = '' WHERE id = new.id; END"
    )


@migrations()
def tables_and_columns_named_by_terms_of_the_field(db: Database) -> None:
    """Rename tables and columns to the terms that a specialist searches for."""
    rename_tables_and_columns(db)


def _unless_null(function: Callable[[str], str], text: str | None) -> str | None:
    return None if text is None else function(text)
