"""The tree of topics: the topics above and below each topic, and the items of a whole branch."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol, TypeVar

from crawler.group_by_key import group_by
from crawler.sitegen.snapshot_reader import TopicFacts
from crawler.topics.topic_texts import TOPIC_SCHEME


class _HasTopics(Protocol):
    @property
    def topics(self) -> Sequence[str]: ...


_Item = TypeVar("_Item", bound=_HasTopics)
_Topics = Mapping[str, TopicFacts]


def topics_above(topics: _Topics, slug: str) -> tuple[str, ...]:
    """Return the topics above the topic `slug`, the next one first; a cycle ends where it closes.

    `topics` are all topics by slug.
    """
    above: list[str] = []
    parent = topics[slug].broader if slug in topics else ""
    while parent in topics and parent not in above and parent != slug:
        above.append(parent)
        parent = topics[parent].broader
    return tuple(above)


def subtopics(topics: _Topics) -> dict[str, list[TopicFacts]]:
    """Return slug -> the topics directly below, in the order in which the topic's text links them.

    Those that the text does not link come last, in the order of `topics`.
    """
    below = (topic for topic in topics.values() if topic.broader in topics)
    by_parent = group_by(below, lambda topic: topic.broader)
    return {slug: _in_order_of(topics[slug].text, children) for slug, children in by_parent.items()}


def _in_order_of(text: str, topics: list[TopicFacts]) -> list[TopicFacts]:
    """Return `topics` in the order of their first links in a text."""
    places = {topic.slug: text.find(f"({TOPIC_SCHEME}{topic.slug})") for topic in topics}
    return sorted(topics, key=lambda topic: (places[topic.slug] < 0, places[topic.slug]))


def group_by_branch(items: Iterable[_Item], topics: _Topics) -> dict[str, list[_Item]]:
    """Return slug -> the `items` of the topic and of all topics below it, in the order of `items`.

    Each item occurs once in a list.
    """
    above = {slug: topics_above(topics, slug) for slug in topics}
    groups: dict[str, list[_Item]] = defaultdict(list)
    for item in items:
        own = dict.fromkeys(item.topics)
        branches = dict.fromkeys(topic for slug in own for topic in (slug, *above.get(slug, ())))
        for topic in branches:
            groups[topic].append(item)
    return dict(groups)
