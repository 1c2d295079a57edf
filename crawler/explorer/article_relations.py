"""The relations of an article: evidence, shares, names, links, history and URLs."""

# ruff: noqa: S608 - the statements are constants

from __future__ import annotations

from crawler.explorer.relation_parts import (
    ARTICLE_COLUMNS,
    CARDS,
    DECISION_COLUMNS,
    DECISIONS,
    EVIDENCE,
    EVIDENCE_COLUMNS,
    LISTED,
    RowRelation,
)

ARTICLE = (
    RowRelation(
        "Why it has its topics",
        EVIDENCE.format("article"),
        EVIDENCE_COLUMNS,
        "why_this_topic",
        (("article_id", "{key}"),),
        most=40,
    ),
    RowRelation(
        "Shares",
        """SELECT s.shared, s.author_id, s.author_name AS author, s.network, s.text, s.post_id,
               s.post_url
        FROM shares s WHERE s.article_id = :key ORDER BY s.shared, s.post_id""",
        ("shared", "author", "network", "text", "post_id", "post_url"),
        "shares",
        (("article_id", "{key}"),),
    ),
    RowRelation(
        "History",
        """SELECT at, change, detail FROM article_changes WHERE article_id = :key
        ORDER BY at DESC, id DESC""",
        ("at", "change", "detail"),
        "article_history",
        (("article_id", "{key}"),),
    ),
    RowRelation(
        "Decisions of the curator", DECISIONS + " WHERE article_id = :key", DECISION_COLUMNS
    ),
    RowRelation(
        "Systems, organizations, people and figures",
        """SELECT n.id AS entity_id, n.name AS entity, n.slug AS entity_slug, n.kind,
               n.name AS quote, e.sentence
        FROM article_entities e JOIN entities n ON n.id = e.entity_id
        WHERE e.article_id = :key ORDER BY e.start, n.kind, n.id""",
        ("entity", "kind", "sentence", "entity_id"),
        "article_entities",
        (("article_id", "{key}"),),
        most=20,
    ),
    RowRelation(
        "Links to other articles",
        LISTED
        + """ JOIN article_links k ON k.target_id = l.id WHERE k.article_id = :key
        GROUP BY l.id ORDER BY l.id""",
        ARTICLE_COLUMNS,
        "article_links",
        (("article_id", "{key}"), ("target_id__notblank", "1")),
    ),
    RowRelation(
        "Articles that link to it",
        LISTED
        + """ JOIN article_links k ON k.article_id = l.id WHERE k.target_id = :key
        GROUP BY l.id ORDER BY l.id""",
        ARTICLE_COLUMNS,
        "article_links",
        (("target_id", "{key}"),),
    ),
    RowRelation(
        "Other links of its text",
        """SELECT url FROM article_links WHERE article_id = :key AND target_id IS NULL
        ORDER BY url""",
        ("url",),
        "article_links",
        (("article_id", "{key}"),),
        most=5,
    ),
    RowRelation(
        "Story",
        LISTED
        + """ WHERE l.id <> :key AND l.story_id = (
            SELECT story_id FROM articles WHERE id = :key) ORDER BY l.rank DESC, l.id""",
        ARTICLE_COLUMNS,
    ),
    RowRelation(
        "Related articles",
        """SELECT l.id AS article_id, l.title, l.url, l.host, r.reason, r.score
        FROM related_articles r JOIN article_list l ON l.id = r.other_id
        WHERE r.article_id = :key ORDER BY r.score DESC, l.id""",
        ("title", "host", "reason", "score"),
        "related_articles",
        (("article_id", "{key}"),),
    ),
    RowRelation(
        "URLs of the article",
        """SELECT url, reason, evidence, joined_to, added_at FROM aliases WHERE article_id = :key
        ORDER BY id""",
        ("url", "reason", "evidence", "joined_to", "added_at"),
        "aliases",
        (("article_id", "{key}"),),
    ),
    RowRelation(
        "Checks of its URL",
        """SELECT f.at, f.outcome, f.status, f.elapsed_ms, f.run_id FROM fetches f
        WHERE f.url IN (SELECT url FROM aliases WHERE article_id = :key
            UNION SELECT url FROM articles WHERE id = :key)
        ORDER BY f.at DESC, f.id DESC""",
        ("at", "outcome", "status", "elapsed_ms", "run_id"),
        most=5,
    ),
    RowRelation(
        "Link previews",
        CARDS + " WHERE article_id = :key ORDER BY id",
        ("preview", "description", "site_name", "post_id"),
        "cards",
        (("article_id", "{key}"),),
        most=5,
    ),
    RowRelation(
        "Reading lists",
        """SELECT topic, position, why, listed_in FROM reading_list WHERE article_id = :key
        ORDER BY topic""",
        ("topic", "position", "why", "listed_in"),
    ),
)
