"""Reports of the last nightly runs, from the snapshot alone: stored numbers and current articles.

A report stores no text. Its lists of articles, topics and stories are those of the snapshot, so
that erased and hidden articles vanish from old reports too.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from crawler.group_by_key import group_by
from crawler.site_urls import run_report_path
from crawler.sitegen import display_formats
from crawler.sitegen.daily_changes import StateChange, retaggings, state_changes
from crawler.sitegen.site_model import SiteModel, sort_by_rank
from crawler.sitegen.snapshot_reader import ListedArticle, Row

REPORTS_KEPT = 30
_RUNS = "SELECT * FROM runs WHERE command = 'nightly' ORDER BY id"
_MEASURES = "SELECT measure, subject, value FROM run_measures WHERE run_id = ? ORDER BY 1, 2"
_FAILED = """
SELECT source, outcome, message FROM run_sources
WHERE run_id = ? AND outcome NOT IN ('ok', 'not_modified') ORDER BY source
"""
_CHANGES = """
SELECT article_id, change, detail FROM article_changes WHERE at BETWEEN ? AND ? ORDER BY at, id
"""
_NEW = "SELECT id FROM article_list WHERE first_seen BETWEEN ? AND ?"
_STORIES = """
SELECT story_id, total, id FROM (
    SELECT story_id, count(*) OVER (PARTITION BY story_id) AS total, id,
        sum(first_seen < :started) OVER (PARTITION BY story_id) AS earlier,
        row_number() OVER (PARTITION BY story_id ORDER BY first_shared DESC, id DESC) AS place
    FROM article_list WHERE first_seen <= :until AND story_id IN (
        SELECT story_id FROM article_list
        WHERE story_id IS NOT NULL AND first_seen BETWEEN :started AND :until
    )
) WHERE place = 1 AND earlier <= 1 AND total > 1
"""
_NOT_ENDED = ("?", "did not end")
_ENDLESS = "9999"  # later than every time in ISO 8601


@dataclass(frozen=True, slots=True)
class FailedPoll:
    """A source or a file of the inbox that failed, with its outcome and a message."""

    name: str
    outcome: str
    message: str


@dataclass(frozen=True, slots=True)
class ReportedRun:
    """One nightly run: its page, its times (ISO 8601, UTC) and its stored numbers.

    `symbol` and `label` show its outcome without colour. `until` is the end of its changes.
    `measures` has the value of each subject by measure. `is_newest` marks the run that published
    the site, whose build had not ended when its page was written.
    """

    id: int
    path: str
    started: str
    finished: str
    until: str
    outcome: str
    symbol: str
    label: str
    message: str
    counts: Mapping[str, Any]
    measures: Mapping[str, Mapping[str, float]]
    is_newest: bool = False

    @property
    def json_path(self) -> str:
        """Return the path of the JSON version."""
        return self.path.removesuffix(".html") + ".json"

    def count(self, name: str) -> int:
        """Return the counter `name` of the run; 0 if it has none."""
        number = self.counts.get(name, 0)
        return number if isinstance(number, int) else 0

    def values(self, measure: str) -> Mapping[str, float]:
        """Return the value of each subject of a `measure`; empty if it was not measured."""
        return self.measures.get(measure, {})


@dataclass(frozen=True, slots=True)
class NewStory:
    """A story that a run found: its lead and the number of its articles."""

    lead: ListedArticle
    articles: int


@dataclass(frozen=True, slots=True)
class RunChanges:
    """The changes of a run that are still visible.

    `new` are the new articles by rank. `topics` has (topic, gained, lost) for each topic that
    articles gained or lost, most changes first.
    """

    new: tuple[ListedArticle, ...]
    topics: tuple[tuple[str, int, int], ...]
    states: tuple[StateChange, ...]
    stories: tuple[NewStory, ...]
    failed_sources: tuple[FailedPoll, ...]

    @property
    def died(self) -> list[StateChange]:
        """Return the articles that became unavailable."""
        return [change for change in self.states if change.lost]

    @property
    def available_again(self) -> list[StateChange]:
        """Return the articles that became available again."""
        return [change for change in self.states if change.available_again]

    @property
    def moved(self) -> list[StateChange]:
        """Return the articles that moved to another URL."""
        return [change for change in self.states if change.state == "moved"]


def run_report_paths(db: sqlite3.Connection) -> dict[int, str]:
    """Return the path of the report of each of the last nightly runs by run id, oldest first."""
    numbers: Counter[str] = Counter()
    paths = {}
    for row in db.execute(_RUNS):
        day = row["started"][:10]
        numbers[day] += 1
        paths[row["id"]] = run_report_path(day, numbers[day])
    return dict(list(paths.items())[-REPORTS_KEPT:])


def read_reported_runs(db: sqlite3.Connection) -> list[ReportedRun]:
    """Return the nightly runs in `db` that have a report, newest first."""
    paths = run_report_paths(db)
    rows = [row for row in db.execute(_RUNS) if row["id"] in paths]
    newest = db.execute("SELECT MAX(id) FROM runs").fetchone()[0]
    starts = [*(row["started"] for row in rows), _ENDLESS]
    runs = [
        _reported_run(db, row, paths[row["id"]], starts[place + 1], row["id"] == newest)
        for place, row in enumerate(rows)
    ]
    return runs[::-1]


def _reported_run(
    db: sqlite3.Connection, row: Row, path: str, end: str, is_newest: bool
) -> ReportedRun:
    outcome = row["outcome"] or ""
    symbol, label = display_formats.OUTCOMES.get(outcome, (_NOT_ENDED[0], outcome or _NOT_ENDED[1]))
    measures: dict[str, dict[str, float]] = {}
    for measure, subject, value in map(tuple, db.execute(_MEASURES, (row["id"],))):
        measures.setdefault(measure, {})[subject] = value
    return ReportedRun(
        id=row["id"],
        path=path,
        started=row["started"],
        finished=row["finished"] or "",
        until=row["finished"] or end,
        outcome=outcome,
        symbol=symbol,
        label=label,
        message=row["message"],
        counts=json.loads(row["counts"]),
        measures=measures,
        is_newest=is_newest,
    )


def read_run_changes(model: SiteModel, run: ReportedRun) -> RunChanges:
    """Return the changes of `run` to articles that the site in `model` shows."""
    rows = model.db.execute(_CHANGES, (run.started, run.until))
    visible = [row for row in rows if row["article_id"] in model.articles]
    by_change = group_by(visible, lambda row: str(row["change"]))
    return RunChanges(
        new=tuple(sort_by_rank(_new_articles(model, run))),
        topics=_changed_topics(model, by_change),
        states=state_changes(model, by_change.get("state", [])),
        stories=_new_stories(model, run),
        failed_sources=tuple(
            FailedPoll(*tuple(row)) for row in model.db.execute(_FAILED, (run.id,))
        ),
    )


def _new_articles(model: SiteModel, run: ReportedRun) -> list[ListedArticle]:
    rows = model.articles.query(_NEW, (run.started, run.until))
    return model.articles.visible([row[0] for row in rows])


def _changed_topics(
    model: SiteModel, by_change: Mapping[str, list[Row]]
) -> tuple[tuple[str, int, int], ...]:
    """Return how many articles gained and lost each topic, most changes first.

    New articles have no changes of topics: all their topics are new.
    """
    gained: Counter[str] = Counter()
    lost: Counter[str] = Counter()
    for tagging in retaggings(model, by_change):
        gained.update(tagging.added)
        lost.update(tagging.removed)
    topics = sorted(gained | lost, key=lambda topic: (-gained[topic] - lost[topic], topic))
    return tuple((topic, gained[topic], lost[topic]) for topic in topics)


def _new_stories(model: SiteModel, run: ReportedRun) -> tuple[NewStory, ...]:
    """Return the stories that had at most one article before the run, largest first."""
    stories = []
    for story, total, first in model.articles.query(
        _STORIES, {"started": run.started, "until": run.until}
    ).fetchall():
        lead = model.articles.get(model.story_leads.get(story) or 0) or model.articles[first]
        stories.append(NewStory(lead, total))
    return tuple(sorted(stories, key=lambda story: (-story.articles, story.lead.id)))
