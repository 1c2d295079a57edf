"""The index of topics: every topic in its tree, and the topics that occur together."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import partial

from crawler.sitegen.page_kinds import Page, PageGroup
from crawler.sitegen.site_model import SiteModel
from crawler.sitegen.snapshot_reader import TopicFacts
from crawler.sitegen.topic_cooccurrence import topic_matrix
from crawler.svg_charts import ColumnChart, column_chart

SUBJECT = "site"
TEMPLATE = "site/topics.html"

_LEAST_FOR_CHART = 10
_CHART_WEEKS = 12
_CHART_SIZE = (60, 16)


@dataclass(frozen=True, slots=True)
class TopicEntry:
    """One topic of the index, with the articles and notes of its branch.

    `level` is 0 at the top of the tree. `chart` is None for a topic with few articles; `recent` is
    the number of articles in the weeks of the chart.
    """

    topic: TopicFacts
    level: int
    articles: int
    notes: int
    recent: int
    chart: ColumnChart | None


@dataclass(frozen=True, slots=True)
class TopicGroup:
    """A top-level topic and the topics below it; `top` is None for topics without a tree."""

    top: TopicEntry | None
    entries: tuple[TopicEntry, ...]


def page_groups(model: SiteModel, keys: Collection[str] | None = None) -> Iterator[PageGroup]:
    """Yield `topics.html` for the site in `model`.

    `keys` has no effect, since the pages are about the whole site.
    """
    yield PageGroup("topics.html", partial(_pages, model))


def _pages(model: SiteModel) -> Iterator[Page]:
    yield Page("topics.html", {"groups": topic_groups(model), "matrix": topic_matrix(model)})


def topic_groups(model: SiteModel) -> list[TopicGroup]:
    """Return the trees of topics in `model`, each from the top down, the largest tree first.

    Topics without a tree come last. So do topics that are broader than each other, since their
    tree has no top.
    """
    tops = [topic for topic in model.topics.values() if topic.broader not in model.topics]
    trees = [list(_branch(model, topic, 0)) for topic in tops]
    trees.sort(key=len, reverse=True)
    groups = [TopicGroup(tree[0], tuple(tree[1:])) for tree in trees if len(tree) > 1]
    single = [tree[0] for tree in trees if len(tree) == 1]
    single += _unreached(model, trees)
    return [*groups, TopicGroup(None, tuple(single))] if single else groups


def _unreached(model: SiteModel, trees: list[list[TopicEntry]]) -> list[TopicEntry]:
    """Return the topics that are in no tree."""
    reached = {entry.topic.slug for tree in trees for entry in tree}
    unreached = [topic for topic in model.topics.values() if topic.slug not in reached]
    return [_entry(model, topic, 0) for topic in unreached]


def _branch(model: SiteModel, topic: TopicFacts, level: int) -> Iterator[TopicEntry]:
    """Yield a topic and its subtopics in order, each followed by its own subtopics."""
    yield _entry(model, topic, level)
    for subtopic in model.subtopics.get(topic.slug, ()):
        yield from _branch(model, subtopic, level + 1)


def _entry(model: SiteModel, topic: TopicFacts, level: int) -> TopicEntry:
    articles = len(model.by_branch.get(topic.slug, ()))
    activity = model.activity(topic.slug, _CHART_WEEKS, branch=True)
    return TopicEntry(
        topic=topic,
        level=level,
        articles=articles,
        notes=len(model.notes_by_branch.get(topic.slug, ())),
        recent=sum(activity.counts),
        chart=column_chart(activity.counts, *_CHART_SIZE) if articles >= _LEAST_FOR_CHART else None,
    )
