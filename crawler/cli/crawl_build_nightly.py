"""`hashtrail crawl`, `build` and `nightly`: run the commands and print their reports."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from crawler.cli.common import json_option, workspace
from crawler.cli.failing_source_lines import failing_lines
from crawler.cli.publish import target_failure_lines, target_summary
from crawler.cli.retag_report import change_lines
from crawler.cli.skipped_item_lines import failure_lines
from crawler.cli.unread_article_lines import unread_lines
from crawler.counted_nouns import counted_noun
from crawler.errors import PublishError
from crawler.terminal_streams import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawler.nightly.run_report import Command, RunReport
    from crawler.workspace import Workspace

DEGRADED = 2
_NETWORK = "  network"  # the line about a missing network, which also explains unread articles
_SHOWN_DECISIONS = 8


class _Hours(click.FloatRange):
    """A number of hours; `nan` is in no range, which click accepts."""

    name = "number"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        number: float = super().convert(value, param, ctx)
        if math.isnan(number):
            self.fail(f"{value!r} is not a number.", param, ctx)
        return number


max_hours_option = click.option(
    "--max-hours",
    type=_Hours(0, 168),
    help="Start no further request after this time. It replaces [budget] hours.",
)


@click.command()
@max_hours_option
@click.option(
    "--due-now",
    is_flag=True,
    help="Treat every source, article and post recheck as due now. "
    "robots.txt and the limits per host still apply.",
)
@json_option
@click.pass_context
def crawl(context: click.Context, max_hours: float | None, due_now: bool, as_json: bool) -> int:
    """Poll the sources that are due, fetch the linked articles and tag them.

    Nothing is published.
    """
    return run_and_report(context, "crawl", as_json, due_now=due_now, max_hours=max_hours)


@click.command()
@click.option(
    "--force",
    is_flag=True,
    help="Make every page, and replace files of the site that somebody changed. Publish even if "
    "the site would lose many articles, or double its bytes per article.",
)
@json_option
@click.pass_context
def build(context: click.Context, force: bool, as_json: bool) -> int:
    """Write the public snapshot, build the site from the stored data and publish it in one step.

    Only changed files are written. If somebody changed, added or removed published files, every
    page is made again.
    """
    return run_and_report(context, "build", as_json, force)


@click.command()
@max_hours_option
@click.option(
    "--force",
    is_flag=True,
    help="Make every page, and replace files of the site that somebody changed. Publish even if "
    "the site would lose many articles, or double its bytes per article.",
)
@json_option
@click.pass_context
def nightly(context: click.Context, max_hours: float | None, force: bool, as_json: bool) -> int:
    """Crawl, build, snapshot, back up and report.

    With `[publish]`, also copy the site to its target. Exit code 2: published, but too many sources
    failed ([crawl] degraded_share). Exit code 3: the target was not updated completely.
    """
    return run_and_report(context, "nightly", as_json, force, max_hours=max_hours)


def run_and_report(
    context: click.Context,
    command: Command,
    as_json: bool,
    force: bool = False,
    *,
    due_now: bool = False,
    max_hours: float | None = None,
) -> int:
    """Run one `command` of the nightly job and print its report. Returns the exit code.

    `force` publishes despite the gates; `due_now` treats every source and article as due.
    `max_hours` replaces `[budget] hours`.
    """
    from crawler.nightly.run_command import run_command
    from crawler.nightly.run_report import report_as_json
    from crawler.run_telemetry import RunLog

    here = _with_hours(workspace(context), max_hours)
    with RunLog(here.logs, command, _now) as run_log:
        report = run_command(here, command, run_log, _now, force=force, due_now=due_now)
    if as_json:
        click.echo(json.dumps(report_as_json(report), ensure_ascii=False, default=str))
    else:
        click.echo("\n".join(_lines(report, run_log.path)))
    return _exit_code(report)


def _with_hours(here: Workspace, max_hours: float | None) -> Workspace:
    """Return the workspace `here` with another budget of hours, unless that is None."""
    if max_hours is None:
        return here
    budget = replace(here.settings.budget, hours=max_hours)
    return replace(here, settings=replace(here.settings, budget=budget))


def _exit_code(report: RunReport) -> int:
    if report.target and report.target.outcome == "failed":
        return PublishError.exit_code
    return DEGRADED if report.outcome == "degraded" else 0


def _now() -> datetime:
    return datetime.now(UTC)


def _lines(report: RunReport, log: Path) -> list[str]:
    """Return the report: counts, retagged topics, failures with reasons, and the next step.

    `log` is the file with all details.
    """
    lines = [_headline(report), *_crawl_counts(report), *_tag_counts(report), *_site_counts(report)]
    changed = _redone(report) + change_lines(report.retagged, log) + _unresolved(report)
    failed = _failures(report) + failure_lines(report.failures)
    return lines + changed + failed + _notes(report) + _target(report) + _next(report)


def _headline(report: RunReport) -> str:
    seconds = (report.finished - report.started).total_seconds()
    ended = f"{report.outcome}, {report.started:%d %b %Y %H:%M} UTC, {seconds:.0f} s"
    return f"hashtrail {report.command}: {ended}"


def _crawl_counts(report: RunReport) -> Iterator[str]:
    if "sources" not in report.counts:
        return
    counts = {name: f"{number:,}" for name, number in report.counts.items()}
    polled = f"{counts['sources']} polled, {counts['sources_failed']} failed"
    yield f"  sources   {polled}{_health(report)}"
    new = f"{counts['posts_new']} new of {counts['posts_seen']} seen"
    edits = f"{counts['posts_deleted']} deleted, {counts['posts_edited']} edited"
    rechecked = f"; {counts['posts_rechecked']} rechecked: {edits}"
    yield f"  posts     {new}{rechecked if report.counts['posts_rechecked'] else ''}"
    read = f"{counts['articles_read']} read, {counts['articles_unchanged']} unchanged"
    failed = f"{counts['articles_failed']} not read"
    yield f"  articles  {counts['articles_new']} new, {read}, {failed}"


def _health(report: RunReport) -> str:
    """The numbers of silent and of changed sources, and the command that lists them."""
    silent, changed = report.counts["sources_silent"], report.counts["sources_changed"]
    return (
        f"; {silent:,} silent, {changed:,} changed: hashtrail status" if silent or changed else ""
    )


def _tag_counts(report: RunReport) -> Iterator[str]:
    counts = report.counts
    if "taggings_gained" in counts:
        gained = counted_noun(counts["taggings_gained"], "tagging")
        lost = f"{counts['taggings_lost']:,}"
        changed = f"{counts['taggings_changed']:,} changed"
        yield f"  topics    {gained} gained, {lost} lost, {changed}"


def _site_counts(report: RunReport) -> Iterator[str]:
    if report.site:
        written = f"{counted_noun(report.site.written, 'file')} written"
        files = f"{written}, {report.site.unchanged:,} unchanged"
        yield f"  site      {counted_noun(report.site.pages, 'page')}; {files}"


def _redone(report: RunReport) -> list[str]:
    """Which parts were derived again because their rules, tables or code changed."""
    parts = ", ".join(f"{part} of {count:,}" for part, count in report.redone.items())
    return [f"  redone    {parts}: their version changed"] if parts else []


def _unresolved(report: RunReport) -> list[str]:
    """The curator's decisions that do not match exactly one subject."""
    lines = [f"  decision  {line}" for line in report.unresolved[:_SHOWN_DECISIONS]]
    if len(report.unresolved) > _SHOWN_DECISIONS:
        more = len(report.unresolved) - _SHOWN_DECISIONS
        lines.append(f"  decision  … and {more} more: hashtrail review")
    return lines


