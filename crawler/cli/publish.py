"""`hashtrail publish`: copy the built site to the configured target, and print the result."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from crawler.cli.common import json_option, workspace
from crawler.counted_nouns import counted_noun
from crawler.terminal_streams import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawler.publishing.publish_site import PublishReport

_SHOWN_PATHS = 20


@click.command()
@click.option(
    "--dry-run", is_flag=True, help="List what would be uploaded and deleted, and change nothing."
)
@click.option(
    "--adopt",
    is_flag=True,
    help="Publish to a target that has other files. Files with names of the site are replaced.",
)
@click.option(
    "--all",
    "upload_all",
    is_flag=True,
    help="Upload unchanged files too, for example after a change of the options of the target.",
)
@click.option(
    "--server-config",
    type=click.Choice(["caddy", "nginx"]),
    help="Print the configuration of a web server for the site instead.",
)
@json_option
@click.pass_context
def publish(
    context: click.Context,
    dry_run: bool,
    adopt: bool,
    upload_all: bool,
    server_config: str | None,
    as_json: bool,
) -> int:
    """Copy the newest build to the target of `[publish]`.

    Only changed files are uploaded, assets before pages. Files that are no longer built are deleted
    last. After an interruption, run the command again: it continues.

    Exit code 3: the target was not updated completely.
    """
    if server_config:
        from crawler.sitegen.host_files.server_configurations import SERVERS

        click.echo(SERVERS[server_config](), nl=False)
        return 0
    from crawler.nightly.target_step import run_publish
    from crawler.publishing.publish_site import PublishOptions
    from crawler.run_telemetry import RunLog

    here = workspace(context)
    with RunLog(here.logs, "publish", _now) as run_log:
        options = PublishOptions(adopt=adopt, upload_all=upload_all, dry_run=dry_run)
        report = run_publish(here, run_log, _now, options)
    if as_json:
        document = {"schema_version": 1, **asdict(report)}
        click.echo(json.dumps(document, ensure_ascii=False))
    elif report.outcome != "failed":
        click.echo("\n".join(_lines(report)))
    else:
        click.echo("\n".join(target_failure_lines(report)), err=True)
    return report.exit_code


def target_summary(report: PublishReport) -> str:
    """Return one line about the `report` of a publication that did not fail."""
    place = f"{report.target} {one_line(report.location)}"
    if report.outcome == "unchanged":
        return f"{place}: up to date, {counted_noun(report.unchanged, 'file')}"
    verbs = ("to upload", "to delete") if report.outcome == "planned" else ("uploaded", "deleted")
    size = _size(report.bytes)
    uploaded = f"{report.uploaded:,} {verbs[0]} ({size})"
    return f"{place}: {uploaded}, {report.deleted:,} {verbs[1]}, {report.unchanged:,} unchanged"


def _size(count: int) -> str:
    """Return a number of bytes for people, in the largest unit in which it is at least one."""
    for unit, factor in (("MB", 1_000_000), ("KB", 1_000)):
        if count >= factor:
            return f"{count / factor:,.1f} {unit}"
    return counted_noun(count, "byte")


def target_failure_lines(report: PublishReport) -> list[str]:
    """Return what happened, why, and what to do, from the `report` of a failed publication."""
    lines = (f"Not published to the target: {report.message}", f"  {report.hint}")
    return [one_line(line) for line in lines]


def _lines(report: PublishReport) -> Iterator[str]:
    if report.outcome == "planned":
        yield from _paths("upload", report.uploads)
        yield from _paths("delete", report.deletions)
        yield f"hashtrail publish --dry-run: {target_summary(report)}"
    else:
        yield f"hashtrail publish: {target_summary(report)}, {report.seconds:.0f} s"


def _paths(verb: str, paths: tuple[str, ...]) -> Iterator[str]:
    for path in paths[:_SHOWN_PATHS]:
        yield f"  {verb}  {one_line(path)}"
    if len(paths) > _SHOWN_PATHS:
        yield f"  {verb}  … and {len(paths) - _SHOWN_PATHS:,} more: --json lists them"


def _now() -> datetime:
    return datetime.now(UTC)
