"""`hashtrail topics diff`: what an edited folder of topics changes in the library."""

from __future__ import annotations

from pathlib import Path

import click

from crawler.cli.common import json_option, progress, workspace, write_json_line
from crawler.cli.retag_report import change_lines

_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.command("diff")
@click.argument("folder", required=False, type=_FOLDER)
@json_option
@click.pass_context
def diff_topics(context: click.Context, folder: Path | None, as_json: bool) -> None:
    """Show what the topics of FOLDER (data/topics) change in the stored articles and posts.

    Nothing is written. `hashtrail retag` applies the changes.
    """
    from crawler.crawl.retag_dry_run import compare_topics
    from crawler.store.database import open_existing
    from crawler.store.retag_diff import tagging_changes
    from crawler.topics.tagger import Tagger

    here = workspace(context)
    tagger = Tagger.load(folder or here.topics, here.generated)
    db = open_existing(here.database)
    db.execute("PRAGMA query_only = ON")
    with progress("Comparing topics"):
        diff = compare_topics(db, tagger, here.settings.engine)
    changes = tagging_changes(db, diff)
    if as_json:
        write_json_line(changes)
        return
    click.echo("\n".join(change_lines(changes)) or "Nothing changes.")
    counts = f"{len(diff.gained):,} gained, {len(diff.lost):,} lost, {len(diff.changed):,} changed"
    click.echo(f"{counts}. Nothing was written. To apply: hashtrail retag")
