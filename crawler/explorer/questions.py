"""The questions that the explorer answers by name: a sorted table, a question each, with its SQL."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Question:
    """A named query: `name` is its address, `:words` in the SQL become boxes to fill."""

    name: str
    title: str
    description: str
    sql: str


QUESTIONS = (
    Question(
        "articles_of_a_topic", "Which articles are about a topic?", "Surest first. Fill in the topic's slug, for example consensus.",
        "SELECT l.id, l.title, l.host, t.confidence, round(t.score, 2) AS score, l.first_shared, l.sharers, l.url FROM taggings t"
        " JOIN article_list l ON l.id = t.subject_id WHERE t.subject_kind = 'article' AND t.topic = :topic"
        " ORDER BY CASE t.confidence WHEN 'certain' THEN 0 WHEN 'likely' THEN 1 ELSE 2 END, t.score DESC, l.id",
    ),
    Question(
        "everything_about", "What is kept about some words?", "Full-text search over titles, summaries and the texts that were read.",
        "SELECT l.id, l.title, l.host, l.published, l.summary, l.url FROM articles_fts f JOIN article_list l ON l.id = f.rowid"
        " WHERE articles_fts MATCH :words ORDER BY f.rank, l.id LIMIT 200",
    ),
    Question(
        "failing_sources", "Which sources fail, and since when?", "Sources whose last check did not succeed.",
        "SELECT name, kind, last_outcome, last_message, failures, last_ok, url FROM sources WHERE enabled = 1 AND failures > 0 ORDER BY failures DESC, name",
    ),
    Question(
        "gone_articles", "Which articles are no longer where they were?", "The state of each address, since when, and what says so.",
        "SELECT id, title, host, state, state_since, state_evidence, last_checked, url FROM articles"
        " WHERE state NOT IN ('ok', 'new') AND hidden = 0 ORDER BY state_since DESC, id",
    ),
    Question(
        "how_an_article_came", "How did an article get here?", "Every address that led to it, with the reason, and every post that shared it.",
        "SELECT 'address' AS what, url AS who, reason AS how, evidence AS detail, added_at AS at FROM aliases WHERE article_id = :article_id"
        " UNION ALL SELECT 'post', author_name || ' on ' || network, url_as_written, substr(text, 1, 200), shared FROM shares"
        " WHERE article_id = :article_id ORDER BY at",
    ),
    Question(
        "last_night", "What did the last run bring?", "Articles first seen since the last run began.",
        "SELECT l.id, l.title, l.host, l.topics, l.shares, l.state, l.url FROM article_list l"
        " WHERE l.first_seen >= (SELECT max(started) FROM runs) ORDER BY l.shares DESC, l.id",
    ),
    Question(
        "most_shared", "What was shared most in the last 30 days?", "Counted in different people; the days end with the newest share that is kept.",
        "SELECT l.id, l.title, l.host, count(DISTINCT coalesce(s.author_id, -s.post_id)) AS people, count(*) AS posts, l.topics, l.url FROM shares s"
        " JOIN article_list l ON l.id = s.article_id WHERE s.shared >= (SELECT date(max(shared), '-30 days') FROM shares)"
        " GROUP BY l.id ORDER BY people DESC, posts DESC, l.id LIMIT 100",
    ),
    Question(
        "most_trusted_sharers", "Who shares what others share too?", "People by articles they shared that somebody else shared as well.",
        "SELECT a.name, a.network, count(DISTINCT s.article_id) AS articles, sum(l.sharers > 1) AS also_shared_by_others, a.url FROM shares s"
        " JOIN authors a ON a.id = s.author_id JOIN article_list l ON l.id = s.article_id WHERE s.consent = 'full' GROUP BY a.id"
        " ORDER BY also_shared_by_others DESC, articles DESC, a.name LIMIT 100",
    ),
    Question(
        "topics_by_week", "How does a topic grow, week by week?", "Articles and shares of one topic by ISO week of the first share.",
        "SELECT topic, week, articles, shares FROM topic_activity WHERE topic = :topic ORDER BY week",
    ),
    Question(
        "topics_together", "Which topics go together?", "Pairs of topics on the same article, weak ones left out.",
        "SELECT a.topic AS topic, b.topic AS with_topic, count(*) AS articles FROM taggings a JOIN taggings b ON b.subject_kind = a.subject_kind"
        " AND b.subject_id = a.subject_id AND b.topic > a.topic WHERE a.subject_kind = 'article' AND a.confidence <> 'weak' AND b.confidence <> 'weak'"
        " GROUP BY 1, 2 ORDER BY articles DESC, 1, 2 LIMIT 200",
    ),
    Question(
        "unread_articles", "What could not be read, and why?", "Articles without a text, with the outcome of the last try.",
        "SELECT id, title, host, state, last_outcome, failures, last_checked, url FROM articles WHERE word_count = 0 AND hidden = 0 ORDER BY host, id",
    ),
    Question(
        "why_this_topic", "Why does an article have its topics?", "The evidence of every tagging: the quoted words, where they stand, the rule that fired.",
        "SELECT t.topic, t.confidence, round(t.score, 2) AS score, e.field, e.quote, e.start, e.rule, round(e.weight, 2) AS weight FROM taggings t"
        " JOIN evidence e ON e.tagging_id = t.id WHERE t.subject_kind = 'article' AND t.subject_id = :article_id ORDER BY t.score DESC, t.topic, e.weight DESC",
    ),
)
