"""The JSON document of `hashtrail status --json`, version 2."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from crawler.monitoring.facts import MonitoringFacts
from crawler.monitoring.failure_causes import cause_of, group_failures
from crawler.monitoring.problems import Assessment
from crawler.store.incidents import ChannelState, Incident
from crawler.store.run_monitoring import FailingSource, NightlyRuns
from crawler.store.runs import Run
from crawler.utc_times import iso

SCHEMA_VERSION = 2


@dataclass(frozen=True, slots=True)
class StatusReport:
    """Everything that `hashtrail status` shows: facts, problems, runs, incidents and channels.

    `incidents` are the open ones, and `channels` those that messages were sent through.
    """

    facts: MonitoringFacts
    assessment: Assessment
    runs: list[Run]
    incidents: tuple[Incident, ...]
    channels: tuple[ChannelState, ...]


def make_document(status: StatusReport, now: datetime) -> dict[str, Any]:
    """Return the document about `status` at `now`."""
    facts, assessment = status.facts, status.assessment
    return {
        "schema_version": SCHEMA_VERSION,
        "at": iso(now),
        **_summary(facts.nights, assessment, now),
        "problems": [
            asdict(problem) | {"is_alarm": problem.is_alarm} for problem in assessment.problems
        ],
        "incidents": [asdict(incident) for incident in status.incidents],
        "message_channels": [asdict(channel) for channel in status.channels],
        "runs": status.runs,
        **_sources(facts.nights),
        "backlog": facts.backlog,
        "readable_pages": [
            asdict(pages)
            | {
                "share_before": round(pages.share_before, 3),
                "share_recent": round(pages.share_recent, 3),
            }
            for pages in facts.pages
        ],
        "publication": facts.publication,
        "machine": facts.machine,
    }


def _summary(nights: NightlyRuns, assessment: Assessment, now: datetime) -> dict[str, Any]:
    age = nights.age(now)
    aged = {"never", "clock", "old"} & {problem.code for problem in assessment.problems}
    last = nights.last
    return {
        "healthy": not assessment.alarms,
        "fresh": not aged,
        "last_good_night": iso(nights.last_good.finished) if nights.last_good else None,
        "age_hours": round(age.total_seconds() / 3600, 1) if age is not None else None,
        "degraded_share": round(last.failed / last.polled, 3) if last and last.polled else None,
    }


def _sources(nights: NightlyRuns) -> dict[str, Any]:
    groups = group_failures(nights.failing, nights.enabled)
    return {
        "enabled_sources": nights.enabled,
        "failing_sources": [_failing_row(source) for source in nights.failing],
        "failures_by_cause": [
            {
                "cause": group.cause.code,
                "sentence": group.cause.sentence,
                "meaning": group.cause.meaning,
                "action": group.cause.action,
                "since": group.since or None,
                "sources": [source.name for source in group.sources],
            }
            for group in groups
        ],
        "silent_sources": [asdict(source) for source in nights.silent],
        "changed_sources": [asdict(source) for source in nights.changed],
    }


def _failing_row(source: FailingSource) -> dict[str, Any]:
    return {
        "name": source.name,
        "cause": cause_of(source.outcome).code,
        "last_outcome": source.outcome,
        "last_message": source.message,
        "failures": source.failures,
        "since": source.since or None,
        "last_ok": source.last_ok or None,
    }
