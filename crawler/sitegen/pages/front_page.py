"""The front page: what matters this week, what is new, which topics move."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from crawler.sitegen.run_status import read_crawl_status
from crawler.sitegen.site_model import SiteModel, WeeklyActivity, sort_by_rank
from crawler.sitegen.snapshot_reader import ListedArticle
from crawler.sitegen.svg_charts import ColumnChart, column_chart
from crawler.sitegen.template_renderer import OutputFile, Renderer

_LEAD = 5
_LATEST = 30
_MOVING = 8
_NEW_SOURCES = 5
_NOTES = 5
_SPARK_WEEKS = 26


@dataclass(frozen=True, slots=True)
class TrendingTopic:
    """A topic and how its last weeks went."""

    topic: str
    activity: WeeklyActivity
    chart: ColumnChart


def files(model: SiteModel, renderer: Renderer) -> Iterator[OutputFile]:
    """`index.html`."""
    lead = _lead(model)
    yield renderer.page(
        "site/front.html",
        "index.html",
        health=read_crawl_status(model.db),
        lead=lead,
        days=_by_day(model, lead),
        moving=trending_topics(model),
        new_sources=_new_sources(model),
        notes=model.notes[:_NOTES],
    )


def trending_topics(model: SiteModel) -> list[TrendingTopic]:
    """The topics with most articles in the last week, busiest first."""
    busy = sorted((-model.activity(topic, 1).last, topic) for topic in model.by_topic)[:_MOVING]
    return [_moving(model, topic) for _, topic in busy]


def _moving(model: SiteModel, topic: str) -> TrendingTopic:
    activity = model.activity(topic, _SPARK_WEEKS)
    return TrendingTopic(topic, activity, column_chart(activity.counts, 104, 20))


def _lead(model: SiteModel) -> list[ListedArticle]:
    """The week's best by rank; in a thin week the best of the latest thirty stand in."""
    week = sort_by_rank(model.by_week.get(model.this_week, ()))[:_LEAD]
    others = [article for article in sort_by_rank(model.listed[:_LATEST]) if article not in week]
    return week + others[: _LEAD - len(week)]


def _by_day(model: SiteModel, lead: list[ListedArticle]) -> list[tuple[str, list[ListedArticle]]]:
    shown = {article.id for article in lead}
    latest = [article for article in model.listed[: _LATEST + _LEAD] if article.id not in shown][
        :_LATEST
    ]
    return [
        (day, list(group))
        for day, group in groupby(latest, key=lambda article: article.first_shared[:10])
    ]


def _new_sources(model: SiteModel) -> list[tuple[str, int]]:
    """The hosts whose first article came last, with their number of articles."""
    counts: dict[str, int] = {}
    for article in reversed(model.listed):
        counts[article.host] = counts.get(article.host, 0) + 1
    return list(reversed(counts.items()))[:_NEW_SOURCES]
