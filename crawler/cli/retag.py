"""`hashtrail retag`: decide all topics again, and show what that changed."""

from __future__ import annotations

import click

from crawler.cli.common import json_option
from crawler.cli.crawl_build_nightly import run_and_report


@click.command()
@json_option
@click.pass_context
def retag(context: click.Context, as_json: bool) -> int:
    """Tag all posts and articles again, and report what changed and why.

    Unchanged rows are not written.

    The report shows the topics that changed most, with examples: + gained, - lost, ~ kept with
    other evidence. --json and the log hold every change.
    """
    return run_and_report(context, "retag", as_json)
