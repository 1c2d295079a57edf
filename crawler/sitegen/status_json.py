"""`status.json`: the facts of the status page for an external monitor. It has times, not ages."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from crawler.monitoring.failure_causes import CauseGroup
from crawler.monitoring.readable_share import ReadablePages
from crawler.sitegen.day_strip import DayCell, strip_as_json
from crawler.sitegen.rendered_file import OutputFile
from crawler.sitegen.run_status import CrawlStatus
from crawler.store.run_monitoring import NightlyRun, NightlyRuns, SilenceLimits
from crawler.utc_times import iso

SCHEMA_VERSION = 1
PATH = "status.json"


@dataclass(frozen=True, slots=True)
class StatusFacts:
    """The facts of the status page.

    `failures` are the failing sources by cause, `pages` the readable pages of all sources, if
    known, and `machine` the measures of the machine. `silence` are the limits for silent sources.
    """

    nights: NightlyRuns
    strip: tuple[DayCell, ...]
    failures: tuple[CauseGroup, ...]
    pages: ReadablePages | None
    backlog: tuple[int, ...]
    machine: dict[str, str | int]
    silence: SilenceLimits


def render_status_json(title: str, status: CrawlStatus, facts: StatusFacts) -> OutputFile:
    """Return `status.json` of the site `title`, about its sources (`status`) and `facts`."""
    document = {
        "schema_version": SCHEMA_VERSION,
        "site": title,
        "last_night": _run(facts.nights.last),
        "last_good_night": _run(facts.nights.last_good),
        "nights": strip_as_json(facts.strip),
        "sources": _sources(status, facts),
        "readable_pages": _pages(facts.pages),
        "backlog": list(facts.backlog),
        "machine": facts.machine,
    }
    return OutputFile(PATH, (json.dumps(document, indent=1, ensure_ascii=False) + "\n").encode())


def _run(run: NightlyRun | None) -> dict[str, Any] | None:
    if run is None:
        return None
    return {
        "started": iso(run.started),
        "finished": iso(run.finished),
        "outcome": run.outcome,
        "sources": run.polled,
        "sources_failed": run.failed,
        "degraded_share": round(run.failed / run.polled, 3) if run.polled else None,
    }


def _sources(status: CrawlStatus, facts: StatusFacts) -> dict[str, Any]:
    return {
        "enabled": len(status.sources),
        "not_polled": [source.name for source in status.unpolled],
        "silent": [
            {"name": source.name, "last_post": source.last_new or None} for source in status.silent
        ],
        "changed": [source.name for source in status.changed],
        "failing": [
            {
                "name": source.name,
                "cause": group.cause.code,
                "since": source.since or None,
                "last_success": source.last_ok or None,
                "failures": source.failures,
            }
            for group in facts.failures
            for source in group.sources
        ],
        "causes": [
            {
                "cause": group.cause.code,
                "sentence": group.cause.sentence,
                "action": group.cause.action,
                "since": group.since or None,
                "sources": len(group.sources),
            }
            for group in facts.failures
        ],
    }


def _pages(pages: ReadablePages | None) -> dict[str, Any] | None:
    if pages is None:
        return None
    return {
        "last_7_days": round(pages.share_recent, 3),
        "28_days_before": round(pages.share_before, 3),
    }
