"""How the crawl is doing, from the record of its runs: the status line of the front page and the
status page.
"""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from typing import Any

from crawler.sitegen import display_text
from crawler.store.run_monitoring import SilentSource, silent_sources

_STRIP = 30
_NIGHTS = "SELECT * FROM runs WHERE command IN ('crawl', 'nightly') ORDER BY id DESC LIMIT ?"


@dataclass(frozen=True, slots=True)
class RunRecord:
    """One run. `letter` and `said` tell its outcome without colour; times are ISO 8601 in UTC."""

    id: int
    command: str
    started: str
    finished: str
    outcome: str
    letter: str
    said: str
    message: str
    counts: dict[str, Any]


@dataclass(frozen=True, slots=True)
class SourceStatus:
    """One source that we ask, and how it answered last."""

    name: str
    kind: str
    last_ok: str
    outcome: str
    message: str
    failures: int
    next_check: str

    @property
    def failing(self) -> bool:
        """Whether the last answer was no answer."""
        return self.failures > 0


@dataclass(frozen=True, slots=True)
class CrawlStatus:
    """The last runs that crawled, oldest first, every enabled source, and the silent ones.

    `new_articles`: how many articles came with the last run.
    """

    runs: tuple[RunRecord, ...]
    sources: tuple[SourceStatus, ...]
    silent: tuple[SilentSource, ...]
    new_articles: int
    versions: tuple[tuple[str, str], ...]

    @property
    def last(self) -> RunRecord | None:
        """The newest run, if there was any."""
        return self.runs[-1] if self.runs else None

    @property
    def unpolled(self) -> tuple[SourceStatus, ...]:
        """The sources that were never polled."""
        return tuple(source for source in self.sources if not source.failing and not source.last_ok)

    @property
    def polled_nothing(self) -> bool:
        """Whether the last run polled no source although some are enabled."""
        return bool(self.sources and self.last and self.last.counts.get("sources") == 0)

    @property
    def failing(self) -> tuple[SourceStatus, ...]:
        """The sources whose last poll failed, those that fail longest first."""
        return tuple(
            sorted(
                (source for source in self.sources if source.failing),
                key=lambda source: (-source.failures, source.name),
            )
        )


def read_crawl_status(db: sqlite3.Connection) -> CrawlStatus:
    """The health that the snapshot's `runs` and `sources` record."""
    runs = tuple(_run(row) for row in reversed(db.execute(_NIGHTS, (_STRIP,)).fetchall()))
    sources = tuple(
        _source(row) for row in db.execute("SELECT * FROM sources WHERE enabled = 1 ORDER BY name")
    )
    versions = tuple(
        (row["name"], row["value"])
        for row in db.execute("SELECT name, value FROM derivation_versions ORDER BY name")
    )
    return CrawlStatus(
        runs, sources, silent_sources(db), _new_since(db, runs[-1].started) if runs else 0, versions
    )


def _new_since(db: sqlite3.Connection, started: str) -> int:
    return int(
        db.execute(
            "SELECT count(*) FROM article_list WHERE first_seen >= ?", (started,)
        ).fetchone()[0]
    )


def _run(row: sqlite3.Row) -> RunRecord:
    outcome = row["outcome"] or ("" if row["finished"] else "running")
    letter, said = display_text.OUTCOMES.get(outcome, ("?", outcome or "unknown"))
    return RunRecord(
        row["id"],
        row["command"],
        row["started"],
        row["finished"] or "",
        outcome,
        letter,
        said,
        row["message"],
        json.loads(row["counts"]),
    )


def _source(row: sqlite3.Row) -> SourceStatus:
    return SourceStatus(
        row["name"],
        row["kind"],
        row["last_ok"] or "",
        row["last_outcome"] or "",
        row["last_message"] or "",
        row["failures"],
        row["next_check"] or "",
    )
