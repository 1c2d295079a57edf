"""The front page: what matters this week, what is new, which topics move."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from crawler.sitegen.run_status import read_health
from crawler.sitegen.site_model import Activity, Library, ranked
from crawler.sitegen.snapshot_reader import Listed
from crawler.sitegen.svg_charts import Columns, columns
from crawler.sitegen.template_renderer import File, Press

_LEAD = 5
_LATEST = 30
_MOVING = 8
_NEW_SOURCES = 5
_NOTES = 5
_SPARK_WEEKS = 26


@dataclass(frozen=True, slots=True)
class Moving:
    """A topic and how its last weeks went."""

    topic: str
    activity: Activity
    chart: Columns


def files(library: Library, press: Press) -> Iterator[File]:
    """`index.html`."""
    lead = _lead(library)
    yield press.page(
        "site/front.html",
        "index.html",
        health=read_health(library.db),
        lead=lead,
        days=_by_day(library, lead),
        moving=moving(library),
        new_sources=_new_sources(library),
        notes=library.notes[:_NOTES],
    )


def moving(library: Library) -> list[Moving]:
    """The topics with most articles in the last week, busiest first."""
    busy = sorted((-library.activity(topic, 1).last, topic) for topic in library.by_topic)[:_MOVING]
    return [_moving(library, topic) for _, topic in busy]


def _moving(library: Library, topic: str) -> Moving:
    activity = library.activity(topic, _SPARK_WEEKS)
    return Moving(topic, activity, columns(activity.counts, 104, 20))


def _lead(library: Library) -> list[Listed]:
    """The week's best by rank; in a thin week the best of the latest thirty stand in."""
    week = ranked(library.by_week.get(library.this_week, ()))[:_LEAD]
    others = [article for article in ranked(library.listed[:_LATEST]) if article not in week]
    return week + others[: _LEAD - len(week)]


def _by_day(library: Library, lead: list[Listed]) -> list[tuple[str, list[Listed]]]:
    shown = {article.id for article in lead}
    latest = [article for article in library.listed[: _LATEST + _LEAD] if article.id not in shown][
        :_LATEST
    ]
    return [
        (day, list(group))
        for day, group in groupby(latest, key=lambda article: article.first_shared[:10])
    ]


def _new_sources(library: Library) -> list[tuple[str, int]]:
    """The hosts whose first article came last, with their number of articles."""
    counts: dict[str, int] = {}
    for article in reversed(library.listed):
        counts[article.host] = counts.get(article.host, 0) + 1
    return list(reversed(counts.items()))[:_NEW_SOURCES]
