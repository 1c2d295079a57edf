"""`review`: list uncertain decisions and suspicious items for the curator."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from crawler.cli.common import echo_table, json_option, workspace, write_json_line

if TYPE_CHECKING:
    from sqlite_utils import Database

    from crawler.curation.ineffective_decisions import UnresolvedDecision
    from crawler.workspace import Workspace


@click.command()
@click.option("--each", "limit", default=10, show_default=True, help="Maximum number of each kind.")
@json_option
@click.pass_context
def review(context: click.Context, limit: int, as_json: bool) -> None:
    """List open questions for the curator.

    Uncertain topics and merges, link previews without an article, URLs that look hijacked,
    quarantined sources, works of reading lists that are unavailable, and decisions that match
    nothing or several things. Answer them in data/curation/decisions.toml.
    """
    from crawler.curation.review_queue import count_review_items, list_review_items
    from crawler.store.database import open_existing

    here = workspace(context)
    db = open_existing(here.database)
    unresolved = _unresolved_decisions(here, db)
    items = list_review_items(db, limit, unresolved)
    counts = count_review_items(db, unresolved)
    if as_json:
        write_json_line({"counts": counts, "waiting": items})
        return
    echo_table((item.kind, item.subject, item.message) for item in items)
    click.echo(_summary(counts), err=True)


def _unresolved_decisions(here: Workspace, db: Database) -> tuple[UnresolvedDecision, ...]:
    from crawler.curation.ineffective_decisions import find_unresolved_decisions
    from crawler.curation.read_decisions import read_decisions
    from crawler.links.article_key import normalize_url
    from crawler.links.rules import VERSION
    from crawler.store.article_identity import IdentityLedger

    ledger = IdentityLedger(db, normalize_url, VERSION)
    return find_unresolved_decisions(db, ledger, read_decisions(here.curation))


def _summary(counts: dict[str, int]) -> str:
    if not counts:
        return "Nothing to review."
    totals = ", ".join(f"{number} {kind}" for kind, number in counts.items())
    return f"{totals}. Decide in data/curation/decisions.toml."
