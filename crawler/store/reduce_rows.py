"""Reduce a copy of the database to the rows and columns that may be shown."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from pathlib import PurePath
from typing import Any

import msgspec

from crawler.store.public_evidence import reduce_entity_sentences, reduce_evidence
from crawler.store.public_lists import LISTS, QUERY_LISTS, store_views
from crawler.store.public_views import simplify_views
from crawler.store.quotation_limits import first_words, sentence_within, word_set
from crawler.store.redact_links_to_hidden_articles import Key, remove_hidden_links, without_links
from crawler.store.schema_changed_items import DERIVATION_TABLES_DROPPED

_FOLDERS = re.compile(r"(?<![\w:/.-])(?:/[\w.@+ -]+)+/(?=[\w.@+-])")

# A build stores no data. Without its run, a second build of the same data writes the same snapshot.
# The URLs of API requests contain the ids of posts, also of those that are withheld.
_PRIVATE_TABLES = """
DELETE FROM tombstones;
DELETE FROM robots_copies;
DELETE FROM quarantined_posts;
UPDATE sources SET cursor = NULL, etag = NULL, last_modified = NULL, last_message =
without_folders(last_message);
DELETE FROM runs WHERE command IN ('build', 'publish');
DELETE FROM run_measures WHERE after_build AND run_id = (SELECT MAX(id) FROM runs);
UPDATE runs SET message = without_folders(message);
UPDATE run_sources SET message = without_folders(message);
DELETE FROM fetches WHERE purpose = 'api';
UPDATE fetches SET message = '', archive_file = without_folders(archive_file);
DELETE FROM curation_decisions WHERE action = 'ban-author';
UPDATE curation_log SET subject = 'an author' WHERE action LIKE '%ban-author';
DROP TABLE author_names;
DROP TABLE feed_entry_keys;
DROP TABLE incident_messages;
DROP TABLE incidents;
DROP TABLE item_failures;
DROP TABLE message_channels;
DROP TABLE recorded_topics;
DROP TABLE site_identity;
DROP TABLE snapshot_changes;
DROP TABLE snapshot_state;
UPDATE published_entries SET digest = '';
DROP TABLE topic_phrases;
DROP TABLE withheld_names;
DROP TABLE withheld_authors;
DROP TABLE withheld_posts;
DROP TABLE _sqlite_migrations;
"""

# Which rows may be shown is decided before the first change, so that no change hides another row.
DECIDED = """
CREATE TEMP TABLE shown_posts AS SELECT * FROM publishable_posts;
CREATE TEMP TABLE named AS SELECT id FROM publishable_authors;
CREATE TEMP TABLE titled AS SELECT id FROM publishable_articles WHERE shows = 'title';
CREATE TEMP TABLE described AS SELECT id, description FROM publishable_cards;
CREATE INDEX temp.described_id ON described(id);
CREATE TEMP TABLE hidden AS SELECT id FROM articles
    WHERE id NOT IN (SELECT id FROM publishable_articles);
CREATE TEMP TABLE threads AS
    SELECT thread_key AS key, 'thread-' || MIN(id) AS name FROM shown_posts
    WHERE thread_key IS NOT NULL GROUP BY 1;
CREATE INDEX temp.threads_key ON threads(key);
"""

# Without an index of the referring column, each deleted row reads the whole referring table.
_REFERRING = """
CREATE INDEX public_posts_similar_to ON posts(similar_to) WHERE similar_to IS NOT NULL;
CREATE INDEX public_related_articles_other_id ON related_articles(other_id);
CREATE INDEX public_article_entities_entity_id ON article_entities(entity_id);
"""

# A post that may not be shown in full keeps its date, its level and the articles it links to.
# A thread is named after its first shown part: its key is the URI of a post that may be withheld.
_POSTS = """
CREATE TEMP TABLE unnamed AS SELECT id, uri, url FROM posts
    WHERE id NOT IN (SELECT id FROM shown_posts WHERE level = 'full');
UPDATE curation_log SET subject = 'a post'
    WHERE subject IN (SELECT uri FROM unnamed UNION SELECT url FROM unnamed WHERE url <> '');
DELETE FROM curation_decisions WHERE post_id IN (SELECT id FROM unnamed)
    OR subject IN (SELECT uri FROM unnamed UNION SELECT url FROM unnamed WHERE url <> '');
DELETE FROM taggings WHERE subject_kind = 'post' AND subject_id IN (SELECT id FROM unnamed);
UPDATE posts SET similar_to = NULL WHERE similar_to IN (SELECT id FROM unnamed);
DELETE FROM posts WHERE id NOT IN (SELECT id FROM shown_posts);
DELETE FROM post_hashtags WHERE post_id IN (SELECT id FROM unnamed);
DELETE FROM links WHERE article_id IS NULL AND post_id IN (SELECT id FROM unnamed);
UPDATE links SET shown = '' WHERE post_id IN (SELECT id FROM unnamed);
UPDATE posts SET counts = '{}', provenance = '{}', edited = NULL WHERE id IN (SELECT id
FROM unnamed);
UPDATE posts SET text = s.text, url = s.url, uri = s.uri, language = s.language,
    thread_key = s.thread_key, thread_position = s.thread_position,
    similar_to = CASE WHEN s.similar_to NOT IN (SELECT id FROM unnamed) THEN s.similar_to END,
    consent = s.level, author_id = s.author_id
    FROM temp.shown_posts s WHERE s.id = posts.id;
