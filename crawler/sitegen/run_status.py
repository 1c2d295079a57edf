"""Status of the crawl from the record of its runs, for the front page and the status page."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from typing import Any

from crawler.sitegen import display_formats
from crawler.store.run_monitoring import (
    ChangedSource,
    FailingSource,
    SilentSource,
    changed_sources,
    failing_sources,
    silent_sources,
)

_MAX_RUNS = 30
_RUNS = "SELECT * FROM runs WHERE command IN ('crawl', 'nightly') ORDER BY id DESC LIMIT ?"
_NEW_ARTICLES = "SELECT count(*) FROM article_list WHERE first_seen >= ?"
_UNKNOWN = ("?", "unknown")


@dataclass(frozen=True, slots=True)
class RunRecord:
    """One run. `symbol` and `label` show its outcome without colour; times are ISO 8601, UTC."""

    id: int
    command: str
    started: str
    finished: str
    outcome: str
    symbol: str
    label: str
    message: str
    counts: dict[str, Any]

    @property
    def complete(self) -> bool:
        """Whether the run succeeded and all its sources were polled."""
        return self.outcome == "ok"


@dataclass(frozen=True, slots=True)
class SourceStatus:
    """One configured source and the result of its last poll."""

    name: str
    kind: str
    last_ok: str
    failures: int
    outcome: str = ""

    @property
    def failing(self) -> bool:
        """Whether the last poll failed. A local outage counts no failure of the source."""
        return self.failures > 0 or self.outcome not in ("", "ok", "not_modified")


@dataclass(frozen=True, slots=True)
class CrawlStatus:
    """The last runs that crawled, oldest first, and every enabled source.

    `failing` are the sources whose last poll failed, most consecutive failures first.
    `new_articles` is the number of articles first seen in the last run. `versions` are the
    versions of the rules that derived the data, as (name, version).
    """

    runs: tuple[RunRecord, ...]
    sources: tuple[SourceStatus, ...]
    failing: tuple[FailingSource, ...]
    silent: tuple[SilentSource, ...]
    changed: tuple[ChangedSource, ...]
    new_articles: int
    versions: tuple[tuple[str, str], ...]

    @property
    def last(self) -> RunRecord | None:
        """Return the newest run, or None before the first run."""
        return self.runs[-1] if self.runs else None

    @property
    def unpolled(self) -> tuple[SourceStatus, ...]:
        """Return the sources that were never polled."""
        return tuple(source for source in self.sources if not source.failing and not source.last_ok)

    @property
    def polled_nothing(self) -> bool:
        """Whether the last run polled no source although some are enabled."""
        return bool(self.sources and self.last and self.last.counts.get("sources") == 0)


def read_crawl_status(db: sqlite3.Connection) -> CrawlStatus:
    """Return the status that the tables `runs`, `sources` and `derivation_versions` record."""
    runs = [_run(row) for row in db.execute(_RUNS, (_MAX_RUNS,))]
    runs.reverse()
    sources = db.execute("SELECT * FROM sources WHERE enabled = 1 ORDER BY name")
    versions = db.execute("SELECT name, value FROM derivation_versions ORDER BY name")
    return CrawlStatus(
        runs=tuple(runs),
        sources=tuple(map(_source, sources)),
        failing=failing_sources(db),
        silent=silent_sources(db),
        changed=changed_sources(db),
        new_articles=_new_articles(db, runs[-1].started) if runs else 0,
        versions=tuple((row["name"], row["value"]) for row in versions),
    )


def _new_articles(db: sqlite3.Connection, started: str) -> int:
    return int(db.execute(_NEW_ARTICLES, (started,)).fetchone()[0])


def _run(row: sqlite3.Row) -> RunRecord:
    outcome = row["outcome"] or ("" if row["finished"] else "running")
    unknown = (_UNKNOWN[0], outcome or _UNKNOWN[1])
    symbol, label = display_formats.OUTCOMES.get(outcome, unknown)
    return RunRecord(
        id=row["id"],
        command=row["command"],
        started=row["started"],
        finished=row["finished"] or "",
        outcome=outcome,
        symbol=symbol,
        label=label,
        message=row["message"],
        counts=json.loads(row["counts"]),
    )


def _source(row: sqlite3.Row) -> SourceStatus:
    return SourceStatus(
        name=row["name"],
        kind=row["kind"],
        last_ok=row["last_ok"] or "",
        failures=row["failures"],
        outcome=row["last_outcome"] or "",
    )
