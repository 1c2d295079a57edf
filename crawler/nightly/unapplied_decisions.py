"""The message of a build about edited decisions: only crawl, retag and nightly apply them."""

from __future__ import annotations

from crawler.curation.unapplied_decisions import count_unapplied_decisions
from crawler.errors import ConfigurationError
from crawler.nightly.run_report import CurrentRun


def unapplied_decisions_message(run: CurrentRun) -> str:
    """Return how many decisions the site of `run` does not show, and the command; or ""."""
    try:
        count = count_unapplied_decisions(run.db, run.workspace.curation)
    except ConfigurationError as error:
        return f"The decisions cannot be read: {error.message} {error.hint}"
    if not count:
        return ""
    changes = "1 change" if count == 1 else f"{count:,} changes"
    return (
        f"The site does not show {changes} in data/curation. "
        "Apply them with: hashtrail retag && hashtrail build"
    )
