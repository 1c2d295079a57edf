"""What the explorer says of the database: titles, meanings of tables and columns, facets, named
questions.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from crawler.explorer.named_queries import PARAMETERS, QUESTIONS, SAME_AS_SITE, Question
from crawler.knowledge import ranking
from crawler.workspace import SiteSettings

# table or view -> (meaning, sort, facets, meanings of columns)
TABLES: dict[str, tuple[str, str, tuple[str, ...], dict[str, str]]] = {
    "aliases": (
        "Every address that leads to an article, and why we say so.",
        "article_id",
        ("reason",),
        {
            "url": "the address, as posted, after a redirect, or as the page claims",
            "key": "the form in which two addresses are compared",
            "reason": "as-posted, redirect, canonical, rule:<name>, text-match or curator",
            "evidence": "what makes us believe it",
        },
    ),
    "article_links": (
        "What the articles themselves link to.",
        "article_id",
        (),
        {"shown": "empty: link texts are private", "target_id": "the article, when we have it too"},
    ),
    "article_list": (
        "One row an article: topics, sharers, first share. Start here.",
        "first_shared",
        ("kind", "host", "state", "language"),
        {
            "shares": "posts that point at it",
            "sharers": "different people among them",
            "first_shared": "time of the first share, UTC",
            "topics": "slugs, surest first",
            "rank": "people, topic, kind and age; the question “What matters this week?” has the formula",
            "listed": "1 when it has a topic that is more than weak",
            "week": "ISO week of the first share",
        },
    ),
    "article_entities": (
        "Organisations, systems and figures that an article names.",
        "article_id",
        (),
        {"sentence": "the sentence, if the excerpt contains it", "start": "always 0"},
    ),
    "articles": (
        "Articles as they were read: one row however many addresses and posts lead to it.",
        "first_seen",
        ("kind", "host", "state", "language"),
        {
            "url": "where to read it",
            "published": "as the page says, UTC",
            "first_seen": "when a post first brought it to us",
            "last_checked": "our last look",
            "state": "new, ok, moved, blocked, gone, parked, hijacked, changed, unreachable or unreadable",
            "summary": "at most 60 words, never invented",
            "text": "empty: texts are private; search covers the set of their words",
            "field_sources": "where each field was found",
            "extractor": "name and version of what read it",
        },
    ),
    "authors": (
        "Who posted, as their network names them.",
        "name",
        ("network", "consent"),
        {"consent": "full: named; any other level: counted by number only"},
    ),
    "cards": (
        "Link previews under posts, matched to articles where that is certain.",
        "id",
        (),
        {"link_id": "empty when the card came without an address"},
    ),
    "clusters": (
        "Stories: articles about one event or idea.",
        "id",
        (),
        {"reason": "what joins them"},
    ),
    "curation_log": ("What the curator decided, and why.", "at", ("action",), {}),
    "curated": (
        "What the curator has decided and is in force.",
        "since",
        ("action",),
        {
            "other": "the topic, the article merged into, or the text of a note",
            "since": "when it was first decided, UTC",
        },
    ),
    "entities": ("Organisations, systems and products, people, figures.", "name", ("kind",), {}),
    "evidence": (
        "Why each topic was given: never a topic without.",
        "tagging_id",
        ("field", "rule"),
        {
            "quote": "the words that count; empty if their page asks not to be quoted",
            "start": "0 for articles",
            "rule": "the kind of phrase",
            "weight": "how much it counts",
            "times": "how often the words occur; 1 if they are not quoted",
            "sentence": "the sentence that first contains them, if the excerpt contains it",
        },
    ),
    "fetches": (
        "Every request for pages, feeds and robots.txt: outcome, robots rule, wait, size.",
        "at",
        ("outcome", "purpose"),
        {
            "outcome": "how it ended",
            "robots_rule": "the line of robots.txt that decided",
            "waited_ms": "how long we held back",
        },
    ),
    "links": ("URLs inside posts, exactly as written.", "id", ("origin",), {}),
    "post_hashtags": (
        "Hashtags of posts: folded for comparing, and as shown.",
        "hashtag",
        ("hashtag",),
        {},
    ),
    "posts": (
        "Posts as written, consent allowing.",
        "seen_at",
        ("network", "source", "language"),
        {
            "uri": "the post's global id",
            "seen_at": "when we first saw it, UTC",
            "consent": "full, reference (link, network, date) or link-only",
            "provenance": "paste file and lines, or request",
            "last_checked": "when its network last said that it stands, UTC",
            "similar_to": "the post that this one repeats",
        },
    ),
    "publishable_articles": (
        "How much of each article is shown.",
        "id",
        ("shows",),
        {"shows": "excerpt, or title for pages that opt out of indexing, quoting or archiving"},
    ),
    "publishable_authors": ("Authors who may be named.", "name", ("network",), {}),
    "publishable_posts": (
        "How much of each post is shown.",
        "shared",
        ("level", "network"),
        {"level": "full, reference (link, network, date) or link-only (only the article counts)"},
    ),
    "related": ("Articles that belong together, with the reason in words.", "article_id", (), {}),
    "run_sources": ("What each source gave in each run.", "run_id", ("outcome",), {}),
    "runs": ("One row a run.", "started", ("command", "outcome"), {}),
    "shares": ("Article by post by person: who shared what, when.", "shared", ("network",), {}),
    "sources": (
        "Where posts come from, and how each is doing.",
        "name",
        ("kind", "last_outcome"),
        {
            "failures": "failed checks in a row",
            "next_check": "not asked before that time",
            "last_attempt": "when it was last polled, UTC",
        },
    ),
    "taggings": (
        "Topics of articles and posts.",
        "topic",
        ("topic", "confidence", "subject_kind"),
        {
            "subject_id": "id of the article or the post",
            "score": "sum of the evidence",
            "confidence": "certain, likely or weak",
            "taxonomy_version": "which taxonomy decided",
        },
    ),
    "topic_activity": ("Topic by ISO week.", "week", ("topic",), {}),
    "topics": (
        "The taxonomy.",
        "slug",
        ("broader",),
        {
            "broader": "the topic above",
            "formerly": "slugs that it had before",
            "measured": "precision and recall as measured",
        },
    ),
}
_DESCENDING = {"article_list", "articles", "fetches", "posts", "runs", "shares", "curation_log"}
_FIRST = (
    "article_list",
    "articles",
    "posts",
    "shares",
    "topics",
    "taggings",
    "evidence",
    "sources",
    "runs",
)  # what a newcomer looks for
_HIDDEN = (
    "forgotten",
    "held",
    "kept_apart",
    "publishable_cards",
    "robots",
    "unconfirmed",
    "unquotable_articles",
    "vectors",
    "versions",
)
_LABELS = {
    "article_list": "title",
    "articles": "title",
    "authors": "name",
    "entities": "name",
    "posts": "uri",
    "topics": "label",
}


def metadata(
    site: SiteSettings, site_address: str, questions: tuple[Question, ...] = QUESTIONS
) -> dict[str, Any]:
    """Datasette's metadata document.

    `site_address` is where the site's pages are, ending in a slash.
    """
    tables = {name: _table(name) for name in TABLES} | {name: {"hidden": True} for name in _HIDDEN}
    return {
        "title": f"{site.title} explorer",
        "hashtrail": {
            "name": site.title,
            "tagline": site.tagline,
            "site": site_address,
            "parameters": PARAMETERS,
            "questions": [asdict(question) for question in questions],
            "formula": ranking.formula(),
            "first": _FIRST,
            "meanings": {name: meaning for name, (meaning, *_) in TABLES.items()},
        },
        "databases": {
            "public": {
                "tables": tables,
                "queries": {question.name: _query(question) for question in questions},
            }
        },
    }


def _table(name: str) -> dict[str, Any]:
    meaning, sort, facets, columns = TABLES[name]
    table: dict[str, Any] = {
        "description": meaning,
        "sort_desc" if name in _DESCENDING else "sort": sort,
        "columns": columns,
        "facets": list(facets),
    }
    return table | ({"label_column": _LABELS[name]} if name in _LABELS else {})


def _query(question: Question) -> dict[str, Any]:
    return {
        "sql": question.sql,
        "title": question.title,
        "description": question.description,
        "notes": question.notes,
        "page": SAME_AS_SITE.get(question.name),
    }
