"""`hashtrail status`: what needs attention, the last runs, failing and silent sources."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from crawler.cli.common import json_option, workspace, write_json_line
from crawler.cli.status_text import show_check, show_status

_SHOWN_RUNS = 10


@click.command()
@click.option(
    "--check",
    is_flag=True,
    help="Exit with 1 if there is an alarm. Print only the reasons, or one line if all is well.",
)
@json_option
@click.pass_context
def status(context: click.Context, check: bool, as_json: bool) -> int:
    """Show what needs attention, the last runs, and failing and silent sources.

    Alarms concern the whole workspace, not single sources. Examples are a failed or old night, too
    many failing sources, a failed publication, a growing backlog, and a full disk. The section
    `[monitor]` of the settings has the limits.
    """
    from crawler.cli.status_document import make_document
    from crawler.monitoring.facts import load_facts
    from crawler.monitoring.problems import assess_problems
    from crawler.store.database import open_existing
    from crawler.store.runs import last_runs

    here, now = workspace(context), datetime.now(UTC)
    db = open_existing(here.database)
    facts, runs = load_facts(db.conn, here), last_runs(db, _SHOWN_RUNS)
    settings = here.settings
    assessment = assess_problems(facts, settings.monitor, settings.crawl.degraded_share, now)
    if as_json:
        write_json_line(make_document(facts, assessment, runs, now))
    elif check:
        show_check(facts, assessment, now)
    else:
        show_status(facts, assessment, runs, now)
    return int(check and bool(assessment.alarms))
