"""Changes of each day: new articles, topics, states, merges and splits; deletions as counts."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from crawler.group_by_key import group_by
from crawler.sitegen.display_formats import LOST
from crawler.sitegen.site_model import SiteModel, sort_by_rank
from crawler.sitegen.snapshot_reader import ListedArticle, Row

_RUNS = """
SELECT substr(started, 1, 10) AS day, counts FROM runs
WHERE command IN ('crawl', 'nightly', 'import') AND finished IS NOT NULL
"""
_ERASURES = """
SELECT substr(at, 1, 10) AS day, count(*) FROM curation_log WHERE action = 'forget' GROUP BY 1
"""
_CHANGES = """
SELECT substr(at, 1, 10) AS day, article_id, change, detail FROM article_changes
WHERE at IS NOT NULL ORDER BY at, id
"""
_MAX_DAYS = 366


@dataclass(frozen=True, slots=True)
class Retagging:
    """The topics that an article got and lost on one day."""

    article: ListedArticle
    added: tuple[str, ...]
    removed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StateChange:
    """The state of an article before and after a day."""

    article: ListedArticle
    former: str
    state: str

    @property
    def lost(self) -> bool:
        """Return whether the article became unavailable."""
        return self.state in LOST and self.former not in LOST

    @property
    def available_again(self) -> bool:
        """Return whether an unavailable article became available."""
        return self.former in LOST and self.state not in LOST


@dataclass(frozen=True, slots=True)
class DayChanges:
    """The changes of one day (UTC). `runs` is the number of its runs.

    `new` are the new articles with a topic, by rank; `new_without_topic` is the number of others.
    `merged` are the articles that others were merged into. `deleted_posts` and `erasures` are
    counts, because deleted content leaves no trace.
    """

    day: str
    runs: int
    new: tuple[ListedArticle, ...] = ()
    new_without_topic: int = 0
    retagged: tuple[Retagging, ...] = ()
    states: tuple[StateChange, ...] = ()
    merged: tuple[ListedArticle, ...] = ()
    split: tuple[ListedArticle, ...] = ()
    deleted_posts: int = 0
    erasures: int = 0

    @property
    def lost(self) -> list[StateChange]:
        """Return the articles that became unavailable."""
        return [change for change in self.states if change.lost]

    @property
    def available_again(self) -> list[StateChange]:
        """Return the articles that became available again."""
        return [change for change in self.states if change.available_again]

    @property
    def other_states(self) -> list[StateChange]:
        """Return the other changes of states, such as `ok` to `moved`."""
        return [change for change in self.states if not change.lost and not change.available_again]

    @property
    def empty(self) -> bool:
        """Return whether the day has no changes."""
        lists = (self.new, self.retagged, self.states, self.merged, self.split)
        counts = (self.new_without_topic, self.deleted_posts, self.erasures)
        return not any(lists) and not any(counts)


@dataclass(slots=True)
class _Runs:
    """The number of runs of a day, and of the posts that they deleted."""

    runs: Counter[str] = field(default_factory=Counter)
    deleted_posts: Counter[str] = field(default_factory=Counter)


def read_daily_changes(model: SiteModel) -> list[DayChanges]:
    """Return the changes of the days with a run or a change in `model`, newest first.

    At most 366 days are returned.
    """
    runs = _count_runs(model)
    erasures = {row["day"]: row[1] for row in model.db.execute(_ERASURES)}
    changes = group_by(_changes(model), lambda row: str(row["day"]))
    new = group_by(model.articles.values(), lambda article: article.first_seen[:10])
    days = sorted({*runs.runs, *changes, *erasures}, reverse=True)[:_MAX_DAYS]
    return [
        _of_day(
            model,
            DayChanges(
                day,
                runs=runs.runs[day],
                deleted_posts=runs.deleted_posts[day],
                erasures=erasures.get(day, 0),
            ),
            new.get(day, ()),
            changes.get(day, ()),
        )
        for day in days
    ]


def _count_runs(model: SiteModel) -> _Runs:
    counted = _Runs()
    for row in model.db.execute(_RUNS):
        counted.runs[row["day"]] += 1
        counted.deleted_posts[row["day"]] += _deleted_posts(row["counts"])
    return counted


def _deleted_posts(counts: str) -> int:
    number = json.loads(counts).get("posts_deleted", 0)
    return number if isinstance(number, int) else 0


def _changes(model: SiteModel) -> list[Row]:
    """Return the stored changes of visible articles, oldest first."""
    rows = model.db.execute(_CHANGES)
    return [row for row in rows if row["article_id"] in model.articles]


def _of_day(
    model: SiteModel, day: DayChanges, new: Iterable[ListedArticle], rows: Iterable[Row]
) -> DayChanges:
    """Return `day` with its new articles and with the changes of `rows`."""
    articles = list(new)
    listed = [article for article in articles if article.topics]
    by_change = group_by(rows, lambda row: str(row["change"]))
    return DayChanges(
        day=day.day,
        runs=day.runs,
        new=tuple(sort_by_rank(listed)),
        new_without_topic=len(articles) - len(listed),
        retagged=retaggings(model, by_change),
        states=state_changes(model, by_change.get("state", [])),
        merged=_articles(model, by_change.get("merged", [])),
        split=_articles(model, by_change.get("split", [])),
        deleted_posts=day.deleted_posts,
        erasures=day.erasures,
    )


def _articles(model: SiteModel, rows: list[Row]) -> tuple[ListedArticle, ...]:
    """Return the articles of `rows`, each once."""
    return tuple(model.articles[number] for number in dict.fromkeys(r["article_id"] for r in rows))


def retaggings(model: SiteModel, by_change: Mapping[str, list[Row]]) -> tuple[Retagging, ...]:
    """Return the articles with other topics than before.

    `by_change` has the stored changes of articles in `model` by their name. A topic that was both
    added and removed is left out.
    """
    topics: dict[int, Counter[str]] = {}
    for change, step in (("topic-added", 1), ("topic-removed", -1)):
        for row in by_change.get(change, ()):
            topics.setdefault(row["article_id"], Counter())[row["detail"]] += step
    taggings = (_retagging(model.articles[number], topics[number]) for number in sorted(topics))
    return tuple(tagging for tagging in taggings if tagging.added or tagging.removed)


def _retagging(article: ListedArticle, topics: Counter[str]) -> Retagging:
    added = tuple(sorted(topic for topic, step in topics.items() if step > 0))
    removed = tuple(sorted(topic for topic, step in topics.items() if step < 0))
    return Retagging(article, added, removed)


def state_changes(model: SiteModel, rows: list[Row]) -> tuple[StateChange, ...]:
    """Return for each article the first and the last state, if they differ.

    `rows` are the stored changes of states of articles in `model`, oldest first.
    """
    by_article = group_by(rows, lambda row: int(row["article_id"]))
    changes = [
        StateChange(
            model.articles[number],
            group[0]["detail"].partition(" ")[0],
            group[-1]["detail"].partition(" ")[2],
        )
        for number, group in by_article.items()
    ]
    return tuple(change for change in changes if change.former != change.state)
