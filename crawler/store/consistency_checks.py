"""Consistency checks of the database that are one query each, sorted by layer, from posts up."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ConsistencyCheck:
    """One check. `query` finds inconsistent rows; its first column names the subject.

    `description` states what holds in a consistent database, `message` the problem of a subject.

    `counted` names the table whose rows are checked. No query may scan a table inside a scan: tests
    read its plan.
    """

    name: str
    description: str
    message: str
    counted: str
    query: str


CHECKS = (
    ConsistencyCheck(
        "posts-without-consent",
        "a post without consent, or a deleted one, has no text and no author",
        "stores text or an author although the author did not consent, or deleted it",
        "posts",
        "SELECT uri FROM posts WHERE (consent = 'none' OR deleted_at IS NOT NULL) "
        "AND (text <> '' OR author_id IS NOT NULL)",
    ),
    ConsistencyCheck(
        "posts-of-runs",
        "each run counted the new posts that are stored from it",
        "the run counted another number of new posts than are stored from it",
        "run_sources",
        # Posts that were forgotten since then are missing correctly. Posts belong to a run by their
        # time: runs that share a second, and the run after a killed one, cannot be distinguished.
        """WITH spans AS (
               SELECT id, started, finished, LEAD(started, 1, '~') OVER (ORDER BY id) AS following,
                   LAG(COALESCE(finished, '~'), 1, '') OVER (ORDER BY id) AS earlier
               FROM runs WHERE command IN ('crawl', 'nightly'))
           SELECT source || ' in run ' || run_id FROM (
               SELECT s.source, s.run_id, s.posts_new, (
                   SELECT count(*) FROM posts p
                   WHERE p.source = s.source AND p.seen_at BETWEEN r.started AND r.finished) AS kept
               FROM run_sources s JOIN spans r ON r.id = s.run_id
               WHERE r.finished IS NOT NULL AND earlier < started AND finished < following
           ) WHERE kept > posts_new
               OR (kept < posts_new AND NOT EXISTS (SELECT 1 FROM tombstones))""",
    ),
    ConsistencyCheck(
        "decisions-not-applied",
        "everything that the curator hides is hidden",
        "is shown although the curator hides it",
        "curation_decisions",
        """SELECT subject FROM curation_decisions c WHERE action = 'hide' AND (
               EXISTS (SELECT 1 FROM articles WHERE id = c.article_id AND hidden = 0)
               OR EXISTS (SELECT 1 FROM posts WHERE id = c.post_id AND hidden = 0))""",
    ),
    ConsistencyCheck(
        "cards-of-other-posts",
        "each card belongs to a link of its post",
        "belongs to a link of another post",
        "cards",
        "SELECT 'card ' || c.id FROM cards c JOIN links l ON l.id = c.link_id "
        "WHERE l.post_id <> c.post_id",
    ),
    ConsistencyCheck(
        "links-without-alias",
        "the URL of each link is an alias of its article",
        "is attached to an article that has no alias for this URL",
        "links",
        """SELECT l.url FROM links l WHERE l.article_id IS NOT NULL AND NOT EXISTS (
               SELECT 1 FROM aliases a WHERE a.article_id = l.article_id AND a.url = l.url)""",
    ),
    ConsistencyCheck(
        "articles-without-alias",
        "each article has an alias",
        "has no alias",
        "articles",
        "SELECT 'article ' || id || ': ' || url FROM articles a "
        "WHERE NOT EXISTS (SELECT 1 FROM aliases WHERE article_id = a.id)",
    ),
    ConsistencyCheck(
        "articles-half-read",
        "each article that was read has a digest of its content",
        "has the state or the text of a page that was read, but no digest of its content",
        "articles",
        "SELECT 'article ' || id || ': ' || url FROM articles "
        "WHERE content_hash = '' AND (text <> '' OR extractor <> '' OR state = 'ok')",
    ),
    ConsistencyCheck(
        "clusters-without-lead",
        "each story contains its lead",
        "is led by an article that is not part of it",
        "stories",
        "SELECT 'story ' || c.id FROM stories c JOIN articles a ON a.id = c.lead_article_id "
        "WHERE a.story_id IS NOT c.id",
    ),
    ConsistencyCheck(
        "taggings-without-evidence",
        "each tagging has evidence",
        "has no evidence",
        "taggings",
        "SELECT subject_kind || ' ' || subject_id || ': ' || topic FROM taggings t "
        "WHERE NOT EXISTS (SELECT 1 FROM evidence WHERE tagging_id = t.id)",
    ),
    ConsistencyCheck(
        "taggings-without-subject",
        "each tagging belongs to a stored article or post",
        "tags an article or a post that does not exist",
        "taggings",
        """SELECT t.subject_kind || ' ' || t.subject_id || ': ' || t.topic FROM taggings t
           LEFT JOIN articles a ON t.subject_kind = 'article' AND a.id = t.subject_id
           LEFT JOIN posts p ON t.subject_kind = 'post' AND p.id = t.subject_id
           WHERE a.id IS NULL AND p.id IS NULL""",
    ),
)
