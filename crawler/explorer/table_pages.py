"""How the explorer shows each table: title, columns, sort order, facets and label column."""

from __future__ import annotations

from dataclasses import dataclass

FACET_SIZE = 15  # values of a facet that are shown first


@dataclass(frozen=True, slots=True)
class TablePage:
    """How the explorer shows a table or view.

    `columns` are shown first, at most eight; without them, all. `needed` are columns that cells of
    these read. `label` names a row in links to it. `topics` is the kind of subject by whose topics
    the rows are filtered, `article` or `post`.
    """

    sort: str
    columns: tuple[str, ...] = ()
    facets: tuple[str, ...] = ()
    is_descending: bool = False
    label: str = ""
    needed: tuple[str, ...] = ()
    topics: str = ""


TABLES: dict[str, TablePage] = {
    "aliases": TablePage(
        "article_id",
        ("article_id", "url", "reason", "added_at"),
        facets=("reason",),
    ),
    "article_changes": TablePage(
        "at", ("article_id", "change", "detail", "at"), facets=("change",), is_descending=True
    ),
    "article_entities": TablePage("article_id", ("article_id", "entity_id", "sentence")),
    "article_links": TablePage("article_id", ("article_id", "url", "target_id")),
    "article_list": TablePage(
        "first_shared",
        ("title", "host", "kind", "topics", "first_shared", "sharers", "word_count", "state"),
        facets=("kind", "host", "state", "language", "year"),
        is_descending=True,
        label="title",
        needed=("url",),
        topics="article",
    ),
    "articles": TablePage(
        "first_seen",
        ("title", "host", "kind", "published", "first_seen", "language", "word_count", "state"),
        facets=("kind", "host", "state", "language"),
        is_descending=True,
        label="title",
        needed=("url",),
        topics="article",
    ),
    "authors": TablePage(
        "name",
        ("name", "handle", "network", "url", "consent"),
        facets=("network", "consent"),
        label="name",
    ),
    "cards": TablePage("id", ("title", "site_name", "published", "article_id", "post_id")),
    "curation_decisions": TablePage(
        "since",
        ("action", "subject", "object", "reason", "who", "since", "article_id"),
        facets=("action",),
    ),
    "curation_log": TablePage(
        "at", ("action", "subject", "reason", "who", "at"), facets=("action",), is_descending=True
    ),
    "entities": TablePage("name", ("name", "kind", "slug"), facets=("kind",), label="name"),
    "evidence": TablePage(
        "tagging_id",
        ("tagging_id", "sentence", "quote", "field", "rule", "weight", "times"),
        facets=("field", "rule"),
    ),
    "fetches": TablePage(
        "at",
        ("url", "purpose", "outcome", "status", "bytes", "elapsed_ms", "at", "run_id"),
        facets=("outcome", "purpose"),
        is_descending=True,
    ),
    "links": TablePage("id", ("url", "article_id", "post_id", "origin"), facets=("origin",)),
    "post_hashtags": TablePage("hashtag", ("shown", "post_id"), facets=("hashtag",)),
    "posts": TablePage(
        "seen_at",
        ("text", "author_id", "network", "published", "language", "source", "url"),
        facets=("network", "source", "language"),
        is_descending=True,
        label="text",
        topics="post",
    ),
    "publishable_articles": TablePage("id", facets=("shows",)),
    "publishable_authors": TablePage("name", facets=("network",)),
    "publishable_posts": TablePage(
        "shared",
        ("text", "author_name", "network", "shared", "level", "language", "url", "id"),
        facets=("level", "network"),
    ),
    "reading_list": TablePage(
        "topic",
        ("title", "topic", "year", "kind", "why", "article_id"),
        facets=("topic", "kind"),
        needed=("url",),
    ),
    "related_articles": TablePage("article_id", ("article_id", "other_id", "score", "reason")),
    "run_measures": TablePage(
        "run_id", ("run_id", "measure", "subject", "value"), facets=("measure",)
    ),
    "run_sources": TablePage(
        "run_id",
        ("source", "run_id", "outcome", "posts_seen", "posts_new", "message"),
        facets=("outcome",),
    ),
    "runs": TablePage(
        "started",
        ("id", "command", "started", "finished", "outcome", "message"),
        facets=("command", "outcome"),
        is_descending=True,
        label="started",
    ),
    "schema_descriptions": TablePage(
        "table_name", ("table_name", "column_name", "description"), facets=("table_name",)
    ),
    "sharers": TablePage(
        "articles",
        (
            "author_id",
            "articles",
            "agreed_articles",
            "followed_articles",
            "led_articles",
            "later_sharers",
            "last_shared",
        ),
        is_descending=True,
    ),
    "shares": TablePage(
        "shared",
        ("article_id", "author_id", "network", "shared", "text", "consent", "post_id"),
        facets=("network",),
        is_descending=True,
    ),
    "source_coverage": TablePage(
        "articles",
        ("source", "posts", "articles", "unique_articles", "last_shared"),
        is_descending=True,
    ),
    "sources": TablePage(
        "name",
        (
            "name",
            "kind",
            "url",
            "last_outcome",
            "last_ok",
            "failures",
            "newest_post",
            "last_message",
        ),
        facets=("kind", "last_outcome"),
        label="name",
    ),
    "stories": TablePage("id", ("lead_article_id", "reason")),
    "taggings": TablePage(
        "topic",
        ("topic", "subject_kind", "subject_id", "confidence", "score"),
        facets=("topic", "confidence", "subject_kind"),
        label="topic",
    ),
    "topic_activity": TablePage("week", facets=("topic",)),
    "topic_articles": TablePage(
        "first_shared",
        (
            "article_id",
            "topic",
            "confidence",
            "score",
            "host",
            "kind",
            "sharers",
            "first_shared",
        ),
        facets=("topic", "kind", "confidence"),
        is_descending=True,
    ),
    "topic_names": TablePage("name"),
    "topic_pairs": TablePage("articles", is_descending=True),
    "topics": TablePage(
        "slug",
        ("label", "definition", "broader", "slug"),
        facets=("broader",),
        label="label",
    ),
    "unlinked_posts": TablePage("post_id"),
}

