"""The front page: the top articles of the week, the latest ones and the trending topics."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from crawler.sitegen.page_kinds import Page
from crawler.sitegen.site_model import SiteModel, WeeklyActivity, sort_by_rank
from crawler.sitegen.snapshot_reader import ListedArticle
from crawler.sitegen.svg_charts import ColumnChart, column_chart

TEMPLATE = "site/front.html"

_LEAD = 5
_LATEST = 30
_TRENDING = 8
_NEW_SITES = 5
_NOTES = 5
_CHART_WEEKS = 26
_CHART_SIZE = (104, 20)


@dataclass(frozen=True, slots=True)
class TrendingTopic:
    """A topic with its activity in the last weeks."""

    topic: str
    activity: WeeklyActivity
    chart: ColumnChart


def pages(model: SiteModel) -> Iterator[Page]:
    """Yield `index.html` for the site in `model`."""
    lead = _lead(model)
    context = {
        "lead": lead,
        "days": _latest_by_day(model, lead),
        "trending": trending_topics(model),
        "new_sites": _new_sites(model),
        "notes": model.notes[:_NOTES],
    }
    yield Page("index.html", context)


def trending_topics(model: SiteModel) -> list[TrendingTopic]:
    """Return the topics of `model` with most articles in the last week, most articles first."""
    busiest = sorted((-model.activity(topic, 1).last, topic) for topic in model.by_topic)
    return [_trending_topic(model, topic) for _, topic in busiest[:_TRENDING]]


def _trending_topic(model: SiteModel, topic: str) -> TrendingTopic:
    activity = model.activity(topic, _CHART_WEEKS)
    return TrendingTopic(topic, activity, column_chart(activity.counts, *_CHART_SIZE))


def _lead(model: SiteModel) -> list[ListedArticle]:
    """Return the top articles of the week by rank.

    If the week has too few, the top ones of the latest thirty articles follow.
    """
    week = sort_by_rank(model.by_week.get(model.this_week, ()))[:_LEAD]
    latest = sort_by_rank(model.listed[:_LATEST])
    fillers = [article for article in latest if article not in week]
    return week + fillers[: _LEAD - len(week)]


def _latest_by_day(
    model: SiteModel, lead: list[ListedArticle]
) -> list[tuple[str, list[ListedArticle]]]:
    """Return the latest articles that are not in `lead`, by the day of their first share."""
    lead_ids = {article.id for article in lead}
    candidates = model.listed[: _LATEST + _LEAD]
    latest = [article for article in candidates if article.id not in lead_ids][:_LATEST]
    days = groupby(latest, key=lambda article: article.first_shared[:10])
    return [(day, list(articles)) for day, articles in days]


def _new_sites(model: SiteModel) -> list[tuple[str, int]]:
    """Return the sites whose first article is newest, with their number of articles."""
    counts: dict[str, int] = {}
    for article in reversed(model.listed):
        counts[article.host] = counts.get(article.host, 0) + 1
    return list(reversed(counts.items()))[:_NEW_SITES]
