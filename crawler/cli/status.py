"""`hashtrail status`: what needs attention, the last runs, failing and silent sources."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from crawler.cli.common import json_option, workspace, write_json_line
from crawler.cli.status_text import show_check, show_deliveries, show_status

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crawler.errors import StoreError
    from crawler.monitoring.notify_operator import Delivery
    from crawler.workspace import Workspace

_SHOWN_RUNS = 10


@click.command()
@click.option(
    "--check",
    is_flag=True,
    help="Exit with 1 if there is an alarm. Print only the reasons, or one line if all is well.",
)
@click.option(
    "--notify",
    is_flag=True,
    help="Send the messages about incidents that are not delivered yet. For a second timer: "
    "a night that was killed or never started sends none.",
)
@click.option(
    "--send-test",
    is_flag=True,
    help="Send a test message through each configured channel, and do nothing else.",
)
@json_option
@click.pass_context
def status(
    context: click.Context, check: bool, notify: bool, send_test: bool, as_json: bool
) -> int:
    """Show what needs attention, the last runs, and failing and silent sources.

    Alarms concern the whole workspace, not single sources. Examples are a failed or old night, too
    many failing sources, a failed publication, a growing backlog, and a full disk. The section
    `[monitor]` of the settings has the limits and the channels of messages.
    """
    from crawler.cli.status_document import StatusReport, make_document
    from crawler.errors import StoreError
    from crawler.monitoring.facts import load_facts
    from crawler.monitoring.notify_operator import notify_operator
    from crawler.monitoring.problems import assess_workspace
    from crawler.store.database import open_existing
    from crawler.store.incidents import channel_states, open_incidents
    from crawler.store.runs import last_runs

    here, now = workspace(context), datetime.now(UTC)
    if send_test:
        return _send_test(here, now)
    try:
        db = open_existing(here.database)
    except StoreError as error:
        if notify and _has_had_a_night(here):
            show_deliveries(_notify_of_error(here, error, now))
        raise
    facts = load_facts(db.conn, here, now)
    assessment = assess_workspace(facts, here.settings, now)
    deliveries = notify_operator(db, here, assessment, now) if notify else ()
    report = StatusReport(
        facts,
        assessment,
        last_runs(db, _SHOWN_RUNS),
        open_incidents(db.conn),
        channel_states(db.conn),
    )
    if as_json:
        write_json_line(make_document(report, now))
    elif check:
        show_check(report, now)
    else:
        show_status(report, now)
    show_deliveries(deliveries)
    return int(check and bool(assessment.alarms))


def _has_had_a_night(here: Workspace) -> bool:
    """Whether a night left a database, backups or a site: a new workspace lacks no database."""
    from crawler.store.database_files import timed_backups

    has_site = here.public.is_symlink()
    return here.database.exists() or has_site or any(timed_backups(here.database))


def _send_test(here: Workspace, now: datetime) -> int:
    from crawler.errors import UsageError
    from crawler.monitoring.notify_operator import send_test

    deliveries = send_test(here.settings.monitor, here.settings.site.title, now)
    if not deliveries:
        raise UsageError(
            "No channel is configured, so that no message was sent.",
            "Set message_command or webhook_url in the section [monitor] of data/hashtrail.toml.",
        )
    show_deliveries(deliveries)
    return int(any(delivery.error for delivery in deliveries))


def _notify_of_error(here: Workspace, error: StoreError, now: datetime) -> Iterable[Delivery]:
    from crawler.monitoring.notify_operator import notify_without_database

    return notify_without_database(here, error.message, error.hint, now)
