"""The migrations of the database, in order.

The names of tables, views and columns are public: other programs query them.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from sqlite_utils import Database, Migrations

from crawler.store.first_schema import FIRST_TABLES, FIRST_TRIGGERS
from crawler.store.migration_scripts import (
    CHANGES_OF_ARTICLES,
    RENUMBERED_ENTITIES,
    limit_update_trigger,
)
from crawler.store.schema_descriptions import SCHEMA_DESCRIPTIONS
from crawler.store.schema_query_views import (
    ARTICLE_SHARERS,
    ENTITY_ARTICLES,
    QUERY_VIEWS,
    TOPIC_ARTICLES,
    TOPIC_POSTS,
    UNLINKED_POSTS,
)
from crawler.store.schema_renames import rename_tables_and_columns
from crawler.store.schema_views import ARTICLE_LIST
from crawler.store.search_tables import SEARCH_TABLES
from crawler.store.sql_script import sql_statements
from crawler.url_secrets import text_without_secrets, without_secrets

APPLICATION_ID = 0x48545241  # "HTRA": marks a SQLite file as a Hashtrail database

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

# Migrations that only created views or triggers have no statements now: the one that renames tables
# and columns creates all views and triggers again.


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


@migrations()
def phrases_of_the_stored_topics(db: Database) -> None:
    """Store the phrases by which topics were derived, so that a retag compares with them."""
    db.execute("CREATE TABLE topic_phrases (version TEXT PRIMARY KEY, phrases TEXT NOT NULL)")
    db.execute("DELETE FROM derivation_versions WHERE name = 'phrases'")


@migrations()
def keys_of_feed_entries(db: Database) -> None:
    """Store the keys of feed entries, so that an entry stays one post when its link changes."""
    db.execute(
        "CREATE TABLE feed_entry_keys (source TEXT NOT NULL, kind TEXT NOT NULL, "
        "key TEXT NOT NULL, post_id INTEGER NOT NULL REFERENCES posts(id) ON DELETE CASCADE, "
        "PRIMARY KEY (source, key, kind)) WITHOUT ROWID"
    )
    db.execute("CREATE INDEX feed_entry_keys_post ON feed_entry_keys(post_id)")


@migrations()
def lifecycle_of_sources(db: Database) -> None:
    """Store what repeated polls of a source have shown, and how often it usually has news."""
    for column in (
        "moving_to TEXT NOT NULL DEFAULT ''",
        "moves INTEGER NOT NULL DEFAULT 0",
        "polled_url TEXT NOT NULL DEFAULT ''",
        "not_found INTEGER NOT NULL DEFAULT 0",
        "unchanged INTEGER NOT NULL DEFAULT 0",
        "stopped TEXT",
        "newest_post TEXT",
        "usual_gap_days REAL",
        "changed TEXT NOT NULL DEFAULT ''",
    ):
        db.execute(f"ALTER TABLE sources ADD COLUMN {column}")


@migrations()
def titles_of_merged_urls(db: Database) -> None:
    """Store the title of each merged article at its URL, so that a split can restore it."""
    db.execute("ALTER TABLE aliases ADD COLUMN title TEXT NOT NULL DEFAULT ''")


@migrations()
def targets_of_article_links(db: Database) -> None:
    """Store the key of each link in a text, and the article it leads to.

    Both are NULL until the next run computes them.
    """
    db.execute("ALTER TABLE article_links ADD COLUMN key TEXT")
    db.execute(
        "ALTER TABLE article_links ADD COLUMN target_id INTEGER "
        "REFERENCES articles(id) ON DELETE SET NULL"
    )
    db.execute(
        "CREATE INDEX article_links_target ON article_links(target_id) WHERE target_id IS NOT NULL"
    )
    db.execute("CREATE INDEX article_links_without_key ON article_links(url) WHERE key IS NULL")


@migrations()
def entries_of_published_feeds(db: Database) -> None:
    """Store when each entry of the site's feeds changed, and what their ids begin with."""
    db.execute(
        "CREATE TABLE published_entries (article_id INTEGER PRIMARY KEY "
        "REFERENCES articles(id) ON DELETE CASCADE, digest TEXT NOT NULL, changed TEXT NOT NULL)"
    )
    db.execute(
        "CREATE TABLE site_identity (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID"
    )


