"""`hashtrail retag`: decide all topics again, and show what that changed."""

from __future__ import annotations

import click

from crawler.cli.common import json_option
from crawler.cli.nightly import run_and_report


@click.command()
@json_option
@click.pass_context
def retag(context: click.Context, as_json: bool) -> int:
    """Decide topics, kinds, excerpts and relations of everything again; rows that come out the same are not written."""
    return run_and_report(context, "retag", as_json)
