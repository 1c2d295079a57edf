"""The text of `hashtrail status`: alarms, reports about sources, the last runs, sources."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import click

from crawler.cli.common import echo_table
from crawler.cli.failing_source_lines import cause_lines
from crawler.cli.source_health import silence
from crawler.counted_nouns import counted_noun
from crawler.terminal_streams import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crawler.cli.status_document import StatusReport
    from crawler.monitoring.facts import MonitoringFacts
    from crawler.monitoring.notify_operator import Delivery
    from crawler.monitoring.problems import Assessment
    from crawler.store.incidents import ChannelState
    from crawler.store.run_monitoring import ChangedSource, NightlyRuns, SilentSource
    from crawler.store.runs import Run

_SHOWN_SOURCES = 15


def show_check(status: StatusReport, now: datetime) -> None:
    """Write one line for each alarm of `status`, or one line if there is none."""
    began = {(incident.code, incident.subject): incident.began for incident in status.incidents}
    for problem in status.assessment.alarms:
        at = began.get((problem.code, problem.subject), "")
        since = f" (since {at[:10]})" if at else ""
        text = f"{one_line(problem.message)} {one_line(problem.hint)}"
        click.echo(f"{problem.code}{since}: {text}")
    if not status.assessment.alarms:
        click.echo(_good_line(status.facts, now))


def show_status(status: StatusReport, now: datetime) -> None:
    """Write the state of the workspace: alarms of `status`, the last runs, and sources."""
    facts = status.facts
    show_check(status, now)
    _show_facts(facts, now)
    _show_channels(status.channels)
    click.echo("Last runs:")
    echo_table(
        (f"  {run.started:%d %b %H:%M}", run.command, run.outcome or "unfinished", _notes(run))
        for run in status.runs
    )
    _show_failing(facts.nights)
    _show_silent(facts.nights.silent)
    _show_changed(facts.nights.changed)
    _show_unreadable(status.assessment)


def show_deliveries(deliveries: Iterable[Delivery]) -> None:
    """Write to stderr which of the `deliveries` succeeded, wait, or failed."""
    for delivery in deliveries:
        if delivery.error:
            text = f"not delivered: {one_line(delivery.error)}."
        elif delivery.waits_until:
            text = f"waits until {delivery.waits_until:%d %b %Y %H:%M} UTC (quiet period)."
        else:
            text = "delivered."
        click.echo(f"Message ({delivery.channel}): {text}", err=True)


def _show_channels(channels: Iterable[ChannelState]) -> None:
    """Write the channels whose last delivery failed."""
    for channel in channels:
        if channel.error:
            last = channel.last_success[:10] or "never"
            again = "" if channel.channel == "ping" else " The next night tries again."
            attempts = counted_noun(channel.failures, "attempt")
            click.echo(
                f"Not delivered ({channel.channel}, {attempts}, last success "
                f"{last}): {one_line(channel.error)}.{again}"
            )


def _good_line(facts: MonitoringFacts, now: datetime) -> str:
    from crawler.store.run_monitoring import format_hours

    age = facts.nights.age(now)
    assert age is not None
    return f"All is well. The last good night ended {format_hours(age)} ago."


def _show_facts(facts: MonitoringFacts, now: datetime) -> None:
    from crawler.store.run_monitoring import format_hours

    rows = []
    publication, machine = facts.publication, facts.machine
    if publication and publication.last_ok:
        age = format_hours(now - publication.last_ok)
        rows.append(("  published", f"{publication.last_ok:%d %b %Y %H:%M} UTC, {age} ago"))
    if machine and machine.newest_backup:
        age = format_hours(now - machine.newest_backup)
        rows.append(("  backup", f"{machine.newest_backup:%d %b %Y %H:%M} UTC, {age} ago"))
    if machine:
        rows.append(("  free disk", f"{machine.free_mb:,} MB"))
    if facts.backlog:
        numbers = ", ".join(f"{count:,}" for count in facts.backlog[-4:])
        rows.append(("  backlog", f"due items that the last nights did not reach: {numbers}"))
    for pages in facts.pages:
        if not pages.source:
            shares = f"{pages.share_recent:.0%} (7 days), {pages.share_before:.0%} (28 days before)"
            rows.append(("  readable", f"{shares} of the fetched pages"))
    echo_table(rows)


def _show_failing(nights: NightlyRuns) -> None:
    from crawler.monitoring.failure_causes import group_failures

    if nights.failing:
        click.echo(f"Failing sources ({len(nights.failing):,} of {nights.enabled:,}):")
        for line in cause_lines(group_failures(nights.failing, nights.enabled)):
            click.echo(line)


def _show_silent(silent: tuple[SilentSource, ...]) -> None:
    if not silent:
        return
    click.echo("Silent sources (no post for longer than usual):")
    rows = [(f"  {source.name}", silence(source)) for source in silent]
    echo_table(rows[:_SHOWN_SOURCES])
    _show_remaining(len(rows))


def _show_changed(changed: tuple[ChangedSource, ...]) -> None:
    if not changed:
        return
    click.echo("Changed sources:")
    rows = [(f"  {source.name}", "; ".join(source.sentences())) for source in changed]
    echo_table(rows[:_SHOWN_SOURCES])
    _show_remaining(len(rows))


def _show_unreadable(assessment: Assessment) -> None:
    messages = [
        problem.message for problem in assessment.problems if problem.code == "source-unreadable"
    ]
    if messages:
        click.echo("Sources whose pages can no longer be read:")
        for message in messages[:_SHOWN_SOURCES]:
            click.echo(f"  {one_line(message)}")
        _show_remaining(len(messages))


def _show_remaining(count: int) -> None:
    if count > _SHOWN_SOURCES:
        click.echo(f"  … and {count - _SHOWN_SOURCES} more: hashtrail status --json")


def _notes(run: Run) -> str:
    """Why a run ended as it did, and how many posts it found deleted."""
    deleted = run.counts.get("posts_deleted", 0)
    emptied = f"{counted_noun(deleted, 'deleted post')} emptied" if deleted else ""
    return "; ".join(part for part in (run.message, emptied) if part)