@migrations()
def texts_and_reading_lists_of_topics(db: Database) -> None:
    """Store the text, the easily confused topics and the reading list of each topic."""
    db.execute("ALTER TABLE topics ADD COLUMN confused_with TEXT NOT NULL DEFAULT '[]'")
    db.execute("ALTER TABLE topics ADD COLUMN text TEXT NOT NULL DEFAULT ''")
    db.execute(
        "CREATE TABLE reading_list (topic TEXT NOT NULL REFERENCES topics(slug) ON DELETE CASCADE, "
        "position INTEGER NOT NULL, url TEXT NOT NULL, title TEXT NOT NULL, "
        "authors TEXT NOT NULL DEFAULT '[]', year INTEGER, kind TEXT NOT NULL DEFAULT '', "
        "why TEXT NOT NULL DEFAULT '', listed_in TEXT NOT NULL DEFAULT '', "
        "article_id INTEGER REFERENCES articles(id) ON DELETE SET NULL, "
        "PRIMARY KEY (topic, position)) WITHOUT ROWID"
    )
    db.execute("CREATE INDEX reading_list_article ON reading_list(article_id)")


@migrations()
def changes_of_articles(db: Database) -> None:
    """Store when the state and the topics of articles change, and the topics last recorded."""
    for statement in sql_statements(CHANGES_OF_ARTICLES):
        db.execute(statement)


@migrations()
def words_of_texts(db: Database) -> None:
    """Store in the snapshot the articles of each word, for the search of the site."""
    db.execute(
        "CREATE TABLE text_words (word TEXT PRIMARY KEY, article_ids TEXT NOT NULL) WITHOUT ROWID"
    )


@migrations()
def views_of_named_queries(db: Database) -> None:
    """Define the views that named queries read; the snapshot stores their rows in tables."""
    for statement in sql_statements(QUERY_VIEWS):
        db.execute(statement)


@migrations()
def search_of_all_types(db: Database) -> None:
    """Store in the snapshot one search index over articles, posts, topics, entities and people."""
    for statement in sql_statements(SEARCH_TABLES):
        db.execute(statement)


@migrations()
def articles_of_each_entity(db: Database) -> None:
    """Define the view of the articles of each entity, which the snapshot stores in a table."""
    for statement in sql_statements(ENTITY_ARTICLES):
        db.execute(statement)


@migrations()
def posts_of_each_topic(db: Database) -> None:
    """Define the view of the posts of each topic, and name the tagging of its articles."""
    db.execute("DROP VIEW topic_articles")
    for statement in sql_statements(TOPIC_ARTICLES + TOPIC_POSTS):
        db.execute(statement)


@migrations()
def list_of_posts_without_shares(db: Database) -> None:
    """Define the view of posts without a share, which the snapshot stores in a table."""
    for statement in sql_statements(UNLINKED_POSTS):
        db.execute(statement)


@migrations()
def year_of_articles(db: Database) -> None:
    """Add the year of each article to the list of articles, by which readers filter."""
    db.execute("DROP VIEW article_list")
    for statement in sql_statements(ARTICLE_LIST):
        db.execute(statement)


@migrations()
def descriptions_of_the_schema(db: Database) -> None:
    """Store in the snapshot what each table and column means."""
    for statement in sql_statements(SCHEMA_DESCRIPTIONS):
        db.execute(statement)


@migrations()
def sharers_of_each_article(db: Database) -> None:
    """Define the view of the sharers of each article, by which readers count people."""
    db.execute(ARTICLE_SHARERS.strip())


def _unless_null(function: Callable[[str], str], text: str | None) -> str | None:
    return None if text is None else function(text)
