"""Checks of what readers get: the last night, the site, the explorer and the target."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from crawler.cli.diagnosis.result import Check, Diagnosis
from crawler.counted_nouns import counted_noun
from crawler.errors import HashtrailError
from crawler.url_parser import resolve_url
from crawler.workspace import Workspace

_SECONDS = 5.0
_UNKNOWN = "Whether cron or a timer starts it cannot be seen from here"


def _nights(here: Workspace) -> Iterator[Diagnosis]:
    """Report the age of the last night. Nothing in a workspace names the timer."""
    from crawler.store.database import open_store
    from crawler.store.run_monitoring import format_hours, load_nightly_runs

    if not here.database.exists():
        return
    with closing(open_store(here.database)) as db:
        age = load_nightly_runs(db.conn).age(datetime.now(UTC))
    if age is None:
        yield Diagnosis("warn", f"No night has succeeded yet. {_UNKNOWN}.", "hashtrail nightly")
    elif age > timedelta(hours=here.settings.monitor.max_age_hours):
        message = f"The last good night ended {format_hours(age)} ago. {_UNKNOWN}."
        yield Diagnosis("warn", message, "hashtrail nightly")
    else:
        yield Diagnosis("pass", f"The last good night ended {format_hours(age)} ago. {_UNKNOWN}.")


def _site(here: Workspace) -> Iterator[Diagnosis]:
    page = here.public / "index.html"
    if page.exists():
        yield Diagnosis("pass", f"published at {page}")
    elif here.database.exists():
        yield Diagnosis("warn", "The site is not built yet.", "hashtrail build")


def _decisions(here: Workspace) -> Iterator[Diagnosis]:
    from crawler.curation.unapplied_decisions import count_unapplied_decisions
    from crawler.store.database import open_store

    if not here.database.exists():
        return
    with closing(open_store(here.database)) as db:
        count = count_unapplied_decisions(db, here.curation)
    if count:
        decisions = counted_noun(count, "edited decision in", "edited decisions in")
        are = "is" if count == 1 else "are"
        message = f"{decisions} {here.curation} {are} not applied yet."
        yield Diagnosis("warn", message, "hashtrail retag && hashtrail build")
    else:
        yield Diagnosis("pass", "all decisions in data/curation are applied")


def _connected_explorer(here: Workspace) -> Iterator[Diagnosis]:
    """Request a page of the explorer that every explorer has."""
    url = here.settings.site.explorer_url
    if not url:
        return
    try:
        with urllib.request.urlopen(resolve_url("robots.txt", url), timeout=_SECONDS):
            yield Diagnosis("pass", f"The explorer answers at {url}")
    except (OSError, ValueError, urllib.error.URLError) as error:
        message = f"The explorer does not answer at {url}: {error}."
        yield Diagnosis("warn", message, "hashtrail explore")


def _connected_target(here: Workspace) -> Iterator[Diagnosis]:
    """Plan a publication, which reads the target and changes nothing."""
    from crawler.publishing.publish_site import PublishOptions, publish_site
    from crawler.run_telemetry import RunLog

    publish = here.settings.publish
    if not publish.target:
        return
    try:
        with (
            TemporaryDirectory() as logs,  # a plan is not a run: no log and no metrics stay
            RunLog(Path(logs), "publish", lambda: datetime.now(UTC)) as run_log,
        ):
            report = publish_site(here, run_log, PublishOptions(dry_run=True))
    except HashtrailError as error:
        yield Diagnosis("FAIL", error.message, error.hint or "hashtrail publish --dry-run")
    else:
        files = f"{counted_noun(len(report.uploads), 'file')} to upload"
        files += f", {len(report.deletions):,} to delete"
        yield Diagnosis("pass", f"{publish.target} {publish.location} can be reached; {files}")


CHECKS: dict[str, Check] = {"nights": _nights, "decisions": _decisions, "site": _site}

CONNECTED_CHECKS: dict[str, Check] = {
    "explorer": _connected_explorer,
    "target": _connected_target,
}
"""The checks that use the network."""
