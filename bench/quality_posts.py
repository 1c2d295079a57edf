"""Measure the topics of posts: certain and likely ones only.

The classifier does not learn from posts of their writers. A topic is correct if it is a label, an
accepted topic, or the topic above one of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple, TypeVar

from bench.quality_topics import ROOT, Row
from crawler.models.topics import Item
from crawler.topics.labelled_texts import Labels, read_labelled_posts
from crawler.topics.tagger import Tagger
from crawler.workspace import bundled_path

POSTS = {
    "posts by hand": ROOT / "tests/quality/posts_hand.tsv",
    "posts by hand, fresh": ROOT / "tests/quality/posts_hand_fresh.tsv",
}
FLOORS = {
    "posts by hand, main topic found": 0.835,
    "posts by hand, main topic first": 0.92,
    "posts by hand, precision": 0.9,
    "posts by hand, without topic left untagged": 0.99,
    "posts by hand, fresh, main topic found": 0.82,
    "posts by hand, fresh, main topic first": 0.925,
    "posts by hand, fresh, precision": 0.88,
    "posts by hand, fresh, without topic left untagged": 0.98,
}


_T = TypeVar("_T")


class TaggedText(NamedTuple):
    """The labels of a text, the topics that are shown, the main one first, and the right ones."""

    labels: Labels
    shown: Sequence[str]
    right: frozenset[str]


def report() -> list[Row]:
    """Return the name, value, number of posts and floor of each figure."""
    tagger = Tagger.load(bundled_path("data", "topics"))
    rows = [
        (f"{name}, {figure}", value, size)
        for name, path in POSTS.items()
        for figure, value, size in figures(
            tagged_text(post.item, post.labels, tagger) for post in read_labelled_posts(path)
        )
    ]
    return [(name, value, size, FLOORS.get(name)) for name, value, size in rows]


def tagged_text(item: Item, labels: Labels, tagger: Tagger) -> TaggedText:
    """Return the `labels` of an `item` with the topics that the `tagger` shows."""
    shown = [score.topic for score in tagger.tag(item) if score.confidence != "weak"]
    named = {*labels.topics, *labels.accepted}
    above = filter(None, (tagger.taxonomy.topics[topic].broader for topic in named))
    return TaggedText(labels, shown, frozenset((*named, *above)))


def figures(tagged: Iterable[TaggedText]) -> list[tuple[str, float, int]]:
    """Return the name, value and number of texts of each figure."""
    rows = list(tagged)
    on_topic = [row for row in rows if row.labels.topics]
    shown = [row for row in on_topic if row.shown]
    off_topic = [row for row in rows if not row.labels.topics]
    given = [(topic, row) for row in on_topic for topic in row.shown]
    return [
        ("main topic found", *_ratio(on_topic, lambda row: row.labels.topics[0] in row.shown)),
        ("main topic first", *_ratio(shown, lambda row: row.shown[0] in row.labels.topics)),
        ("precision", *_ratio(given, lambda pair: pair[0] in pair[1].right)),
        ("without topic left untagged", *_ratio(off_topic, lambda row: not row.shown)),
    ]


def _ratio(rows: Sequence[_T], is_counted: Callable[[_T], bool]) -> tuple[float, int]:
    return sum(map(is_counted, rows)) / max(len(rows), 1), len(rows)
