"""The lists of articles that pages share: all, by topic, branch, week, site and kind."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import partial

from crawler.sitegen.article_store import ArticleList, ArticleStore, ListsByKey
from crawler.sitegen.snapshot_reader import TopicFacts
from crawler.sitegen.topic_tree import topics_above

_LISTED = "SELECT id, first_shared, host FROM article_list WHERE listed"
_OF_WEEK = f"{_LISTED} AND week = :week"
_OF_KIND = f"{_LISTED} AND kind = :kind"
_OF_HOST = "SELECT id, first_shared, host FROM article_list WHERE host = :host"
_OF_TOPIC = """
SELECT article_id AS id, first_shared, host, kind, sharers FROM topic_articles WHERE topic = :topic
"""
_OF_TOPICS = """
SELECT DISTINCT article_id AS id, first_shared, host, kind, sharers FROM topic_articles
WHERE topic IN (SELECT value FROM json_each(:topics))
"""
_BY_WEEK = "SELECT week, count(*) FROM article_list WHERE listed GROUP BY week"
_BY_KIND = "SELECT kind, count(*) FROM article_list WHERE listed GROUP BY kind"
_BY_HOST = "SELECT host, count(*) FROM article_list GROUP BY host"
_BY_TOPIC = "SELECT topic, sum(articles) FROM topic_activity GROUP BY topic"
_IN_TOPICS = """
SELECT count(DISTINCT article_id) FROM topic_articles
WHERE topic IN (SELECT value FROM json_each(?))
"""


def listed_articles(store: ArticleStore) -> ArticleList:
    """Return the articles of `store` with a visible share and a topic above weak."""
    return ArticleList(store, _LISTED)


def lists_by_week(store: ArticleStore) -> ListsByKey:
    """Return the listed articles of `store` by ISO week of their first share."""
    return _lists(store, _BY_WEEK, _OF_WEEK, "week")


def lists_by_kind(store: ArticleStore) -> ListsByKey:
    """Return the listed articles of `store` by kind."""
    return _lists(store, _BY_KIND, _OF_KIND, "kind")


def lists_by_host(store: ArticleStore) -> ListsByKey:
    """Return all articles of `store` by host, those without a topic included."""
    return _lists(store, _BY_HOST, _OF_HOST, "host")


def lists_by_topic(store: ArticleStore) -> ListsByKey:
    """Return the listed articles of `store` by topic."""
    return _lists(store, _BY_TOPIC, _OF_TOPIC, "topic")


def lists_by_branch(
    store: ArticleStore, by_topic: ListsByKey, topics: Mapping[str, TopicFacts]
) -> ListsByKey:
    """Return the articles of each topic and of all `topics` below it, each article once.

    `by_topic` are the lists of the articles of `store` by topic.
    """

    def branches() -> dict[str, list[str]]:
        members: dict[str, list[str]] = {}
        for slug in by_topic:
            for topic in (slug, *topics_above(topics, slug)):
                members.setdefault(topic, []).append(slug)
        return members

    members: dict[str, list[str]] = {}

    def counts() -> dict[str, int]:
        members.update(branches())
        return {topic: count(topic, slugs) for topic, slugs in members.items()}

    def count(topic: str, slugs: list[str]) -> int:
        if slugs == [topic]:
            return by_topic.counts[topic]
        return int(store.query(_IN_TOPICS, (json.dumps(slugs),)).fetchone()[0])

    def of_topic(topic: str, count: int) -> ArticleList:
        if members[topic] == [topic]:
            return by_topic[topic]
        parameters = {"topics": json.dumps(members[topic])}
        return ArticleList(store, _OF_TOPICS, parameters, count=count)

    return ListsByKey(counts, of_topic)


def _lists(store: ArticleStore, counts: str, selected: str, parameter: str) -> ListsByKey:
    return ListsByKey(
        partial(_counts, store, counts),
        lambda key, count: ArticleList(store, selected, {parameter: key}, count=count),
    )


def _counts(store: ArticleStore, query: str) -> dict[str, int]:
    return dict(store.query(query).fetchall())
