"""The index of topics: every topic in its tree, and the topics that occur together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from crawler.sitegen.page_kinds import Page
from crawler.sitegen.site_model import SiteModel, WeeklyActivity
from crawler.sitegen.snapshot_reader import TopicFacts
from crawler.sitegen.svg_charts import ColumnChart, column_chart
from crawler.sitegen.topic_cooccurrence import topic_matrix

TEMPLATE = "site/topics.html"

_CHART_WEEKS = 12
_CHART_SIZE = (60, 16)
_Group = tuple[TopicFacts | None, list["TopicEntry"]]


@dataclass(frozen=True, slots=True)
class TopicEntry:
    """One line of the index. `level` is 0 at the top of the tree."""

    topic: TopicFacts
    level: int
    articles: int
    notes: int
    activity: WeeklyActivity
    chart: ColumnChart


def pages(model: SiteModel) -> Iterator[Page]:
    """Yield `topics.html` for the site in `model`."""
    yield Page("topics.html", {"groups": _groups(model), "matrix": topic_matrix(model)})


def _groups(model: SiteModel) -> list[_Group]:
    """Return the trees of topics by label, each from the top down.

    Topics without a tree come last. So do topics that are broader than each other, since their
    tree has no top.
    """
    tops = [topic for topic in model.topics.values() if topic.broader not in model.topics]
    trees = [list(_branch(model, topic, 0)) for topic in sorted(tops, key=_label)]
    groups: list[_Group] = [(tree[0].topic, tree) for tree in trees if len(tree) > 1]
    single = [tree[0] for tree in trees if len(tree) == 1]
    single += _unreached(model, trees)
    return [*groups, (None, single)] if single else groups


def _unreached(model: SiteModel, trees: list[list[TopicEntry]]) -> list[TopicEntry]:
    """Return the topics that are in no tree."""
    reached = {entry.topic.slug for tree in trees for entry in tree}
    unreached = [topic for topic in model.topics.values() if topic.slug not in reached]
    return [_entry(model, topic, 0) for topic in unreached]


def _branch(model: SiteModel, topic: TopicFacts, level: int) -> Iterator[TopicEntry]:
    """Yield a topic and, by label, its subtopics, each followed by its own subtopics."""
    yield _entry(model, topic, level)
    subtopics = (child for child in model.topics.values() if child.broader == topic.slug)
    for subtopic in sorted(subtopics, key=_label):
        yield from _branch(model, subtopic, level + 1)


def _label(topic: TopicFacts) -> str:
    return topic.label


def _entry(model: SiteModel, topic: TopicFacts, level: int) -> TopicEntry:
    activity = model.activity(topic.slug, _CHART_WEEKS)
    return TopicEntry(
        topic=topic,
        level=level,
        articles=len(model.by_topic.get(topic.slug, ())),
        notes=len(model.notes_by_topic.get(topic.slug, ())),
        activity=activity,
        chart=column_chart(activity.counts, *_CHART_SIZE),
    )
