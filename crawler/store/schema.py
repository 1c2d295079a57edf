"""The migrations of the database, in order, after the early ones.

The names of tables, views and columns are public: other programs query them.
"""

from __future__ import annotations

from sqlite_utils import Database

from crawler.store.change_triggers import change_tables, renewed_triggers
from crawler.store.early_migrations import migrations
from crawler.store.migration_scripts import CHANGES_OF_ARTICLES, INCIDENTS, MEASURES_OF_RUNS
from crawler.store.schema_changed_items import CARD_TRIGGERS, FEATURES, LINK_KEYS
from crawler.store.schema_changed_items import TABLES as CHANGED_ITEMS
from crawler.store.schema_changed_items import TRIGGERS as CHANGE_TRIGGERS
from crawler.store.schema_changed_sources import CHANGED_SOURCES
from crawler.store.schema_descriptions import SCHEMA_DESCRIPTIONS
from crawler.store.schema_due_indexes import (
    CREATE_DUE_INDEXES,
    CREATE_LATER_INDEXES,
    CREATE_NAME_INDEXES,
)
from crawler.store.schema_query_views import (
    ARTICLE_SHARERS,
    ENTITY_ARTICLES,
    QUERY_VIEWS,
    SHARERS,
    TOPIC_ARTICLES,
    TOPIC_POSTS,
    UNLINKED_POSTS,
)
from crawler.store.schema_superseded_fetches import SUPERSEDED_FETCHES
from crawler.store.schema_views import ARTICLE_LIST, ARTICLES
from crawler.store.search_tables import SEARCH_TABLES, WORDS_OF_ARTICLES
from crawler.store.sql_script import sql_statements

__all__ = ["APPLICATION_ID", "migrations"]

APPLICATION_ID = 0x48545241  # "HTRA": marks a SQLite file as a Hashtrail database


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


@migrations()
def measures_of_runs(db: Database) -> None:
    """Store numbers of each run by subject, for its report."""
    db.execute(MEASURES_OF_RUNS)


@migrations()
def incidents_and_messages(db: Database) -> None:
    """Store incidents, the messages about them, and the last delivery of each channel."""
    for statement in sql_statements(INCIDENTS):
        db.execute(statement)


@migrations()
def versions_of_items(db: Database) -> None:
    """Store in the snapshot the version of each article, post and other item that pages show."""
    db.execute(
        "CREATE TABLE item_versions (kind TEXT NOT NULL, id NOT NULL, version BLOB NOT NULL, "
        "PRIMARY KEY (kind, id)) WITHOUT ROWID"
    )


@migrations()
def items_that_changed(db: Database) -> None:
    """Record by triggers which articles and posts changed, and store keys of similar texts."""
    for statement in sql_statements(CHANGED_ITEMS + CHANGE_TRIGGERS):
        db.execute(statement)


@migrations()
def articles_indexed_in_snapshots(db: Database) -> None:
    """Fill the index of articles in the snapshot only: no command searches the database for them.

    To index the texts takes a third of the time of an import.
    """
    for event in ("ai", "ad", "au"):
        db.execute(f"DROP TRIGGER articles_{event}")
    db.execute("INSERT INTO articles_fts (articles_fts) VALUES ('delete-all')")


@migrations()
def features_of_articles(db: Database) -> None:
    """Store the features of articles, so that relations and stories of changed ones are found."""
    for statement in sql_statements(FEATURES + ARTICLES):
        db.execute(statement)


@migrations()
def changes_since_the_snapshot(db: Database) -> None:
    """Record what changes after the public snapshot was written, so that it need not be again."""
    for statement in sql_statements(change_tables(db)):
        db.execute(statement)


@migrations()
def indexes_of_due_rows(db: Database) -> None:
    """Index what is due, hidden or expired, so that a night reads only these rows."""
    for statement in sql_statements(CREATE_DUE_INDEXES):
        db.execute(statement)


@migrations()
def words_of_articles(db: Database) -> None:
    """Store in the snapshot the words of each article, and define sharers by shown times."""
    for statement in sql_statements(WORDS_OF_ARTICLES):
        db.execute(statement)
    db.execute("DROP VIEW sharers")
    for statement in sql_statements(SHARERS):
        db.execute(statement)


@migrations()
def changed_items_of_the_snapshot(db: Database) -> None:
    """Record by item what changes after the public snapshot was written, so that it is updated."""
    for statement in sql_statements(renewed_triggers(db)):
        db.execute(statement)


@migrations()
def without_text_words(db: Database) -> None:
    """Drop the list of articles by word: the search of the site reads the words by article."""
    db.execute("DROP TABLE text_words")


@migrations()
def indexes_of_runs_and_rechecks(db: Database) -> None:
    """Index the fetches of a run, the posts that are due for a recheck, and curated topics."""
    for statement in sql_statements(CREATE_LATER_INDEXES):
        db.execute(statement)


@migrations()
def changes_of_cards(db: Database) -> None:
    """Record which articles cards may complete, and which cards must be matched to an article."""
    for statement in sql_statements(CARD_TRIGGERS):
        db.execute(statement)


@migrations()
def keys_of_links_in_texts(db: Database) -> None:
    """Store the keys of links as numbers, and record which articles have other URLs or keys."""
    for statement in sql_statements(LINK_KEYS):
        db.execute(statement)


@migrations()
def sources_with_changed_posts(db: Database) -> None:
    """Record the sources with changed posts, so that a night computes the health of these only."""
    for statement in sql_statements(CHANGED_SOURCES):
        db.execute(statement)


@migrations()
def superseded_records_of_fetches(db: Database) -> None:
    """List the fetch records with a newer one, so that retention reads no others."""
    for statement in sql_statements(SUPERSEDED_FETCHES):
        db.execute(statement)


@migrations()
def posts_indexed_in_snapshots(db: Database) -> None:
    """Fill the index of posts in the snapshot only, and index the posts that may name people.

    To index the texts takes an eighth of the time of an import. Only the search for the names of
    withheld authors used the index.
    """
    for event in ("ai", "ad", "au"):
        db.execute(f"DROP TRIGGER posts_{event}")
    db.execute("INSERT INTO posts_fts (posts_fts) VALUES ('delete-all')")
    for statement in sql_statements(CREATE_NAME_INDEXES):
        db.execute(statement)


@migrations()
def other_names_of_authors(db: Database) -> None:
    """Store the handles of accounts that are stored under a DID, so that one erases the other."""
    db.execute(
        "CREATE TABLE author_names (author_id INTEGER NOT NULL REFERENCES authors(id) "
        "ON DELETE CASCADE, name TEXT NOT NULL, PRIMARY KEY (author_id, name)) WITHOUT ROWID"
    )


@migrations()
def encoded_names(db: Database) -> None:
    """Index the posts and links that name an account in percent-encoding or without `@`."""
    for name in ("posts_naming", "links_naming"):
        db.execute(f"DROP INDEX {name}")
    for statement in sql_statements(CREATE_NAME_INDEXES):
        db.execute(statement)
