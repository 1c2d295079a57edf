"""The questions that the explorer answers by name: a sorted table, a question each, with its SQL.

Every list of the site is one of them, from the same view: `SAME_AS_SITE` says which, and a test
compares the ids.
"""

from __future__ import annotations

from dataclasses import dataclass

from crawler.knowledge import ranking

# box -> what to fill in, and an example
PARAMETERS = {
    "article_id": ("Id of the article", "1"),
    "author_id": ("Id of the author", "1"),
    "host": ("Host", "dev.to"),
    "topic": ("Topic, as in its address", "consensus"),
    "week": ("ISO week", "2026-W30"),
    "words": ("Words", "cache stampede"),
}
SAME_AS_SITE = {
    "articles_of_a_source": "source/<host>.html",
    "articles_of_a_topic": "topic/<topic>.html",
    "articles_of_a_week": "week/<week>.html",
    "articles_of_an_author": "author/<id>.html",
    "failing_sources": "status.html",
    "newest_articles": "index.html",
    "notes": "index.html",
    "this_week": "index.html",
    "topics_together": "topic/<topic>.html",
}

_TOPIC = """coalesce((SELECT slug FROM topics WHERE slug = :topic),
    (SELECT t.slug FROM topics t, json_each(t.formerly) f WHERE f.value = :topic))"""
"""The topic of this slug, or else the one that had it before."""


@dataclass(frozen=True, slots=True)
class Question:
    """A named query: `name` is its address, `:words` in the SQL become boxes to fill; `notes`
    explain the answer, a sentence each.
    """

    name: str
    title: str
    description: str
    sql: str
    notes: tuple[str, ...] = ()


