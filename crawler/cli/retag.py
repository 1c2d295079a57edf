"""`hashtrail retag`: decide all topics again, and show what that changed."""

from __future__ import annotations

import click

from crawler.cli.common import json_option
from crawler.cli.crawl_build_nightly import run_and_report


@click.command()
@click.option(
    "--force",
    is_flag=True,
    help="Tag every text again, even if the edit of the topics cannot concern it.",
)
@json_option
@click.pass_context
def retag(context: click.Context, force: bool, as_json: bool) -> int:
    """Tag the posts and articles again that an edit of the topics concerns, and report the changes.

    These are the texts that contain a changed phrase. A change of the tree of topics, of field
    words, required context or hosts, or of a learned table concerns every text. Unchanged rows are
    not written.

    The report shows the topics that changed most, with examples: + gained, - lost, ~ kept with
    other evidence. --json and the log hold every change.
    """
    return run_and_report(context, "retag", as_json, force)