def _notes(report: RunReport) -> list[str]:
    return [f"  note      {note}" for note in report.notes]


def _target(report: RunReport) -> list[str]:
    """The result of publishing to the target."""
    if not report.target:
        return []
    failed = report.target.outcome == "failed"
    lines = target_failure_lines(report.target) if failed else [target_summary(report.target)]
    return [f"  target    {line.strip()}" for line in lines]


def _failures(report: RunReport) -> list[str]:
    files = [source for source in report.failing_sources if source[0].startswith("inbox/")]
    sources = [source for source in report.failing_sources if source not in files]
    lines = failing_lines(sources, report.counts.get("sources", 0))
    if not any(line.startswith(_NETWORK) for line in lines):
        lines = unread_lines(report.unread) + lines
    return lines + [
        f"  failing   {one_line(name)}: {one_line(message)}" for name, _, message in files
    ]


def _next(report: RunReport) -> list[str]:
    if report.page:
        return [
            *_degraded(report),
            f"Open {report.page}",
            "or run: hashtrail serve (the site), hashtrail explore (the explorer)",
        ]
    return (
        [*_degraded(report), "Next: hashtrail build"]
        if report.command in ("crawl", "retag")
        else []
    )


def _degraded(report: RunReport) -> list[str]:
    """Why the exit code is 2 although the run completed."""
    if report.outcome != "degraded":
        return []
    result = "The site was published. " if report.page else ""
    return [
        f"{result}Exit code {DEGRADED}: more sources failed than [crawl] degraded_share allows."
    ]
