"""Changes of each day: new articles, topics, states, merges and splits; deletions as counts."""

from __future__ import annotations

import json
from array import array
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from crawler.group_by_key import group_by
from crawler.sitegen.article_store import Articles, ArticleStore
from crawler.sitegen.display_formats import LOST
from crawler.sitegen.site_model import SiteModel
from crawler.sitegen.snapshot_reader import ListedArticle, Row

_RUNS = """
SELECT substr(started, 1, 10) AS day, counts FROM runs
WHERE command IN ('crawl', 'nightly', 'import') AND finished IS NOT NULL
"""
_ERASURES = """
SELECT substr(at, 1, 10) AS day, count(*) FROM curation_log WHERE action = 'forget' GROUP BY 1
"""
_CHANGES = """
SELECT substr(c.at, 1, 10) AS day, c.article_id, c.change, c.detail
FROM article_changes c JOIN article_list l ON l.id = c.article_id
WHERE c.at IS NOT NULL ORDER BY c.at, c.id
"""
_NEW = """
SELECT substr(first_seen, 1, 10) AS day, id, EXISTS (
    SELECT 1 FROM taggings t
    WHERE t.subject_kind = 'article' AND t.subject_id = l.id AND t.confidence <> 'weak'
) AS has_topic
FROM article_list l WHERE first_seen >= ? ORDER BY day, rank DESC, first_shared DESC, id DESC
"""
_MAX_DAYS = 366


@dataclass(frozen=True, slots=True)
class Retagging:
    """The topics that an article got and lost on one day."""

    store: ArticleStore
    article_id: int
    added: tuple[str, ...]
    removed: tuple[str, ...]

    @property
    def article(self) -> ListedArticle:
        """Return the article."""
        return self.store[self.article_id]


@dataclass(frozen=True, slots=True)
class StateChange:
    """The state of an article before and after a day."""

    store: ArticleStore
    article_id: int
    former: str
    state: str

    @property
    def article(self) -> ListedArticle:
        """Return the article."""
        return self.store[self.article_id]

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
    deleted_posts: int
    erasures: int
    new: Articles
    new_without_topic: int
    retagged: tuple[Retagging, ...]
    states: tuple[StateChange, ...]
    merged: Articles
    split: Articles

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

    @property
    def facts(self) -> tuple[object, ...]:
        """Return all that a page about the day shows, without the rows of its articles."""
        lengths = [len(articles) for articles in (self.new, self.merged, self.split)]
        retagged = [
            (tagging.article_id, tagging.added, tagging.removed) for tagging in self.retagged
        ]
        states = [(change.article_id, change.former, change.state) for change in self.states]
        counts = (self.runs, self.deleted_posts, self.erasures, self.new_without_topic, *lengths)
        return (self.day, counts, retagged, states)


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
    changes = group_by(model.db.execute(_CHANGES), lambda row: str(row["day"]))
    days = sorted({*runs.runs, *changes, *erasures}, reverse=True)[:_MAX_DAYS]
    if not days:
        return []
    new = group_by(model.articles.query(_NEW, (days[-1],)), lambda row: str(row[0]))
    return [
        _of_day(model, day, runs, erasures.get(day, 0), new.get(day, ()), changes.get(day, ()))
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


def _of_day(
    model: SiteModel,
    day: str,
    runs: _Runs,
    erasures: int,
    new: Sequence[tuple[str, int, int]],
    rows: Iterable[Row],
) -> DayChanges:
    """Return the changes of `day` with its `new` articles by rank and the changes of `rows`."""
    listed = [article_id for _, article_id, has_topic in new if has_topic]
    by_change = group_by(rows, lambda row: str(row["change"]))
    return DayChanges(
        day,
        runs=runs.runs[day],
        deleted_posts=runs.deleted_posts[day],
        erasures=erasures,
        new=Articles(model.articles, array("q", listed)),
        new_without_topic=len(new) - len(listed),
        retagged=retaggings(model, by_change),
        states=state_changes(model, by_change.get("state", [])),
        merged=_articles(model, by_change.get("merged", [])),
        split=_articles(model, by_change.get("split", [])),
    )


def _articles(model: SiteModel, rows: list[Row]) -> Articles:
    """Return the articles of `rows`, each once."""
    return Articles(model.articles, array("q", dict.fromkeys(r["article_id"] for r in rows)))


def retaggings(model: SiteModel, by_change: Mapping[str, list[Row]]) -> tuple[Retagging, ...]:
    """Return the articles with other topics than before.

    `by_change` has the stored changes of articles in `model` by their name. A topic that was both
    added and removed is left out.
    """
    topics: dict[int, Counter[str]] = {}
    for change, step in (("topic-added", 1), ("topic-removed", -1)):
        for row in by_change.get(change, ()):
            topics.setdefault(row["article_id"], Counter())[row["detail"]] += step
    taggings = (_retagging(model, number, topics[number]) for number in sorted(topics))
    return tuple(tagging for tagging in taggings if tagging.added or tagging.removed)


def _retagging(model: SiteModel, article_id: int, topics: Counter[str]) -> Retagging:
    added = tuple(sorted(topic for topic, step in topics.items() if step > 0))
    removed = tuple(sorted(topic for topic, step in topics.items() if step < 0))
    return Retagging(model.articles, article_id, added, removed)


def state_changes(model: SiteModel, rows: list[Row]) -> tuple[StateChange, ...]:
    """Return for each article the first and the last state, if they differ.

    `rows` are the stored changes of states of articles in `model`, oldest first.
    """
    by_article = group_by(rows, lambda row: int(row["article_id"]))
    changes = [
        StateChange(
            model.articles,
            number,
            group[0]["detail"].partition(" ")[0],
            group[-1]["detail"].partition(" ")[2],
        )
        for number, group in by_article.items()
    ]
    return tuple(change for change in changes if change.former != change.state)
