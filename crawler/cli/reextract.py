"""`hashtrail reextract`: extract every article again from the archive."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime

import click

from crawler.archive_storage import ArchiveFolder
from crawler.cli.common import json_option, workspace, write_json_line
from crawler.counted_nouns import counted_noun


@click.command()
@json_option
@click.pass_context
def reextract(context: click.Context, as_json: bool) -> None:
    """Extract every article again from the archive, without network, and tag what changed.

    Nothing is published. The exit code is 1 if archive records are missing or cannot be read.
    """
    from crawler.crawl.reextract_articles import reextract as read_again
    from crawler.run_telemetry import RunLog

    here = workspace(context)
    with RunLog(here.logs, "reextract", lambda: datetime.now(UTC)) as run_log:
        reread = read_again(here, run_log, lambda: datetime.now(UTC))
    if as_json:
        write_json_line(asdict(reread))
        context.exit(int(reread.missing > 0))
    click.echo(
        f"hashtrail reextract: {counted_noun(reread.read, 'article')} read from the archive, "
        f"{reread.changed:,} of them changed"
    )
    for outcome, count in reread.failures.most_common():
        click.echo(f"  not read  {outcome} {count:,} (the stored text is kept)")
    if reread.unarchived:
        articles = counted_noun(reread.unarchived, "article has", "articles have")
        click.echo(f"  {articles} no archive record (the stored text is kept)")
    click.echo("Next: hashtrail build")
    if reread.missing:
        click.echo(_missing(reread.missing, here.archive), err=True)
    context.exit(int(reread.missing > 0))


def _missing(count: int, archive: ArchiveFolder) -> str:
    """The error about records that cannot be read: what happened, what stays, what to do."""
    return (
        f"{counted_noun(count, 'archive record is', 'archive records are')} missing or cannot be "
        f"read in {archive}. "
        "The stored texts are kept. Put the missing *.warc.gz files back: "
        "hashtrail nightly reads them, and archives each page again at its next check. "
        "The log names them."
    )