UPDATE posts SET refusals = 0, content_hash = '', next_check = NULL, missing_since = NULL,
last_attempt = NULL,
    provenance = public_provenance(provenance);
UPDATE evidence SET quote = '', start = 0 WHERE id IN (
    SELECT e.id FROM posts p
    JOIN taggings t ON t.subject_kind = 'post' AND t.subject_id = p.id
    JOIN evidence e ON e.tagging_id = t.id
    WHERE p.network IN ('devto', 'feed') AND e.field = 'text'
    AND substr(p.text, e.start + 1, length(e.quote)) <> e.quote);
UPDATE posts SET thread_key = (SELECT name FROM temp.threads WHERE key = thread_key)
    WHERE thread_key IS NOT NULL;
DELETE FROM authors WHERE id NOT IN (SELECT author_id FROM posts WHERE author_id IS NOT NULL);
UPDATE authors SET handle = 'author-' || id, name = '', url = ''
    WHERE id NOT IN (SELECT id FROM named);
"""

# Only the day of a post that may not be shown in full is public. Readers expect complete times.
# An unchanged feed entry has the time of the first share.
_DAYS = """
UPDATE published_entries SET changed = date(changed) || 'T00:00:00Z'
    WHERE (article_id, changed) IN (
        SELECT article_id, shared FROM shares WHERE post_id IN (SELECT id FROM unnamed));
UPDATE posts SET published = date(published) || 'T00:00:00Z',
    seen_at = date(seen_at) || 'T00:00:00Z' WHERE id IN (SELECT id FROM unnamed);
"""

# Lists count people by `author_id`. Afterwards no row connects the posts of a withheld author.
_WITHHELD_AUTHORS = """
UPDATE shares SET author_id = NULL WHERE post_id IN (SELECT id FROM unnamed);
UPDATE posts SET author_id = NULL WHERE id IN (SELECT id FROM unnamed);
DELETE FROM authors WHERE id NOT IN (SELECT author_id FROM posts WHERE author_id IS NOT NULL);
"""

# An article that no request was sent for has not been checked: its time is that of the attempt.
_ARTICLES = """
CREATE TEMP TABLE hidden_urls AS
    SELECT url FROM articles WHERE id IN (SELECT id FROM hidden)
    UNION SELECT url FROM aliases WHERE article_id IN (SELECT id FROM hidden)
    UNION SELECT subject FROM curation_decisions WHERE article_id IN (SELECT id FROM hidden)
    UNION SELECT subject FROM curation_decisions WHERE action = 'hide';
DELETE FROM fetches WHERE url IN (SELECT url FROM hidden_urls)
    OR final_url IN (SELECT url FROM hidden_urls);
DELETE FROM curation_decisions WHERE subject IN (SELECT url FROM hidden_urls)
    OR object IN (SELECT url FROM hidden_urls);
UPDATE curation_log SET subject = 'an article' WHERE subject IN (SELECT url FROM hidden_urls);
UPDATE curation_log SET reason = 'an article' || substr(reason, instr(reason, ': '))
    WHERE substr(reason, 1, instr(reason, ': ') - 1) IN (SELECT url FROM hidden_urls);
CREATE TEMP TABLE links_to_hidden AS
    SELECT post_id, url, shown FROM links WHERE article_id IN (SELECT id FROM hidden);
DELETE FROM cards WHERE article_id IN (SELECT id FROM hidden);
DELETE FROM reading_list WHERE article_id IN (SELECT id FROM hidden);
DELETE FROM links WHERE article_id IN (SELECT id FROM hidden);
DELETE FROM taggings WHERE subject_kind = 'article' AND subject_id IN (SELECT id FROM hidden);
UPDATE articles SET story_id = NULL WHERE story_id IN (
    SELECT id FROM stories WHERE lead_article_id IN (SELECT id FROM hidden));
DELETE FROM stories WHERE lead_article_id IN (SELECT id FROM hidden);
DELETE FROM derivation_versions WHERE name LIKE 'input:%';
INSERT INTO derivation_versions (name, value) SELECT 'hidden-articles', count(*) FROM articles
WHERE hidden;
DELETE FROM articles WHERE id IN (SELECT id FROM hidden);
UPDATE articles SET last_checked = NULL WHERE state = 'new' AND content_hash = '' AND last_outcome
    IN ('blocked_robots', 'deferred', 'refused_address', 'refused_url', 'robots_unreachable');
UPDATE articles SET text = '', summary = '', kind_reason = ''
    WHERE id IN (SELECT id FROM titled);