QUESTIONS = (
    Question(
        "articles_of_a_source",
        "What came from one host?",
        "Every article of a host, newest share first.",
        "SELECT id AS article_id, title, kind, first_shared, sharers, topics, url FROM article_list WHERE host = :host ORDER BY first_shared DESC, id DESC",
    ),
    Question(
        "articles_of_a_topic",
        "Which articles are about a topic?",
        "Newest share first, weak signs left out: the topic's page as a table.",
        "SELECT l.id AS article_id, l.title, l.host, t.confidence, round(t.score, 2) AS score, l.first_shared, l.sharers, l.url FROM taggings t"  # noqa: S608
        " JOIN article_list l ON l.id = t.subject_id WHERE l.listed AND t.subject_kind = 'article' AND t.confidence <> 'weak'"
        f" AND t.topic = {_TOPIC}"
        " ORDER BY l.first_shared DESC, l.id DESC",
    ),
    Question(
        "articles_of_a_week",
        "What did one week bring?",
        "Articles first shared in an ISO week, highest rank first.",
        "SELECT id AS article_id, title, host, rank, sharers, first_shared, topics, url FROM article_list WHERE listed AND week = :week"
        " ORDER BY rank DESC, first_shared DESC, id DESC",
    ),
    Question(
        "articles_of_an_author",
        "What did somebody share?",
        "One person's shares, newest first. The id is in the address of their page.",
        "SELECT l.id AS article_id, l.title, l.host, s.shared, s.network, s.post_url FROM shares s JOIN article_list l ON l.id = s.article_id"
        " JOIN publishable_authors a ON a.id = s.author_id WHERE s.author_id = :author_id ORDER BY s.shared DESC, s.post_id DESC, l.id",
    ),
    Question(
        "everything_about",
        "What is kept about some words?",
        "Full-text search. Single words are found anywhere in the text, phrases in title and excerpt.",
        "SELECT l.id AS article_id, l.title, l.host, l.published, l.summary, l.url FROM articles_fts f JOIN article_list l ON l.id = f.rowid"
        " WHERE articles_fts MATCH CASE trim(:words) WHEN '' THEN '\"\"' ELSE escape_fts(:words) END ORDER BY f.rank, l.id LIMIT 200",
    ),
    Question(
        "failing_sources",
        "Which sources fail, and since when?",
        "Sources whose last check did not succeed.",
        "SELECT name AS source, kind, last_outcome, last_message, failures, last_ok, url FROM sources WHERE enabled = 1 AND failures > 0"
        " ORDER BY failures DESC, name",
    ),
    Question(
        "gone_articles",
        "Which articles are no longer where they were?",
        "The state of each address, since when, and what says so.",
        "SELECT a.id AS article_id, l.title, a.host, a.state, a.state_since, a.state_evidence, a.last_checked, a.url FROM articles a"
        " JOIN article_list l ON l.id = a.id WHERE a.state NOT IN ('ok', 'new') ORDER BY a.state_since DESC, a.id",
    ),
    Question(
        "how_an_article_came",
        "How did an article get here?",
        "Every address that led to it, with the reason, and every post that shared it.",
        "SELECT 'address' AS what, url AS who, reason AS how, evidence AS detail, added_at AS at FROM aliases WHERE article_id = :article_id"
        " UNION ALL SELECT 'post', author_name || ' on ' || network, url_as_written, substr(text, 1, 200), shared FROM shares"
        " WHERE article_id = :article_id ORDER BY at",
    ),
    Question(
        "last_night",
        "What did the last run bring?",
        "Articles first seen since the last run began.",
        "SELECT id AS article_id, title, host, topics, shares, state, url FROM article_list"
        " WHERE first_seen >= (SELECT max(started) FROM runs) ORDER BY shares DESC, id",
    ),
    Question(
        "most_shared",
        "What was shared most in the last 30 days?",
        "Counted in different people; the days end with the newest share that is kept.",
        "SELECT l.id AS article_id, l.title, l.host, count(DISTINCT coalesce(s.author_id, -s.post_id)) AS people, count(*) AS posts, l.topics, l.url"
        " FROM shares s JOIN article_list l ON l.id = s.article_id WHERE s.shared >= (SELECT date(max(shared), '-30 days') FROM shares)"
        " GROUP BY l.id ORDER BY people DESC, posts DESC, l.id LIMIT 100",
    ),
    Question(
        "most_trusted_sharers",
        "Who shares what others share too?",
        "People by articles they shared that somebody else shared as well.",
        "SELECT a.id AS author_id, a.name, a.network, count(DISTINCT s.article_id) AS articles, sum(l.sharers > 1) AS also_shared_by_others, a.url"
        " FROM shares s JOIN publishable_authors a ON a.id = s.author_id JOIN article_list l ON l.id = s.article_id GROUP BY a.id"
        " ORDER BY also_shared_by_others DESC, articles DESC, a.name LIMIT 100",
    ),
    Question(
        "newest_articles",
        "What is new?",
        "Articles with a topic, newest share first.",
        "SELECT id AS article_id, title, host, kind, first_shared, sharers, topics, url FROM article_list WHERE listed"
        " ORDER BY first_shared DESC, id DESC LIMIT 200",
    ),
    Question(
        "notes",
        "What was said without a link?",
        "Posts that point at nothing, newest first. One that repeats another stands inside it on the site.",
        "SELECT p.id AS post_id, p.text, p.network, p.shared AS written, p.similar_to, p.url FROM publishable_posts p"
        " WHERE p.text <> '' AND p.id NOT IN (SELECT post_id FROM shares)"
        " ORDER BY written DESC, p.id DESC",
    ),
    Question(
        "this_week",
        "What matters this week?",
        "The newest week's articles by rank: people, topic, kind and age.",
        "SELECT id AS article_id, title, host, rank, sharers, first_shared, kind, topics, url FROM article_list"
        " WHERE listed AND week = (SELECT max(week) FROM article_list WHERE listed) ORDER BY rank DESC, first_shared DESC, id DESC",
        ranking.formula_text(),
    ),
    Question(
        "topics_by_week",
        "How does a topic grow, week by week?",
        "Articles and shares of one topic by ISO week of the first share.",
        "SELECT topic, week, articles, shares FROM topic_activity"  # noqa: S608
        f" WHERE topic = {_TOPIC} ORDER BY week",
    ),
    Question(
        "topics_together",
        "Which topics go together?",
        "Pairs of topics on the same article, weak ones left out.",
        "SELECT a.topic AS topic, b.topic AS with_topic, count(*) AS articles FROM taggings a JOIN taggings b ON b.subject_kind = a.subject_kind"
        " AND b.subject_id = a.subject_id AND b.topic > a.topic WHERE a.subject_kind = 'article' AND a.confidence <> 'weak' AND b.confidence <> 'weak'"
        " GROUP BY 1, 2 ORDER BY articles DESC, 1, 2 LIMIT 200",
    ),
    Question(
        "unread_articles",
        "What could not be read, and why?",
        "Articles without a text, with the outcome of the last try.",
        "SELECT a.id AS article_id, l.title, a.host, a.state, a.last_outcome, a.failures, a.last_checked, a.url FROM articles a"
        " JOIN article_list l ON l.id = a.id WHERE a.word_count = 0 ORDER BY a.host, a.id",
    ),
    Question(
        "why_this_topic",
        "Why does an article have its topics?",
        "The evidence of every tagging: the quoted words, their field, the rule that matched, "
        "how often they occur and the sentence that first contains them.",
        "SELECT t.topic, t.confidence, round(t.score, 2) AS score, e.field, e.quote, e.times,"
        " e.sentence, e.rule, round(e.weight, 2) AS weight FROM taggings t"
        " JOIN evidence e ON e.tagging_id = t.id WHERE t.subject_kind = 'article' AND t.subject_id = :article_id ORDER BY t.score DESC, t.topic, e.weight DESC",
    ),
)
MEANING = (
    Question(
        "near_in_meaning",
        "What is near these words in meaning?",
        "By the sentence vectors of titles and summaries: nearest first, 1 is the same.",
        "SELECT l.id AS article_id, l.title, l.host, round(nearness(v.vector, meaning(:words)), 3) AS near, l.topics, l.url FROM vectors v"
        " JOIN article_list l ON l.id = v.article_id WHERE trim(:words) <> '' ORDER BY nearness(v.vector, meaning(:words)) DESC, l.id LIMIT 50",
    ),
)
