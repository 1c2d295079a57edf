"""Decide from the facts what needs attention: a list of problems, worst first. No I/O."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from crawler.monitoring.backlog import is_growing
from crawler.monitoring.facts import MonitoringFacts
from crawler.monitoring.failure_causes import FailureCause, group_failures
from crawler.monitoring.problem import Problem
from crawler.monitoring.problem_codes import BY_CODE, problem_order
from crawler.monitoring.source_problems import source_problems
from crawler.settings.all_settings import Settings
from crawler.settings.monitor import MonitorSettings
from crawler.store.run_monitoring import NightlyRun, NightlyRuns, format_hours, is_degraded

CLOCK_SKEW = timedelta(minutes=5)
_OF_NIGHTS = frozenset({"backlog", "degraded", "extraction", "nothing-polled"})
_OF_SOURCES = frozenset({"source-changed", "source-failing", "source-silent", "source-unreadable"})
_OF_MACHINE = frozenset({"backup-invalid", "backup-old", "disk", "publish"})


@dataclass(frozen=True, slots=True)
class Assessment:
    """The problems, worst first, and the codes that the facts do not decide.

    An incident with an `unknown` code neither begins nor ends.
    """

    problems: tuple[Problem, ...]
    unknown: frozenset[str] = frozenset()

    @property
    def alarms(self) -> tuple[Problem, ...]:
        """Return the problems that fail `hashtrail status --check`."""
        return tuple(problem for problem in self.problems if problem.is_alarm)


def assess_problems(
    facts: MonitoringFacts, settings: MonitorSettings, degraded_share: float, now: datetime
) -> Assessment:
    """Return the problems in `facts` at `now`.

    `degraded_share` is the highest acceptable share of failing sources (0 to 1).
    """
    unknown = _unknown_codes(facts)
    candidates = (
        *_age_problems(facts.nights, settings, now),
        *_run_problems(facts.nights, degraded_share),
        *_work_problems(facts, settings),
        *_machine_problems(facts, settings, now),
        *source_problems(facts, settings, now),
    )
    problems = [problem for problem in candidates if problem.code not in unknown]
    problems.sort(key=lambda problem: (problem_order(problem.code), problem.subject))
    return Assessment(tuple(problems), unknown)


def assess_workspace(facts: MonitoringFacts, settings: Settings, now: datetime) -> Assessment:
    """Return the problems in `facts` at `now`, by the limits of the sections of the settings."""
    return assess_problems(facts, settings.monitor, settings.crawl.degraded_share, now)


def _unknown_codes(facts: MonitoringFacts) -> frozenset[str]:
    """Codes about which nothing is known: after a failed night, or without a network."""
    nights, unknown = facts.nights, frozenset[str]()
    if nights.last is None or nights.last.outcome == "failed":
        unknown |= _OF_NIGHTS
    if _network_cause(nights):
        unknown |= _OF_SOURCES | {"backlog", "extraction"}
    return unknown if facts.machine else unknown | _OF_MACHINE


def _age_problems(
    nights: NightlyRuns, settings: MonitorSettings, now: datetime
) -> Iterator[Problem]:
    age = nights.age(now)
    if age is None:
        yield _problem("never", "No night has succeeded yet.")
    elif age < -CLOCK_SKEW:
        ahead = f"The last good night ended {format_hours(-age)} in the future"
        yield _problem("clock", f"{ahead}: the clock was or is wrong.")
    elif age > timedelta(hours=settings.max_age_hours):
        limit = format_hours(timedelta(hours=settings.max_age_hours))
        yield _problem(
            "old", f"The last good night ended {format_hours(age)} ago; the limit is {limit}."
        )


def _run_problems(nights: NightlyRuns, share: float) -> Iterator[Problem]:
    last = nights.last
    if last is None:
        return
    if last.outcome == "failed":
        yield _problem("failed", f"The last night failed: {last.message}")
        return
    if not last.polled and nights.enabled and not nights.polled_before:
        polled = f"The last night polled 0 of {nights.enabled:,} enabled sources."
        yield _problem("nothing-polled", polled)
    message = _degraded_message(nights, last, share)
    if message:
        cause = _network_cause(nights)
        yield Problem("degraded", message, cause.action if cause else BY_CODE["degraded"].action)


def _degraded_message(nights: NightlyRuns, last: NightlyRun, share: float) -> str:
    failing, limit = len(nights.failing), f"the limit is {share:.0%}."
    if is_degraded(last.failed, last.polled, share):
        polled = f"{last.failed:,} of {last.polled:,} polled sources failed in the last night"
        return f"{polled}; {limit}{_main_cause(nights)}"
    if is_degraded(failing, nights.enabled, share):
        return (
            f"{failing:,} of {nights.enabled:,} enabled sources fail; {limit}{_main_cause(nights)}"
        )
    if last.outcome == "degraded":
        return f"{last.message.rstrip('.') or 'The last night was degraded'}."
    return ""


def _network_cause(nights: NightlyRuns) -> FailureCause | None:
    groups = group_failures(nights.failing, nights.enabled)
    return next((group.cause for group in groups if group.concerns_network), None)


def _main_cause(nights: NightlyRuns) -> str:
    """The most frequent cause, as a sentence that follows another one."""
    network = _network_cause(nights)
    if network:
        return f" {network.sentence}"
    groups = group_failures(nights.failing, nights.enabled)
    if not groups:
        return ""
    return f" Most frequent cause ({len(groups[0].sources):,}): {groups[0].cause.sentence}"


def _work_problems(facts: MonitoringFacts, settings: MonitorSettings) -> Iterator[Problem]:
    nights = settings.backlog_nights
    if is_growing(facts.backlog, settings.backlog_items, nights):
        last, first = facts.backlog[-1], facts.backlog[-1 - nights]
        message = (
            f"The last night did not reach {last:,} due articles and posts. "
            f"{nights} nights earlier it was {first:,}."
        )
        yield _problem("backlog", message)
    for pages in facts.pages:
        if not pages.source and pages.fell_by(settings.extraction_drop):
            yield _problem(
                "extraction",
                f"{pages.share_recent:.0%} of the pages fetched in the last 7 days are readable. "
                f"In the 28 days before, it was {pages.share_before:.0%}.",
            )


def _machine_problems(
    facts: MonitoringFacts, settings: MonitorSettings, now: datetime
) -> Iterator[Problem]:
    machine = facts.machine
    if machine is None:
        return
    if machine.free_mb < settings.free_disk_mb:
        free = f"{machine.free_mb:,} MB are free on the disk of the workspace"
        yield _problem("disk", f"{free}; the limit is {settings.free_disk_mb:,} MB.")
    publication = facts.publication
    if machine.target and publication and publication.failing_since:
        since = f"Publishing has failed since {publication.failing_since:%d %b %Y %H:%M} UTC"
        yield _problem("publish", f"{since}: {publication.message}")
    if facts.nights.last_good and _is_older(machine.newest_backup, settings.backup_hours, now):
        yield _problem("backup-old", _backup_age(machine.newest_backup, settings, now))
    if machine.backup_problem:
        yield _problem("backup-invalid", machine.backup_problem)


def _is_older(at: datetime | None, hours: float, now: datetime) -> bool:
    return at is None or now - at > timedelta(hours=hours)


def _backup_age(at: datetime | None, settings: MonitorSettings, now: datetime) -> str:
    if at is None:
        return "There is no backup."
    limit = format_hours(timedelta(hours=settings.backup_hours))
    return f"The newest backup is {format_hours(now - at)} old; the limit is {limit}."


def _problem(code: str, message: str) -> Problem:
    return Problem(code, message, BY_CODE[code].action)
