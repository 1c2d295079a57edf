"""`hashtrail reextract`: read every article again from the archive."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from crawler.cli.common import json_option, workspace, write_json_line


@click.command()
@json_option
@click.pass_context
def reextract(context: click.Context, as_json: bool) -> None:
    """Read every article again from the archive, without network, and decide anew what changed. Nothing is published."""
    from crawler.crawl.reextract import reextract as read_again
    from crawler.journal import Journal

    here = workspace(context)
    with Journal(here.logs, "reextract", lambda: datetime.now(UTC)) as journal:
        reread = read_again(here, journal, lambda: datetime.now(UTC))
    if as_json:
        write_json_line({"read": reread.read, "changed": reread.changed, "failures": reread.failures})
        return
    click.echo(f"hashtrail reextract: {reread.read:,} articles read from the archive, {reread.changed:,} of them changed")
    for outcome, count in reread.failures.most_common():
        click.echo(f"  not read  {outcome} {count:,} (what was kept of them stays)")
    click.echo("Next: hashtrail build")
