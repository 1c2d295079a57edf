"""Pages of the last nightly runs with their JSON versions, and their index."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from functools import partial

from crawler.monitoring.unread_causes import count_unread
from crawler.sitegen.page_kinds import Page, PageGroup
from crawler.sitegen.rendered_file import OutputFile
from crawler.sitegen.run_report_json import render_run_report_json
from crawler.sitegen.run_report_tables import (
    backlog_rows,
    budget_rows,
    failed_groups,
    format_megabytes,
    gate_rows,
    request_rows,
    step_chart,
)
from crawler.sitegen.run_reports import ReportedRun, read_reported_runs, read_run_changes
from crawler.sitegen.site_model import SiteModel

SUBJECT = "site"
TEMPLATE = "site/run_report.html"

_INDEX = "site/run_reports.html"
_MAX_LISTED = 20


def page_groups(model: SiteModel, keys: Collection[str] | None = None) -> Iterator[PageGroup]:
    """Yield `night/index.html`, and `night/<date>.html` for each of the last nightly runs.

    The runs are those in the snapshot of `model`. `keys` has no effect.
    """
    runs = read_reported_runs(model.db)
    index = Page("night/index.html", {"runs": runs, "megabytes": format_megabytes}, _INDEX)
    yield PageGroup(index.path, lambda: [index])
    for place, run in enumerate(runs):
        yield PageGroup(run.path, partial(_run_pages, model, runs, place), (run.path,))


def _run_pages(
    model: SiteModel, runs: Sequence[ReportedRun], place: int
) -> list[Page | OutputFile]:
    run = runs[place]
    changes = read_run_changes(model, run)
    context = {
        "run": run,
        "changes": changes,
        "before": runs[place + 1] if place + 1 < len(runs) else None,
        "after": runs[place - 1] if place else None,
        "steps": step_chart(run),
        "requests": request_rows(run),
        "failures": failed_groups(changes.failed_sources, run.count("sources")),
        "unread": count_unread(run.values("not_read").items(), lambda cause: cause.label),
        "gates": gate_rows(run),
        "budgets": budget_rows(run),
        "backlog": backlog_rows(run),
        "max_listed": _MAX_LISTED,
    }
    return [Page(run.path, context), render_run_report_json(run, changes)]
