"""The front page: stories of the week, the latest ones, trending topics, works worth reading."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import groupby

from crawler.knowledge.kind_definitions import KIND_DEFINITIONS
from crawler.sitegen.display_formats import LOST, week_of
from crawler.sitegen.folded_stories import StoryRow, fold_stories
from crawler.sitegen.page_kinds import Page, PageGroup
from crawler.sitegen.reading_lists import ListedPick
from crawler.sitegen.site_model import SiteModel, WeeklyActivity, sort_by_rank
from crawler.sitegen.snapshot_reader import ListedArticle
from crawler.svg_charts import ColumnChart, column_chart

SUBJECT = "site"
TEMPLATE = "site/front.html"

_LEAD = 6
_MAX_OF_HOST = 2  # among the first stories
_LATEST = 15
_TRENDING = 8
_LEAST_TRENDING = 2  # articles in the last week
_CHARTED = 10  # a topic with fewer articles has no chart
_NEW_SITES = 5
_NOTES = 3
_PICKS = 4
_CHART_WEEKS = 26
_CHART_SIZE = (104, 20)
_SHELVES = ("postmortem", "case-study", "paper", "talk")
_SHELF = 4
_AVAILABLE = frozenset({"ok", "moved"})
_BEST = """
SELECT id FROM article_list
WHERE listed AND kind = ? AND state IN (SELECT value FROM json_each(?))
ORDER BY sharers DESC, rank DESC, id LIMIT ?
"""
_NEWEST_SITES = """
SELECT host, count(*) FROM article_list WHERE listed GROUP BY host
ORDER BY min(first_shared) DESC, min(id) DESC LIMIT ?
"""


@dataclass(frozen=True, slots=True)
class TrendingTopic:
    """A topic with its activity in the last weeks; without a chart if it has few articles."""

    topic: str
    activity: WeeklyActivity
    chart: ColumnChart | None


@dataclass(frozen=True, slots=True)
class Shelf:
    """The articles of one kind that most people shared."""

    kind: str
    heading: str
    articles: tuple[ListedArticle, ...]
    total: int


@dataclass(frozen=True, slots=True)
class FrontPick:
    """A work of the reading list of a topic."""

    topic: str
    work: ListedPick


def page_groups(model: SiteModel, keys: Collection[str] | None = None) -> Iterator[PageGroup]:
    """Yield `index.html` for the site in `model`.

    `keys` has no effect, since the pages are about the whole site.
    """
    yield PageGroup("index.html", partial(_pages, model))


def _pages(model: SiteModel) -> Iterator[Page]:
    lead = _lead(model)
    trending = trending_topics(model)
    context = {
        "lead": lead,
        "lead_is_of_week": all(week_of(row.lead.first_shared) == model.this_week for row in lead),
        "days": _latest_by_day(model, lead),
        "shelves": _shelves(model),
        "trending": trending,
        "picks": _picks(model, [entry.topic for entry in trending]),
        "new_sites": _new_sites(model),
        "notes": model.notes[:_NOTES],
    }
    yield Page("index.html", context)


def trending_topics(model: SiteModel) -> list[TrendingTopic]:
    """Return the topics of `model` with at least two articles in the last week.

    The topics that exceed their median most come first.
    """
    rising = []
    for topic in model.by_topic:
        activity = model.activity(topic, _CHART_WEEKS)
        if activity.last >= _LEAST_TRENDING:
            growth = activity.last / (activity.usual + 1)
            rising.append((-growth, -activity.last, topic, activity))
    return [
        TrendingTopic(topic, activity, _chart(activity))
        for _, _, topic, activity in sorted(rising, key=lambda row: row[:3])[:_TRENDING]
    ]


def _chart(activity: WeeklyActivity) -> ColumnChart | None:
    enough = sum(activity.counts) >= _CHARTED
    return column_chart(activity.counts, *_CHART_SIZE) if enough else None


def _lead(model: SiteModel) -> list[StoryRow]:
    """Return the top stories of the week by rank, first at most two of each host.

    If the week has too few, the top ones of the latest articles follow.
    """
    week = sort_by_rank(model.by_week.get(model.this_week, ()))
    latest = sort_by_rank(model.listed.newest(_LATEST))
    candidates = dict.fromkeys([*week, *latest])
    stories = _vary_hosts(fold_stories(candidates, model.story_leads))
    return sorted(stories, key=_is_untitled)[:_LEAD]


def _is_untitled(story: StoryRow) -> bool:
    return story.lead.is_untitled


def _vary_hosts(stories: list[StoryRow]) -> list[StoryRow]:
    """Return the stories with the third and later ones of a host moved to the end."""
    counts: Counter[str] = Counter()
    first: list[StoryRow] = []
    later: list[StoryRow] = []
    for story in stories:
        counts[story.lead.host] += 1
        (first if counts[story.lead.host] <= _MAX_OF_HOST else later).append(story)
    return first + later


def _latest_by_day(model: SiteModel, lead: list[StoryRow]) -> list[tuple[str, list[StoryRow]]]:
    """Return the latest stories without those of `lead`, by the day of their first share.

    Articles without a title of any kind are left out.
    """
    shown = {article.id for row in lead for article in (row.lead, *row.others)}
    newest = model.listed.newest(2 * (_LATEST + len(shown)))
    candidates = [a for a in newest if a.id not in shown and not a.is_untitled]
    latest = fold_stories(candidates, model.story_leads)[:_LATEST]
    latest.sort(key=lambda row: row.lead.first_shared, reverse=True)
    days = groupby(latest, key=lambda row: row.lead.first_shared[:10])
    return [(day, list(rows)) for day, rows in days]


def _shelves(model: SiteModel) -> list[Shelf]:
    """Return a shelf for each kind of lasting article that the site has."""
    headings = {definition.kind: definition.heading for definition in KIND_DEFINITIONS}
    best = {kind: _best(model, kind) for kind in _SHELVES if kind in model.by_kind}
    return [
        Shelf(kind, headings[kind], articles, len(model.by_kind[kind]))
        for kind, articles in best.items()
        if articles
    ]


def _best(model: SiteModel, kind: str) -> tuple[ListedArticle, ...]:
    """Return the available articles that most people shared; of equal ones the highest ranked."""
    rows = model.articles.query(_BEST, (kind, json.dumps(sorted(_AVAILABLE)), _SHELF))
    return tuple(model.articles.visible([row[0] for row in rows]))


def _picks(model: SiteModel, topics: Iterable[str]) -> list[FrontPick]:
    """Return one work of the reading list of each topic, other works every week.

    The trending `topics` come first, then the topics with most articles. Works whose URL is no
    longer available are left out.
    """
    counts = model.by_topic.counts
    largest = sorted(counts, key=lambda topic: (-counts[topic], topic))
    week = int(model.this_week[6:])
    picks: list[FrontPick] = []
    for topic in dict.fromkeys([*topics, *largest, *sorted(model.reading_lists)]):
        works = [w for w in model.reading_lists.get(topic, ()) if _is_available(model, w)]
        if works and topic in model.topics:
            picks.append(FrontPick(topic, works[week % len(works)]))
        if len(picks) == _PICKS:
            break
    return picks


def _is_available(model: SiteModel, work: ListedPick) -> bool:
    article = model.articles.get(work.article_id or 0)
    return article is None or article.state not in LOST


def _new_sites(model: SiteModel) -> list[tuple[str, int]]:
    """Return the sites whose first article is newest, with their number of articles."""
    return model.articles.query(_NEWEST_SITES, (_NEW_SITES,)).fetchall()