DIAGRAM_TABLES = tuple(name for name in TABLES if not name.startswith(("publishable_", "schema_")))
"""The tables of the diagram of the schema: all but the views that decide what may be shown."""

FIRST_TABLES = (
    "article_list",
    "posts",
    "shares",
    "topics",
    "topic_articles",
    "taggings",
    "evidence",
    "entities",
    "authors",
    "sources",
    "runs",
)
"""The tables that most visitors need."""

HIDDEN_TABLES = (
    "article_words",
    "article_vectors",
    "derivation_versions",
    "item_versions",
    "not_merged",
    "publishable_cards",
    "published_entries",
    "quarantined_posts",
    "robots_copies",
    "search_documents",
    "search_facets",
    "search_fts",
    "search_spellings",
    "sqlite_sequence",
    "tombstones",
    "unconfirmed_posts",
    "unquotable_articles",
)

CLOSED_TABLES = frozenset({"quarantined_posts", "robots_copies", "tombstones"})
"""Tables of the program that are empty in every snapshot: they have no page."""

BOOKKEEPING = frozenset(
    {
        "agreeing_checks",
        "annotated",
        "archive_at",
        "archive_file",
        "archive_offset",
        "archive_original",
        "content_hash",
        "cursor",
        "digest",
        "directives",
        "etag",
        "extractor",
        "failures",
        "field_sources",
        "fingerprint",
        "headings",
        "hidden",
        "hops",
        "id",
        "key",
        "last_attempt",
        "last_counted_at",
        "last_modified",
        "last_status",
        "measured",
        "media_type",
        "missing_since",
        "moves",
        "moving_to",
        "next_check",
        "not_found",
        "polled_url",
        "provenance",
        "refusals",
        "robots_rule",
        "sensitive",
        "start",
        "summary_source",
        "suspected_state",
        "tagger",
        "taxonomy_version",
        "thread_key",
        "thread_position",
        "unchanged",
        "uri",
        "usual_gap_days",
        "visibility",
        "waited_ms",
    }
)
"""Columns that serve the program. The page of a row shows them behind “All columns”."""

COMPARISONS = {
    "exact": "is",
    "not": "is not",
    "gt": "is more than",
    "gte": "is at least",
    "lt": "is less than",
    "lte": "is at most",
    "like": "matches (LIKE)",
    "notlike": "does not match (LIKE)",
    "glob": "matches (GLOB)",
    "in": "is one of",
    "notin": "is not one of",
    "notcontains": "does not contain",
    "arraycontains": "list contains",
    "arraynotcontains": "list does not contain",
    "date": "is on the date",
    "isnull": "is unknown",
    "notnull": "is known",
    "isblank": "is empty",
    "notblank": "is not empty",
}
"""Comparisons of filters by Datasette's name, in words. Others keep Datasette's words."""
