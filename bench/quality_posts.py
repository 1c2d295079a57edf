"""Measure the topics of posts: certain and likely ones only.

The labelled posts come from writers of whom the classifier has learned nothing. A topic is right if
it is a label, an accepted topic, or the topic above one of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple, TypeVar

from bench.quality_topics import ROOT, Row
from crawler.topics.labelled_posts import LabelledPost, read_labelled_posts
from crawler.topics.tagger import Tagger
from crawler.topics.train_post_classifier import phrases_item
from crawler.workspace import bundled_path

POSTS = {
    "posts by hand": ROOT / "tests/quality/posts_hand.tsv",
    "posts by hand, fresh": ROOT / "tests/quality/posts_hand_fresh.tsv",
}
FLOORS = {
    "posts by hand, main topic found": 0.825,
    "posts by hand, main topic first": 0.92,
    "posts by hand, precision": 0.84,
    "posts by hand, without topic left untagged": 0.99,
    "posts by hand, fresh, main topic found": 0.81,
    "posts by hand, fresh, main topic first": 0.925,
    "posts by hand, fresh, precision": 0.815,
    "posts by hand, fresh, without topic left untagged": 0.96,
}


_T = TypeVar("_T")


class _Tagged(NamedTuple):
    """A post with the topics that are shown, the main one first, and those that are right."""

    post: LabelledPost
    shown: Sequence[str]
    right: frozenset[str]


def report() -> list[Row]:
    """Return the name, value, number of posts and floor of each figure."""
    tagger = Tagger.load(bundled_path("data", "topics"))
    rows = [
        (f"{name}, {figure}", value, size)
        for name, path in POSTS.items()
        for figure, value, size in _figures(_tagged(path, tagger))
    ]
    return [(name, value, size, FLOORS.get(name)) for name, value, size in rows]


def _tagged(path: Path, tagger: Tagger) -> list[_Tagged]:
    topics = tagger.taxonomy.topics
    tagged = []
    for post in read_labelled_posts(path):
        scores = tagger.tag(phrases_item(post))
        named = {*post.topics, *post.accepted}
        right = named.union(filter(None, (topics[topic].broader for topic in named)))
        shown = [score.topic for score in scores if score.confidence != "weak"]
        tagged.append(_Tagged(post, shown, frozenset(right)))
    return tagged


def _figures(tagged: Iterable[_Tagged]) -> list[tuple[str, float, int]]:
    rows = list(tagged)
    on_topic = [row for row in rows if row.post.topics]
    shown = [row for row in on_topic if row.shown]
    off_topic = [row for row in rows if not row.post.topics]
    given = [(topic, row) for row in on_topic for topic in row.shown]
    return [
        ("main topic found", *_share(on_topic, lambda row: row.post.topics[0] in row.shown)),
        ("main topic first", *_share(shown, lambda row: row.shown[0] in row.post.topics)),
        ("precision", *_share(given, lambda pair: pair[0] in pair[1].right)),
        ("without topic left untagged", *_share(off_topic, lambda row: not row.shown)),
    ]


def _share(rows: Sequence[_T], is_counted: Callable[[_T], bool]) -> tuple[float, int]:
    return sum(map(is_counted, rows)) / max(len(rows), 1), len(rows)
