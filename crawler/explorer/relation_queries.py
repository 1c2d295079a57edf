"""The relations of the rows of each table: what the page of a row lists, with its SQL."""

# ruff: noqa: S608 - the statements are constants

from __future__ import annotations

from crawler.explorer.article_relations import ARTICLE
from crawler.explorer.relation_parts import (
    ARTICLE_COLUMNS,
    CARDS,
    DECISION_COLUMNS,
    DECISIONS,
    EVIDENCE,
    EVIDENCE_COLUMNS,
    LISTED,
    POST_COLUMNS,
    POSTS,
    RowRelation,
)

_POST = (
    RowRelation(
        "Articles that it shares",
        LISTED
        + """ JOIN shares s ON s.article_id = l.id WHERE s.post_id = :key
        GROUP BY l.id ORDER BY l.id""",
        ARTICLE_COLUMNS,
        "shares",
        (("post_id", "{key}"),),
    ),
    RowRelation(
        "Why it has its topics",
        EVIDENCE.format("post"),
        EVIDENCE_COLUMNS,
        "taggings",
        (("subject_kind", "post"), ("subject_id", "{key}")),
        most=40,
    ),
    RowRelation(
        "Other posts of the thread",
        POSTS
        + """ WHERE p.id <> :key AND p.thread_key = (
            SELECT thread_key FROM posts WHERE id = :key)
        ORDER BY p.thread_position, p.id""",
        POST_COLUMNS,
    ),
    RowRelation(
        "Posts with nearly the same text",
        POSTS
        + """ WHERE p.id = (SELECT similar_to FROM posts WHERE id = :key)
        OR p.similar_to = :key ORDER BY p.id""",
        POST_COLUMNS,
    ),
    RowRelation(
        "Hashtags",
        "SELECT hashtag, shown FROM post_hashtags WHERE post_id = :key ORDER BY hashtag",
        ("hashtag", "shown"),
    ),
    RowRelation(
        "Links",
        """SELECT url, origin, article_id FROM links WHERE post_id = :key ORDER BY position""",
        ("url", "origin", "article_id"),
    ),
    RowRelation(
        "Link previews",
        CARDS + " WHERE post_id = :key ORDER BY id",
        ("preview", "description", "site_name", "article_id"),
    ),
    RowRelation("Decisions of the curator", DECISIONS + " WHERE post_id = :key", DECISION_COLUMNS),
)
_TOPIC = (
    RowRelation(
        "Newest articles",
        """SELECT l.id AS article_id, l.title, l.url, l.host, l.kind, t.confidence, t.evidence_rows,
               t.first_shared, t.sharers
        FROM topic_articles t JOIN article_list l ON l.id = t.article_id
        WHERE t.topic = :key ORDER BY t.first_shared DESC, l.id""",
        ("title", "host", "kind", "confidence", "evidence_rows", "first_shared", "sharers"),
        "topic_articles",
        (("topic", "{key}"),),
    ),
    RowRelation(
        "Reading list",
        """SELECT position, title AS work, year, kind, why, url, article_id FROM reading_list
        WHERE topic = :key ORDER BY position""",
        ("position", "work", "year", "kind", "why", "url", "article_id"),
    ),
    RowRelation(
        "Narrower topics",
        "SELECT slug AS topic, definition FROM topics WHERE broader = :key ORDER BY slug",
        ("topic", "definition"),
        most=20,
    ),
    RowRelation(
        "Topics of the same articles",
        """SELECT CASE topic WHEN :key THEN other_topic ELSE topic END AS other_topic, articles,
               recent_articles
        FROM topic_pairs WHERE topic = :key OR other_topic = :key
        ORDER BY articles DESC, other_topic""",
        ("other_topic", "articles", "recent_articles"),
        "topics_together",
        (("topic", "{key}"),),
    ),
    RowRelation(
        "Articles by week",
        """SELECT week, articles, shares FROM topic_activity WHERE topic = :key
        ORDER BY week DESC""",
        ("week", "articles", "shares"),
        "topic_activity",
        (("topic", "{key}"),),
    ),
)
_AUTHOR = (
    RowRelation(
        "Articles that the author shares",
        """SELECT s.shared, l.id AS article_id, l.title, l.url, l.host, s.network, s.post_id
        FROM shares s JOIN article_list l ON l.id = s.article_id
        WHERE s.author_id = :key ORDER BY s.shared DESC, s.post_id, l.id""",
        ("title", "host", "network", "shared", "post_id"),
        "shares",
        (("author_id", "{key}"),),
        most=20,
    ),
    RowRelation(
        "Posts",
        POSTS + " WHERE p.author_id = :key ORDER BY p.id DESC",
        ("text", "network", "published", "post_id"),
        "posts",
        (("author_id", "{key}"),),
    ),
    RowRelation(
        "Topics",
        """SELECT t.topic, count(*) AS articles FROM shares s
        JOIN topic_articles t ON t.article_id = s.article_id
        WHERE s.author_id = :key GROUP BY 1 ORDER BY 2 DESC, 1""",
        ("topic", "articles"),
    ),
    RowRelation(
        "Shares in numbers",
        "SELECT * FROM sharers WHERE author_id = :key",
        ("articles", "agreed_articles", "followed_articles", "led_articles", "later_sharers"),
    ),
)
_ENTITY = (
    RowRelation(
        "Articles that name it",
        """SELECT l.id AS article_id, l.title, l.url, l.host, l.first_shared, e.sentence,
               n.name AS quote
        FROM article_entities e JOIN article_list l ON l.id = e.article_id
        JOIN entities n ON n.id = e.entity_id
        WHERE e.entity_id = :key ORDER BY l.rank DESC, l.id""",
        ("title", "host", "first_shared", "sentence"),
        "article_entities",
        (("entity_id", "{key}"),),
        most=20,
    ),
)
_SOURCE = (
    RowRelation(
        "Newest posts",
        POSTS + " WHERE p.source = :key ORDER BY p.seen_at DESC, p.id DESC",
        POST_COLUMNS,
        "posts",
        (("source", "{key}"),),
    ),
    RowRelation(
        "Polls",
        """SELECT run_id, outcome, posts_seen, posts_new, message FROM run_sources
        WHERE source = :key ORDER BY run_id DESC""",
        ("run_id", "outcome", "posts_seen", "posts_new", "message"),
        "run_sources",
        (("source", "{key}"),),
    ),
    RowRelation(
        "Coverage",
        "SELECT * FROM source_coverage WHERE source = :key",
        ("posts", "articles", "unique_articles", "last_shared"),
    ),
)
_RUN = (
    RowRelation(
        "Sources",
        """SELECT source, outcome, posts_seen, posts_new, message FROM run_sources
        WHERE run_id = :key ORDER BY posts_new DESC, source""",
        ("source", "outcome", "posts_seen", "posts_new", "message"),
        "run_sources",
        (("run_id", "{key}"),),
        most=20,
    ),
    RowRelation(
        "Measures",
        """SELECT measure, subject, value FROM run_measures
        WHERE run_id = :key ORDER BY measure, subject""",
        ("measure", "subject", "value"),
        "run_measures",
        (("run_id", "{key}"),),
        most=20,
    ),
    RowRelation(
        "Fetches",
        """SELECT purpose, outcome, count(*) AS fetches, sum(bytes) AS bytes FROM fetches
        WHERE run_id = :key GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2""",
        ("purpose", "outcome", "fetches", "bytes"),
        "fetches",
        (("run_id", "{key}"),),
    ),
    RowRelation(
        "Changes of articles",
        """SELECT l.id AS article_id, l.title, l.url, c.change, c.detail
        FROM runs r JOIN article_changes c ON c.at BETWEEN r.started AND r.finished
        JOIN article_list l ON l.id = c.article_id WHERE r.id = :key ORDER BY c.id""",
        ("title", "change", "detail"),
    ),
)
_TAGGING = (
    RowRelation(
        "Evidence",
        """SELECT CASE sentence WHEN '' THEN quote ELSE sentence END AS sentence, quote, field,
               rule, weight, times
        FROM evidence WHERE tagging_id = :key ORDER BY weight DESC, id""",
        ("sentence", "field", "rule", "weight", "times"),
        "evidence",
        (("tagging_id", "{key}"),),
        most=20,
    ),
    RowRelation(
        "Article",
        LISTED
        + """ WHERE l.id = (
            SELECT subject_id FROM taggings WHERE id = :key AND subject_kind = 'article')""",
        ARTICLE_COLUMNS,
    ),
    RowRelation(
        "Post",
        POSTS
        + """ WHERE p.id = (
            SELECT subject_id FROM taggings WHERE id = :key AND subject_kind = 'post')""",
        POST_COLUMNS,
    ),
)
_OF_EVIDENCE = "(SELECT tagging_id FROM evidence WHERE id = :key)"
_STORY = (
    RowRelation(
        "Articles",
        LISTED + " WHERE l.story_id = :key ORDER BY l.rank DESC, l.id",
        ARTICLE_COLUMNS,
        "article_list",
        (("story_id", "{key}"),),
        most=20,
    ),
)

RELATIONS: dict[str, tuple[RowRelation, ...]] = {
    "article_list": ARTICLE,
    "articles": ARTICLE,
    "authors": _AUTHOR,
    "entities": _ENTITY,
    "evidence": tuple(
        RowRelation(relation.title, relation.sql.replace(":key", _OF_EVIDENCE), relation.columns)
        for relation in (_TAGGING[1], _TAGGING[2], _TAGGING[0])
    ),
    "posts": _POST,
    "runs": _RUN,
    "sources": _SOURCE,
    "stories": _STORY,
    "taggings": _TAGGING,
    "topics": _TOPIC,
}
"""The relations of each table with pages of rows."""
