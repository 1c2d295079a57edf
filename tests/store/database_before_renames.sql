-- A database as the code before `tables_and_columns_named_by_terms_of_the_field` made it, with a row
-- in each table that this migration changes.
CREATE TABLE "_sqlite_migrations" (
   "id" INTEGER PRIMARY KEY,
   "migration_set" TEXT,
   "name" TEXT,
   "applied_at" TEXT
);
CREATE TABLE sources (
    name TEXT PRIMARY KEY, kind TEXT NOT NULL, url TEXT NOT NULL DEFAULT '', enabled INTEGER NOT NULL DEFAULT 1, last_ok TEXT,
    last_outcome TEXT, last_message TEXT, failures INTEGER NOT NULL DEFAULT 0, next_check TEXT, cursor TEXT, etag TEXT, last_modified TEXT
, last_attempt TEXT);
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
, archive_file TEXT, archive_offset INTEGER, archive_at TEXT);
CREATE TABLE posts (
    id INTEGER PRIMARY KEY AUTOINCREMENT, source TEXT NOT NULL, network TEXT NOT NULL, uri TEXT NOT NULL UNIQUE, url TEXT NOT NULL DEFAULT '',
    author_id INTEGER REFERENCES authors(id), published TEXT, edited TEXT, seen_at TEXT NOT NULL, language TEXT NOT NULL DEFAULT '',
    text TEXT NOT NULL DEFAULT '', thread_key TEXT, thread_position INTEGER, visibility TEXT NOT NULL DEFAULT 'public',
    consent TEXT NOT NULL DEFAULT 'full', sensitive INTEGER NOT NULL DEFAULT 0, counts TEXT NOT NULL DEFAULT '{}', content_hash TEXT NOT NULL DEFAULT '',
    similar_to INTEGER REFERENCES posts(id), deleted_at TEXT, provenance TEXT NOT NULL DEFAULT '{}', hidden INTEGER NOT NULL DEFAULT 0,
    understood TEXT NOT NULL DEFAULT ''
, last_checked TEXT, next_check TEXT, missing_since TEXT, last_attempt TEXT, refusals INTEGER NOT NULL DEFAULT 0);
CREATE TABLE post_hashtags (
    post_id INTEGER NOT NULL REFERENCES posts(id) ON DELETE CASCADE, hashtag TEXT NOT NULL, shown TEXT NOT NULL, PRIMARY KEY (post_id, hashtag)
) WITHOUT ROWID;
CREATE TABLE links (
    id INTEGER PRIMARY KEY, post_id INTEGER NOT NULL REFERENCES posts(id) ON DELETE CASCADE, url TEXT NOT NULL, shown TEXT NOT NULL DEFAULT '',
    origin TEXT NOT NULL, position INTEGER NOT NULL, article_id INTEGER REFERENCES articles(id), UNIQUE (post_id, position)
);
CREATE TABLE cards (
    id INTEGER PRIMARY KEY, post_id INTEGER NOT NULL REFERENCES posts(id) ON DELETE CASCADE, link_id INTEGER REFERENCES links(id) ON DELETE CASCADE,
    title TEXT NOT NULL, description TEXT NOT NULL DEFAULT '', site_name TEXT NOT NULL DEFAULT '', published TEXT,
    article_id INTEGER REFERENCES articles(id), score REAL, UNIQUE (post_id, title)
);
CREATE TABLE aliases (
    id INTEGER PRIMARY KEY, url TEXT NOT NULL, key TEXT NOT NULL, article_id INTEGER NOT NULL REFERENCES articles(id) ON DELETE CASCADE,
    reason TEXT NOT NULL, joined_to TEXT NOT NULL DEFAULT '', evidence TEXT NOT NULL DEFAULT '', added_at TEXT NOT NULL,
    UNIQUE (url, article_id, reason)
);
CREATE TABLE kept_apart (url TEXT NOT NULL, other TEXT NOT NULL, at TEXT NOT NULL, PRIMARY KEY (url, other)) WITHOUT ROWID;
CREATE TABLE topics (
    slug TEXT PRIMARY KEY, label TEXT NOT NULL, definition TEXT NOT NULL, broader TEXT, aliases TEXT NOT NULL DEFAULT '[]',
    related TEXT NOT NULL DEFAULT '[]', hashtags TEXT NOT NULL DEFAULT '[]', start_here TEXT NOT NULL DEFAULT '[]', measured TEXT NOT NULL DEFAULT '{}'
, formerly TEXT NOT NULL DEFAULT '[]');
CREATE TABLE taggings (
    id INTEGER PRIMARY KEY, subject_kind TEXT NOT NULL CHECK (subject_kind IN ('article', 'post')), subject_id INTEGER NOT NULL,
    topic TEXT NOT NULL REFERENCES topics(slug), score REAL NOT NULL, confidence TEXT NOT NULL CHECK (confidence IN ('certain', 'likely', 'weak')),
    tagger TEXT NOT NULL, taxonomy_version TEXT NOT NULL, UNIQUE (subject_kind, subject_id, topic)
);
CREATE TABLE evidence (
    id INTEGER PRIMARY KEY, tagging_id INTEGER NOT NULL REFERENCES taggings(id) ON DELETE CASCADE, field TEXT NOT NULL, quote TEXT NOT NULL,
    start INTEGER NOT NULL, rule TEXT NOT NULL, weight REAL NOT NULL
, times INTEGER NOT NULL DEFAULT 1, sentence TEXT NOT NULL DEFAULT '');
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
, archive_original TEXT);
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
CREATE TABLE held (post_id INTEGER PRIMARY KEY REFERENCES posts(id) ON DELETE CASCADE, since TEXT NOT NULL, reason TEXT NOT NULL);
CREATE TABLE forgotten (digest TEXT PRIMARY KEY, at TEXT NOT NULL, reason TEXT NOT NULL);
CREATE TABLE versions (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE VIRTUAL TABLE "articles_fts" USING FTS5 (
    "title", "summary", "text", "site_name",
    tokenize='porter',
    content="articles"
);
CREATE VIRTUAL TABLE "posts_fts" USING FTS5 (
    "text",
    tokenize='porter',
    content="posts"
);
CREATE TABLE failures (run_id INTEGER NOT NULL REFERENCES runs(id) ON DELETE CASCADE, kind TEXT NOT NULL, subject TEXT NOT NULL, outcome TEXT NOT NULL, message TEXT NOT NULL, at TEXT NOT NULL, PRIMARY KEY (run_id, kind, subject)) WITHOUT ROWID;
CREATE TABLE withheld_authors (author_id INTEGER PRIMARY KEY REFERENCES authors(id) ON DELETE CASCADE, source TEXT NOT NULL, at TEXT NOT NULL, reasons TEXT NOT NULL);
CREATE TABLE withheld_posts (post_id INTEGER PRIMARY KEY REFERENCES posts(id) ON DELETE CASCADE, source TEXT NOT NULL, at TEXT NOT NULL, reasons TEXT NOT NULL);
CREATE TABLE withheld_names (digest TEXT PRIMARY KEY, author_id INTEGER NOT NULL REFERENCES authors(id) ON DELETE CASCADE) WITHOUT ROWID;
CREATE TABLE unconfirmed (post_id INTEGER PRIMARY KEY REFERENCES posts(id) ON DELETE CASCADE);
CREATE UNIQUE INDEX "idx__sqlite_migrations_migration_set_name"
    ON "_sqlite_migrations" ("migration_set", "name");
CREATE INDEX articles_host ON articles(host);
CREATE INDEX articles_next_check ON articles(next_check);
CREATE INDEX articles_cluster ON articles(cluster_id);
CREATE INDEX posts_source ON posts(source, seen_at);
CREATE INDEX posts_author ON posts(author_id);
CREATE INDEX posts_thread ON posts(thread_key);
CREATE INDEX links_article ON links(article_id);
CREATE INDEX links_url ON links(url);
CREATE INDEX cards_article ON cards(article_id);
CREATE INDEX aliases_key ON aliases(key);
CREATE INDEX aliases_article ON aliases(article_id);
CREATE INDEX taggings_topic ON taggings(topic);
CREATE INDEX evidence_tagging ON evidence(tagging_id);
CREATE INDEX fetches_url ON fetches(url);
CREATE INDEX curated_article ON curated(article_id);
CREATE INDEX curated_post ON curated(post_id);
CREATE INDEX posts_url ON posts(url) WHERE url <> '';
CREATE INDEX fetches_archive ON fetches(archive_file, archive_offset);
CREATE INDEX withheld_names_author ON withheld_names(author_id);
INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('hashtrail', 'first_schema', '2026-05-01 02:00:00+00:00');
INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('hashtrail', 'posts_asked_for_again', '2026-05-01 02:00:00+00:00');
INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('hashtrail', 'publishable_views', '2026-05-01 02:00:00+00:00');
INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('hashtrail', 'articles_dated_by_visible_shares', '2026-05-01 02:00:00+00:00');
INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('hashtrail', 'failures_of_items', '2026-05-01 02:00:00+00:00');
INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('hashtrail', 'posts_found_by_url', '2026-05-01 02:00:00+00:00');
INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('hashtrail', 'attempts', '2026-05-01 02:00:00+00:00');
INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('hashtrail', 'archive_record_of_each_article', '2026-05-01 02:00:00+00:00');
INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('hashtrail', 'feed_entries_shown_by_title', '2026-05-01 02:00:00+00:00');
INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('hashtrail', 'withheld_authors_and_posts', '2026-05-01 02:00:00+00:00');
INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('hashtrail', 'unconfirmed_posts', '2026-05-01 02:00:00+00:00');
INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('hashtrail', 'urls_without_secrets', '2026-05-01 02:00:00+00:00');
INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('hashtrail', 'evidence_with_sentences', '2026-05-01 02:00:00+00:00');
INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('hashtrail', 'cards_within_excerpts', '2026-05-01 02:00:00+00:00');
INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('hashtrail', 'posts_are_evidence_of_articles_with_text', '2026-05-01 02:00:00+00:00');
INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('hashtrail', 'former_slugs_of_topics', '2026-05-01 02:00:00+00:00');
INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('hashtrail', 'posts_understood_by_their_text', '2026-05-01 02:00:00+00:00');
CREATE TRIGGER articles_to_understand AFTER UPDATE OF url, title, summary, text, headings ON articles
WHEN (old.url, old.title, old.summary, old.text, old.headings) IS NOT (new.url, new.title, new.summary, new.text, new.headings)
BEGIN UPDATE articles SET understood = '' WHERE id = new.id; END;
CREATE TRIGGER "articles_ai" AFTER INSERT ON "articles" BEGIN
  INSERT INTO "articles_fts" (rowid, "title", "summary", "text", "site_name") VALUES (new.rowid, new."title", new."summary", new."text", new."site_name");
END;
CREATE TRIGGER "articles_ad" AFTER DELETE ON "articles" BEGIN
  INSERT INTO "articles_fts" ("articles_fts", rowid, "title", "summary", "text", "site_name") VALUES('delete', old.rowid, old."title", old."summary", old."text", old."site_name");
END;
CREATE TRIGGER "articles_au" AFTER UPDATE OF title, summary, text, site_name ON "articles" WHEN old.title IS NOT new.title OR old.summary IS NOT new.summary OR old.text IS NOT new.text OR old.site_name IS NOT new.site_name BEGIN
  INSERT INTO "articles_fts" ("articles_fts", rowid, "title", "summary", "text", "site_name") VALUES('delete', old.rowid, old."title", old."summary", old."text", old."site_name");
  INSERT INTO "articles_fts" (rowid, "title", "summary", "text", "site_name") VALUES (new.rowid, new."title", new."summary", new."text", new."site_name");
END;
CREATE TRIGGER "posts_ai" AFTER INSERT ON "posts" BEGIN
  INSERT INTO "posts_fts" (rowid, "text") VALUES (new.rowid, new."text");
END;
CREATE TRIGGER "posts_ad" AFTER DELETE ON "posts" BEGIN
  INSERT INTO "posts_fts" ("posts_fts", rowid, "text") VALUES('delete', old.rowid, old."text");
END;
CREATE TRIGGER "posts_au" AFTER UPDATE OF text ON "posts" WHEN old.text IS NOT new.text BEGIN
  INSERT INTO "posts_fts" ("posts_fts", rowid, "text") VALUES('delete', old.rowid, old."text");
  INSERT INTO "posts_fts" (rowid, "text") VALUES (new.rowid, new."text");
END;
CREATE VIEW unquotable_articles AS
SELECT id FROM articles
WHERE json_extract(directives, '$.noindex') OR json_extract(directives, '$.nosnippet')
   OR json_extract(directives, '$.noarchive') OR json_extract(directives, '$.max_snippet') = 0
   OR (content_hash <> '' AND (state = 'blocked' OR last_outcome IN ('blocked_robots', 'legal')));
CREATE VIEW publishable_posts AS
SELECT id, level, network, COALESCE(published, seen_at) AS shared, published, seen_at,
       CASE WHEN level IN ('full', 'reference') THEN url ELSE '' END AS url,
       CASE level WHEN 'full' THEN uri ELSE 'urn:hashtrail:post:' || id END AS uri,
       CAST(CASE WHEN level = 'full' OR author_consent <> 'full' THEN author_id END AS INTEGER)
           AS author_id,
       CASE level WHEN 'full' THEN author_name ELSE '' END AS author_name,
       CASE level WHEN 'full' THEN author_handle ELSE '' END AS author_handle,
       CASE WHEN level <> 'full' THEN ''
            WHEN network NOT IN ('devto', 'feed') THEN text
            WHEN EXISTS (
                SELECT 1 FROM links JOIN unquotable_articles u ON u.id = links.article_id
                WHERE links.post_id = p.id
            ) THEN ''
            WHEN EXISTS (SELECT 1 FROM links WHERE links.post_id = p.id) AND NOT EXISTS (
                SELECT 1 FROM cards c WHERE c.post_id = p.id AND c.title <> ''
                AND substr(p.text, 1, length(c.title)) = c.title
            ) THEN ''
            ELSE substr(text, 1, min(300, instr(text || char(10, 10), char(10, 10)) - 1)) END AS text,
       CASE level WHEN 'full' THEN language ELSE '' END AS language,
       CASE level WHEN 'full' THEN thread_key END AS thread_key,
       CAST(CASE level WHEN 'full' THEN thread_position END AS INTEGER) AS thread_position,
       CAST(CASE level WHEN 'full' THEN similar_to END AS INTEGER) AS similar_to
FROM (
    SELECT p.*, a.name AS author_name, a.handle AS author_handle, a.consent AS author_consent,
           CASE
        WHEN p.deleted_at IS NOT NULL OR p.hidden <> 0 THEN 'nothing'
        WHEN EXISTS (SELECT 1 FROM unconfirmed u WHERE u.post_id = p.id) THEN 'nothing'
        WHEN p.visibility NOT IN ('public', 'unlisted') THEN 'nothing'
        WHEN 'none' IN (p.consent, COALESCE(a.consent, 'full')) THEN 'nothing'
        WHEN 'link-only' IN (p.consent, COALESCE(a.consent, 'full')) OR p.sensitive <> 0
            THEN 'link-only'
        WHEN 'reference' IN (p.consent, COALESCE(a.consent, 'full')) THEN 'reference'
        WHEN p.consent = 'full' AND COALESCE(a.consent, 'full') = 'full' THEN 'full'
        ELSE 'nothing' END AS level
    FROM posts p LEFT JOIN authors a ON a.id = p.author_id
) p WHERE level <> 'nothing';
CREATE VIEW publishable_authors AS
SELECT id, network, handle, name, url FROM authors WHERE consent = 'full' AND handle <> '';
CREATE VIEW publishable_articles AS
SELECT a.id, a.state,
       CASE WHEN a.id IN (SELECT id FROM unquotable_articles) THEN 'title' ELSE 'excerpt' END
       AS shows
FROM articles a
WHERE a.hidden = 0 AND NOT (
    EXISTS (
        SELECT 1 FROM links l JOIN posts p ON p.id = l.post_id
        WHERE l.article_id = a.id AND p.visibility NOT IN ('public', 'unlisted')
    ) AND NOT EXISTS (
        SELECT 1 FROM links l JOIN publishable_posts p ON p.id = l.post_id WHERE l.article_id = a.id
    )
);
CREATE VIEW publishable_cards AS
SELECT id, post_id, link_id, title, site_name, published, about AS article_id,
       CASE WHEN about IS NULL THEN description
            WHEN about IN (SELECT id FROM unquotable_articles) THEN ''
            WHEN EXISTS (
                SELECT 1 FROM articles a WHERE a.id = about AND instr(a.summary, c.description)
            ) THEN description
            ELSE '' END AS description
FROM (
    SELECT c.*, COALESCE(l.article_id, c.article_id) AS about
    FROM cards c LEFT JOIN links l ON l.id = c.link_id
) c WHERE about IS NULL OR about IN (SELECT id FROM publishable_articles);
CREATE VIEW shares AS
SELECT l.article_id, p.id AS post_id, p.author_id, p.network, p.shared, p.published, p.seen_at,
       p.url AS post_url, p.text, p.author_name, p.author_handle, p.level AS consent, p.similar_to,
       l.url AS url_as_written
FROM (
    SELECT article_id, post_id, MIN(url) AS url FROM (
        SELECT article_id, post_id, url FROM links WHERE article_id IS NOT NULL
        UNION ALL
        SELECT article_id, post_id, '' FROM cards WHERE article_id IS NOT NULL AND link_id IS NULL
    ) GROUP BY article_id, post_id
) l JOIN publishable_posts p ON p.id = l.post_id;
CREATE VIEW article_list AS
SELECT *, strftime('%Y-', date(first_shared, '-3 days', 'weekday 4')) || 'W' ||
       printf('%02d', (strftime('%j', date(first_shared, '-3 days', 'weekday 4')) - 1) / 7 + 1)
       AS week
FROM (
    SELECT a.id, a.url, COALESCE(NULLIF(a.title, ''), (
               SELECT MIN(c.title) FROM cards c JOIN publishable_posts p ON p.id = c.post_id
               WHERE c.article_id = a.id AND p.level <> 'link-only'), '') AS title,
           a.site_name, a.host, a.kind, a.published, a.first_seen, a.last_checked, a.state,
           a.language, CASE may.shows WHEN 'excerpt' THEN a.summary ELSE '' END AS summary,
           a.word_count, a.rank, a.cluster_id, COALESCE(s.shares, 0) AS shares,
           COALESCE(s.sharers, 0) AS sharers, s.first_shared, COALESCE(t.topics, '[]') AS topics,
           COALESCE(t.listed AND s.first_shared IS NOT NULL, 0) AS listed
    FROM articles a JOIN publishable_articles may ON may.id = a.id
    LEFT JOIN (
        SELECT article_id, COUNT(*) AS shares,
               COUNT(DISTINCT COALESCE(author_id, -post_id)) AS sharers, MIN(shared) AS first_shared
        FROM shares GROUP BY article_id
    ) s ON s.article_id = a.id
    LEFT JOIN (
        SELECT subject_id, json_group_array(topic) AS topics, MAX(confidence <> 'weak') AS listed
        FROM (
            SELECT subject_id, topic, confidence FROM taggings
            WHERE subject_kind = 'article' ORDER BY subject_id, score DESC, topic
        ) GROUP BY subject_id
    ) t ON t.subject_id = a.id
);
CREATE VIEW topic_activity AS
SELECT t.topic, l.week, COUNT(*) AS articles, SUM(l.shares) AS shares
FROM taggings t JOIN article_list l ON l.id = t.subject_id
WHERE l.listed AND t.subject_kind = 'article' AND t.confidence <> 'weak' GROUP BY 1, 2;
CREATE TRIGGER posts_speak
AFTER UPDATE OF text, published, consent, visibility, sensitive, hidden, deleted_at ON posts
WHEN (old.text, old.published, old.consent, old.visibility, old.sensitive, old.hidden,
      old.deleted_at)
    IS NOT (new.text, new.published, new.consent, new.visibility, new.sensitive, new.hidden,
            new.deleted_at)
BEGIN 
DELETE FROM taggings WHERE subject_kind = 'article' AND subject_id IN (SELECT article_id FROM links WHERE post_id = new.id)
    AND EXISTS (SELECT 1 FROM evidence e
        WHERE e.tagging_id = taggings.id AND e.field = 'post')
    AND (SELECT total(e.weight) FROM evidence e
        WHERE e.tagging_id = taggings.id AND e.field <> 'post') < 1.0;
DELETE FROM evidence WHERE field = 'post'
    AND tagging_id IN (SELECT id FROM taggings WHERE subject_kind = 'article' AND subject_id IN (SELECT article_id FROM links WHERE post_id = new.id));
UPDATE articles SET understood = ''
    WHERE understood <> '' AND id IN (SELECT article_id FROM links WHERE post_id = new.id); END;
CREATE TRIGGER links_speak AFTER UPDATE OF article_id ON links
WHEN old.article_id IS NOT new.article_id
BEGIN 
DELETE FROM taggings WHERE subject_kind = 'article' AND subject_id IN (old.article_id)
    AND EXISTS (SELECT 1 FROM evidence e
        WHERE e.tagging_id = taggings.id AND e.field = 'post')
    AND (SELECT total(e.weight) FROM evidence e
        WHERE e.tagging_id = taggings.id AND e.field <> 'post') < 1.0;
DELETE FROM evidence WHERE field = 'post'
    AND tagging_id IN (SELECT id FROM taggings WHERE subject_kind = 'article' AND subject_id IN (old.article_id));
UPDATE articles SET understood = ''
    WHERE understood <> '' AND id IN (old.article_id);
UPDATE articles SET understood = ''
    WHERE understood <> '' AND id IN (new.article_id); END;
CREATE TRIGGER links_fall_silent AFTER DELETE ON links WHEN old.article_id IS NOT NULL
BEGIN 
DELETE FROM taggings WHERE subject_kind = 'article' AND subject_id IN (old.article_id)
    AND EXISTS (SELECT 1 FROM evidence e
        WHERE e.tagging_id = taggings.id AND e.field = 'post')
    AND (SELECT total(e.weight) FROM evidence e
        WHERE e.tagging_id = taggings.id AND e.field <> 'post') < 1.0;
DELETE FROM evidence WHERE field = 'post'
    AND tagging_id IN (SELECT id FROM taggings WHERE subject_kind = 'article' AND subject_id IN (old.article_id));
UPDATE articles SET understood = ''
    WHERE understood <> '' AND id IN (old.article_id); END;
CREATE TRIGGER posts_to_understand AFTER UPDATE OF content_hash, text ON posts WHEN (old.content_hash, old.text) IS NOT (new.content_hash, new.text) BEGIN UPDATE posts SET understood = '' WHERE id = new.id; END;
PRAGMA application_id = 1213485633;
INSERT INTO authors (id, network, handle, name) VALUES (1, 'mastodon', 'anna@a.example', 'Anna');
INSERT INTO articles (id, url, key, host, title, text, state, suspected, agreeing, counted_at, first_seen, understood) VALUES (1, 'https://a.example/leases', 'a.example/leases', 'a.example', 'Locks with a lease', 'A lease expires.', 'ok', 'gone', 2, '2026-05-03T02:00:00Z', '2026-05-01T02:00:00Z', 'tagger-1');
INSERT INTO articles (id, url, key, host, title, first_seen) VALUES (2, 'https://b.example/fencing', 'b.example/fencing', 'b.example', 'Fencing tokens', '2026-05-01T02:00:00Z');
INSERT INTO clusters (id, lead_article_id, reason) VALUES (1, 1, 'the same release');
UPDATE articles SET cluster_id = 1, understood = 'tagger-1';
INSERT INTO posts (id, source, network, uri, author_id, seen_at, text, content_hash, understood) VALUES (1, 'social', 'mastodon', 'https://a.example/@anna/1', 1, '2026-05-01T02:00:00Z', 'Read https://a.example/leases', 'h1', 'tagger-1');
INSERT INTO posts (id, source, network, uri, author_id, seen_at, text, content_hash, understood) VALUES (2, 'social', 'mastodon', 'https://a.example/@anna/2', 1, '2026-05-02T02:00:00Z', 'Held back', 'h2', 'tagger-1');
INSERT INTO links (id, post_id, url, origin, position, article_id) VALUES (1, 1, 'https://a.example/leases', 'text', 0, 1);
INSERT INTO aliases (url, key, article_id, reason, added_at) VALUES ('https://a.example/leases', 'a.example/leases', 1, 'as-posted', '2026-05-01T02:00:00Z');
INSERT INTO kept_apart VALUES ('https://a.example/leases', 'https://b.example/fencing', '2026-05-01T02:00:00Z');
INSERT INTO topics (slug, label, definition) VALUES ('locking', 'Locking', 'Locks.');
INSERT INTO taggings (id, subject_kind, subject_id, topic, score, confidence, tagger, taxonomy_version) VALUES (1, 'article', 1, 'locking', 1, 'certain', 'tagger-1', 'v');
INSERT INTO related VALUES (1, 2, 0.5, 'two shared topics');
INSERT INTO vectors VALUES (1, x'0000803f', 'd1');
INSERT INTO article_links (article_id, url, shown) VALUES (1, 'https://c.example/', 'c');
INSERT INTO runs (id, command, started) VALUES (1, 'crawl', '2026-05-01T02:00:00Z');
INSERT INTO failures VALUES (1, 'link', 'https://a[b@e.example/x', 'invalid', 'm', '2026-05-01T02:00:00Z');
INSERT INTO robots VALUES ('https://a.example', '2026-05-01T02:00:00Z', x'41');
INSERT INTO curated VALUES ('tag', 'https://a.example/leases', 'locking', 'r', 'curator', '2026-05-01T02:00:00Z', 1, NULL);
INSERT INTO held VALUES (2, '2026-05-02T02:00:00Z', 'another language');
INSERT INTO unconfirmed VALUES (2);
INSERT INTO forgotten VALUES ('0123', '2026-05-01T02:00:00Z', 'on request');
INSERT INTO versions VALUES ('rules', '1');
UPDATE articles SET understood = 'tagger-1';
