"""The tables and views of the database, as ordered migrations.

Their names are public: others query them.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from sqlite3 import complete_statement

from sqlite_utils import Database, Migrations

from crawler.store.evidence_posts import TRIGGERS as SPEAKING_TRIGGERS
from crawler.store.schema_views import VIEW_NAMES, VIEWS
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

# AUTOINCREMENT where an id is part of a page's address: the id of a forgotten row is never given to
# another.
_TABLES = """
CREATE TABLE sources (
    name TEXT PRIMARY KEY, kind TEXT NOT NULL, url TEXT NOT NULL DEFAULT '', enabled INTEGER NOT NULL DEFAULT 1, last_ok TEXT,
    last_outcome TEXT, last_message TEXT, failures INTEGER NOT NULL DEFAULT 0, next_check TEXT, cursor TEXT, etag TEXT, last_modified TEXT
);
CREATE TABLE authors (
    id INTEGER PRIMARY KEY AUTOINCREMENT, network TEXT NOT NULL, handle TEXT NOT NULL, name TEXT NOT NULL DEFAULT '', url TEXT NOT NULL DEFAULT '',
    consent TEXT NOT NULL DEFAULT 'full', UNIQUE (network, handle)
);
CREATE TABLE clusters (id INTEGER PRIMARY KEY, lead_article_id INTEGER NOT NULL REFERENCES articles(id), reason TEXT NOT NULL);
CREATE TABLE articles (
    id INTEGER PRIMARY KEY AUTOINCREMENT, url TEXT NOT NULL, key TEXT NOT NULL UNIQUE, host TEXT NOT NULL, title TEXT NOT NULL DEFAULT '',
    site_name TEXT NOT NULL DEFAULT '', authors TEXT NOT NULL DEFAULT '[]', published TEXT, language TEXT NOT NULL DEFAULT '',
    kind TEXT NOT NULL DEFAULT '', kind_reason TEXT NOT NULL DEFAULT '', summary TEXT NOT NULL DEFAULT '', summary_source TEXT NOT NULL DEFAULT '',
    text TEXT NOT NULL DEFAULT '', headings TEXT NOT NULL DEFAULT '[]', word_count INTEGER NOT NULL DEFAULT 0, state TEXT NOT NULL DEFAULT 'new',
    state_since TEXT, state_evidence TEXT NOT NULL DEFAULT '', suspected TEXT, agreeing INTEGER NOT NULL DEFAULT 0, counted_at TEXT,
    first_seen TEXT NOT NULL, last_checked TEXT, next_check TEXT,
    failures INTEGER NOT NULL DEFAULT 0, last_outcome TEXT, last_status INTEGER, content_hash TEXT NOT NULL DEFAULT '', fingerprint TEXT,
    etag TEXT, last_modified TEXT,
    directives TEXT NOT NULL DEFAULT '{}', field_sources TEXT NOT NULL DEFAULT '{}', extractor TEXT NOT NULL DEFAULT '',
    media_type TEXT NOT NULL DEFAULT '', cluster_id INTEGER REFERENCES clusters(id), rank REAL NOT NULL DEFAULT 0, hidden INTEGER NOT NULL DEFAULT 0,
    understood TEXT NOT NULL DEFAULT ''
);
CREATE INDEX articles_host ON articles(host);
CREATE INDEX articles_next_check ON articles(next_check);
CREATE INDEX articles_cluster ON articles(cluster_id);
CREATE TABLE posts (
    id INTEGER PRIMARY KEY AUTOINCREMENT, source TEXT NOT NULL, network TEXT NOT NULL, uri TEXT NOT NULL UNIQUE, url TEXT NOT NULL DEFAULT '',
    author_id INTEGER REFERENCES authors(id), published TEXT, edited TEXT, seen_at TEXT NOT NULL, language TEXT NOT NULL DEFAULT '',
    text TEXT NOT NULL DEFAULT '', thread_key TEXT, thread_position INTEGER, visibility TEXT NOT NULL DEFAULT 'public',
    consent TEXT NOT NULL DEFAULT 'full', sensitive INTEGER NOT NULL DEFAULT 0, counts TEXT NOT NULL DEFAULT '{}', content_hash TEXT NOT NULL DEFAULT '',
    similar_to INTEGER REFERENCES posts(id), deleted_at TEXT, provenance TEXT NOT NULL DEFAULT '{}', hidden INTEGER NOT NULL DEFAULT 0,
    understood TEXT NOT NULL DEFAULT ''
);
CREATE INDEX posts_source ON posts(source, seen_at);
CREATE INDEX posts_author ON posts(author_id);
CREATE INDEX posts_thread ON posts(thread_key);
CREATE TABLE post_hashtags (
    post_id INTEGER NOT NULL REFERENCES posts(id) ON DELETE CASCADE, hashtag TEXT NOT NULL, shown TEXT NOT NULL, PRIMARY KEY (post_id, hashtag)
) WITHOUT ROWID;
CREATE TABLE links (
    id INTEGER PRIMARY KEY, post_id INTEGER NOT NULL REFERENCES posts(id) ON DELETE CASCADE, url TEXT NOT NULL, shown TEXT NOT NULL DEFAULT '',
    origin TEXT NOT NULL, position INTEGER NOT NULL, article_id INTEGER REFERENCES articles(id), UNIQUE (post_id, position)
);
CREATE INDEX links_article ON links(article_id);
CREATE INDEX links_url ON links(url);
CREATE TABLE cards (
    id INTEGER PRIMARY KEY, post_id INTEGER NOT NULL REFERENCES posts(id) ON DELETE CASCADE, link_id INTEGER REFERENCES links(id) ON DELETE CASCADE,
    title TEXT NOT NULL, description TEXT NOT NULL DEFAULT '', site_name TEXT NOT NULL DEFAULT '', published TEXT,
    article_id INTEGER REFERENCES articles(id), score REAL, UNIQUE (post_id, title)
);
CREATE INDEX cards_article ON cards(article_id);
CREATE TABLE aliases (
    id INTEGER PRIMARY KEY, url TEXT NOT NULL, key TEXT NOT NULL, article_id INTEGER NOT NULL REFERENCES articles(id) ON DELETE CASCADE,
    reason TEXT NOT NULL, joined_to TEXT NOT NULL DEFAULT '', evidence TEXT NOT NULL DEFAULT '', added_at TEXT NOT NULL,
    UNIQUE (url, article_id, reason)
);
CREATE INDEX aliases_key ON aliases(key);
CREATE INDEX aliases_article ON aliases(article_id);
CREATE TABLE kept_apart (url TEXT NOT NULL, other TEXT NOT NULL, at TEXT NOT NULL, PRIMARY KEY (url, other)) WITHOUT ROWID;
CREATE TABLE topics (
    slug TEXT PRIMARY KEY, label TEXT NOT NULL, definition TEXT NOT NULL, broader TEXT, aliases TEXT NOT NULL DEFAULT '[]',
    related TEXT NOT NULL DEFAULT '[]', hashtags TEXT NOT NULL DEFAULT '[]', start_here TEXT NOT NULL DEFAULT '[]', measured TEXT NOT NULL DEFAULT '{}'
);
CREATE TABLE taggings (
    id INTEGER PRIMARY KEY, subject_kind TEXT NOT NULL CHECK (subject_kind IN ('article', 'post')), subject_id INTEGER NOT NULL,
    topic TEXT NOT NULL REFERENCES topics(slug), score REAL NOT NULL, confidence TEXT NOT NULL CHECK (confidence IN ('certain', 'likely', 'weak')),
    tagger TEXT NOT NULL, taxonomy_version TEXT NOT NULL, UNIQUE (subject_kind, subject_id, topic)
);
CREATE INDEX taggings_topic ON taggings(topic);
CREATE TABLE evidence (
    id INTEGER PRIMARY KEY, tagging_id INTEGER NOT NULL REFERENCES taggings(id) ON DELETE CASCADE, field TEXT NOT NULL, quote TEXT NOT NULL,
    start INTEGER NOT NULL, rule TEXT NOT NULL, weight REAL NOT NULL
);
CREATE INDEX evidence_tagging ON evidence(tagging_id);
CREATE TABLE entities (id INTEGER PRIMARY KEY, slug TEXT NOT NULL UNIQUE, name TEXT NOT NULL, kind TEXT NOT NULL, note TEXT NOT NULL DEFAULT '');
CREATE TABLE article_entities (
    article_id INTEGER NOT NULL REFERENCES articles(id) ON DELETE CASCADE, entity_id INTEGER NOT NULL REFERENCES entities(id), sentence TEXT NOT NULL,
    start INTEGER NOT NULL, PRIMARY KEY (article_id, entity_id)
) WITHOUT ROWID;
CREATE TABLE related (
    article_id INTEGER NOT NULL REFERENCES articles(id) ON DELETE CASCADE, other_id INTEGER NOT NULL REFERENCES articles(id) ON DELETE CASCADE,
    score REAL NOT NULL, reason TEXT NOT NULL, PRIMARY KEY (article_id, other_id)
) WITHOUT ROWID;
CREATE TABLE vectors (
    article_id INTEGER PRIMARY KEY REFERENCES articles(id) ON DELETE CASCADE, vector BLOB NOT NULL, digest TEXT NOT NULL
);
CREATE TABLE article_links (
    article_id INTEGER NOT NULL REFERENCES articles(id) ON DELETE CASCADE, url TEXT NOT NULL, shown TEXT NOT NULL DEFAULT '',
    target_id INTEGER REFERENCES articles(id) ON DELETE SET NULL, PRIMARY KEY (article_id, url)
) WITHOUT ROWID;
CREATE TABLE fetches (
    id INTEGER PRIMARY KEY, run_id INTEGER REFERENCES runs(id), url TEXT NOT NULL, final_url TEXT, at TEXT NOT NULL, purpose TEXT NOT NULL,
    outcome TEXT NOT NULL, status INTEGER, bytes INTEGER NOT NULL DEFAULT 0, elapsed_ms INTEGER NOT NULL DEFAULT 0, robots_rule TEXT,
    waited_ms INTEGER NOT NULL DEFAULT 0, hops TEXT NOT NULL DEFAULT '[]', message TEXT NOT NULL DEFAULT '', archive_file TEXT, archive_offset INTEGER
);
CREATE INDEX fetches_url ON fetches(url);
CREATE TABLE robots (authority TEXT PRIMARY KEY, fetched_at TEXT NOT NULL, body BLOB NOT NULL);
CREATE TABLE runs (
    id INTEGER PRIMARY KEY, command TEXT NOT NULL, started TEXT NOT NULL, finished TEXT, outcome TEXT, counts TEXT NOT NULL DEFAULT '{}',
    message TEXT NOT NULL DEFAULT ''
);
CREATE TABLE run_sources (
    run_id INTEGER NOT NULL REFERENCES runs(id) ON DELETE CASCADE, source TEXT NOT NULL, outcome TEXT NOT NULL, posts_seen INTEGER NOT NULL DEFAULT 0,
    posts_new INTEGER NOT NULL DEFAULT 0, message TEXT NOT NULL DEFAULT '', PRIMARY KEY (run_id, source)
) WITHOUT ROWID;
CREATE TABLE curation_log (
    id INTEGER PRIMARY KEY, at TEXT NOT NULL, who TEXT NOT NULL, action TEXT NOT NULL, subject TEXT NOT NULL, reason TEXT NOT NULL
);
CREATE TABLE curated (
    action TEXT NOT NULL, subject TEXT NOT NULL, other TEXT NOT NULL, reason TEXT NOT NULL, who TEXT NOT NULL, since TEXT NOT NULL,
    article_id INTEGER REFERENCES articles(id) ON DELETE SET NULL, post_id INTEGER REFERENCES posts(id) ON DELETE SET NULL,
    PRIMARY KEY (action, subject, other)
) WITHOUT ROWID;
CREATE INDEX curated_article ON curated(article_id);
CREATE INDEX curated_post ON curated(post_id);
CREATE TABLE held (post_id INTEGER PRIMARY KEY REFERENCES posts(id) ON DELETE CASCADE, since TEXT NOT NULL, reason TEXT NOT NULL);
CREATE TABLE forgotten (digest TEXT PRIMARY KEY, at TEXT NOT NULL, reason TEXT NOT NULL);
CREATE TABLE versions (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""

# What was understood of a text is no longer understood when the text changes.
_TRIGGERS = """
CREATE TRIGGER articles_to_understand AFTER UPDATE OF url, title, summary, text, headings ON articles
WHEN (old.url, old.title, old.summary, old.text, old.headings) IS NOT (new.url, new.title, new.summary, new.text, new.headings)
BEGIN UPDATE articles SET understood = '' WHERE id = new.id; END;
CREATE TRIGGER posts_to_understand AFTER UPDATE OF content_hash ON posts WHEN old.content_hash IS NOT new.content_hash
BEGIN UPDATE posts SET understood = '' WHERE id = new.id; END;
"""


@migrations()
def first_schema(db: Database) -> None:
    """Every table, with full-text search over articles and posts."""
    for statement in _statements(_TABLES + _TRIGGERS + SPEAKING_TRIGGERS):
        db.execute(statement)
    for table, columns in SEARCHED.items():
        db.table(table).enable_fts(list(columns), create_triggers=True, tokenize="porter")
        _index_only_what_changed(db, table, columns)


@migrations()
def posts_asked_for_again(db: Database) -> None:
    """When each post was last asked for again and when next (empty: not yet), and since when its
    network does not show it.
    """
    for column in ("last_checked", "next_check", "missing_since"):
        db.execute(f"ALTER TABLE posts ADD COLUMN {column} TEXT")


@migrations()
def publishable_views(db: Database) -> None:
    """One definition of what may be shown, and every list made from it."""
    _renew_views(db)


@migrations()
def articles_dated_by_visible_shares(db: Database) -> None:
    """An article without a visible share has no date of a first share, and no list has it."""
    _renew_views(db)


@migrations()
def failures_of_items(db: Database) -> None:
    """The links, posts, files, sources, articles and pages that a run could not process."""
    db.execute(
        "CREATE TABLE failures (run_id INTEGER NOT NULL REFERENCES runs(id) ON DELETE CASCADE, "
        "kind TEXT NOT NULL, subject TEXT NOT NULL, outcome TEXT NOT NULL, message TEXT NOT NULL, "
        "at TEXT NOT NULL, PRIMARY KEY (run_id, kind, subject)) WITHOUT ROWID"
    )


@migrations()
def posts_found_by_url(db: Database) -> None:
    """An index of the URLs of posts, which decisions of the curator are looked up by."""
    db.execute("CREATE INDEX posts_url ON posts(url) WHERE url <> ''")


@migrations()
def attempts(db: Database) -> None:
    """When each source was last polled and each post last rechecked, whatever the answer."""
    for table in ("sources", "posts"):
        db.execute(f"ALTER TABLE {table} ADD COLUMN last_attempt TEXT")


@migrations()
def archive_record_of_each_article(db: Database) -> None:
    """Which archive record each article was read from; of a revisit, which segment has its body.

    Of articles that were read before, the newest archived answer is that record only if every check
    since agrees that the page is still the article, and if the page allows copies.
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
    """The text of a feed entry is an article's, so its post shows the title alone."""
    _renew_views(db)


@migrations()
def withheld_authors_and_posts(db: Database) -> None:
    """Who reported that an author or a post is withheld, when and why, and the names to hide.

    `refusals`: how many checks of a post in a row its server refused (HTTP 401 or 403).
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
    """Restored posts that wait for an answer of their network, because it is unknown what was
    withdrawn since the backup.
    """
    db.execute(
        "CREATE TABLE unconfirmed (post_id INTEGER PRIMARY KEY "
        "REFERENCES posts(id) ON DELETE CASCADE)"
    )
    _renew_views(db)


@migrations()
def urls_without_secrets(db: Database) -> None:
    """Remove tokens, sessions and mail addresses from the URLs that were stored before they were
    removed on arrival. Keys follow, because the rules for keys have a new version.
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
    """How often each piece of evidence occurs, and the sentence that first contains it."""
    db.execute("ALTER TABLE evidence ADD COLUMN times INTEGER NOT NULL DEFAULT 1")
    db.execute("ALTER TABLE evidence ADD COLUMN sentence TEXT NOT NULL DEFAULT ''")


@migrations()
def cards_within_excerpts(db: Database) -> None:
    """A card shows of its article what the excerpt contains. Entities are numbered by slug.

    Their numbers followed the text that named them first, which told the order of its words.
    """
    _renew_views(db)
    for statement in _statements(_RENUMBERED):
        db.execute(statement)


_RENUMBERED = """
CREATE TEMP TABLE entities_by_slug AS
    SELECT row_number() OVER (ORDER BY slug) AS number, * FROM entities;
CREATE TEMP TABLE entities_named AS SELECT m.*, e.number
    FROM article_entities m JOIN temp.entities_by_slug e ON e.id = m.entity_id;
DELETE FROM article_entities;
DELETE FROM entities;
INSERT INTO entities SELECT number, slug, name, kind, note FROM temp.entities_by_slug;
INSERT INTO article_entities SELECT article_id, number, sentence, start FROM temp.entities_named;
DROP TABLE temp.entities_by_slug;
DROP TABLE temp.entities_named;
"""


@migrations()
def posts_are_evidence_of_articles_with_text(db: Database) -> None:
    """A post is evidence of the article it shares after the article was read, too."""
    for trigger in ("posts_speak", "links_speak", "links_fall_silent"):
        db.execute(f"DROP TRIGGER {trigger}")
    for statement in _statements(SPEAKING_TRIGGERS):
        db.execute(statement)


@migrations()
def former_slugs_of_topics(db: Database) -> None:
    """The slugs that a topic had before, so that old decisions and page URLs stay valid."""
    db.execute("ALTER TABLE topics ADD COLUMN formerly TEXT NOT NULL DEFAULT '[]'")


@migrations()
def posts_understood_by_their_text(db: Database) -> None:
    """Understand a post again whenever its text changes: evidence quotes sentences of it, and a
    name that is hidden later must leave them too.
    """
    db.execute("DROP TRIGGER posts_to_understand")
    db.execute(
        "CREATE TRIGGER posts_to_understand AFTER UPDATE OF content_hash, text ON posts "
        "WHEN (old.content_hash, old.text) IS NOT (new.content_hash, new.text) "
        "BEGIN UPDATE posts SET understood = '' WHERE id = new.id; END"
    )


def _unless_null(function: Callable[[str], str], text: str | None) -> str | None:
    return None if text is None else function(text)


def _renew_views(db: Database) -> None:
    """Create every view as `crawler.store.schema_views` defines it now."""
    for name in VIEW_NAMES:
        db.execute(f"DROP VIEW IF EXISTS {name}")
    for statement in _statements(VIEWS):
        db.execute(statement)


def _index_only_what_changed(db: Database, table: str, columns: tuple[str, ...]) -> None:
    """Narrow the update trigger of sqlite-utils to searched columns that differ: noting a check
    must not index a whole text again.
    """
    trigger = f"{table}_au"
    written = db.execute(
        "SELECT sql FROM sqlite_master WHERE type = 'trigger' AND name = ?", [trigger]
    ).fetchone()[0]
    db.execute(f"DROP TRIGGER {trigger}")
    differs = " OR ".join(f"old.{column} IS NOT new.{column}" for column in columns)
    db.execute(
        written.replace("AFTER UPDATE ON", f"AFTER UPDATE OF {', '.join(columns)} ON", 1).replace(
            " BEGIN", f" WHEN {differs} BEGIN", 1
        )
    )


def _statements(script: str) -> list[str]:
    """The statements of a script, triggers in one piece."""
    statements, read = [], ""
    for line in script.splitlines(keepends=True):
        read += line
        if complete_statement(read):
            statements.append(read.strip())
            read = ""
    return statements
