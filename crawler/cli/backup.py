"""`backup`: copy the database and verify the copy."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from crawler.cli.common import json_option, workspace, write_json_line


@click.command()
@json_option
@click.pass_context
def backup(context: click.Context, as_json: bool) -> None:
    """Copy the database to data/state/backups/, check the copy, keep seven days and four weeks."""
    from crawler.store.backup import create_backup
    from crawler.store.database import open_existing

    here = workspace(context)
    path = create_backup(open_existing(here.database), here.backups, datetime.now(UTC))
    if as_json:
        write_json_line({"backup": str(path), "bytes": path.stat().st_size})
    else:
        click.echo(str(path))
