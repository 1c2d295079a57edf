"""Views for the named queries of the explorer. The snapshot stores their rows in indexed tables."""

from __future__ import annotations

# Without a weak topic, and only articles that lists show.
TOPIC_ARTICLES = """
CREATE VIEW topic_articles AS
SELECT t.topic, l.first_shared, l.id AS article_id, l.host, l.kind, l.sharers, t.confidence,
       t.score, (SELECT count(*) FROM evidence e WHERE e.tagging_id = t.id) AS evidence_rows,
       t.id AS tagging_id
FROM taggings t JOIN article_list l ON l.id = t.subject_id
WHERE l.listed AND t.subject_kind = 'article' AND t.confidence <> 'weak';
"""

# The newest share ends both periods of 90 days: a snapshot gives the same rows on every day.
TOPIC_PAIRS = """
CREATE VIEW topic_pairs AS
SELECT a.topic, b.topic AS other_topic, count(*) AS articles,
       sum(a.first_shared >= period.recent) AS recent_articles,
       sum(a.first_shared >= period.earlier AND a.first_shared < period.recent) AS earlier_articles
FROM topic_articles a
JOIN topic_articles b ON b.article_id = a.article_id AND b.topic > a.topic
JOIN (SELECT date(max(first_shared), '-90 days') AS recent,
             date(max(first_shared), '-180 days') AS earlier FROM topic_articles) period
GROUP BY 1, 2;
"""

_TOPIC_NAMES = """
CREATE VIEW topic_names AS
SELECT slug AS name, slug, label FROM topics
UNION ALL
SELECT former.value, min(t.slug), t.label FROM topics t, json_each(t.formerly) former
WHERE former.value NOT IN (SELECT slug FROM topics) GROUP BY 1;
"""

# The migration `words_of_articles` replaces it.
_SHARERS = """
CREATE VIEW sharers AS
SELECT author_id, count(*) AS articles, sum(sharers > 1) AS agreed_articles,
       sum(later_sharers > 0) AS followed_articles, sum(later_sharers) AS later_sharers,
       sum(is_first AND later_sharers > 0) AS led_articles, max(last_shared) AS last_shared
FROM (
    SELECT sharer AS author_id, last_shared, first_shared = min(first_shared) OVER article
               AS is_first, count(*) OVER article AS sharers,
           count(*) OVER article - count(*) OVER (PARTITION BY article_id ORDER BY first_shared)
               AS later_sharers
    FROM (
        SELECT article_id, COALESCE(author_id, -post_id) AS sharer, min(shared) AS first_shared,
               max(shared) AS last_shared
        FROM shares GROUP BY 1, 2
    ) WINDOW article AS (PARTITION BY article_id)
) WHERE author_id IN (SELECT id FROM publishable_authors) GROUP BY 1;
"""

ARTICLE_SHARERS = """
CREATE VIEW article_sharers AS
SELECT article_id, post_id, shared AS last_shared
FROM (
    SELECT article_id, post_id, shared, row_number() OVER (
               PARTITION BY article_id, COALESCE(author_id, -post_id)
               ORDER BY shared DESC, post_id DESC) AS place
    FROM shares
) WHERE place = 1;
"""
"""The view of the sharers of each article, without their identity."""

# Only the day of the last share of a person below full is public: it counts at the end of that day.
SHARERS = """
CREATE VIEW sharers AS
SELECT author_id, count(*) AS articles, sum(sharers > 1) AS agreed_articles,
       sum(later_sharers > 0) AS followed_articles, sum(later_sharers) AS later_sharers,
       sum(is_first AND later_sharers > 0) AS led_articles, max(last_shared) AS last_shared
FROM (
    SELECT author_id, last_shared, first_shared = min(first_shared) OVER article AS is_first,
           count(*) OVER article AS sharers,
           count(*) OVER article - count(*) OVER (PARTITION BY article_id ORDER BY first_shared)
               AS later_sharers
    FROM (
        SELECT a.article_id, s.author_id, a.last_shared,
               CASE WHEN s.consent = 'full' THEN COALESCE((
                   SELECT min(f.shared) FROM shares f
                   WHERE f.article_id = a.article_id AND f.author_id = s.author_id), s.shared)
               ELSE date(a.last_shared) || 'T23:59:59Z' END AS first_shared
        FROM article_sharers a
        JOIN shares s ON s.article_id = a.article_id AND s.post_id = a.post_id
    ) WINDOW article AS (PARTITION BY article_id)
) WHERE author_id IN (SELECT id FROM publishable_authors) GROUP BY 1;
"""
"""The view of the people who may be named, by when they share articles."""

SOURCE_COVERAGE = """
CREATE VIEW source_coverage AS
SELECT source, sum(posts) AS posts, count(*) AS articles, sum(sources = 1) AS unique_articles,
       max(last_shared) AS last_shared
FROM (
    SELECT p.source, count(*) AS posts, max(s.shared) AS last_shared,
           count(*) OVER (PARTITION BY s.article_id) AS sources
    FROM shares s JOIN posts p ON p.id = s.post_id GROUP BY p.source, s.article_id
) GROUP BY 1;
"""

# A post whose link leads to no stored article is a note as well.
UNLINKED_POSTS = """
CREATE VIEW unlinked_posts AS
SELECT id AS post_id, shared AS written FROM publishable_posts
WHERE text <> '' AND id NOT IN (SELECT post_id FROM shares);
"""
"""The view of posts without a share."""

TOPIC_POSTS = """
CREATE VIEW topic_posts AS
SELECT t.topic, p.shared AS written, p.id AS post_id, p.author_id, t.confidence
FROM taggings t JOIN publishable_posts p ON p.id = t.subject_id
WHERE t.subject_kind = 'post' AND t.confidence <> 'weak' AND p.text <> '';
"""
"""The view of the posts of each topic."""

ENTITY_ARTICLES = """
CREATE VIEW entity_articles AS
SELECT x.entity_id, COALESCE(l.first_shared, '') AS first_shared, x.article_id, l.host, l.listed,
       e.kind AS entity_kind
FROM article_entities x
JOIN entities e ON e.id = x.entity_id JOIN article_list l ON l.id = x.article_id;
"""
"""The view of the articles of each entity."""

QUERY_VIEWS = _TOPIC_NAMES + TOPIC_ARTICLES + TOPIC_PAIRS + _SHARERS + SOURCE_COVERAGE
"""Every view as a script of CREATE statements, in an order in which each uses earlier ones."""