UPDATE related_articles SET reason = 'similar'
    WHERE article_id IN (SELECT id FROM titled) OR other_id IN (SELECT id FROM titled);
DELETE FROM article_vectors WHERE article_id IN (SELECT id FROM titled);
DELETE FROM article_entities WHERE article_id IN (SELECT id FROM titled);
DELETE FROM article_links WHERE article_id IN (SELECT id FROM titled);
UPDATE cards SET description = first_words(COALESCE((
    SELECT description FROM temp.described d WHERE d.id = cards.id), ''));
UPDATE articles SET summary = first_words(summary);
DELETE FROM entities WHERE id NOT IN (SELECT entity_id FROM article_entities);
"""

_LINKS_IN_TEXTS = """
UPDATE posts SET text = without_links(text, (
        SELECT json_group_array(url) FROM (
            SELECT url FROM temp.links_to_hidden WHERE post_id = posts.id
            UNION SELECT shown FROM temp.links_to_hidden WHERE post_id = posts.id)))
    WHERE text <> '' AND id IN (SELECT post_id FROM temp.links_to_hidden);
"""

# Search covers the set of words of each text. Headings and link texts are parts of the text.
_TEXTS = """
INSERT INTO article_words SELECT id, word_set(text) FROM articles
    WHERE text <> '' AND id NOT IN (SELECT id FROM unquotable_articles) ORDER BY id;
UPDATE articles SET text = '', headings = '[]', fingerprint = NULL, etag = NULL,
    last_modified = NULL, suspected_state = NULL, agreeing_checks = 0, last_counted_at = NULL,
    content_hash = CASE content_hash WHEN '' THEN '' ELSE 'read' END;
UPDATE article_links SET shown = '';
UPDATE aliases SET title = '' WHERE title <> '';
"""

# Titles and counts of article_list may come from cards of posts that are not shown in full. No
# other list reads these cards.
_CARDS = "DELETE FROM cards WHERE post_id IN (SELECT id FROM unnamed)"


def reduce_rows(copy: sqlite3.Connection, key: Key, decided: str = DECIDED) -> None:
    """Reduce `copy` to what may be shown, and store the lists that have a row of each item.

    `key` returns the article key of a URL. `decided` is the script that stores which rows may be
    shown.
    """
    _create_functions(copy)
    copy.execute("PRAGMA foreign_keys = ON")
    copy.execute("PRAGMA synchronous = OFF")  # a lost copy is made again
    _remove_private_rows(copy, decided)
    copy.execute("BEGIN")
    remove_hidden_links(copy, key)
    reduce_evidence(copy)
    reduce_entity_sentences(copy)
    copy.execute("COMMIT")
    copy.executescript(f"BEGIN; {_TEXTS} {_DAYS} COMMIT;")
    copy.execute("BEGIN")
    store_views(copy, LISTS)
    copy.execute(_CARDS)
    store_views(copy, QUERY_LISTS)
    copy.execute("COMMIT")
    copy.executescript(f"BEGIN; {_WITHHELD_AUTHORS} COMMIT;")
    copy.execute("BEGIN")
    simplify_views(copy)
    copy.execute("COMMIT")


def _create_functions(copy: sqlite3.Connection) -> None:
    """Create the SQL functions that reducing the rows needs."""
    for name, function in _FUNCTIONS.items():
        copy.create_function(name, 1, function, deterministic=True)
    copy.create_function("sentence_within", 2, sentence_within, deterministic=True)
    copy.create_function("without_links", 2, without_links, deterministic=True)


def _remove_private_rows(copy: sqlite3.Connection, decided: str) -> None:
    """Remove private rows and columns, without triggers.

    With triggers, a changed post would delete evidence of the articles that it shares.
    """
    query = "SELECT name FROM sqlite_master WHERE type = 'trigger' ORDER BY name"
    drop_triggers = "".join(f"DROP TRIGGER {name};" for (name,) in copy.execute(query).fetchall())
    copy.executescript(
        f"BEGIN; {decided} {_REFERRING} {_PRIVATE_TABLES} {DERIVATION_TABLES_DROPPED} "
        f"{drop_triggers} {_POSTS} {_ARTICLES} {_LINKS_IN_TEXTS} COMMIT;"
    )


def _without_folders(text: str | None) -> str | None:
    """Return a message without local folders: `/srv/kb/data/inbox/a.txt` becomes `a.txt`.

    Web URLs stay.
    """
    return _FOLDERS.sub("", text) if text else text


def _public_provenance(text: str) -> str:
    provenance = msgspec.json.decode(text)
    if "file" in provenance:
        provenance["file"] = PurePath(provenance["file"]).name
    return msgspec.json.encode(provenance).decode()


_FUNCTIONS: dict[str, Callable[[Any], Any]] = {
    "without_folders": _without_folders,
    "first_words": first_words,
    "word_set": word_set,
    "public_provenance": _public_provenance,
}
