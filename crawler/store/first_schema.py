"""The tables and triggers of the first version of the schema; migrations change them later."""

from __future__ import annotations

# AUTOINCREMENT where an id is part of a page's URL: the id of an erased row is never used again.
FIRST_TABLES = """
CREATE TABLE sources (
    name TEXT PRIMARY KEY, kind TEXT NOT NULL, url TEXT NOT NULL DEFAULT '', enabled INTEGER NOT
    NULL DEFAULT 1, last_ok TEXT,
    last_outcome TEXT, last_message TEXT, failures INTEGER NOT NULL DEFAULT 0, next_check TEXT,
    cursor TEXT, etag TEXT, last_modified TEXT
);
CREATE TABLE authors (
    id INTEGER PRIMARY KEY AUTOINCREMENT, network TEXT NOT NULL, handle TEXT NOT NULL, name TEXT NOT
    NULL DEFAULT '', url TEXT NOT NULL DEFAULT '',
    consent TEXT NOT NULL DEFAULT 'full', UNIQUE (network, handle)
);
CREATE TABLE clusters (id INTEGER PRIMARY KEY, lead_article_id INTEGER NOT NULL
REFERENCES articles(id), reason TEXT NOT NULL);
CREATE TABLE articles (
    id INTEGER PRIMARY KEY AUTOINCREMENT, url TEXT NOT NULL, key TEXT NOT NULL UNIQUE, host TEXT NOT
    NULL, title TEXT NOT NULL DEFAULT '',
    site_name TEXT NOT NULL DEFAULT '', authors TEXT NOT NULL DEFAULT '[]', published TEXT, language
    TEXT NOT NULL DEFAULT '',
    kind TEXT NOT NULL DEFAULT '', kind_reason TEXT NOT NULL DEFAULT '', summary TEXT NOT NULL
    DEFAULT '', summary_source TEXT NOT NULL DEFAULT '',
    text TEXT NOT NULL DEFAULT '', headings TEXT NOT NULL DEFAULT '[]', word_count INTEGER NOT NULL
    DEFAULT 0, state TEXT NOT NULL DEFAULT 'new',
    state_since TEXT, state_evidence TEXT NOT NULL DEFAULT '', suspected TEXT, agreeing INTEGER NOT
    NULL DEFAULT 0, counted_at TEXT,
    first_seen TEXT NOT NULL, last_checked TEXT, next_check TEXT,
    failures INTEGER NOT NULL DEFAULT 0, last_outcome TEXT, last_status INTEGER, content_hash TEXT
    NOT NULL DEFAULT '', fingerprint TEXT,
    etag TEXT, last_modified TEXT,
    directives TEXT NOT NULL DEFAULT '{}', field_sources TEXT NOT NULL DEFAULT '{}', extractor TEXT
    NOT NULL DEFAULT '',
    media_type TEXT NOT NULL DEFAULT '', cluster_id INTEGER
    REFERENCES clusters(id), rank REAL NOT NULL DEFAULT 0, hidden INTEGER NOT NULL DEFAULT 0,
    understood TEXT NOT NULL DEFAULT ''
);
CREATE INDEX articles_host ON articles(host);
CREATE INDEX articles_next_check ON articles(next_check);
CREATE INDEX articles_cluster ON articles(cluster_id);
CREATE TABLE posts (
    id INTEGER PRIMARY KEY AUTOINCREMENT, source TEXT NOT NULL, network TEXT NOT NULL, uri TEXT NOT
    NULL UNIQUE, url TEXT NOT NULL DEFAULT '',
    author_id INTEGER REFERENCES authors(id), published TEXT, edited TEXT, seen_at TEXT NOT NULL,
    language TEXT NOT NULL DEFAULT '',
    text TEXT NOT NULL DEFAULT '', thread_key TEXT, thread_position INTEGER, visibility TEXT NOT
    NULL DEFAULT 'public',
    consent TEXT NOT NULL DEFAULT 'full', sensitive INTEGER NOT NULL DEFAULT 0, counts TEXT NOT NULL
    DEFAULT '{}', content_hash TEXT NOT NULL DEFAULT '',
    similar_to INTEGER REFERENCES posts(id), deleted_at TEXT, provenance TEXT NOT NULL DEFAULT '{}',
    hidden INTEGER NOT NULL DEFAULT 0,
    understood TEXT NOT NULL DEFAULT ''
);
CREATE INDEX posts_source ON posts(source, seen_at);
CREATE INDEX posts_author ON posts(author_id);
CREATE INDEX posts_thread ON posts(thread_key);
CREATE TABLE post_hashtags (
    post_id INTEGER NOT NULL REFERENCES posts(id) ON DELETE CASCADE, hashtag TEXT NOT NULL, shown
    TEXT NOT NULL, PRIMARY KEY (post_id, hashtag)
) WITHOUT ROWID;
CREATE TABLE links (
    id INTEGER PRIMARY KEY, post_id INTEGER NOT NULL
    REFERENCES posts(id) ON DELETE CASCADE, url TEXT NOT NULL, shown TEXT NOT NULL DEFAULT '',
    origin TEXT NOT NULL, position INTEGER NOT NULL, article_id INTEGER
    REFERENCES articles(id), UNIQUE (post_id, position)
);
CREATE INDEX links_article ON links(article_id);
CREATE INDEX links_url ON links(url);
CREATE TABLE cards (
    id INTEGER PRIMARY KEY, post_id INTEGER NOT NULL
    REFERENCES posts(id) ON DELETE CASCADE, link_id INTEGER REFERENCES links(id) ON DELETE CASCADE,
    title TEXT NOT NULL, description TEXT NOT NULL DEFAULT '', site_name TEXT NOT NULL DEFAULT '',
    published TEXT,
    article_id INTEGER REFERENCES articles(id), score REAL, UNIQUE (post_id, title)
);
CREATE INDEX cards_article ON cards(article_id);
CREATE TABLE aliases (
    id INTEGER PRIMARY KEY, url TEXT NOT NULL, key TEXT NOT NULL, article_id INTEGER NOT NULL
    REFERENCES articles(id) ON DELETE CASCADE,
    reason TEXT NOT NULL, joined_to TEXT NOT NULL DEFAULT '', evidence TEXT NOT NULL DEFAULT '',
    added_at TEXT NOT NULL,
    UNIQUE (url, article_id, reason)
);
CREATE INDEX aliases_key ON aliases(key);
CREATE INDEX aliases_article ON aliases(article_id);
CREATE TABLE kept_apart (url TEXT NOT NULL, other TEXT NOT NULL, at TEXT NOT NULL, PRIMARY KEY (url,
other)) WITHOUT ROWID;
CREATE TABLE topics (
    slug TEXT PRIMARY KEY, label TEXT NOT NULL, definition TEXT NOT NULL, broader TEXT, aliases TEXT
    NOT NULL DEFAULT '[]',
    related TEXT NOT NULL DEFAULT '[]', hashtags TEXT NOT NULL DEFAULT '[]', start_here TEXT NOT
    NULL DEFAULT '[]', measured TEXT NOT NULL DEFAULT '{}'
);
CREATE TABLE taggings (
    id INTEGER PRIMARY KEY, subject_kind TEXT NOT NULL CHECK (subject_kind IN ('article', 'post')),
    subject_id INTEGER NOT NULL,
    topic TEXT NOT NULL REFERENCES topics(slug), score REAL NOT NULL, confidence TEXT NOT NULL CHECK
    (confidence IN ('certain', 'likely', 'weak')),
    tagger TEXT NOT NULL, taxonomy_version TEXT NOT NULL, UNIQUE (subject_kind, subject_id, topic)
);
CREATE INDEX taggings_topic ON taggings(topic);
CREATE TABLE evidence (
    id INTEGER PRIMARY KEY, tagging_id INTEGER NOT NULL
    REFERENCES taggings(id) ON DELETE CASCADE, field TEXT NOT NULL, quote TEXT NOT NULL,
    start INTEGER NOT NULL, rule TEXT NOT NULL, weight REAL NOT NULL
);
CREATE INDEX evidence_tagging ON evidence(tagging_id);
CREATE TABLE entities (id INTEGER PRIMARY KEY, slug TEXT NOT NULL UNIQUE, name TEXT NOT NULL, kind
TEXT NOT NULL, note TEXT NOT NULL DEFAULT '');
CREATE TABLE article_entities (
    article_id INTEGER NOT NULL REFERENCES articles(id) ON DELETE CASCADE, entity_id INTEGER NOT
    NULL REFERENCES entities(id), sentence TEXT NOT NULL,
    start INTEGER NOT NULL, PRIMARY KEY (article_id, entity_id)
) WITHOUT ROWID;
CREATE TABLE related (
    article_id INTEGER NOT NULL REFERENCES articles(id) ON DELETE CASCADE, other_id INTEGER NOT NULL
    REFERENCES articles(id) ON DELETE CASCADE,
    score REAL NOT NULL, reason TEXT NOT NULL, PRIMARY KEY (article_id, other_id)
) WITHOUT ROWID;
CREATE TABLE vectors (
    article_id INTEGER PRIMARY KEY REFERENCES articles(id) ON DELETE CASCADE, vector BLOB NOT NULL,
    digest TEXT NOT NULL
);
CREATE TABLE article_links (
    article_id INTEGER NOT NULL REFERENCES articles(id) ON DELETE CASCADE, url TEXT NOT NULL, shown
    TEXT NOT NULL DEFAULT '',
    target_id INTEGER REFERENCES articles(id) ON DELETE SET NULL, PRIMARY KEY (article_id, url)
) WITHOUT ROWID;
CREATE TABLE fetches (
    id INTEGER PRIMARY KEY, run_id INTEGER REFERENCES runs(id), url TEXT NOT NULL, final_url TEXT,
    at TEXT NOT NULL, purpose TEXT NOT NULL,
    outcome TEXT NOT NULL, status INTEGER, bytes INTEGER NOT NULL DEFAULT 0, elapsed_ms INTEGER NOT
    NULL DEFAULT 0, robots_rule TEXT,
    waited_ms INTEGER NOT NULL DEFAULT 0, hops TEXT NOT NULL DEFAULT '[]', message TEXT NOT NULL
    DEFAULT '', archive_file TEXT, archive_offset INTEGER
);
CREATE INDEX fetches_url ON fetches(url);
CREATE TABLE robots (authority TEXT PRIMARY KEY, fetched_at TEXT NOT NULL, body BLOB NOT NULL);
CREATE TABLE runs (
    id INTEGER PRIMARY KEY, command TEXT NOT NULL, started TEXT NOT NULL, finished TEXT, outcome
    TEXT, counts TEXT NOT NULL DEFAULT '{}',
    message TEXT NOT NULL DEFAULT ''
);
CREATE TABLE run_sources (
    run_id INTEGER NOT NULL REFERENCES runs(id) ON DELETE CASCADE, source TEXT NOT NULL, outcome
    TEXT NOT NULL, posts_seen INTEGER NOT NULL DEFAULT 0,
    posts_new INTEGER NOT NULL DEFAULT 0, message TEXT NOT NULL DEFAULT '', PRIMARY KEY (run_id,
    source)
) WITHOUT ROWID;
CREATE TABLE curation_log (
    id INTEGER PRIMARY KEY, at TEXT NOT NULL, who TEXT NOT NULL, action TEXT NOT NULL, subject TEXT
    NOT NULL, reason TEXT NOT NULL
);
CREATE TABLE curated (
    action TEXT NOT NULL, subject TEXT NOT NULL, other TEXT NOT NULL, reason TEXT NOT NULL, who TEXT
    NOT NULL, since TEXT NOT NULL,
    article_id INTEGER REFERENCES articles(id) ON DELETE SET NULL, post_id INTEGER
    REFERENCES posts(id) ON DELETE SET NULL,
    PRIMARY KEY (action, subject, other)
) WITHOUT ROWID;
CREATE INDEX curated_article ON curated(article_id);
CREATE INDEX curated_post ON curated(post_id);
CREATE TABLE held (post_id INTEGER PRIMARY KEY
REFERENCES posts(id) ON DELETE CASCADE, since TEXT NOT NULL, reason TEXT NOT NULL);
CREATE TABLE forgotten (digest TEXT PRIMARY KEY, at TEXT NOT NULL, reason TEXT NOT NULL);
CREATE TABLE versions (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""

# An item whose text changes waits to be annotated again.
FIRST_TRIGGERS = """
CREATE TRIGGER articles_to_understand AFTER UPDATE OF url, title, summary, text, headings ON
articles
WHEN (old.url, old.title, old.summary, old.text, old.headings)
    IS NOT (new.url, new.title, new.summary, new.text, new.headings)
BEGIN UPDATE articles SET understood = '' WHERE id = new.id; END;
CREATE TRIGGER posts_to_understand AFTER UPDATE OF content_hash ON posts
WHEN old.content_hash IS NOT new.content_hash
BEGIN UPDATE posts SET understood = '' WHERE id = new.id; END;
"""
